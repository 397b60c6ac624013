/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop when interrupts do not arrive. */
#include "tests/unit/loop_rig.h"

/* An interrupt controller whose line never rises: the loop must not wait for one. */
static void no_lines_yet(void)
{
	loop.any_line = false;
	fake.no_line = true;
	fake.stop_in_idle = false;
}

/* One sleep, and the look after it: how long the sleep was, at most. */
static uint64_t sleep_then_find(unsigned work)
{
	const uint64_t begin = fake.clock;

	fake.polls_busy = 0;
	vio_loop_turn(&loop, UINT64_MAX);
	uint64_t until = fake.slept_until;
	fake.polls_busy = work;
	vio_loop_turn(&loop, UINT64_MAX);
	return until - begin;
}

static void test_the_first_sleeps_are_not_for_ever(void **state)
{
	(void)state;
	no_lines_yet();
	assert_int_equal(sleep_then_find(0), VIO_LOOP_DOUBT);
	assert_int_equal(vio_loop_unheard(&loop), 0);
	fake.no_line = false;
	vio_loop_turn(&loop, UINT64_MAX);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, UINT64_MAX);
}

static void test_work_without_a_line_is_polled_for_and_told_of(void **state)
{
	(void)state;
	no_lines_yet();
	fake.busy = 1;
	assert_int_equal(sleep_then_find(1), VIO_LOOP_DOUBT);
	assert_int_equal(vio_loop_unheard(&loop), 0); /* a line may have been late */
	for (unsigned i = 1; i < VIO_LOOP_MISSES; i++)
		assert_int_equal(sleep_then_find(1), VIO_LOOP_POLL);
	assert_int_equal(vio_loop_unheard(&loop), 2); /* the second device */
	assert_int_equal(sleep_then_find(0), VIO_LOOP_POLL);
}

static void test_a_line_that_comes_late_ends_the_polling(void **state)
{
	(void)state;
	no_lines_yet();
	sleep_then_find(1);
	sleep_then_find(1);
	fake.no_line = false;
	assert_int_equal(sleep_then_find(1), VIO_LOOP_POLL);
	assert_int_equal(sleep_then_find(1), VIO_LOOP_POLL); /* as many times as it was missed */
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, UINT64_MAX);
	assert_int_equal(vio_loop_unheard(&loop), 0);
}

/* The line may be that of either device, and so proves none. */
static void test_HD_IRQ_06_work_of_two_devices_proves_no_line(void **state)
{
	(void)state;
	no_lines_yet();
	fake.busy = BOTH;
	fake.no_line = false;
	sleep_then_find(2);
	assert_int_equal(loop.heard, 0);
	fake.no_line = true;
	sleep_then_find(2);
	assert_int_equal(loop.missed, 3);
	assert_int_equal(sleep_then_find(0), VIO_LOOP_POLL);
}

/* A line rose for something else just when the work of this device was done. After that only
 * deadlines show its work, so the line is no longer believed, and one more accident changes
 * nothing. */
static void test_HD_IRQ_06_a_line_that_was_heard_and_is_missed_is_not_believed(void **state)
{
	(void)state;
	no_lines_yet();
	fake.no_line = false;
	sleep_then_find(1);
	assert_int_equal(loop.heard, 1);
	fake.no_line = true;
	for (unsigned i = 0; i < VIO_LOOP_MISSES; i++) {
		assert_int_equal(vio_loop_unheard(&loop), 0);
		assert_int_not_equal(sleep_then_find(1), VIO_LOOP_POLL);
	}
	assert_int_equal(vio_loop_unheard(&loop), 1);
	assert_int_equal(sleep_then_find(1), VIO_LOOP_POLL);
	fake.no_line = false;
	sleep_then_find(1);
	fake.no_line = true;
	assert_int_equal(sleep_then_find(1), VIO_LOOP_POLL);
	assert_int_equal(vio_loop_unheard(&loop), 1);
}

static void test_HD_IRQ_06_each_line_is_judged_by_its_own_device(void **state)
{
	(void)state;
	no_lines_yet();
	sleep_then_find(1);
	sleep_then_find(1);
	fake.busy = 1;
	fake.no_line = false;
	sleep_then_find(1);
	assert_int_equal(loop.heard, 2);
	assert_int_equal(loop.missed, 1);
	assert_int_equal(loop.misses, 2);
}

/* However often the line was missed; and the next miss is a first one. */
static void test_HD_IRQ_06_a_line_that_works_again_is_believed(void **state)
{
	(void)state;
	no_lines_yet();
	for (unsigned i = 0; i < 3 * VIO_LOOP_MISSES; i++)
		sleep_then_find(1);
	fake.no_line = false;
	for (unsigned i = 0; i < VIO_LOOP_MISSES; i++)
		sleep_then_find(1);
	assert_int_equal(loop.heard, 1);
	assert_int_equal(loop.missed, 0);
	fake.no_line = true;
	sleep_then_find(1);
	assert_int_equal(loop.misses, 1);
}

/* A device with a deadline has work to do, of which a dead line does not tell. */
static void test_HD_IRQ_06_the_loop_looks_again_while_a_device_works(void **state)
{
	(void)state;
	fake.device_deadline = 1000 + 2 * VIO_LOOP_DOUBT;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, 1000 + VIO_LOOP_DOUBT);
}

/* Work in a turn that did not follow a sleep says nothing about the lines. */
static void test_work_of_busy_turns_is_no_sign(void **state)
{
	(void)state;
	no_lines_yet();
	for (unsigned i = 0; i < 5; i++) {
		vio_loop_turn(&loop, UINT64_MAX); /* sleeps */
		vio_loop_turn(&loop, UINT64_MAX); /* finds nothing, sleeps again */
		fake.arms_busy = 1;
		vio_loop_turn(&loop, UINT64_MAX); /* finds nothing, does not sleep */
		fake.polls_busy = 3;
		for (unsigned k = 0; k < 3; k++)
			vio_loop_turn(&loop, UINT64_MAX);
	}
	assert_int_equal(loop.missed, 0);
}

/* After one miss: sleeps that found nothing. */
static void test_only_work_is_a_sign(void **state)
{
	(void)state;
	no_lines_yet();
	sleep_then_find(1);
	for (unsigned i = 0; i <= VIO_LOOP_MISSES; i++)
		sleep_then_find(0);
	assert_int_equal(vio_loop_unheard(&loop), 0);
	assert_int_equal(loop.missed, 1);
}

/* The misses of a line are forgotten when its interrupt arrives. */
static void test_misses_of_a_line_that_came_are_forgotten(void **state)
{
	(void)state;
	no_lines_yet();
	fake.busy = 1;
	for (unsigned i = 1; i < VIO_LOOP_MISSES; i++)
		sleep_then_find(1);
	fake.no_line = false;
	for (unsigned i = 1; i < VIO_LOOP_MISSES; i++)
		sleep_then_find(1);
	fake.no_line = true;
	fake.busy = 0;
	sleep_then_find(1);
	assert_int_equal(loop.missed, 1);
	assert_int_equal(vio_loop_unheard(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_first_sleeps_are_not_for_ever, setup),
		cmocka_unit_test_setup(test_work_without_a_line_is_polled_for_and_told_of, setup),
		cmocka_unit_test_setup(test_a_line_that_comes_late_ends_the_polling, setup),
		cmocka_unit_test_setup(test_work_of_busy_turns_is_no_sign, setup),
		cmocka_unit_test_setup(test_only_work_is_a_sign, setup),
		cmocka_unit_test_setup(test_HD_IRQ_06_work_of_two_devices_proves_no_line, setup),
		cmocka_unit_test_setup(
			test_HD_IRQ_06_a_line_that_was_heard_and_is_missed_is_not_believed, setup),
		cmocka_unit_test_setup(test_HD_IRQ_06_each_line_is_judged_by_its_own_device, setup),
		cmocka_unit_test_setup(test_HD_IRQ_06_a_line_that_works_again_is_believed, setup),
		cmocka_unit_test_setup(test_HD_IRQ_06_the_loop_looks_again_while_a_device_works,
				       setup),
		cmocka_unit_test_setup(test_misses_of_a_line_that_came_are_forgotten, setup),
	};

	return cmocka_run_group_tests_name("loop_lines", tests, NULL, NULL);
}
