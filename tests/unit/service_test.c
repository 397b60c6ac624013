/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_device_service() and vio_device_arm(): events, status, overdue requests. */
#include "tests/unit/toy_rig.h"

enum { SECOND = 1000000000 };

/* ---- The service ---- */

static void test_HD_STATUS_07_needs_reset_fails_the_device_at_the_next_service(void **state)
{
	(void)state;
	for (uint32_t with_interrupt = 0; with_interrupt < 2; with_interrupt++) {
		live();
		toy.model_holds = true;
		submit(0, 2);
		model_run(&r.m);
		model_needs_reset(&r.m);
		if (!with_interrupt)
			r.m.interrupt_status = 0;
		assert_int_equal(vio_device_service(r.d, r.p.clock), UINT64_MAX);
		assert_int_equal(toy.ndone, 2);
		assert_true(r.d->problem.got & 0x40);
		assert_int_equal(toy.configs, 1);
		failed_with(VIO_C_NEEDS_RESET);
	}
}

static void test_HD_STATUS_04_lost_status_bits_fail_the_device(void **state)
{
	const uint32_t lost[] = { 1, 2, 4, 8, 15 };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		live();
		r.instead.off = AT_STATUS;
		r.instead.value = 15 & ~lost[i];
		r.instead.times = 1;
		vio_device_service(r.d, r.p.clock);
		failed_with(VIO_C_NEEDS_RESET);
	}
}

/* SUSPEND was not negotiated; the other bit has no name. */
static void test_status_bits_without_a_meaning_do_no_harm(void **state)
{
	(void)state;
	live();
	r.m.faults.status_set = 0x30;
	assert_int_equal(vio_device_service(r.d, r.p.clock), UINT64_MAX);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_STATUS_10_failed_set_by_the_device_counts(void **state)
{
	(void)state;
	live_on(1, 0);
	r.instead.off = AT_STATUS;
	r.instead.value = 0x87;
	r.instead.times = 1;
	vio_device_service(r.d, r.p.clock);
	failed_with(VIO_C_NEEDS_RESET);
}

static void test_configuration_change_reaches_the_driver(void **state)
{
	const uint8_t v = 5;

	(void)state;
	live();
	assert_int_equal(toy.configs, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 1);
	assert_int_equal(r.d->events, 0);
	model_config_change(&r.m, 0, &v, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 2);
	assert_int_equal(r.d->config_changes, 1);
	assert_int_equal(r.d->events, 1);
	assert_int_equal(r.m.interrupt_status, 0);
	toy.submit_on_config = true;
	model_config_change(&r.m, 0, &v, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.m.counts.notifies, 1); /* published by the service */
	toy.lie_in = 4;
	model_config_change(&r.m, 0, &v, 1);
	vio_device_service(r.d, r.p.clock);
	failed_with(VIO_C_DRIVER);
}

static void test_class_may_ignore_configuration_changes(void **state)
{
	struct vio_driver deaf = toy_driver;
	const uint8_t v = 5;

	(void)state;
	live();
	deaf.config_changed = NULL;
	r.d->driver = &deaf;
	model_config_change(&r.m, 0, &v, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->config_changes, 1);
	assert_int_equal(toy.configs, 1);
	r.d->driver = &toy_driver;
}

/* An event between two service calls is found by the next call, since the call acknowledges first.
 */
static void raise_again(struct toy *t, struct vio_queue *q, int err)
{
	(void)t;
	(void)q;
	(void)err;
	model_interrupt(&r.m, 1);
}

static void test_openamp_ack_late_an_event_during_the_work_is_not_lost(void **state)
{
	(void)state;
	live();
	toy.on_done = raise_again;
	submit(0, 1);
	model_run(&r.m);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.m.interrupt_status, 0);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(r.m.interrupt_status, 1);
}

static void
test_HD_IRQ_03_HD_IRQ_07_event_that_never_clears_is_looked_at_once_a_service(void **state)
{
	(void)state;
	live();
	r.m.faults.interrupt_stuck = true;
	model_interrupt(&r.m, 2);
	uint64_t reads = r.m.counts.reads;
	vio_device_service(r.d, r.p.clock);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(toy.configs, 3);
	assert_int_equal(r.m.counts.reads - reads, 4); /* status and events, each time */
}

static void test_HD_IRQ_06_completion_without_any_event_is_found(void **state)
{
	(void)state;
	live();
	submit(0, 1);
	model_run(&r.m);
	r.m.interrupt_status = 0;
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 1);
}

/* ---- Overdue ---- */

static void test_overdue_queue_is_kicked_once_more_and_then_failed(void **state)
{
	uint64_t now = 5 * (uint64_t)SECOND;

	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	r.m.faults.silent = true;
	submit(0, 2);
	assert_int_equal(r.m.counts.notifies, 1);
	assert_int_equal(vio_device_service(r.d, now), now + SECOND);
	assert_int_equal(vio_device_service(r.d, now + SECOND), now + SECOND);
	assert_int_equal(r.m.counts.notifies, 1);
	now += SECOND + 1;
	assert_int_equal(vio_device_service(r.d, now), now + SECOND);
	assert_int_equal(r.m.counts.notifies, 2);
	vio_device_service(r.d, now + SECOND);
	assert_int_equal(r.d->state, VIO_LIVE);
	vio_device_service(r.d, now + SECOND + 1);
	assert_int_equal(r.m.counts.notifies, 2);
	assert_int_equal(r.d->problem.got, 2 * (uint64_t)SECOND + 1);
	assert_int_equal(r.d->problem.want, SECOND);
	assert_int_equal(toy.q[0].kicks, 2);
	assert_int_equal(r.d->problem.err, VIO_ETIMEDOUT);
	failed_with(VIO_C_SILENT);
}

static void test_device_that_needs_a_reset_is_not_notified_any_more(void **state)
{
	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	r.m.faults.silent = true;
	submit(0, 2);
	vio_device_service(r.d, SECOND);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 3 * (uint64_t)SECOND); /* overdue, too */
	assert_int_equal(r.m.counts.notifies, 1);
	failed_with(VIO_C_NEEDS_RESET);
}

static void submit_one(unsigned nth)
{
	(void)nth;
	submit(0, 1);
}

static void submit_four(unsigned nth)
{
	(void)nth;
	submit(0, 4);
}

/* All other requests complete, and go on to. */
static void test_HD_SPLIT_17_patient_queue_is_kicked_again_and_again(void **state)
{
	uint64_t now = SECOND;

	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	toy.q[0].patient = toy.q[0].resettable = true;
	r.m.faults.silent = true;
	submit(0, 2);
	vio_device_service(r.d, now);
	for (unsigned i = 2; i < 6; i++) {
		now += SECOND + 1;
		assert_int_equal(vio_device_service(r.d, now), now + SECOND);
		assert_int_equal(r.m.counts.notifies, i);
	}
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(toy.q[0].resets, 0);
	r.m.faults.silent = false;
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(vio_device_service(r.d, now), UINT64_MAX);
}

static void test_HD_SPLIT_30_HD_PACKED_13_one_request_is_lost(void **state)
{
	(void)state;
	for (unsigned version = 1; version <= 2; version++) {
		live_on(version, 0);
		toy.q[0].timeout = SECOND;
		rig_loses_one(&r, 0, submit_one);
		assert_true(toy.ndone > 8);
		failed_with(VIO_C_SILENT);
		live_on(version, 0);
		toy.q[0].timeout = SECOND;
		rig_loses_one(&r, 0, submit_four);
		failed_with(VIO_C_SILENT);
	}
}

/* So many others complete that the ring is never empty when the watch looks. */
static void test_one_request_is_lost_in_a_flood(void **state)
{
	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	r.m.faults.loses = true;
	for (unsigned i = 0; i < RIG_MORE && r.d->state == VIO_LIVE; i++) {
		submit(0, 2);
		model_run(&r.m);
		vio_device_service(r.d, r.p.clock);
		r.p.clock += SECOND / 4;
		vio_device_poll(r.d);
	}
	failed_with(VIO_C_SILENT);
}

static void test_time_out_begins_with_the_first_request(void **state)
{
	const uint64_t now = 5 * (uint64_t)SECOND;

	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	submit(0, 1);
	assert_int_equal(vio_device_service(r.d, now), now + SECOND);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(vio_device_service(r.d, now + SECOND / 4), UINT64_MAX);
	submit(0, 1);
	assert_int_equal(vio_device_service(r.d, now + SECOND / 2), now + SECOND / 2 + SECOND);
}

static void test_time_out_begins_anew_with_the_device(void **state)
{
	const uint64_t now = 5 * (uint64_t)SECOND;

	(void)state;
	live();
	toy.model_holds = true;
	for (unsigned i = 0; i < 2; i++) {
		toy.q[0].timeout = SECOND;
		submit(0, 1);
		assert_int_equal(vio_device_service(r.d, now + i), now + i + SECOND);
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
	}
}

/* A slow device that has many requests answers one of them per time-out. Each is older than the
 * time-out then, and none is lost. */
static void test_slow_device_is_not_overdue(void **state)
{
	struct mq_chain c;

	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	toy.model_holds = true;
	submit(0, TOY_SIZE);
	for (unsigned i = 0; i < 5 * TOY_SIZE; i++) {
		vio_device_service(r.d, r.p.clock);
		r.p.clock += SECOND - 1;
		model_run(&r.m);
		assert_true(mq_take(&r.m.queue[0], &c));
		model_complete(&r.m, 0, c.head, TOY_BYTES);
		assert_true(vio_device_poll(r.d));
		submit(0, 1);
	}
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(toy.q[0].kicks, 1 + 5 * TOY_SIZE); /* one for each submit */
}

static void test_deadline_beyond_the_end_of_time_is_none(void **state)
{
	const uint64_t now = UINT64_MAX - SECOND;

	(void)state;
	live();
	toy.q[0].timeout = 2 * (uint64_t)SECOND;
	r.m.faults.silent = true;
	submit(0, 1);
	assert_int_equal(vio_device_service(r.d, now), UINT64_MAX);
	assert_int_equal(vio_device_service(r.d, UINT64_MAX), UINT64_MAX);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_progress_and_the_lost_kick_are_forgiven(void **state)
{
	uint64_t now = 0;

	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	for (unsigned i = 0; i < 5; i++) {
		submit(0, 1);
		now += SECOND / 2;
		vio_device_service(r.d, now);
		r.m.kicked[0] = false; /* the notification was lost */
		now += SECOND + 1;
		vio_device_service(r.d, now); /* and is repeated */
		model_run(&r.m);
		assert_true(vio_device_poll(r.d));
		now += SECOND + 1;
		vio_device_service(r.d, now);
		assert_int_equal(r.d->state, VIO_LIVE);
	}
	assert_int_equal(toy.ndone, 5);
}

/* Completions before the first look at the clock say nothing about the requests in flight then. */
static void test_first_look_finds_nothing_overdue(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		live();
		toy.q[0].timeout = SECOND;
		if (i != 0)
			submit(0, i);
		model_run(&r.m);
		vio_device_poll(r.d);
		toy.model_holds = true;
		submit(0, 1);
		vio_device_service(r.d, 100 * (uint64_t)SECOND);
		assert_int_equal(toy.q[0].kicks, i == 0 ? 1 : 2);
	}
}

static void test_queue_without_timeout_waits_for_ever(void **state)
{
	(void)state;
	live();
	r.m.faults.silent = true;
	submit(0, 1);
	assert_int_equal(vio_device_service(r.d, 0), UINT64_MAX);
	assert_int_equal(vio_device_service(r.d, UINT64_MAX - 1), UINT64_MAX);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(r.m.counts.notifies, 1);
}

/* A completion that waits to be reaped is no silence. */
static void test_unreaped_completion_is_not_overdue(void **state)
{
	(void)state;
	live();
	toy.q[0].timeout = SECOND;
	for (unsigned i = 0; i < 2; i++) { /* the first one is taken */
		vio_device_poll(r.d);
		submit(0, 1);
		model_run(&r.m);
	}
	for (unsigned i = 1; i < 10; i++)
		vio_device_service(r.d, i * 2 * (uint64_t)SECOND);
	assert_int_equal(r.d->state, VIO_LIVE);
}

/* ---- The edge of idle ---- */

static void test_arm_asks_for_an_interrupt_and_looks_once_more(void **state)
{
	(void)state;
	for (unsigned event_idx = 0; event_idx < 2; event_idx++) {
		live_on(2, event_idx ? VIO_F_EVENT_IDX : 0);
		vio_device_poll(r.d); /* asks for none */
		submit(0, 1);
		assert_false(vio_device_arm(r.d));
		r.m.counts.interrupts = 0;
		model_run(&r.m);
		assert_int_equal(r.m.counts.interrupts, 1);
		assert_true(vio_device_arm(r.d));
		assert_true(vio_device_poll(r.d));
		assert_false(vio_device_arm(r.d));
	}
}

static void test_arm_publishes_what_was_left(void **state)
{
	(void)state;
	live();
	assert_int_equal(toy_submit(&toy, 1), VIO_OK);
	assert_false(vio_device_arm(r.d));
	assert_int_equal(r.m.counts.notifies, 1);
}

static void test_poll_after_arm_asks_for_no_interrupts(void **state)
{
	(void)state;
	live();
	vio_device_poll(r.d); /* the first one, too */
	submit(0, 1);
	model_run(&r.m);
	assert_int_equal(r.m.counts.interrupts, 0);
	assert_true(vio_device_poll(r.d));
	assert_false(vio_device_arm(r.d));
	vio_device_poll(r.d);
	submit(0, 1);
	model_run(&r.m);
	assert_int_equal(r.m.counts.interrupts, 0);
	/* The hint is given once: the busy path does not write that cache line again. */
	model_store16(&r.p.memory, r.m.queue[0].set.avail, 0);
	vio_device_poll(r.d);
	assert_int_equal(model_load16(&r.p.memory, r.m.queue[0].set.avail), 0);
}

/* An event that a handler acknowledged is not in the register any more. The owner sees it
 * nevertheless. */
static void test_events_of_a_handler_reach_the_service(void **state)
{
	const uint8_t v = 7;

	(void)state;
	live();
	assert_false(vio_device_interrupt(r.d)); /* the line of another */
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->events, 0);
	model_config_change(&r.m, 0, &v, 1);
	assert_true(vio_device_interrupt(r.d));
	assert_int_equal(r.m.interrupt_status, 0);
	assert_int_equal(toy.configs, 1); /* nothing is called from the handler */
	assert_false(vio_device_interrupt(r.d));
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 2);
	assert_int_equal(r.d->events, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 2); /* once */
	model_interrupt(&r.m, 1);
	assert_true(vio_device_interrupt(r.d));
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->events, 2);
	assert_int_equal(toy.configs, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_STATUS_07_needs_reset_fails_the_device_at_the_next_service),
		T(test_HD_STATUS_04_lost_status_bits_fail_the_device),
		T(test_status_bits_without_a_meaning_do_no_harm),
		T(test_HD_STATUS_10_failed_set_by_the_device_counts),
		T(test_configuration_change_reaches_the_driver),
		T(test_class_may_ignore_configuration_changes),
		T(test_openamp_ack_late_an_event_during_the_work_is_not_lost),
		T(test_HD_IRQ_03_HD_IRQ_07_event_that_never_clears_is_looked_at_once_a_service),
		T(test_HD_IRQ_06_completion_without_any_event_is_found),
		T(test_events_of_a_handler_reach_the_service),
		T(test_overdue_queue_is_kicked_once_more_and_then_failed),
		T(test_device_that_needs_a_reset_is_not_notified_any_more),
		T(test_HD_SPLIT_17_patient_queue_is_kicked_again_and_again),
		T(test_HD_SPLIT_30_HD_PACKED_13_one_request_is_lost),
		T(test_one_request_is_lost_in_a_flood),
		T(test_time_out_begins_with_the_first_request),
		T(test_time_out_begins_anew_with_the_device),
		T(test_slow_device_is_not_overdue),
		T(test_deadline_beyond_the_end_of_time_is_none),
		T(test_progress_and_the_lost_kick_are_forgiven),
		T(test_first_look_finds_nothing_overdue),
		T(test_queue_without_timeout_waits_for_ever),
		T(test_unreaped_completion_is_not_overdue),
		T(test_arm_asks_for_an_interrupt_and_looks_once_more),
		T(test_arm_publishes_what_was_left),
		T(test_poll_after_arm_asks_for_no_interrupts),
#undef T
	};

	return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
