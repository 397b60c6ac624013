/* SPDX-License-Identifier: BSD-2-Clause */
/* Port 0 of a console: output, stop and restart. */
#include "tests/unit/console_port.h"

enum { TX_ROOM = VIO_CONSOLE_TX_BLOCKS * VIO_CONSOLE_TX_BYTES };

/* ---- Transmit ---- */

static void test_what_is_written_arrives_at_the_flush_as_one_buffer(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, 0, 64);
		assert_true(vio_console_open(&x.c, 0));
		assert_int_equal(vio_console_write(&x.c, 0, "hello ", 6), 6);
		assert_int_equal(vio_console_write(&x.c, 0, "world", 5), 5);
		console_settle(&x);
		console_host_got(&x, 0, "", 0);
		assert_int_equal(vio_console_unsent(&x.c, 0), 11);
		vio_console_flush(&x.c, 0);
		model_run(&x.r.m); /* no poll in between */
		console_host_got(&x, 0, "hello world", 11);
		console_settle(&x);
		assert_int_equal(x.host.port[0].tx_buffers, 1);
		assert_int_equal(vio_console_unsent(&x.c, 0), 0);
		assert_int_equal(host_mapped(&x.r.p), VIO_CONSOLE_RX_BLOCKS);
	}
}

static void test_HD_QUEUE_04_ring_smaller_than_our_blocks_takes_what_fits(void **state)
{
	(void)state;
	live_on(2, 0, 2);
	assert_int_equal(host_mapped(&x.r.p), 2);
	assert_int_equal(vio_console_write(&x.c, 0, much, MUCH), 2 * VIO_CONSOLE_TX_BYTES);
	assert_int_equal(vio_console_lost(&x.c), 0);
}

static void test_100_kib_go_out_whole_in_blocks(void **state)
{
	const uint32_t max[] = { 1, 2, 4, 1024 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		live_on(1 + i % 2, i & 4 ? VIO_F_EVENT_IDX : 0, max[i % 4]);
		console_put(&x, 0, much, MUCH);
		console_host_got(&x, 0, much, MUCH);
		assert_int_equal(x.host.port[0].tx_buffers, MUCH / VIO_CONSOLE_TX_BYTES);
	}
}

static void test_full_block_goes_without_a_flush(void **state)
{
	(void)state;
	live();
	assert_int_equal(vio_console_write(&x.c, 0, much, VIO_CONSOLE_TX_BYTES + 1),
			 VIO_CONSOLE_TX_BYTES + 1);
	console_settle(&x);
	console_host_got(&x, 0, much, VIO_CONSOLE_TX_BYTES);
	assert_int_equal(vio_console_unsent(&x.c, 0), 1);
}

static void test_bytes_in_odd_pieces_fill_the_blocks(void **state)
{
	size_t done = 0;

	(void)state;
	live();
	while (done < 10000) {
		const size_t piece = 1 + done % 700;
		const size_t k = vio_console_write(&x.c, 0, much + done, piece);

		assert_true(k <= piece);
		done += k;
		console_settle(&x);
	}
	vio_console_flush(&x.c, 0);
	console_settle(&x);
	console_host_got(&x, 0, much, done);
	assert_int_equal(x.host.port[0].tx_buffers, done / VIO_CONSOLE_TX_BYTES + 1);
}

static void test_writing_many_blocks_notifies_once(void **state)
{
	unsigned long before;

	(void)state;
	live();
	before = x.r.m.counts.notifies;
	assert_int_equal(vio_console_write(&x.c, 0, much, TX_ROOM - 1), TX_ROOM - 1);
	assert_int_equal(x.r.m.counts.notifies, before);
	vio_console_flush(&x.c, 0);
	assert_int_equal(x.r.m.counts.notifies, before + 1);
}

static void test_full_blocks_are_sent_by_a_poll(void **state)
{
	unsigned long before;

	(void)state;
	live();
	before = x.r.m.counts.notifies;
	assert_int_equal(vio_console_write(&x.c, 0, much, MUCH), TX_ROOM);
	vio_device_poll(&x.c.device);
	assert_int_equal(x.r.m.counts.notifies, before + 1);
	model_run(&x.r.m);
	console_host_got(&x, 0, much, TX_ROOM);
}

static void test_HD_CONSOLE_11_transmit_that_is_never_consumed_accepts_no_more(void **state)
{
	(void)state;
	live();
	x.host.hold_tx = true;
	assert_int_equal(vio_console_write(&x.c, 0, much, MUCH), TX_ROOM);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(vio_console_write(&x.c, 0, much, 1), 0);
		vio_console_flush(&x.c, 0);
		vio_device_poll(x.r.d);
		vio_device_service(x.r.d, i * UINT64_C(1000000000));
	}
	assert_int_equal(vio_console_unsent(&x.c, 0), TX_ROOM);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(vio_console_lost(&x.c), TX_ROOM);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	assert_int_equal(vio_console_write(&x.c, 0, much, 1), 0);
}

/* The model sees it when bytes that it owns change. */
static void test_veridian_tx_early_free_blocks_are_not_reused_before_they_return(void **state)
{
	(void)state;
	live();
	x.host.hold_tx = true;
	assert_int_equal(vio_console_write(&x.c, 0, much, TX_ROOM - 100), TX_ROOM - 100);
	vio_console_flush(&x.c, 0);
	for (unsigned i = 0; i < 20; i++) {
		const size_t from = TX_ROOM - 100 + i * VIO_CONSOLE_TX_BYTES;

		assert_int_equal(vio_console_write(&x.c, 0, much + from, 1), 0);
		model_run(&x.r.m);
		mq_verify(&x.r.m.queue[1]);
		assert_int_equal(model_console_drain_tx(&x.r.m, 0, 1), 1);
		assert_true(vio_device_poll(x.r.d));
		assert_int_equal(vio_console_write(&x.c, 0, much + from, VIO_CONSOLE_TX_BYTES),
				 VIO_CONSOLE_TX_BYTES);
	}
	x.host.hold_tx = false;
	console_settle(&x);
	console_host_got(&x, 0, much, TX_ROOM - 100 + 20 * VIO_CONSOLE_TX_BYTES);
}

static void test_legacy_used_length_of_transmit_is_ignored(void **state)
{
	const uint32_t lie[] = { 1, 30, 512, 513, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		live_on(1 + i % 2, 0, 64);
		x.host.tx_len = lie[i];
		console_put(&x, 0, much, 4000);
		console_host_got(&x, 0, much, 4000);
		assert_int_equal(x.r.d->state, VIO_LIVE);
	}
}

static void test_block_that_cannot_be_mapped_is_lost_and_counted(void **state)
{
	(void)state;
	live();
	x.r.p.fail_map = 1;
	assert_int_equal(vio_console_write(&x.c, 0, much, 10), 10);
	vio_console_flush(&x.c, 0);
	assert_int_equal(vio_console_lost(&x.c), 10);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	console_put(&x, 0, "ok", 2);
	console_host_got(&x, 0, "ok", 2);
}

/* ---- The end, and a new beginning ---- */

static void test_failure_loses_what_was_unsent_and_keeps_what_was_received(void **state)
{
	(void)state;
	live();
	x.host.hold_tx = true;
	assert_int_equal(vio_console_write(&x.c, 0, much, 700), 700);
	assert_int_equal(model_console_send(&x.r.m, 0, "last words", 10), 10);
	vio_device_poll(x.r.d);
	model_needs_reset(&x.r.m);
	vio_device_service(x.r.d, 0);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_false(vio_console_open(&x.c, 0));
	assert_int_equal(vio_console_lost(&x.c), 700);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(vio_console_read(&x.c, 0, back, 4), 4);
	x.host.hold_tx = false;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_int_equal(vio_console_read(&x.c, 0, back + 4, 99), 6);
	assert_memory_equal(back, "last words", 10);
	console_settle(&x);
	x.host.port[0].out_len = 0;
	console_put(&x, 0, much, MUCH);
	console_host_got(&x, 0, much, MUCH);
	assert_int_equal(model_console_send(&x.r.m, 0, much, MUCH),
			 VIO_CONSOLE_RX_BLOCKS * VIO_CONSOLE_RX_BYTES);
}

static void test_HD_HOST_04_calls_before_the_start_do_nothing(void **state)
{
	(void)state;
	console_plug(&x, 2, VIO_CONSOLE_F_EMERG_WRITE, 1, 64);
	assert_ptr_equal(vio_console_of(x.r.d), &x.c);
	assert_int_equal(vio_console_ports(&x.c), 1);
	assert_false(vio_console_open(&x.c, 0));
	assert_int_equal(vio_console_write(&x.c, 0, "x", 1), 0);
	assert_int_equal(vio_console_read(&x.c, 0, back, 1), 0);
	vio_console_flush(&x.c, 0);
	assert_int_equal(vio_console_unsent(&x.c, 0), 0);
	assert_string_equal(vio_console_name(&x.c, 0), "");
	assert_false(vio_console_emergency(x.r.d, 'x'));
	x.r.d->driver = &toy_driver;
	assert_null(vio_console_of(x.r.d));
	assert_null(vio_console_of(NULL));
	assert_false(vio_console_emergency(x.r.d, 'x'));
}

static void test_port_numbers_out_of_range_are_refused(void **state)
{
	const unsigned port[] = { 1, VIO_CONSOLE_PORTS, UINT32_MAX };

	(void)state;
	live();
	for (unsigned i = 0; i < 3; i++) {
		assert_false(vio_console_open(&x.c, port[i]));
		assert_int_equal(vio_console_write(&x.c, port[i], "x", 1), 0);
		assert_int_equal(vio_console_read(&x.c, port[i], back, 1), 0);
		vio_console_flush(&x.c, port[i]);
		assert_int_equal(vio_console_unsent(&x.c, port[i]), 0);
		assert_string_equal(vio_console_name(&x.c, port[i]), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_what_is_written_arrives_at_the_flush_as_one_buffer),
		T(test_HD_QUEUE_04_ring_smaller_than_our_blocks_takes_what_fits),
		T(test_100_kib_go_out_whole_in_blocks),
		T(test_full_block_goes_without_a_flush),
		T(test_bytes_in_odd_pieces_fill_the_blocks),
		T(test_writing_many_blocks_notifies_once),
		T(test_full_blocks_are_sent_by_a_poll),
		T(test_HD_CONSOLE_11_transmit_that_is_never_consumed_accepts_no_more),
		T(test_veridian_tx_early_free_blocks_are_not_reused_before_they_return),
		T(test_legacy_used_length_of_transmit_is_ignored),
		T(test_block_that_cannot_be_mapped_is_lost_and_counted),
		T(test_failure_loses_what_was_unsent_and_keeps_what_was_received),
		T(test_HD_HOST_04_calls_before_the_start_do_nothing),
		T(test_port_numbers_out_of_range_are_refused),
#undef T
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
