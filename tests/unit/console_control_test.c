/* SPDX-License-Identifier: BSD-2-Clause */
/* A console with several ports: the control handshake, hang-up and re-open. */
#include "tests/unit/console_host.h"

/* ---- The handshake ---- */

static void test_con_007_handshake_greets_then_answers_for_each_port(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, PORTS, 64);
		assert_int_equal(x.host.got[0].event, MODEL_CTL_DEVICE_READY);
		assert_int_equal(x.host.got[0].value, 1);
		assert_int_equal(x.host.ngot, 1 + 2 * PORTS);
		for (unsigned i = 0; i < PORTS; i++) {
			assert_int_equal(said(i, MODEL_CTL_PORT_READY), 1);
			assert_int_equal(said(i, MODEL_CTL_PORT_OPEN), 1);
			assert_true(x.host.port[i].ready && x.host.port[i].guest_open);
			assert_true(vio_console_open(&x.c, i));
		}
		for (unsigned i = 0; i < x.host.ngot; i++)
			assert_int_equal(x.host.got[i].value, 1);
	}
}

static void test_all_port_queues_are_there_before_the_host_adds_a_port(void **state)
{
	(void)state;
	plug_on(2, PORTS, 64);
	x.host.no_handshake = true;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
	for (unsigned i = 0; i < 2 * PORTS + 2; i++)
		assert_true(x.r.m.queue[i].live);
	for (unsigned i = 0; i < PORTS; i++) {
		assert_false(vio_console_open(&x.c, i));
		assert_int_equal(vio_console_write(&x.c, i, "x", 1), 0);
	}
}

static void test_con_011_each_port_has_its_own_queues(void **state)
{
	uint8_t in[16];

	(void)state;
	live_on(2, PORTS, 64);
	for (unsigned i = 0; i < PORTS; i++) {
		const char c = (char)('a' + i);

		console_put(&x, i, &c, 1);
		console_host_got(&x, i, &c, 1);
		assert_int_equal(model_console_send(&x.r.m, i, &c, 1), 1);
	}
	console_settle(&x);
	for (unsigned i = 0; i < PORTS; i++) {
		assert_int_equal(vio_console_read(&x.c, i, in, 16), 1);
		assert_int_equal(in[0], 'a' + i);
	}
}

static void test_con_009_each_console_port_message_is_answered(void **state)
{
	(void)state;
	live();
	tell(0, MODEL_CTL_CONSOLE_PORT, 1);
	tell(0, MODEL_CTL_CONSOLE_PORT, 1);
	tell(1, MODEL_CTL_CONSOLE_PORT, 1);
	assert_int_equal(said(0, MODEL_CTL_PORT_OPEN), 3);
	assert_int_equal(said(1, MODEL_CTL_PORT_OPEN), 2);
}

/* A host that does not look for a while: nothing that is due gets lost. */
static void test_messages_that_find_no_room_are_said_later(void **state)
{
	const uint32_t max[] = { 1, 64 };

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		live_on(2, PORTS, max[k]);
		x.r.m.faults.silent = true;
		for (unsigned i = 0; i < 3 * PORTS; i++) {
			tell(i % PORTS, MODEL_CTL_DEVICE_REMOVE, 1);
			tell(i % PORTS, MODEL_CTL_DEVICE_ADD, 1);
			tell(i % PORTS, MODEL_CTL_CONSOLE_PORT, 1);
		}
		assert_int_equal(x.r.m.queue[3].outstanding, k == 0 ? 1 : 8);
		x.r.m.faults.silent = false;
		console_settle(&x);
		for (unsigned i = 0; i < PORTS; i++) {
			assert_true(said(i, MODEL_CTL_PORT_READY) >= 2 + k);
			assert_true(said(i, MODEL_CTL_PORT_OPEN) >= 2 + k);
			assert_false(x.host.port[i].open_owed);
		}
	}
}

/* Messages that were due for a removed port are dropped, since the host does not know the port any
 * more. */
static void test_messages_for_a_removed_port_are_not_said(void **state)
{
	(void)state;
	live_on(2, 2, 1);
	x.r.m.faults.silent = true;
	tell(0, MODEL_CTL_CONSOLE_PORT, 1);
	tell(1, MODEL_CTL_DEVICE_REMOVE, 1);
	tell(1, MODEL_CTL_DEVICE_ADD, 1);
	tell(1, MODEL_CTL_CONSOLE_PORT, 1);
	tell(1, MODEL_CTL_DEVICE_REMOVE, 1);
	x.r.m.faults.silent = false;
	console_settle(&x);
	assert_int_equal(said(1, MODEL_CTL_PORT_READY), 1);
	assert_int_equal(said(1, MODEL_CTL_PORT_OPEN), 1);
}

/* Even if the host did not ask for it: QEMU looks for waiting input then, and not earlier. */
static void test_open_port_has_its_receive_queue_notified(void **state)
{
	unsigned long before;
	uint32_t n[32];

	(void)state;
	live();
	mq_ask(&x.r.m.queue[4], MQ_ASK_NEVER, 0);
	before = x.r.m.queue[4].kicks;
	x.r.nlog = 0;
	tell(1, MODEL_CTL_CONSOLE_PORT, 1);
	assert_int_equal(x.r.m.queue[4].kicks, before + 1);
	unsigned count = rig_written(&x.r, AT_QUEUE_NOTIFY, n, 32);
	assert_true(count >= 2);
	assert_int_equal(n[0], 3); /* the host knows first that the port is open */
	assert_int_equal(n[1], 4);
}

static void test_control_buffer_that_cannot_be_mapped_is_given_later(void **state)
{
	(void)state;
	live();
	for (unsigned i = 0; i < 20; i++) {
		x.r.p.fail_map = 1;
		tell(1, MODEL_CTL_PORT_OPEN, 1);
		tell(1, MODEL_CTL_PORT_OPEN, 1);
		assert_int_equal(host_mapped(&x.r.p),
				 2 * VIO_CONSOLE_RX_BLOCKS + VIO_CONSOLE_CTL_MESSAGES);
	}
}

static void test_message_that_cannot_be_mapped_is_said_later(void **state)
{
	(void)state;
	plug_on(2, 2, 64);
	x.r.p.fail_map = 2 * VIO_CONSOLE_RX_BLOCKS + VIO_CONSOLE_CTL_MESSAGES + 1;
	x.host.no_handshake = true;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
	assert_int_equal(x.host.ngot, 0);
	x.host.no_handshake = false;
	tell(0, 99, 0);
	assert_int_equal(said(0, MODEL_CTL_DEVICE_READY), 1);
	assert_true(vio_console_open(&x.c, 1));
}

static void test_the_port_after_the_last_is_refused(void **state)
{
	uint8_t b;

	(void)state;
	live_on(2, PORTS, 64);
	assert_false(vio_console_open(&x.c, PORTS));
	assert_int_equal(vio_console_write(&x.c, PORTS, "x", 1), 0);
	assert_int_equal(vio_console_read(&x.c, PORTS, &b, 1), 0);
	vio_console_flush(&x.c, PORTS);
	assert_int_equal(vio_console_unsent(&x.c, PORTS), 0);
	assert_string_equal(vio_console_name(&x.c, PORTS), "");
}

/* It has read our greeting late, announces a port, and opens it after a while. */
static void test_a_port_is_awaited_until_it_is_open(void **state)
{
	(void)state;
	plug_on(2, 2, 64);
	x.host.no_handshake = true;
	x.r.m.faults.silent = true;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
	assert_true(vio_console_awaited(&x.c, 0));
	x.r.m.faults.silent = false;
	console_settle(&x);
	assert_false(vio_console_awaited(&x.c, 0));
	tell(0, MODEL_CTL_DEVICE_ADD, 1);
	assert_true(vio_console_awaited(&x.c, 0));
	assert_false(vio_console_awaited(&x.c, 1));
	assert_false(vio_console_awaited(&x.c, 2));
	tell(0, MODEL_CTL_PORT_OPEN, 1);
	assert_false(vio_console_awaited(&x.c, 0));
	assert_true(vio_console_open(&x.c, 0));
}

/* ---- Hang-up, re-open, remove ---- */

static void test_hang_up_and_re_open(void **state)
{
	uint8_t in[16];

	(void)state;
	live();
	assert_int_equal(model_console_send(&x.r.m, 1, "before", 6), 6);
	assert_int_equal(vio_console_write(&x.c, 1, "kept", 4), 4);
	tell(1, MODEL_CTL_PORT_OPEN, 0);
	assert_false(vio_console_open(&x.c, 1));
	assert_true(vio_console_open(&x.c, 0));
	assert_int_equal(vio_console_write(&x.c, 1, "x", 1), 0);
	vio_console_flush(&x.c, 1);
	console_settle(&x);
	assert_int_equal(vio_console_unsent(&x.c, 1), 4);
	console_host_got(&x, 1, "", 0);
	assert_int_equal(vio_console_read(&x.c, 1, in, 16), 6);
	tell(1, MODEL_CTL_PORT_OPEN, 1);
	assert_true(vio_console_open(&x.c, 1));
	assert_int_equal(said(1, MODEL_CTL_PORT_OPEN), 1); /* we never closed */
	console_put(&x, 1, "!", 1);
	console_host_got(&x, 1, "kept!", 5);
	assert_int_equal(vio_console_lost(&x.c), 0);
}

static void test_removed_port_is_closed_and_can_be_added_again(void **state)
{
	(void)state;
	live();
	tell_more(1, MODEL_CTL_PORT_NAME, "old", 3);
	assert_int_equal(vio_console_write(&x.c, 1, "gone", 4), 4);
	tell(1, MODEL_CTL_DEVICE_REMOVE, 1);
	assert_false(vio_console_open(&x.c, 1));
	assert_string_equal(vio_console_name(&x.c, 1), "");
	assert_int_equal(vio_console_lost(&x.c), 4);
	assert_int_equal(vio_console_unsent(&x.c, 1), 0);
	tell(1, MODEL_CTL_PORT_OPEN, 1); /* of a port that is not there */
	assert_false(vio_console_open(&x.c, 1));
	tell(1, MODEL_CTL_DEVICE_ADD, 1);
	assert_int_equal(said(1, MODEL_CTL_PORT_READY), 2);
	assert_int_equal(said(1, MODEL_CTL_PORT_OPEN), 2);
	assert_true(vio_console_open(&x.c, 1));
	console_put(&x, 1, "new", 3);
	console_host_got(&x, 1, "new", 3);
}

static void test_HD_CONSOLE_09_add_twice_and_remove_of_the_unknown(void **state)
{
	(void)state;
	live();
	unsigned before = x.host.ngot;
	model_console_control(&x.r.m, 0, MODEL_CTL_DEVICE_ADD, 1, NULL, 0);
	tell(0, MODEL_CTL_DEVICE_ADD, 1);
	assert_int_equal(x.host.ngot, before);
	tell(1, MODEL_CTL_DEVICE_REMOVE, 1);
	tell(1, MODEL_CTL_DEVICE_REMOVE, 1);
	tell(0, MODEL_CTL_DEVICE_REMOVE, 1);
	assert_false(vio_console_open(&x.c, 0));
	assert_int_equal(vio_console_write(&x.c, 0, "x", 1), 0);
	assert_int_equal(x.host.ngot, before);
	assert_int_equal(x.r.d->state, VIO_LIVE);
}

static void test_handshake_starts_anew_after_a_failure(void **state)
{
	(void)state;
	live();
	vio_device_protocol_error(x.r.d, 0, 0);
	vio_device_poll(x.r.d);
	assert_false(vio_console_open(&x.c, 0));
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
	assert_int_equal(said(0, MODEL_CTL_DEVICE_READY), 2);
	assert_int_equal(said(1, MODEL_CTL_PORT_READY), 2);
	assert_true(vio_console_open(&x.c, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_con_007_handshake_greets_then_answers_for_each_port),
		T(test_all_port_queues_are_there_before_the_host_adds_a_port),
		T(test_con_011_each_port_has_its_own_queues),
		T(test_con_009_each_console_port_message_is_answered),
		T(test_messages_that_find_no_room_are_said_later),
		T(test_messages_for_a_removed_port_are_not_said),
		T(test_open_port_has_its_receive_queue_notified),
		T(test_control_buffer_that_cannot_be_mapped_is_given_later),
		T(test_message_that_cannot_be_mapped_is_said_later),
		T(test_the_port_after_the_last_is_refused),
		T(test_a_port_is_awaited_until_it_is_open),
		T(test_hang_up_and_re_open),
		T(test_removed_port_is_closed_and_can_be_added_again),
		T(test_HD_CONSOLE_09_add_twice_and_remove_of_the_unknown),
		T(test_handshake_starts_anew_after_a_failure),
#undef T
	};

	return cmocka_run_group_tests_name("console_control", tests, NULL, NULL);
}
