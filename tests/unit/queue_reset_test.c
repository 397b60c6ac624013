/* SPDX-License-Identifier: BSD-2-Clause */
/* The reset of one queue: the driver checks it and sets the queue up again, requests come back
 * once, other queues continue. */
#include "tests/unit/toy_rig.h"

#define RING_RESET BIT64(40)

enum { AT_QUEUE_RESET = 0x0c0, SECOND = 1000000000, MS = 1000000 };

static void live_resettable(void)
{
	live_on(2, RING_RESET);
	toy.q[0].resettable = true;
	assert_true(vio_has(r.d, RING_RESET));
}

/* Requests in flight on queue 0, which the device keeps, and one on queue 1. */
static void stuck(unsigned n)
{
	live_resettable();
	toy.model_holds = true;
	submit(0, n);
	submit(1, 1);
	model_run(&r.m);
}

/* `n` requests came back as failed. */
static void came_back(unsigned n)
{
	assert_int_equal(toy.ndone, n);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(toy.err[i], VIO_EDEVICE);
		assert_int_equal(toy.written[i], 0);
	}
}

/* Both queues serve. */
static void works(void)
{
	const unsigned before = toy.ndone;
	const unsigned out = toy_out(&toy);

	toy.model_holds = false;
	submit(0, 2);
	submit(1, 1);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(toy.ndone, before + out + 3);
	assert_int_equal(toy.err[toy.ndone - 1], VIO_OK);
	assert_int_equal(toy_out(&toy), 0);
	assert_int_equal(host_mapped(&r.p), 0);
	model_check(&r.m);
}

static void test_vqreset_001_reset_gives_back_one_queue_and_the_other_goes_on(void **state)
{
	(void)state;
	/* With the device; published, and not looked at yet; submitted, and not published. */
	stuck(1);
	submit(0, 1);
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	r.m.faults.queue_reset_reads = 5;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(r.m.counts.resets, 1); /* the one of the start */
	assert_int_equal(toy.q[0].resets, 1);
	came_back(3);
	assert_int_equal(toy_out(&toy), 1); /* of queue 1 */
	works();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(toy.q[0].resets, 0);
}

static void test_vqreset_003_queue_is_set_up_again_from_index_0(void **state)
{
	(void)state;
	live_resettable();
	for (unsigned i = 0; i < 5; i++) {
		works();
		r.nlog = 0;
		assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
		assert_int_equal(r.m.queue[0].seen, 0);
		rig_find(&r, true, AT_QUEUE_SIZE, 0);
		rig_find(&r, true, AT_QUEUE_READY, 0);
		toy.ndone = 0;
	}
	works();
}

static void test_poll_after_the_reset_asks_for_no_interrupts(void **state)
{
	(void)state;
	live_resettable();
	vio_device_poll(r.d);
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
	vio_device_poll(r.d);
	r.m.counts.interrupts = 0;
	submit(0, 1);
	model_run(&r.m);
	assert_int_equal(r.m.counts.interrupts, 0);
}

/* ---- Wrong use ---- */

static void in_callback(struct toy *t, struct vio_queue *q, int err)
{
	(void)err;
	t->on_done = NULL;
	assert_int_equal(vio_queue_reset(q), VIO_EBUSY);
}

static void test_reset_is_refused_where_it_cannot_be(void **state)
{
	struct vio_queue never = { 0 };

	(void)state;
	assert_int_equal(vio_queue_reset(&never), VIO_EINVAL);
	live();
	toy.q[0].resettable = true;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_ENOTSUP); /* not offered */
	live_resettable();
	assert_int_equal(vio_queue_reset(&toy.q[1]), VIO_ENOTSUP); /* its driver cannot bear it */
	toy.on_done = in_callback;
	submit(0, 1);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_null(toy.on_done);
	vio_device_stop(r.d);
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_EBUSY);
	assert_int_equal(r.m.counts.written_at[AT_QUEUE_RESET / 4], 0);
}

static void submit_again(struct toy *t, struct vio_queue *q, int err)
{
	assert_int_equal(err, VIO_EDEVICE);
	assert_int_equal(toy_submit(t, q->index), VIO_EDEVICE); /* its own queue is down */
	assert_int_equal(toy_submit(t, 1), VIO_OK);		/* the other one is not */
	vio_queue_kick(&t->q[1]);
}

static void test_callback_of_a_reset_may_use_the_other_queue(void **state)
{
	(void)state;
	stuck(2);
	toy.on_done = submit_again;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
	toy.on_done = NULL;
	assert_int_equal(toy_out(&toy), 3);
	works();
}

static void lie(struct toy *t, struct vio_queue *q, int err)
{
	(void)err;
	vio_device_protocol_error(&t->device, q->index, 1);
}

static void test_device_found_lying_in_a_callback_is_failed(void **state)
{
	(void)state;
	stuck(2);
	toy.on_done = lie;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_EDEVICE);
	assert_int_equal(toy.ndone, 3);
	failed_with(VIO_C_DRIVER);
}

/* ---- Devices that do not do it ---- */

static void test_qemu_ring_reset_phantom_falls_back_to_a_device_reset(void **state)
{
	(void)state;
	stuck(3);
	r.m.faults.queue_reset_ignored = true;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_EDEVICE);
	came_back(4); /* those of the other queue as well */
	assert_true(r.d->queue_reset_ignored);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_RESET);
	assert_int_equal(r.d->problem.queue, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	/* It is not believed again. */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_false(vio_has(r.d, RING_RESET));
	toy.q[0].resettable = true;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_ENOTSUP);
	works();
}

static void test_queue_reset_that_never_ends_fails_the_device_in_time(void **state)
{
	(void)state;
	stuck(3);
	r.m.faults.queue_reset_reads = MODEL_NEVER;
	uint64_t begin = r.p.clock;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_ETIMEDOUT);
	assert_true(r.p.clock - begin >= 100 * MS && r.p.clock - begin < 110 * MS);
	came_back(4);
	assert_false(r.d->queue_reset_ignored); /* it may be fine the next time */
	failed_with(VIO_C_QUEUE_RESET);
}

static void test_last_look_comes_after_the_deadline(void **state)
{
	(void)state;
	stuck(1);
	r.p.step = 150 * MS;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
	came_back(1);
}

/* The device reports the reset and continues with the old ring: its answers there break the queue,
 * and the device is reset. */
static void ignore_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	(void)ctx;
	(void)rule;
	(void)section;
	(void)text;
}

static void test_device_that_lies_about_its_reset_is_found_out(void **state)
{
	(void)state;
	stuck(3);
	model_on_broken_rule(ignore_rule, NULL); /* for the model the old ring is the queue */
	r.m.queue[0].forgiving = true;
	r.m.faults.queue_reset_lies = true;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_OK);
	came_back(3);
	mq_put_used(&r.m.queue[0], 1, 4);
	vio_device_poll(r.d);
	assert_int_equal(r.d->problem.cause, VIO_C_BAD_USED);
	assert_int_equal(r.d->state, VIO_FAILED);
	came_back(4);
	model_on_broken_rule(NULL, NULL);
}

static void test_queue_that_does_not_come_up_again_fails_the_device(void **state)
{
	(void)state;
	stuck(2);
	r.m.faults.queue_refused = true;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_EDEVICE);
	came_back(3);
	failed_with(VIO_C_QUEUE_REFUSED);
	stuck(2);
	r.m.cfg.queue_max[0] = TOY_SIZE / 2;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_EDEVICE);
	came_back(3);
	failed_with(VIO_C_QUEUE_SIZE);
}

/* ---- The user: an overdue queue ---- */

/* Overdue once: another notification. Twice: the reset of the queue. No deadline is over. */
static void overdue(void)
{
	toy.q[0].timeout = SECOND;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(r.d->state, VIO_LIVE);
		assert_true(vio_device_service(r.d, r.p.clock) > r.p.clock);
		r.p.clock += 2 * (uint64_t)SECOND;
	}
}

static void test_overdue_queue_is_reset_before_its_device(void **state)
{
	(void)state;
	stuck(2);
	overdue();
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(r.m.counts.resets, 1);
	came_back(2);
	assert_int_equal(toy.q[0].resets, 1);
	works();
}

static void test_queue_that_is_stuck_again_at_once_fails_its_device(void **state)
{
	(void)state;
	stuck(2);
	overdue();
	submit(0, 1);
	overdue();
	came_back(4);
	failed_with(VIO_C_SILENT);
}

static void test_queue_that_is_stuck_again_and_again_fails_its_device(void **state)
{
	(void)state;
	live_resettable();
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(toy.q[0].resets, i < 3 ? i : 3);
		works();
		toy.model_holds = true;
		submit(0, 1);
		model_run(&r.m);
		overdue();
	}
	failed_with(VIO_C_SILENT);
}

static void test_overdue_queue_fails_its_device_where_it_cannot_be_reset(void **state)
{
	(void)state;
	stuck(2);
	toy.q[0].resettable = false;
	overdue();
	came_back(3);
	failed_with(VIO_C_SILENT);
	live(); /* does not offer it */
	toy.q[0].resettable = true;
	toy.model_holds = true;
	submit(0, 2);
	overdue();
	came_back(2);
	failed_with(VIO_C_SILENT);
}

static void test_overdue_queue_of_a_device_that_ignores_the_reset(void **state)
{
	(void)state;
	stuck(2);
	r.m.faults.queue_reset_ignored = true;
	overdue();
	came_back(3);
	failed_with(VIO_C_QUEUE_RESET);
	assert_true(r.d->queue_reset_ignored);
}

/* A service within a callback leaves the reset to the outermost one. */
static void service_within(struct toy *t, struct vio_queue *q, int err)
{
	(void)q;
	(void)err;
	t->on_done = NULL;
	overdue();
	assert_true(t->q[0].watch.stuck);
	assert_int_equal(t->q[0].resets, 0);
}

/* Queue 0 has `n` requests, and is to be reset as soon as no callback runs. */
static void about_to_reset(unsigned n)
{
	struct mq_chain c;

	stuck(n);
	toy.on_done = service_within;
	assert_true(mq_take(&r.m.queue[1], &c));
	model_complete(&r.m, 1, c.head, 0);
	vio_device_poll(r.d);
	assert_null(toy.on_done);
}

static void test_reset_waits_until_no_callback_runs(void **state)
{
	(void)state;
	about_to_reset(2);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.q[0].resets, 1);
	assert_int_equal(toy.ndone, 3);
}

static void test_queue_that_answered_in_between_is_not_reset(void **state)
{
	struct mq_chain c;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		about_to_reset(1);
		assert_true(mq_take(&r.m.queue[0], &c));
		model_complete(&r.m, 0, c.head, 0);
		if (i == 1)
			vio_device_poll(r.d);
		vio_device_service(r.d, r.p.clock);
		assert_int_equal(toy.q[0].resets, 0);
		vio_device_poll(r.d);
		assert_int_equal(toy.err[1], VIO_OK);
	}
}

static void test_start_forgets_that_a_queue_was_to_be_reset(void **state)
{
	(void)state;
	about_to_reset(1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	toy.q[0].resettable = true;
	submit(0, 1);
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.q[0].resets, 0);
}

#define T(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_vqreset_001_reset_gives_back_one_queue_and_the_other_goes_on),
		T(test_vqreset_003_queue_is_set_up_again_from_index_0),
		T(test_poll_after_the_reset_asks_for_no_interrupts),
		T(test_reset_is_refused_where_it_cannot_be),
		T(test_callback_of_a_reset_may_use_the_other_queue),
		T(test_device_found_lying_in_a_callback_is_failed),
		T(test_qemu_ring_reset_phantom_falls_back_to_a_device_reset),
		T(test_queue_reset_that_never_ends_fails_the_device_in_time),
		T(test_last_look_comes_after_the_deadline),
		T(test_device_that_lies_about_its_reset_is_found_out),
		T(test_queue_that_does_not_come_up_again_fails_the_device),
		T(test_overdue_queue_is_reset_before_its_device),
		T(test_queue_that_is_stuck_again_at_once_fails_its_device),
		T(test_queue_that_is_stuck_again_and_again_fails_its_device),
		T(test_overdue_queue_fails_its_device_where_it_cannot_be_reset),
		T(test_overdue_queue_of_a_device_that_ignores_the_reset),
		T(test_reset_waits_until_no_callback_runs),
		T(test_queue_that_answered_in_between_is_not_reset),
		T(test_start_forgets_that_a_queue_was_to_be_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
