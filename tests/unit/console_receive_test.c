/* SPDX-License-Identifier: BSD-2-Clause */
/* Port 0 of a console: input. */
#include "tests/unit/console_port.h"

/* ---- Receive ---- */

static void test_100_kib_come_in_whole(void **state)
{
	const uint32_t max[] = { 1, 2, 4, 1024 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		size_t sent = 0, got = 0, n;

		live_on(1 + i % 2, i & 4 ? VIO_F_EVENT_IDX : 0, max[i % 4]);
		while (got < MUCH) {
			sent += model_console_send(&x.r.m, 0, much + sent, MUCH - sent);
			console_settle(&x);
			n = vio_console_read(&x.c, 0, back + got, 1 + got % 300);
			assert_true(n <= 1 + got % 300);
			got += n;
			assert_true(sent - got <= VIO_CONSOLE_RX_BLOCKS * VIO_CONSOLE_RX_BYTES);
		}
		assert_memory_equal(back, much, MUCH);
		assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), 0);
	}
}

/* All blocks have text, so the device gets none at the second start. */
static void test_text_that_was_not_read_outlives_a_restart(void **state)
{
	const size_t room = VIO_CONSOLE_RX_BLOCKS * VIO_CONSOLE_RX_BYTES;

	(void)state;
	live();
	assert_int_equal(model_console_send(&x.r.m, 0, much, room), room);
	console_settle(&x);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), room);
	assert_memory_equal(back, much, room);
	console_settle(&x);
	assert_int_equal(model_console_send(&x.r.m, 0, much, room), room);
}

static void test_HD_CONSOLE_12_flood_waits_at_the_host_and_loses_nothing(void **state)
{
	const size_t room = VIO_CONSOLE_RX_BLOCKS * VIO_CONSOLE_RX_BYTES;

	(void)state;
	live();
	assert_int_equal(model_console_send(&x.r.m, 0, much, MUCH), room);
	console_settle(&x);
	assert_int_equal(model_console_send(&x.r.m, 0, much, MUCH), 0);
	assert_int_equal(vio_console_read(&x.c, 0, back, VIO_CONSOLE_RX_BYTES - 1),
			 VIO_CONSOLE_RX_BYTES - 1);
	console_settle(&x);
	assert_int_equal(model_console_send(&x.r.m, 0, much, MUCH), 0); /* not emptied yet */
	assert_int_equal(vio_console_read(&x.c, 0, back, 1), 1);
	assert_true(vio_device_poll(x.r.d));
	assert_int_equal(model_console_send(&x.r.m, 0, much + room, MUCH), VIO_CONSOLE_RX_BYTES);
	console_settle(&x);
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), room);
	assert_memory_equal(back, much + VIO_CONSOLE_RX_BYTES, room);
}

static void test_flush_publishes_emptied_blocks_too(void **state)
{
	(void)state;
	live();
	model_console_send(&x.r.m, 0, much, 1);
	vio_device_poll(x.r.d);
	assert_int_equal(vio_console_read(&x.c, 0, back, 9), 1);
	vio_console_flush(&x.c, 0);
	model_run(&x.r.m); /* a notification that is due must have come */
	assert_int_equal(model_console_send(&x.r.m, 0, much, MUCH),
			 VIO_CONSOLE_RX_BLOCKS * VIO_CONSOLE_RX_BYTES);
}

static void test_HD_CONSOLE_01_empty_completion_is_posted_again(void **state)
{
	(void)state;
	live();
	for (unsigned i = 0; i < 20; i++) {
		assert_true(model_console_send_claim(&x.r.m, 0, 0));
		console_settle(&x);
	}
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), 0);
	assert_int_equal(model_console_send(&x.r.m, 0, "x", 1), 1);
	console_settle(&x);
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), 1);
}

static void test_HD_CONSOLE_02_length_beyond_the_buffer_is_clamped(void **state)
{
	(void)state;
	live();
	assert_true(model_console_send_claim(&x.r.m, 0, VIO_CONSOLE_RX_BYTES + 1));
	assert_true(model_console_send_claim(&x.r.m, 0, UINT32_MAX));
	console_settle(&x);
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), 2 * VIO_CONSOLE_RX_BYTES);
	assert_int_equal(x.r.d->state, VIO_LIVE);
}

static void test_edk2_len_double_fetch_a_length_changed_later_is_not_seen(void **state)
{
	(void)state;
	live();
	struct mq *q = &x.r.m.queue[0];
	assert_int_equal(model_console_send(&x.r.m, 0, "abc", 3), 3);
	assert_true(vio_device_poll(x.r.d));
	model_store32(&x.r.p.memory, (q->set.packed ? q->set.desc : q->set.used) + 8, UINT32_MAX);
	assert_int_equal(vio_console_read(&x.c, 0, back, 2), 2);
	assert_int_equal(vio_console_read(&x.c, 0, back, MUCH), 1);
}

static void test_block_that_cannot_be_mapped_is_given_later(void **state)
{
	(void)state;
	live();
	for (unsigned i = 0; i < 10; i++) {
		model_console_send(&x.r.m, 0, "x", 1);
		console_settle(&x);
		x.r.p.fail_map = 1;
		assert_int_equal(vio_console_read(&x.c, 0, back, 9), 1);
		assert_int_equal(host_mapped(&x.r.p), VIO_CONSOLE_RX_BLOCKS - 1);
		assert_int_equal(vio_console_read(&x.c, 0, back, 9), 0);
		assert_int_equal(host_mapped(&x.r.p), VIO_CONSOLE_RX_BLOCKS);
	}
}

static void test_console_that_cannot_hear_does_not_start(void **state)
{
	(void)state;
	console_plug(&x, 2, 0, 1, 64);
	x.r.p.fail_map = MODEL_NEVER;
	assert_int_equal(vio_device_start(x.r.d), VIO_EADDR);
	assert_int_equal(x.r.d->state, VIO_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_100_kib_come_in_whole),
		T(test_text_that_was_not_read_outlives_a_restart),
		T(test_HD_CONSOLE_12_flood_waits_at_the_host_and_loses_nothing),
		T(test_flush_publishes_emptied_blocks_too),
		T(test_HD_CONSOLE_01_empty_completion_is_posted_again),
		T(test_HD_CONSOLE_02_length_beyond_the_buffer_is_clamped),
		T(test_edk2_len_double_fetch_a_length_changed_later_is_not_seen),
		T(test_block_that_cannot_be_mapped_is_given_later),
		T(test_console_that_cannot_hear_does_not_start),
#undef T
	};

	return cmocka_run_group_tests_name("console_receive", tests, NULL, NULL);
}
