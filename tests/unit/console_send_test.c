/* SPDX-License-Identifier: BSD-2-Clause */
/* Output of a console from the caller's memory. */
#include "tests/unit/console_rig.h"

static struct console_rig x;

enum { MUCH = 100 * 1024, SENDS = VIO_CONSOLE_TX_BLOCKS + 1 };

static uint8_t much[MUCH];
static struct vio_console_text sends[SENDS];
static unsigned ended, failed, again;

static int teardown(void **state)
{
	(void)state;
	console_close(&x);
	return 0;
}

static void on_end(struct vio_console_text *s, int err)
{
	assert_false(s->busy);
	assert_ptr_equal(s->arg, &x);
	ended++;
	failed += err != VIO_OK;
	if (err == VIO_OK && again > 0) {
		again--;
		assert_int_equal(vio_console_send(&x.c, 0, s), VIO_OK);
	}
}

static void live_on(uint32_t version, uint64_t features, unsigned ports)
{
	console_close(&x);
	console_live(&x, version, features, ports, 64);
	console_pattern(much, sizeof(much));
	ended = failed = again = 0;
	for (unsigned i = 0; i < SENDS; i++)
		sends[i] = (struct vio_console_text){
			.p = much + i, .len = 1, .done = on_end, .arg = &x
		};
}

/* After the bytes that were written before, and before those that are written later. */
static void test_bytes_arrive_in_order_and_without_a_copy(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, 0, 1);
		sends[0].p = much + 10;
		sends[0].len = MUCH - 20;
		assert_int_equal(vio_console_write(&x.c, 0, much, 10), 10);
		assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_OK);
		assert_int_equal(vio_console_write(&x.c, 0, much + MUCH - 10, 10), 10);
		assert_true(sends[0].busy);
		assert_int_equal(vio_console_unsent(&x.c, 0), MUCH);
		const unsigned long before = x.r.m.counts.notifies;
		vio_console_flush(&x.c, 0);
		assert_int_equal(x.r.m.counts.notifies, before + 1);
		console_settle(&x);
		console_host_got(&x, 0, much, MUCH);
		assert_int_equal(x.host.port[0].tx_buffers, 3);
		assert_int_equal(ended, 1);
		assert_int_equal(failed, 0);
		assert_int_equal(vio_console_unsent(&x.c, 0), 0);
		assert_int_equal(host_mapped(&x.r.p), VIO_CONSOLE_RX_BLOCKS);
	}
}

static void test_done_may_send_again(void **state)
{
	(void)state;
	live_on(2, 0, 1);
	again = 5;
	sends[0].len = 1000;
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_OK);
	vio_console_flush(&x.c, 0);
	console_settle(&x);
	assert_int_equal(ended, 6);
	assert_int_equal(x.host.port[0].out_len, 6000);
	assert_memory_equal(x.host.port[0].out + 5000, much, 1000);
}

static void test_descriptors_are_shared_with_blocks(void **state)
{
	(void)state;
	live_on(2, 0, 1);
	x.host.hold_tx = true;
	for (unsigned i = 0; i < SENDS; i++)
		assert_int_equal(vio_console_send(&x.c, 0, &sends[i]),
				 i + 1 < SENDS ? VIO_OK : VIO_EFULL);
	assert_int_equal(vio_console_write(&x.c, 0, much, 1), 0);
	vio_console_flush(&x.c, 0);
	model_run(&x.r.m);
	assert_int_equal(model_console_drain_tx(&x.r.m, 0, 1), 1);
	vio_device_poll(x.r.d);
	assert_int_equal(ended, 1);
	/* The block takes the descriptor that is free again. */
	assert_int_equal(vio_console_write(&x.c, 0, much, 1), 1);
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_EFULL);
	assert_int_equal(vio_console_unsent(&x.c, 0), SENDS - 1);
	x.host.hold_tx = false;
	vio_console_flush(&x.c, 0);
	console_settle(&x);
	assert_int_equal(ended, SENDS - 1);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
}

static void test_wrong_use_is_refused(void **state)
{
	(void)state;
	live_on(2, VIO_CONSOLE_F_MULTIPORT, 2);
	assert_int_equal(vio_console_send(&x.c, x.c.nports, &sends[0]), VIO_EINVAL);
	sends[1].len = 0;
	assert_int_equal(vio_console_send(&x.c, 0, &sends[1]), VIO_EINVAL);
	assert_false(vio_console_open(&x.c, 0));
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_ENODEV);
	live_on(2, 0, 1);
	x.r.p.fail_map = 1;
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_EADDR);
	assert_false(sends[0].busy);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	x.host.hold_tx = true;
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_OK);
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_EBUSY);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(ended, 1);
	assert_int_equal(failed, 1);
	assert_int_equal(vio_console_lost(&x.c), 0); /* the caller still has it */
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_EDEVICE);
	assert_int_equal(host_mapped(&x.r.p), 0);
}

static void test_done_may_be_missing(void **state)
{
	(void)state;
	live_on(2, 0, 1);
	sends[0].done = NULL;
	assert_int_equal(vio_console_send(&x.c, 0, &sends[0]), VIO_OK);
	vio_console_flush(&x.c, 0);
	console_settle(&x);
	assert_false(sends[0].busy);
	console_host_got(&x, 0, much, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_bytes_arrive_in_order_and_without_a_copy),
		T(test_done_may_send_again),
		T(test_descriptors_are_shared_with_blocks),
		T(test_wrong_use_is_refused),
		T(test_done_may_be_missing),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
