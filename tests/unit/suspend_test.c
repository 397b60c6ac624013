/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspend and resume of a live device. */
#include "tests/unit/toy_rig.h"

#define SUSPEND BIT64(43)

enum { SECOND = 1000000000, S_SUSPENDED = 0x1b, S_LIVE = 0x0f };

static void live_suspendable(void)
{
	live_on(2, SUSPEND);
	assert_true(vio_has(r.d, SUSPEND));
}

static void suspended(void)
{
	live_suspendable();
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(r.d->state, VIO_SUSPENDED);
	assert_int_equal(r.m.status, S_SUSPENDED);
}

static void works(void)
{
	const unsigned before = toy.ndone, out = toy_out(&toy);

	submit(0, 2);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(toy.ndone, before + out + 2);
	assert_int_equal(r.d->state, VIO_LIVE);
	model_check(&r.m);
}

static void test_suspend_002_suspend_006_there_and_back(void **state)
{
	(void)state;
	live_suspendable();
	for (unsigned i = 0; i < 3; i++) {
		works();
		r.m.faults.suspend_reads = i;
		assert_int_equal(vio_device_suspend(r.d), VIO_OK);
		assert_int_equal(r.m.status, S_SUSPENDED);
		assert_int_equal(vio_device_suspend(r.d), VIO_EBUSY);
		assert_int_equal(vio_device_start(r.d), VIO_EBUSY);
		assert_int_equal(vio_device_resume(r.d), VIO_OK);
		assert_int_equal(r.m.status, S_LIVE);
		assert_int_equal(vio_device_resume(r.d), VIO_EBUSY);
	}
	works();
}

static void in_callback(struct toy *t, struct vio_queue *q, int err)
{
	(void)q;
	(void)err;
	t->on_done = NULL;
	assert_int_equal(vio_device_suspend(&t->device), VIO_EBUSY);
}

static void test_suspend_001_only_where_it_can_be(void **state)
{
	(void)state;
	live();
	assert_int_equal(vio_device_suspend(r.d), VIO_ENOTSUP);
	assert_int_equal(vio_device_resume(r.d), VIO_EBUSY);
	live_suspendable();
	toy.on_done = in_callback;
	works();
	assert_null(toy.on_done);
	vio_device_stop(r.d);
	assert_int_equal(vio_device_suspend(r.d), VIO_EBUSY);
}

/* The device owns the requests from before. No further one follows. */
static void test_suspend_003_suspend_004_nothing_is_added_and_nobody_notified(void **state)
{
	unsigned long notifies;

	(void)state;
	live_suspendable();
	toy.model_holds = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK); /* not published yet */
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(r.m.queue[0].outstanding, 1);
	notifies = r.m.counts.notifies;
	assert_int_equal(notifies, 1);
	assert_int_equal(toy_submit(&toy, 0), VIO_EBUSY);
	vio_queue_kick(&toy.q[0]);
	vio_queue_nudge(&toy.q[0]);
	assert_false(vio_device_poll(r.d));
	vio_device_service(r.d, r.p.clock);
	assert_false(vio_device_arm(r.d));
	assert_int_equal(r.m.counts.notifies, notifies);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	toy.model_holds = false;
	works();
	assert_int_equal(toy_out(&toy), 0);
}

/* A device may finish what it has before it is suspended. */
static void test_completions_of_before_are_there_after_the_resume(void **state)
{
	(void)state;
	live_suspendable();
	submit(0, 3);
	model_run(&r.m);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_false(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 0);
	assert_int_not_equal(r.m.interrupt_status, 0);
	assert_true(vio_device_service(r.d, r.p.clock) == UINT64_MAX);
	assert_int_equal(r.m.interrupt_status, 0); /* or nobody could sleep */
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 3);
	assert_int_equal(toy.err[2], VIO_OK);
}

static void test_deadlines_stand_still(void **state)
{
	(void)state;
	live_suspendable();
	toy.model_holds = true;
	submit(0, 1);
	model_run(&r.m);
	toy.q[0].timeout = SECOND;
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	r.p.clock += 100 * (uint64_t)SECOND;
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.m.counts.notifies, 1); /* not overdue */
	r.p.clock += 2 * (uint64_t)SECOND;
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.m.counts.notifies, 2);
}

static void test_suspend_005_change_of_configuration_is_told_after_the_resume(void **state)
{
	(void)state;
	suspended();
	model_interrupt(&r.m, 2);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 1);
	toy.submit_on_config = true;
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(toy.configs, 2);
	assert_int_equal(r.d->config_changes, 1);
	assert_int_equal(r.m.counts.notifies, 1);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(toy.configs, 2);
}

static void test_class_may_ignore_what_changed_meanwhile(void **state)
{
	struct vio_driver deaf = toy_driver;

	(void)state;
	live_suspendable();
	deaf.config_changed = NULL;
	r.d->driver = &deaf;
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	model_interrupt(&r.m, 2);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(r.d->config_changes, 1);
	r.d->driver = &toy_driver;
	works();
}

static void test_an_event_of_a_queue_is_no_change_of_configuration(void **state)
{
	(void)state;
	suspended();
	model_interrupt(&r.m, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(toy.configs, 1);
	assert_int_equal(r.d->config_changes, 0);
}

/* ---- Devices that do not do it ---- */

static void test_suspend_that_never_ends_fails_the_device_in_time(void **state)
{
	(void)state;
	live_suspendable();
	toy.model_holds = true;
	submit(0, 2);
	model_run(&r.m);
	r.m.faults.suspend_reads = MODEL_NEVER;
	uint64_t begin = r.p.clock;
	assert_int_equal(vio_device_suspend(r.d), VIO_ETIMEDOUT);
	assert_true(r.p.clock - begin >= SECOND && r.p.clock - begin < SECOND + SECOND / 10);
	assert_int_equal(toy.ndone, 2);
	failed_with(VIO_C_SUSPEND);
}

static void test_resume_that_never_ends_fails_the_device(void **state)
{
	(void)state;
	suspended();
	r.m.faults.suspend_reads = MODEL_NEVER;
	assert_int_equal(vio_device_resume(r.d), VIO_ETIMEDOUT);
	failed_with(VIO_C_SUSPEND);
}

static void test_last_look_comes_after_the_deadline(void **state)
{
	(void)state;
	live_suspendable();
	r.p.step = 2 * (uint64_t)SECOND;
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
}

/* The status bits of a device during its suspension, and the result. */
static void test_half_a_suspend_is_none(void **state)
{
	const uint32_t shown[] = { 0x1f, 0x0b, 0x0f, 0x5b, 0x9b, 0x13, 0, 0xff };

	(void)state;
	for (unsigned i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		live_suspendable();
		r.instead.off = AT_STATUS;
		r.instead.skip = 1; /* the look before SUSPEND is added */
		r.instead.value = shown[i];
		r.instead.times = 1;
		if (i < 3) { /* may still come true */
			assert_int_equal(vio_device_suspend(r.d), VIO_OK);
			continue;
		}
		assert_int_equal(vio_device_suspend(r.d), VIO_EDEVICE);
		failed_with(VIO_C_SUSPEND);
	}
}

/* At the look before SUSPEND is added, and at no other. */
static void test_needs_reset_before_the_suspend_is_no_time_out(void **state)
{
	(void)state;
	live_suspendable();
	r.instead.off = AT_STATUS;
	r.instead.value = 0x4f;
	r.instead.times = 1;
	uint64_t begin = r.p.clock;
	assert_int_equal(vio_device_suspend(r.d), VIO_EDEVICE);
	assert_true(r.p.clock - begin < SECOND / 2);
	failed_with(VIO_C_NEEDS_RESET);
}

static void test_needs_reset_while_suspended_fails_the_device(void **state)
{
	(void)state;
	live_suspendable();
	toy.model_holds = true;
	submit(0, 1);
	model_run(&r.m);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	model_needs_reset(&r.m);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.ndone, 1);
	assert_int_equal(toy.err[0], VIO_EDEVICE);
	failed_with(VIO_C_NEEDS_RESET);
	suspended();
	model_needs_reset(&r.m);
	assert_int_equal(vio_device_resume(r.d), VIO_EDEVICE);
	failed_with(VIO_C_NEEDS_RESET);
}

static void resume_in_callback(struct toy *t, struct vio_queue *q, int err)
{
	(void)q;
	assert_int_equal(err, VIO_EDEVICE);
	assert_int_equal(vio_device_resume(&t->device), VIO_EBUSY);
}

static void test_suspended_device_can_be_stopped(void **state)
{
	(void)state;
	live_suspendable();
	toy.on_done = resume_in_callback;
	toy.model_holds = true;
	submit(0, 2);
	model_run(&r.m);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	model_interrupt(&r.m, 2);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(toy.ndone, 2);
	assert_int_equal(r.d->state, VIO_DOWN);
	toy.on_done = NULL;
	toy.model_holds = false;
	toy.ndone = 0;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	/* The change of before the stop is not told any more. */
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(r.d->config_changes, 0);
	works();
}

#define T(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_suspend_002_suspend_006_there_and_back),
		T(test_suspend_001_only_where_it_can_be),
		T(test_suspend_003_suspend_004_nothing_is_added_and_nobody_notified),
		T(test_completions_of_before_are_there_after_the_resume),
		T(test_deadlines_stand_still),
		T(test_suspend_005_change_of_configuration_is_told_after_the_resume),
		T(test_class_may_ignore_what_changed_meanwhile),
		T(test_an_event_of_a_queue_is_no_change_of_configuration),
		T(test_needs_reset_before_the_suspend_is_no_time_out),
		T(test_suspend_that_never_ends_fails_the_device_in_time),
		T(test_resume_that_never_ends_fails_the_device),
		T(test_last_look_comes_after_the_deadline),
		T(test_half_a_suspend_is_none),
		T(test_needs_reset_while_suspended_fails_the_device),
		T(test_suspended_device_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
