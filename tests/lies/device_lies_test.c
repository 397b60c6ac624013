/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole devices that lie or do not answer. The failure is reported, the requests come back exactly
 * once, and the other device continues. On both register versions, with and without event index.
 */
#include "tests/lies/lab.h"

static enum mq_lie lie;

/* One request is completed, two are in flight, and the device lies about these. */
static void lie_to(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	/* A lap of the ring first, so that its used ring holds old entries. */
	for (unsigned i = 0; i < LAB_SIZE / 4; i++) {
		lab_submit(d, 4);
		lab_turn(lab);
	}
	assert_int_equal(d->returned, d->submitted);
	d->hold = true;
	lab_submit(d, 2);
	lab_submit(&lab->other, 1);
	model_run(&d->model);
	assert_true(mq_lie(&d->model.queue[0], lie));
}

static void body_lie(struct lab *lab)
{
	const struct vq_seg seg = { { 0 }, 1 };
	struct lab_device *d = &lab->liar;

	if (!mq_lie_fits(&d->model.queue[0], lie))
		return;
	lie_to(lab);
	unsigned ok = d->returned;
	vio_device_poll(&d->dev);
	lab_expect_failed(lab, VIO_C_BAD_USED);
	assert_int_equal(d->dev.problem.err, VIO_EDEVICE);
	assert_int_equal(d->failed, 2 - mq_true_part(&d->model.queue[0], lie));
	assert_true(d->returned == ok + 2);
	/* The failed device accepts no request, and the driver does not access it any more. */
	assert_int_equal(vio_queue_submit(&d->queue, &seg, 1, 0, NULL), VIO_EDEVICE);
	d->model.counts = (struct model_counts){ 0 };
	vio_queue_kick(&d->queue);
	vio_device_poll(&d->dev);
	vio_device_service(&d->dev, lab->host.clock);
	vio_device_arm(&d->dev);
	assert_int_equal(d->model.counts.reads + d->model.counts.writes, 0);
	assert_int_equal(d->model.counts.notifies, 0);
}

static void tell(enum mq_lie what)
{
	lie = what;
	lab_on_all(body_lie);
}

static void test_HD_SPLIT_01_more_completions_than_requests(void **state)
{
	(void)state;
	tell(MQ_ONE_TOO_MANY);
}

static void test_HD_SPLIT_01_index_jumps(void **state)
{
	(void)state;
	tell(MQ_IDX_AHEAD_SIZE);
	tell(MQ_IDX_AHEAD_HALF);
}

static void test_HD_SPLIT_02_index_goes_back(void **state)
{
	(void)state;
	tell(MQ_IDX_BACK);
}

static void test_HD_SPLIT_04_id_too_big(void **state)
{
	(void)state;
	tell(MQ_ID_TOO_BIG);
}

static void test_HD_SPLIT_05_id_with_garbage_above_16_bits(void **state)
{
	(void)state;
	tell(MQ_ID_HIGH_BITS);
}

static void test_HD_SPLIT_06_id_idle(void **state)
{
	(void)state;
	tell(MQ_ID_IDLE);
}

static void test_HD_SPLIT_07_id_not_a_head(void **state)
{
	(void)state;
	tell(MQ_ID_NOT_HEAD);
}

static void test_HD_SPLIT_08_id_twice(void **state)
{
	(void)state;
	tell(MQ_ID_TWICE);
}

static void test_HD_SPLIT_19_id_out_of_order_with_in_order(void **state)
{
	(void)state;
	tell(MQ_OUT_OF_ORDER);
	tell(MQ_BATCH_AGAIN);
}

/* ---- Lengths ---- */

static void body_length_clamped(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	lie_to(lab);
	vio_device_poll(&d->dev);
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_int_equal(d->queue.vq.clamped, 1);
	assert_int_equal(d->returned, d->submitted - 1);
	assert_int_equal(d->failed, 0);
}

static void test_HD_SPLIT_09_length_over_is_clamped_and_counted(void **state)
{
	(void)state;
	for (lie = MQ_LEN_OVER; lie <= MQ_LEN_HUGE; lie++)
		lab_on_all(body_length_clamped);
}

static void body_length_strict(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	d->stopped = 0;
	d->dev.strict_len = true;
	assert_int_equal(vio_device_start(&d->dev), VIO_OK);
	lie_to(lab);
	vio_device_poll(&d->dev);
	lab_expect_failed(lab, VIO_C_BAD_USED);
	assert_int_equal(d->failed, 2);
}

static void test_HD_SPLIT_09_length_over_in_strict_mode(void **state)
{
	(void)state;
	for (lie = MQ_LEN_OVER; lie <= MQ_LEN_HUGE; lie++)
		lab_on_all(body_length_strict);
}

/* ---- Silence ---- */

static void body_silent(struct lab *lab)
{
	struct lab_device *d = &lab->liar;
	const unsigned long kicks = d->model.queue[0].kicks;

	d->hold = true;
	lab_submit(d, 2);
	lab_submit(&lab->other, 1);
	lab_turn(lab);
	uint64_t next = vio_device_service(&d->dev, lab->host.clock);
	assert_true(next != UINT64_MAX);
	assert_int_equal(d->dev.state, VIO_LIVE);
	/* After the time-out the driver notifies once more, and waits for as long again. */
	lab->host.clock = next + 1;
	next = vio_device_service(&d->dev, lab->host.clock);
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_true(d->model.queue[0].kicks >= kicks + 2);
	lab->host.clock = next + 1;
	vio_device_service(&d->dev, lab->host.clock);
	lab_expect_failed(lab, VIO_C_SILENT);
	assert_int_equal(d->failed, 2);
}

static void test_HD_SPLIT_23_never_completing(void **state)
{
	(void)state;
	lab_on_all(body_silent);
}

/* used.flags or avail_event always asks for no notifications: the driver sends one only when the
 * request is overdue, which is enough. */
static void body_no_notify(struct lab *lab)
{
	struct lab_device *d = &lab->liar;

	mq_ask(&d->model.queue[0], MQ_ASK_NEVER, 0);
	lab_submit(d, 2);
	lab_turn(lab);
	assert_int_equal(d->returned, 0);
	assert_int_equal(d->model.counts.notifies, 0);
	uint64_t next = vio_device_service(&d->dev, lab->host.clock);
	lab->host.clock = next + 1;
	vio_device_service(&d->dev, lab->host.clock);
	assert_int_equal(d->model.counts.notifies, 1);
	lab_turn(lab);
	assert_int_equal(d->returned, 2);
	assert_int_equal(d->failed, 0);
	assert_int_equal(d->dev.state, VIO_LIVE);
}

static void test_HD_SPLIT_16_no_notifications_for_ever(void **state)
{
	(void)state;
	lab_on_all(body_no_notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_SPLIT_01_more_completions_than_requests),
		cmocka_unit_test(test_HD_SPLIT_01_index_jumps),
		cmocka_unit_test(test_HD_SPLIT_02_index_goes_back),
		cmocka_unit_test(test_HD_SPLIT_04_id_too_big),
		cmocka_unit_test(test_HD_SPLIT_05_id_with_garbage_above_16_bits),
		cmocka_unit_test(test_HD_SPLIT_06_id_idle),
		cmocka_unit_test(test_HD_SPLIT_07_id_not_a_head),
		cmocka_unit_test(test_HD_SPLIT_08_id_twice),
		cmocka_unit_test(test_HD_SPLIT_19_id_out_of_order_with_in_order),
		cmocka_unit_test(test_HD_SPLIT_09_length_over_is_clamped_and_counted),
		cmocka_unit_test(test_HD_SPLIT_09_length_over_in_strict_mode),
		cmocka_unit_test(test_HD_SPLIT_23_never_completing),
		cmocka_unit_test(test_HD_SPLIT_16_no_notifications_for_ever),
	};

	return cmocka_run_group_tests_name("lies.device", tests, NULL, NULL);
}
