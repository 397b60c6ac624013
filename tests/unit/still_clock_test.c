/* SPDX-License-Identifier: BSD-2-Clause */
/* A clock that stands still or jumps: each wait of the library ends. */
#include "tests/unit/toy_rig.h"

#include <picovirtio/loop.h>

#include "drivers/wait.h"

#define RING_RESET BIT64(40)
#define SUSPEND	   BIT64(43)

enum { SECOND = 1000000000 };

/* How the clock changes when it is read. */
static enum { STOPS, SWINGS, JUMPS_BACK } kind;
static unsigned long reads;

static uint64_t strange(void *ctx)
{
	(void)ctx;
	reads++;
	assert_true(reads < 8 * (unsigned long)VIO_WAIT_STILL_LOOKS); /* it would never end */
	switch (kind) {
	case SWINGS: return 5000 + (reads & 1);
	case JUMPS_BACK: return reads < 3 ? SECOND : 5000;
	default: return 5000;
	}
}

/* From now on. */
static void strange_clock(unsigned k)
{
	kind = k;
	reads = 0;
	r.p.platform.now = strange;
}

static void test_HD_HOST_02_start_and_stop_end(void **state)
{
	(void)state;
	for (unsigned k = STOPS; k <= JUMPS_BACK; k++) {
		live_on(2, 0);
		strange_clock(k);
		r.m.faults.reset_reads = MODEL_NEVER;
		assert_int_equal(vio_device_stop(r.d), VIO_ETIMEDOUT);
		assert_int_equal(r.d->state, VIO_QUARANTINED);
		assert_int_equal(r.d->problem.cause, VIO_C_RESET_TIMEOUT);
	}
	live();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	strange_clock(STOPS);
	r.m.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->problem.cause, VIO_C_RESET_TIMEOUT);
}

/* The number of looks suffices for a slow device. */
static void test_HD_HOST_02_slow_reset_is_waited_for(void **state)
{
	(void)state;
	live();
	strange_clock(STOPS);
	r.m.faults.reset_reads = 100000;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
}

static void test_HD_HOST_02_reset_of_a_queue_ends(void **state)
{
	(void)state;
	live_on(2, RING_RESET);
	toy.q[0].resettable = true;
	strange_clock(STOPS);
	r.m.faults.queue_reset_reads = MODEL_NEVER;
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_ETIMEDOUT);
	assert_int_not_equal(r.d->state, VIO_LIVE);
}

static void test_HD_HOST_02_suspend_ends(void **state)
{
	(void)state;
	live_on(2, SUSPEND);
	strange_clock(STOPS);
	r.m.faults.suspend_reads = MODEL_NEVER;
	assert_int_equal(vio_device_suspend(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->problem.cause, VIO_C_SUSPEND);
}

/* The looks count from the latest progress of the clock on. */
static void test_a_clock_that_goes_on_gives_a_slow_suspend_its_time(void **state)
{
	(void)state;
	live_on(2, SUSPEND);
	r.m.faults.suspend_reads = 2 * VIO_WAIT_STILL_LOOKS;
	assert_true(r.p.step * 2 * VIO_WAIT_STILL_LOOKS < SECOND);
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static bool after_looks(void *arg)
{
	unsigned *looks = arg;

	*looks -= *looks > 0;
	return *looks == 0;
}

static void stay(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)p;
	(void)ctx;
	(void)deadline;
}

static void test_HD_HOST_02_wait_of_the_loop_ends(void **state)
{
	struct vio_loop l = { .platform = &r.p.platform };
	unsigned looks = VIO_WAIT_STILL_LOOKS + 1000;

	(void)state;
	for (unsigned k = STOPS; k <= JUMPS_BACK; k++) {
		live();
		l.devices = r.d;
		r.p.on_idle = stay;
		strange_clock(k);
		assert_false(vio_loop_wait(&l, never, NULL, SECOND));
	}
	/* A wait without a time-out continues. */
	reads = 0;
	assert_true(vio_loop_wait(&l, after_looks, &looks, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_HD_HOST_02_start_and_stop_end, teardown),
		cmocka_unit_test_teardown(test_HD_HOST_02_slow_reset_is_waited_for, teardown),
		cmocka_unit_test_teardown(test_HD_HOST_02_reset_of_a_queue_ends, teardown),
		cmocka_unit_test_teardown(test_HD_HOST_02_suspend_ends, teardown),
		cmocka_unit_test_teardown(test_a_clock_that_goes_on_gives_a_slow_suspend_its_time,
					  teardown),
		cmocka_unit_test_teardown(test_HD_HOST_02_wait_of_the_loop_ends, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
