/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-input over its device model: events and messages. */
#include "tests/unit/input_rig.h"

static void test_input_002_events_come_in_order_and_the_queue_stays_full(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live(version);
		memset(&got, 0, sizeof(got));
		assert_int_equal(mq_look(&r.m.queue[0]), VIO_INPUT_EVENTS);
		for (unsigned i = 0; i < 3 * VIO_INPUT_EVENTS; i++) {
			send(VIO_INPUT_KEY, KEY_A, i % 3);
			turn();
			assert_int_equal(mq_look(&r.m.queue[0]), VIO_INPUT_EVENTS);
		}
		send(VIO_INPUT_SYN, 0, 0);
		turn();
		assert_int_equal(got.calls, 3 * VIO_INPUT_EVENTS + 1);
		for (unsigned i = 0; i < MOST; i++) {
			assert_int_equal(got.e[i].type, VIO_INPUT_KEY);
			assert_int_equal(got.e[i].value, i % 3);
		}
		assert_int_equal(in.reported, got.calls);
		teardown(NULL);
	}
}

static void test_events_of_one_poll_cost_one_notification(void **state)
{
	(void)state;
	live(2);
	const unsigned long notifies = r.m.counts.notifies, reads = r.m.counts.reads;
	const unsigned long writes = r.m.counts.writes;
	for (unsigned i = 0; i < 10; i++)
		send(VIO_INPUT_KEY, KEY_A, i % 2);
	vio_device_poll(r.d);
	model_run(&r.m);
	assert_int_equal(got.calls, 10);
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	assert_int_equal(r.m.counts.reads, reads);
	assert_int_equal(r.m.counts.writes, writes);
}

static void test_HD_INPUT_01_short_event_is_dropped(void **state)
{
	const uint8_t press[8] = { 1, 0, KEY_A, 0, 1 };

	(void)state;
	live(2);
	for (uint32_t n = 0; n < 8; n++) {
		model_input_send_raw(&r.m, press, 8, n);
		turn();
	}
	assert_int_equal(got.calls, 0);
	assert_int_equal(in.dropped, 8);
	model_input_send_raw(&r.m, press, 8, UINT32_MAX); /* clamped, and whole */
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(mq_look(&r.m.queue[0]), VIO_INPUT_EVENTS);
}

static void test_event_that_was_not_written_is_not_an_old_one(void **state)
{
	(void)state;
	live(2);
	for (unsigned i = 0; i < VIO_INPUT_EVENTS; i++)
		send(VIO_INPUT_KEY, KEY_A, 1);
	turn();
	for (unsigned i = 0; i < VIO_INPUT_EVENTS; i++)
		model_input_send_raw(&r.m, "", 0, 8);
	turn();
	assert_int_equal(got.calls, 2 * VIO_INPUT_EVENTS);
	for (unsigned i = VIO_INPUT_EVENTS; i < got.calls; i++)
		assert_int_equal(got.e[i].type, VIO_INPUT_SYN);
}

static void test_HD_INPUT_02_unknown_type_or_code_is_dropped(void **state)
{
	static const uint16_t wrong[][2] = {
		{ VIO_INPUT_KEY, KEY_A + 1 },
		{ VIO_INPUT_KEY, VIO_INPUT_KEYS },
		{ VIO_INPUT_KEY, 0xffff },
		{ VIO_INPUT_REL, X },
		{ VIO_INPUT_REL, VIO_INPUT_CODES },
		{ VIO_INPUT_ABS, 0xffff },
		{ VIO_INPUT_SYN, 4 },
		{ 0x14, 0 },
		{ 0x1f, 1 },
		{ 0xffff, 0 },
	};

	(void)state;
	model_input_has(&host, 0x14, 0); /* announced, and not known to the driver */
	live(2);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		send(wrong[i][0], wrong[i][1], 1);
		turn();
	}
	assert_int_equal(got.calls, 0);
	assert_int_equal(in.dropped, sizeof(wrong) / sizeof(wrong[0]));
	assert_int_equal(in.device.state, VIO_LIVE);
}

/* One poll takes as many events as the queue has buffers, though the device never rests. */
static void flood(struct model *m, void *ctx, bool write, uint32_t off, uint32_t value)
{
	(void)ctx;
	(void)value;
	if (write && off == AT_QUEUE_NOTIFY)
		while (model_input_send(m, VIO_INPUT_KEY, KEY_A, 1))
			;
}

static void test_HD_INPUT_05_flood_of_events_is_taken_in_parts(void **state)
{
	(void)state;
	live(2);
	r.m.on_access = flood;
	while (model_input_send(&r.m, VIO_INPUT_KEY, KEY_A, 1))
		;
	for (unsigned i = 1; i <= 5; i++) {
		assert_true(vio_device_poll(r.d));
		assert_int_equal(got.calls, i * VIO_INPUT_EVENTS);
	}
	r.m.on_access = NULL;
	vio_device_poll(r.d);
}

static void test_messages_reach_the_device(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		host.ngot = 0;
		live(version);
		assert_int_equal(
			vio_input_send(&in, (struct vio_input_event){ VIO_INPUT_LED, CAPS, 1 }),
			VIO_OK);
		turn();
		assert_int_equal(host.ngot, 1);
		assert_int_equal(host.got[0].type, VIO_INPUT_LED);
		assert_int_equal(host.got[0].code, CAPS);
		assert_int_equal(host.got[0].value, 1);
		assert_int_equal(
			vio_input_send(&in, (struct vio_input_event){ VIO_INPUT_LED, 0, 1 }),
			VIO_ENOTSUP);
		teardown(NULL);
	}
}

static void test_messages_in_flight_are_limited(void **state)
{
	const struct vio_input_event light = { VIO_INPUT_LED, CAPS, 1 };

	(void)state;
	live(2);
	host.hold = true;
	for (unsigned i = 0; i < VIO_INPUT_MESSAGES; i++)
		assert_int_equal(vio_input_send(&in, light), VIO_OK);
	assert_int_equal(vio_input_send(&in, light), VIO_EFULL);
	host.hold = false;
	host.status_written = 99; /* of no meaning */
	r.m.kicked[1] = true;
	turn();
	assert_int_equal(vio_input_send(&in, light), VIO_OK);
	turn();
	assert_int_equal(host.ngot, VIO_INPUT_MESSAGES + 1);
	for (unsigned i = 0; i < VIO_INPUT_MESSAGES; i++) {
		r.p.fail_map = 1;
		assert_int_equal(vio_input_send(&in, light), VIO_EADDR);
	}
	assert_int_equal(vio_input_send(&in, light), VIO_OK);
	turn();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_input_send(&in, light), VIO_EDEVICE);
	teardown(NULL);
	plug(2, NULL); /* before the start nothing is known */
	assert_int_equal(vio_input_send(&in, light), VIO_EDEVICE);
}

static void test_event_may_be_answered_at_once(void **state)
{
	(void)state;
	live(2);
	got.answer = true;
	send(VIO_INPUT_KEY, KEY_A, 1);
	turn();
	assert_int_equal(host.ngot, 1);
}

static void test_events_without_a_listener_are_dropped(void **state)
{
	(void)state;
	live(2);
	in.event = NULL;
	send(VIO_INPUT_KEY, KEY_A, 1);
	turn();
	assert_int_equal(in.reported, 1);
	assert_int_equal(got.calls, 0);
}

/* No event will report that these keys are up. */
static void test_keys_of_a_device_that_fails_are_released(void **state)
{
	(void)state;
	model_input_has(&host, MODEL_INPUT_REL, X);
	live(2);
	send(VIO_INPUT_KEY, KEY_A, 1);
	send(VIO_INPUT_KEY, KEY_SHIFT, 1);
	send(VIO_INPUT_KEY, KEY_A, 0);
	send(VIO_INPUT_REL, X, 1); /* this is no key */
	turn();
	assert_int_equal(in.held[0], 0);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(got.calls, 5);
	assert_int_equal(got.e[4].code, KEY_SHIFT);
	assert_int_equal(got.e[4].value, 0);
	assert_int_equal(in.dropped, 0); /* the empty buffers are no events */
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	send(VIO_INPUT_KEY, KEY_A, 1);
	send(VIO_INPUT_KEY, KEY_A, 0);
	turn();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(got.calls, 7);
}

/* A buffer that could not go to the device goes with the next one. */
static void test_buffers_that_cannot_be_mapped_come_back_later(void **state)
{
	(void)state;
	live(2);
	r.p.fail_map = 1;
	send(VIO_INPUT_KEY, KEY_A, 1);
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(mq_look(&r.m.queue[0]), VIO_INPUT_EVENTS - 1);
	send(VIO_INPUT_KEY, KEY_A, 0);
	turn();
	assert_int_equal(got.calls, 2);
	assert_int_equal(mq_look(&r.m.queue[0]), VIO_INPUT_EVENTS);
}

static void test_light_that_is_never_switched_does_not_end_the_device(void **state)
{
	uint64_t now = 0;

	(void)state;
	live(2);
	host.hold = true;
	assert_int_equal(vio_input_send(&in, (struct vio_input_event){ VIO_INPUT_LED, CAPS, 1 }),
			 VIO_OK);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT); /* no RING_RESET here */
	assert_int_equal(r.d->problem.queue, 1);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void switch_the_light(unsigned nth)
{
	(void)nth;
	vio_input_send(&in, (struct vio_input_event){ VIO_INPUT_LED, CAPS, 1 });
}

static void test_one_lost_message_fails_the_device(void **state)
{
	(void)state;
	live(2);
	rig_loses_one(&r, 1, switch_the_light);
	assert_true(in.status.completions > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_input_002_events_come_in_order_and_the_queue_stays_full),
		T(test_events_of_one_poll_cost_one_notification),
		T(test_HD_INPUT_01_short_event_is_dropped),
		T(test_event_that_was_not_written_is_not_an_old_one),
		T(test_HD_INPUT_02_unknown_type_or_code_is_dropped),
		T(test_HD_INPUT_05_flood_of_events_is_taken_in_parts),
		T(test_messages_reach_the_device),
		T(test_messages_in_flight_are_limited),
		T(test_event_may_be_answered_at_once),
		T(test_events_without_a_listener_are_dropped),
		T(test_keys_of_a_device_that_fails_are_released),
		T(test_buffers_that_cannot_be_mapped_come_back_later),
		T(test_light_that_is_never_switched_does_not_end_the_device),
		T(test_one_lost_message_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("input_events", tests, NULL, NULL);
}
