/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that fails, never finishes a reset, or disappears: no memory that it may still write is
 * reused, and in the end every request comes back exactly once. */
#include "tests/lies/lab.h"

/* ---- NEEDS_RESET ---- */

static void body_needs_reset(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	d->hold = true;
	lab_submit(d, 3);
	lab_submit(&lab->other, 1);
	lab_turn(lab);
	model_needs_reset(&d->model);
	vio_device_service(&d->dev, lab->host.clock);
	lab_expect_failed(lab, VIO_C_NEEDS_RESET);
	assert_int_equal(d->failed, 3);
}

static void test_HD_STATUS_07_needs_reset_while_running(void **state)
{
	(void)state;
	lab_on_all(body_needs_reset);
}

/* Between submit and publish. */
static void body_needs_reset_early(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	d->hold = true;
	lab_submit(d, 1);
	model_needs_reset(&d->model);
	lab_submit(d, 1);
	vio_device_poll(&d->dev);
	vio_device_service(&d->dev, lab->host.clock);
	lab_expect_failed(lab, VIO_C_NEEDS_RESET);
	assert_int_equal(d->failed, 2);
}

static void test_HD_STATUS_08_needs_reset_between_submit_and_poll(void **state)
{
	(void)state;
	lab_on_all(body_needs_reset_early);
}

/* A failed device can be started again, and works. */
static void body_restart(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	for (unsigned i = 0; i < 3; i++) {
		d->hold = true;
		lab_submit(d, 2);
		model_needs_reset(&d->model);
		vio_device_service(&d->dev, lab->host.clock);
		assert_int_equal(d->dev.state, VIO_FAILED);
		assert_int_equal(vio_device_start(&d->dev), VIO_OK);
	}
	d->hold = false;
	lab_submit(d, 4);
	lab_turn(lab);
	assert_int_equal(d->returned, d->submitted);
	assert_int_equal(d->failed, 6);
}

static void test_HD_STATUS_09_failed_device_starts_again(void **state)
{
	(void)state;
	lab_on_all(body_restart);
}

/* ---- Resets ---- */

/* The device still owns its memory: the model continues to check it, and no request comes back. */
static void body_stuck_reset(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	uint64_t next;

	d->hold = true;
	lab_submit(d, 2);
	model_run(&d->model);
	assert_true(mq_lie(&d->model.queue[0], MQ_ID_TOO_BIG));
	d->model.faults.reset_reads = MODEL_NEVER;
	vio_device_poll(&d->dev);
	assert_int_equal(d->dev.state, VIO_QUARANTINED);
	assert_int_equal(d->dev.problem.cause, VIO_C_BAD_USED);
	assert_int_equal(d->returned, 0);
	assert_int_equal(d->stopped, 0);
	assert_true(d->model.queue[0].live);
	mq_verify(&d->model.queue[0]);
	lab_expect_other_works(lab);
	for (unsigned i = 0; i < 5; i++) {
		next = vio_device_service(&d->dev, lab->host.clock);
		assert_true(next > lab->host.clock && next != UINT64_MAX);
		lab->host.clock = next;
	}
	assert_int_equal(d->returned, 0);
	/* The device works correctly again. */
	d->model.reset_left = 0;
	d->model.faults.reset_reads = 0;
	vio_device_service(&d->dev, lab->host.clock);
	lab_expect_failed(lab, VIO_C_BAD_USED);
	assert_int_equal(d->failed, 2);
}

static void test_HD_STATUS_11_memory_is_quarantined_until_the_reset(void **state)
{
	(void)state;
	lab_on_all(body_stuck_reset);
}

/* Late completions of a device that is being reset change nothing. */
static void body_late(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	struct mq *q = &d->model.queue[0];

	d->hold = true;
	lab_submit(d, 2);
	model_run(&d->model);
	model_needs_reset(&d->model);
	d->model.faults.reset_reads = MODEL_NEVER;
	vio_device_service(&d->dev, lab->host.clock);
	assert_int_equal(d->dev.state, VIO_QUARANTINED);
	mq_put_used(q, 0, 1);
	mq_put_used(q, 0, 1);
	vio_device_poll(&d->dev);
	assert_int_equal(d->returned, 0);
	d->model.reset_left = 0;
	vio_device_service(&d->dev, lab->host.clock);
	lab_expect_failed(lab, VIO_C_NEEDS_RESET);
	assert_int_equal(d->failed, 2);
}

static void test_HD_SPLIT_24_late_completion_is_dropped(void **state)
{
	(void)state;
	lab_on_all(body_late);
}

static void body_stuck_at_start(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	d->stopped = 0;
	d->model.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_start(&d->dev), VIO_ETIMEDOUT);
	assert_int_equal(d->dev.problem.cause, VIO_C_RESET_TIMEOUT);
	assert_true(d->dev.state != VIO_LIVE);
	lab_expect_other_works(lab);
}

static void test_HD_STATUS_01_reset_never_finishes_at_start(void **state)
{
	(void)state;
	lab_on_all(body_stuck_at_start);
}

static void body_slow_reset(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	d->model.faults.reset_reads = 20;
	assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	assert_int_equal(vio_device_start(&d->dev), VIO_OK);
	lab_submit(d, 2);
	lab_turn(lab);
	assert_int_equal(d->returned, 2);
}

static void test_HD_STATUS_01_slow_reset_is_awaited(void **state)
{
	(void)state;
	lab_on_all(body_slow_reset);
}

/* ---- Gone ---- */

static void body_gone(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	d->hold = true;
	lab_submit(d, 2);
	d->model.faults.gone = true;
	vio_device_service(&d->dev, lab->host.clock);
	/* The device cannot be stopped, so the memory that it owns is never reused. */
	assert_int_equal(d->dev.state, VIO_QUARANTINED);
	assert_int_equal(d->returned, 0);
	lab_expect_other_works(lab);
	d->model.faults.gone = false;
	lab->host.clock += UINT64_C(10000000000);
	vio_device_service(&d->dev, lab->host.clock);
	vio_device_service(&d->dev, lab->host.clock);
	assert_int_equal(d->dev.state, VIO_FAILED);
	assert_int_equal(d->failed, 2);
}

static void test_HD_MMIO_09_all_registers_read_ones(void **state)
{
	(void)state;
	lab_on_all(body_gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_STATUS_07_needs_reset_while_running),
		cmocka_unit_test(test_HD_STATUS_08_needs_reset_between_submit_and_poll),
		cmocka_unit_test(test_HD_STATUS_09_failed_device_starts_again),
		cmocka_unit_test(test_HD_STATUS_11_memory_is_quarantined_until_the_reset),
		cmocka_unit_test(test_HD_SPLIT_24_late_completion_is_dropped),
		cmocka_unit_test(test_HD_STATUS_01_reset_never_finishes_at_start),
		cmocka_unit_test(test_HD_STATUS_01_slow_reset_is_awaited),
		cmocka_unit_test(test_HD_MMIO_09_all_registers_read_ones),
	};

	return cmocka_run_group_tests_name("lies.reset", tests, NULL, NULL);
}
