/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failed devices are restarted a limited number of times, each time after a confirmed reset. Other
 * devices are not affected. On both register versions.
 */
#include <string.h>

#include <picovirtio/recover.h>
#include "tests/lies/lab.h"

static uint64_t service(struct lab *lab)
{
	const uint64_t next = vio_recover_service(&lab->liar.dev, lab->host.clock);

	assert_int_equal(vio_recover_service(&lab->other.dev, lab->host.clock), UINT64_MAX);
	return next;
}

/* Act as a loop that sleeps until the deadline. Ends when the device is live or nothing is due. */
static void until_settled(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	uint64_t next = service(lab);

	for (unsigned i = 0; d->dev.state != VIO_LIVE && next != UINT64_MAX; i++) {
		assert_true(i < 100);
		if (next > lab->host.clock)
			lab->host.clock = next;
		lab_expect_other_works(lab);
		lab->other.submitted = lab->other.returned =
			0; /* so that there are always some left */
		memset(lab->other.request, 0, sizeof(lab->other.request));
		next = service(lab);
	}
}

static void expect_works(struct lab_device *d)
{
	const unsigned failed = d->failed;

	d->hold = false;
	lab_submit(d, 2);
	model_run(&d->model);
	vio_device_poll(&d->dev);
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_int_equal(d->returned, d->submitted);
	assert_int_equal(d->failed, failed);
}

static void break_it(struct lab *lab)
{
	lab->liar.hold = true;
	lab_submit(&lab->liar, 2);
	model_needs_reset(&lab->liar.model);
}

static void body_needs_reset(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	const uint64_t now = lab->host.clock;

	break_it(lab);
	assert_int_equal(service(lab), now + VIO_RECOVER_PAUSE_NS);
	assert_int_equal(d->dev.state, VIO_FAILED);
	assert_false(vio_recover_left_off(&d->dev));
	assert_int_equal(d->failed, 2);
	until_settled(lab);
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_int_equal(d->dev.recovery.restarts, 1);
	assert_int_equal(d->dev.recovery.tries, 1);
	assert_int_equal(d->stopped, 1);
	expect_works(d);
}

static void test_HD_STATUS_07_device_that_needs_a_reset_comes_back(void **state)
{
	(void)state;
	lab_on_all(body_needs_reset);
}

static enum mq_lie lie;

static void body_lie(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	if (!mq_lie_fits(&d->model.queue[0], lie))
		return;
	d->hold = true;
	lab_submit(d, 2);
	model_run(&d->model);
	assert_true(mq_lie(&d->model.queue[0], lie));
	vio_device_poll(&d->dev);
	assert_int_equal(d->dev.problem.cause, VIO_C_BAD_USED);
	until_settled(lab);
	expect_works(d);
}

static void test_HD_SPLIT_01_HD_SPLIT_04_device_that_lied_comes_back(void **state)
{
	(void)state;
	lie = MQ_IDX_AHEAD_SIZE;
	lab_on_all(body_lie);
	lie = MQ_ID_TOO_BIG;
	lab_on_all(body_lie);
}

static void body_silent(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	d->hold = true;
	lab_submit(d, 2);
	while (d->dev.state == VIO_LIVE) {
		const uint64_t next = service(lab);

		assert_true(next != UINT64_MAX);
		lab->host.clock = next + 1;
	}
	assert_int_equal(d->dev.problem.cause, VIO_C_SILENT);
	until_settled(lab);
	expect_works(d);
}

static void test_HD_SPLIT_23_silent_device_comes_back(void **state)
{
	(void)state;
	lab_on_all(body_silent);
}

/* Restarts of a device that fails again and again are limited, with longer and longer pauses. */
static void body_again_and_again(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	uint64_t pause = VIO_RECOVER_PAUSE_NS, next;

	for (unsigned i = 0; i < VIO_RECOVER_TRIES; i++) {
		const uint64_t now = lab->host.clock; /* it moves when it is read */

		break_it(lab);
		next = service(lab);
		assert_int_equal(next - now, pause);
		pause *= 4;
		lab->host.clock = next - 1;
		assert_int_equal(service(lab), next); /* not a moment earlier */
		assert_int_equal(d->dev.state, VIO_FAILED);
		lab->host.clock = next;
		service(lab);
		assert_int_equal(d->dev.state, VIO_LIVE);
		assert_int_equal(d->dev.recovery.tries, i + 1);
	}
	break_it(lab);
	assert_int_equal(service(lab), UINT64_MAX);
	assert_true(vio_recover_left_off(&d->dev));
	lab->host.clock += UINT64_C(1000) * VIO_RECOVER_SERVED_NS;
	assert_int_equal(service(lab), UINT64_MAX);
	assert_int_equal(d->dev.state, VIO_FAILED);
	assert_int_equal(d->dev.recovery.restarts, VIO_RECOVER_TRIES);
	assert_int_equal(d->stopped, VIO_RECOVER_TRIES + 1);
	assert_int_equal(d->failed, d->submitted);
	/* A person can start it again. */
	assert_int_equal(vio_device_start(&d->dev), VIO_OK);
	assert_int_equal(service(lab), UINT64_MAX);
	assert_false(vio_recover_left_off(&d->dev));
	expect_works(d);
	/* The time of service counts from that start. */
	lab->host.clock += VIO_RECOVER_SERVED_NS;
	break_it(lab);
	const uint64_t now = lab->host.clock;
	assert_int_equal(service(lab), now + VIO_RECOVER_PAUSE_NS);
}

static void test_HD_STATUS_09_device_that_fails_again_and_again_is_left_off(void **state)
{
	(void)state;
	lab_on_all(body_again_and_again);
}

static void body_forgiven(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	for (unsigned i = 0; i < 2 * VIO_RECOVER_TRIES; i++) {
		break_it(lab);
		until_settled(lab);
		assert_int_equal(d->dev.state, VIO_LIVE);
		assert_int_equal(d->dev.recovery.tries, 1);
		lab->host.clock += VIO_RECOVER_SERVED_NS;
	}
}

static void test_tries_are_forgiven_after_a_while_of_service(void **state)
{
	(void)state;
	lab_on_all(body_forgiven);
}

/* A restart that fails counts as a try as well. */
static void body_start_fails(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	break_it(lab);
	service(lab);
	d->model.faults.status_clear = 4; /* DRIVER_OK */
	lab->host.clock += VIO_RECOVER_PAUSE_NS;
	service(lab);
	assert_int_equal(d->dev.recovery.tries, 1);
	assert_true(service(lab) > lab->host.clock); /* another pause */
	assert_int_equal(d->dev.recovery.tries, 1);
	until_settled(lab);
	assert_int_equal(d->dev.problem.cause, VIO_C_DRIVER_OK);
	assert_true(vio_recover_left_off(&d->dev));
	assert_int_equal(d->dev.recovery.tries, VIO_RECOVER_TRIES);
	assert_int_equal(d->dev.recovery.restarts, 0);
}

static void test_restarts_that_fail_are_counted(void **state)
{
	(void)state;
	lab_on_all(body_start_fails);
}

/* Another start cannot change what the device is. */
static void body_hopeless(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	break_it(lab);
	service(lab);
	d->model.cfg.queue_max[0] = 0;
	lab->host.clock += VIO_RECOVER_PAUSE_NS;
	assert_int_equal(service(lab), UINT64_MAX);
	assert_int_equal(d->dev.problem.cause, VIO_C_NO_QUEUE);
	assert_true(vio_recover_left_off(&d->dev));
	assert_int_equal(d->dev.recovery.tries, 1);
}

static void test_what_another_start_cannot_change_is_not_tried_again(void **state)
{
	(void)state;
	lab_on_all(body_hopeless);
}

/* Until the reset is confirmed no request comes back, and no restart is tried. */
static void body_quarantine(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	uint64_t next = 0;

	break_it(lab);
	d->model.faults.reset_reads = MODEL_NEVER;
	for (unsigned i = 0; i < 30; i++) {
		next = service(lab);
		assert_int_equal(d->dev.state, VIO_QUARANTINED);
		assert_true(next != UINT64_MAX);
		if (next > lab->host.clock)
			lab->host.clock = next;
	}
	assert_int_equal(d->returned, 0);
	assert_int_equal(d->dev.recovery.tries, 0);
	d->model.faults.reset_reads = 0;
	d->model.reset_left = 0;
	service(lab); /* the pause began with the failure, and is over */
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_int_equal(d->failed, 2);
	expect_works(d);
}

static void test_HD_STATUS_11_no_restart_before_the_reset_is_confirmed(void **state)
{
	(void)state;
	lab_on_all(body_quarantine);
}

/* A reset that takes longer than the start waits is not the end either. */
static void body_slow_start(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	d->model.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_start(&d->dev), VIO_ETIMEDOUT);
	assert_true(service(lab) != UINT64_MAX);
	assert_int_equal(d->dev.state, VIO_QUARANTINED);
	d->model.faults.reset_reads = 0;
	d->model.reset_left = 0;
	until_settled(lab);
	expect_works(d);
}

static void test_device_whose_reset_is_late_comes_up_later(void **state)
{
	(void)state;
	lab_on_all(body_slow_start);
}

static void body_stopped(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	until_settled(lab);
	lab->host.clock += VIO_RECOVER_SERVED_NS;
	assert_int_equal(service(lab), UINT64_MAX);
	assert_int_equal(d->dev.state, VIO_DOWN);
	assert_int_equal(d->dev.recovery.tries, 0);
}

static void test_device_stopped_by_hand_stays_down(void **state)
{
	(void)state;
	lab_on_all(body_stopped);
}

/* Tries count only if the failure was seen. What another start cannot change is known before, and a
 * device that is live again has not failed. */
static void test_when_the_restarts_have_ended(void **state)
{
	struct vio_device d = { .state = VIO_FAILED, .problem = { .cause = VIO_C_NO_QUEUE } };

	(void)state;
	assert_true(vio_recover_left_off(&d));
	d.recovery.down = true;
	assert_true(vio_recover_left_off(&d));
	d.state = VIO_LIVE;
	assert_false(vio_recover_left_off(&d));

	d = (struct vio_device){ .state = VIO_FAILED, .problem = { .cause = VIO_C_SILENT } };
	d.recovery.tries = VIO_RECOVER_TRIES;
	assert_false(vio_recover_left_off(&d));
	d.recovery.down = true;
	assert_true(vio_recover_left_off(&d));
	d.recovery.excused = true;
	assert_false(vio_recover_left_off(&d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_STATUS_07_device_that_needs_a_reset_comes_back),
		cmocka_unit_test(test_HD_SPLIT_01_HD_SPLIT_04_device_that_lied_comes_back),
		cmocka_unit_test(test_HD_SPLIT_23_silent_device_comes_back),
		cmocka_unit_test(test_HD_STATUS_09_device_that_fails_again_and_again_is_left_off),
		cmocka_unit_test(test_tries_are_forgiven_after_a_while_of_service),
		cmocka_unit_test(test_restarts_that_fail_are_counted),
		cmocka_unit_test(test_what_another_start_cannot_change_is_not_tried_again),
		cmocka_unit_test(test_HD_STATUS_11_no_restart_before_the_reset_is_confirmed),
		cmocka_unit_test(test_device_whose_reset_is_late_comes_up_later),
		cmocka_unit_test(test_device_stopped_by_hand_stays_down),
		cmocka_unit_test(test_when_the_restarts_have_ended),
	};

	return cmocka_run_group_tests_name("lies.recover", tests, NULL, NULL);
}
