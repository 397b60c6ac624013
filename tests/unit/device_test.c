/* SPDX-License-Identifier: BSD-2-Clause */
/* A live device: poll, callbacks that poll, and devices that lie. */
#include "tests/unit/toy_rig.h"

/* ---- The busy path ---- */

static void test_HD_MMIO_11_busy_path_writes_one_notify_a_batch_and_reads_nothing(void **state)
{
	(void)state;
	live();
	struct model_counts before = r.m.counts;
	unsigned clock = r.p.clock_reads;
	for (unsigned i = 0; i < 10; i++) {
		submit(0, 4);
		model_run(&r.m);
		assert_true(vio_device_poll(r.d));
	}
	assert_int_equal(toy.ndone, 40);
	assert_int_equal(r.m.counts.notifies - before.notifies, 10);
	assert_int_equal(r.m.counts.reads, before.reads);
	assert_int_equal(r.m.counts.writes, before.writes);
	assert_int_equal(r.p.clock_reads, clock);
	assert_int_equal(toy.q[0].kicks, 10);
	assert_int_equal(toy.q[0].requests, 40);
	assert_int_equal(toy.q[0].completions, 40);
}

static void test_idle_poll_touches_nothing(void **state)
{
	(void)state;
	live();
	struct model_counts before = r.m.counts;
	assert_false(vio_device_poll(r.d));
	vio_queue_kick(&toy.q[0]); /* nothing was submitted */
	assert_int_equal(r.m.counts.reads + r.m.counts.writes + r.m.counts.notifies,
			 before.reads + before.writes + before.notifies);
	assert_int_equal(toy.q[0].kicks + toy.q[0].kicks_saved, 0);
}

static void resubmit(struct toy *t, struct vio_queue *q, int err)
{
	if (err == VIO_OK && t->ndone <= 8)
		assert_int_equal(toy_submit(t, q->index), VIO_OK);
}

static void test_kicks_that_the_device_did_not_ask_for_are_saved_and_counted(void **state)
{
	(void)state;
	live();
	mq_ask(&r.m.queue[0], MQ_ASK_NEVER, 0);
	submit(0, 2);
	submit(0, 2);
	assert_int_equal(r.m.counts.notifies, 0);
	assert_int_equal(toy.q[0].kicks, 0);
	assert_int_equal(toy.q[0].kicks_saved, 2);
}

static void test_nudge_publishes_and_notifies_whatever_was_asked_for(void **state)
{
	(void)state;
	live();
	mq_ask(&r.m.queue[0], MQ_ASK_NEVER, 0);
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_nudge(&toy.q[0]);
	assert_int_equal(r.m.counts.notifies, 1);
	assert_int_equal(toy.q[0].kicks, 1);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 1);
	vio_queue_kick(&toy.q[0]); /* nothing is left to do */
	assert_int_equal(toy.q[0].kicks_saved, 0);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	vio_queue_nudge(&toy.q[0]);
	assert_int_equal(r.m.counts.notifies, 1);
}

static void test_notification_carries_the_position_if_the_device_wants_it(void **state)
{
	uint32_t v[2];

	(void)state;
	live_on(2, VIO_F_NOTIF_DATA);
	submit(1, 3);
	assert_int_equal(rig_written(&r, AT_QUEUE_NOTIFY, v, 2), 1);
	assert_int_equal(v[0] & 0xffff, 1);
	assert_int_equal(v[0] >> 16 & 0x7fff, 3); /* above it is the lap of a packed ring */
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 3);
}

static void test_what_callbacks_submit_is_published_once_a_pass(void **state)
{
	(void)state;
	live();
	toy.on_done = resubmit;
	submit(0, 4);
	model_run(&r.m);
	assert_int_equal(r.m.counts.notifies, 1);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(r.m.counts.notifies, 2);
	assert_int_equal(toy.ndone, 4);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 12);
	assert_int_equal(toy_out(&toy), 0);
}

/* A device that answers at once, and a callback that asks again at once. */
static void serve_now(struct toy *t, struct vio_queue *q, int err)
{
	if (err != VIO_OK || t->ndone >= 100)
		return;
	assert_int_equal(toy_submit(t, q->index), VIO_OK);
	vio_queue_kick(q);
}

static void test_HD_SPLIT_29_flood_on_one_queue_does_not_starve_the_loop(void **state)
{
	(void)state;
	live();
	r.m.serve_on_kick = true;
	toy.on_done = serve_now;
	submit(0, 1);
	submit(1, 1);
	assert_true(vio_device_poll(r.d));
	assert_true(toy.q[0].completions <= TOY_SIZE);
	assert_true(toy.q[1].completions > 0);
}

/* ---- Callbacks that poll ---- */

static void poll_inside(struct toy *t, struct vio_queue *q, int err)
{
	(void)q;
	if (err == VIO_OK)
		vio_device_poll(&t->device);
}

static void test_HD_HOST_03_poll_within_a_callback_completes_once(void **state)
{
	(void)state;
	live();
	toy.on_done = poll_inside;
	submit(0, 5);
	submit(1, 3);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 8);
	assert_int_equal(toy.deepest, 8);
	assert_int_equal(toy_out(&toy), 0);
}

static void lie_and_poll(struct toy *t, struct vio_queue *q, int err)
{
	if (err != VIO_OK)
		return;
	mq_lie(&r.m.queue[q->index], MQ_ID_TOO_BIG);
	vio_device_poll(&t->device);
	vio_device_poll(&t->device);
	/* The failure is found, but takes effect later, since a callback is running. */
	assert_int_equal(t->device.state, VIO_FAILING);
	assert_int_equal(t->stops, 0);
	assert_int_equal(toy_submit(t, 0), VIO_EDEVICE);
	assert_int_equal(vio_device_start(&t->device), VIO_EBUSY);
	assert_int_equal(vio_device_stop(&t->device), VIO_EBUSY);
}

static void test_failing_waits_for_the_outermost_poll(void **state)
{
	struct mq_chain c;

	(void)state;
	live();
	toy.on_done = lie_and_poll;
	toy.model_holds = true;
	submit(0, 4);
	model_run(&r.m);
	assert_true(mq_take(&r.m.queue[0], &c));
	model_complete(&r.m, 0, c.head, 0);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 4);
	failed_with(VIO_C_BAD_USED);
}

static void poll_until_it_lies(struct toy *t, struct vio_queue *q, int err)
{
	if (err == VIO_OK && t->depth == 1)
		assert_true(vio_device_poll(&t->device)); /* one request ended */
	else if (err == VIO_OK)
		vio_device_protocol_error(&t->device, q->index, 7);
}

static void test_inner_poll_that_finds_a_lie_says_what_it_did(void **state)
{
	(void)state;
	live();
	toy.on_done = poll_until_it_lies;
	submit(0, 2);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 2);
	failed_with(VIO_C_DRIVER);
}

static void restart_inside(struct toy *t, struct vio_queue *q, int err)
{
	(void)q;
	if (err == VIO_EDEVICE) {
		assert_int_equal(vio_device_start(&t->device), VIO_EBUSY);
		assert_int_equal(toy_submit(t, 0), VIO_EDEVICE);
	}
}

static void test_requests_that_come_back_failed_cannot_restart_the_device(void **state)
{
	(void)state;
	live();
	toy.on_done = restart_inside;
	toy.model_holds = true;
	submit(0, 3);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(toy.ndone, 3);
}

/* ---- Lies ---- */

static void test_HD_SPLIT_04_each_lie_fails_the_device_and_returns_all_requests(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		for (unsigned lie = 0; lie < MQ_LEN_OVER; lie++) {
			live_on(version, 0);
			toy.model_holds = true;
			submit(0, 3);
			submit(1, 2);
			model_run(&r.m);
			if (!mq_lie(&r.m.queue[0], (enum mq_lie)lie))
				continue; /* needs chains of several descriptors, or an older lap */
			assert_true(vio_device_poll(r.d));
			assert_int_equal(toy.ndone, 5);
			assert_int_equal(r.d->problem.queue, 0);
			failed_with(VIO_C_BAD_USED);
		}
	}
}

static void test_HD_SPLIT_09_length_is_clamped_or_in_strict_mode_fails(void **state)
{
	(void)state;
	for (unsigned strict = 0; strict < 2; strict++) {
		rig_close(&r);
		rig_init_for(&r, 2);
		toy_config(&r, &toy, 2, 1 | BIT64(32));
		rig_plug(&r, true);
		r.d->strict_len = strict;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		toy.model_holds = true;
		submit(0, 2);
		model_run(&r.m);
		assert_true(mq_lie(&r.m.queue[0], MQ_LEN_HUGE));
		assert_true(vio_device_poll(r.d));
		if (strict) {
			assert_int_equal(toy.ndone, 2);
			failed_with(VIO_C_BAD_USED);
		} else {
			assert_int_equal(r.d->state, VIO_LIVE);
			assert_int_equal(toy.ndone, 1);
			assert_int_equal(toy.written[0], TOY_BYTES);
		}
	}
}

static void test_uboot_bad_id_livelock_ends_the_device(void **state)
{
	(void)state;
	live();
	toy.model_holds = true;
	submit(0, 1);
	assert_true(mq_lie(&r.m.queue[0], MQ_ID_TOO_BIG));
	for (unsigned i = 0; i < 3; i++)
		vio_device_poll(r.d);
	failed_with(VIO_C_BAD_USED);
}

static void test_driver_that_finds_a_lie_fails_its_device(void **state)
{
	const unsigned value = 7;

	(void)state;
	live();
	toy.lie_in = 3;
	submit(0, 3);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.err[0], VIO_OK);
	assert_int_equal(toy.err[1], VIO_EDEVICE);
	assert_int_equal(toy.ndone, 3);
	assert_int_equal(r.d->problem.got, value);
	failed_with(VIO_C_DRIVER);
}

/* What the device completed in another queue comes back as failed. */
static void test_nothing_completes_after_a_lie(void **state)
{
	(void)state;
	live();
	toy.lie_in = 3;
	submit(0, 1);
	submit(1, 1);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.err[0], VIO_OK);
	assert_int_equal(toy.err[1], VIO_EDEVICE);
	failed_with(VIO_C_DRIVER);
}

static void test_driver_that_finds_a_lie_outside_of_callbacks(void **state)
{
	(void)state;
	live();
	submit(0, 2);
	vio_device_protocol_error(r.d, 0, 1);
	assert_int_equal(r.d->state, VIO_FAILING);
	assert_true(vio_device_arm(r.d)); /* do not sleep */
	assert_true(vio_device_poll(r.d));
	failed_with(VIO_C_DRIVER);
	vio_device_protocol_error(r.d, 0, 2); /* too late to matter */
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	vio_device_protocol_error(r.d, 0, 3);
	assert_int_equal(r.d->state, VIO_DOWN);
	r.d->state = VIO_FAILED;
	failed_with(VIO_C_DRIVER);
	assert_int_equal(r.d->problem.got, 1);
}

static void test_driver_that_finds_a_lie_while_starting(void **state)
{
	(void)state;
	for (unsigned where = 1; where <= 2; where++) {
		rig_close(&r);
		rig_init_for(&r, 2);
		toy_config(&r, &toy, 2, 1 | BIT64(32));
		rig_plug(&r, true);
		toy.lie_in = where;
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(toy.configs, 0);
		failed_with(VIO_C_DRIVER);
	}
}

static void lie_and_submit(struct toy *t)
{
	vio_device_protocol_error(&t->device, 0, 7);
	assert_int_equal(t->device.state, VIO_STARTING);
	assert_int_equal(toy_submit(t, 0), VIO_OK);
}

static void test_start_that_found_a_lie_goes_on_to_its_end(void **state)
{
	(void)state;
	plug_toy(2, offer(2));
	toy.on_opened = lie_and_submit;
	assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
	assert_int_equal(toy.ndone, 1);
	failed_with(VIO_C_DRIVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_MMIO_11_busy_path_writes_one_notify_a_batch_and_reads_nothing),
		T(test_idle_poll_touches_nothing),
		T(test_kicks_that_the_device_did_not_ask_for_are_saved_and_counted),
		T(test_nudge_publishes_and_notifies_whatever_was_asked_for),
		T(test_notification_carries_the_position_if_the_device_wants_it),
		T(test_what_callbacks_submit_is_published_once_a_pass),
		T(test_HD_SPLIT_29_flood_on_one_queue_does_not_starve_the_loop),
		T(test_HD_HOST_03_poll_within_a_callback_completes_once),
		T(test_failing_waits_for_the_outermost_poll),
		T(test_inner_poll_that_finds_a_lie_says_what_it_did),
		T(test_requests_that_come_back_failed_cannot_restart_the_device),
		T(test_HD_SPLIT_04_each_lie_fails_the_device_and_returns_all_requests),
		T(test_HD_SPLIT_09_length_is_clamped_or_in_strict_mode_fails),
		T(test_uboot_bad_id_livelock_ends_the_device),
		T(test_driver_that_finds_a_lie_fails_its_device),
		T(test_nothing_completes_after_a_lie),
		T(test_driver_that_finds_a_lie_outside_of_callbacks),
		T(test_driver_that_finds_a_lie_while_starting),
		T(test_start_that_found_a_lie_goes_on_to_its_end),
#undef T
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
