/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits that end with Ctrl-C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "firmware/devices/wait.h"

static struct vio_loop loop;
static uint64_t clock_ns;
static unsigned turns, stop_at; /* the turn in which Ctrl-C comes */

uint64_t vio_loop_now(const struct vio_loop *l)
{
	(void)l;
	return clock_ns += 1000000;
}

/* At least one turn, as the real one has it. */
bool vio_loop_wait(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	for (uint64_t waited = 0; !ready(arg) && waited <= timeout && waited < 1000; waited++) {
		if (++turns == stop_at)
			l->interrupted = true;
	}
	return ready(arg);
}

static bool answered;

static bool is_answered(void *arg)
{
	assert_ptr_equal(arg, &answered);
	return answered;
}

static int setup(void **state)
{
	(void)state;
	loop = (struct vio_loop){ 0 };
	turns = stop_at = 0;
	answered = false;
	return 0;
}

static void test_ctrl_c_ends_a_wait_for_a_silent_device(void **state)
{
	(void)state;
	stop_at = 3;
	assert_false(wait_until(&loop, is_answered, &answered, UINT64_MAX));
	assert_int_equal(turns, 3);
	assert_false(wait_until(&loop, is_answered, &answered, UINT64_MAX));
	assert_int_equal(turns, 3);
	answered = true;
	assert_true(wait_until(&loop, is_answered, &answered, UINT64_MAX));
}

static void test_work_without_a_wait_sees_ctrl_c(void **state)
{
	unsigned pieces = 0;

	(void)state;
	stop_at = 2;
	while (!wait_stopped(&loop))
		assert_true(++pieces < 1000);
	assert_int_equal(turns, 2);
	assert_true(pieces >= 20); /* no turn for each piece */
	assert_true(wait_stopped(&loop));
	assert_int_equal(turns, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ctrl_c_ends_a_wait_for_a_silent_device, setup),
		cmocka_unit_test_setup(test_work_without_a_wait_sees_ctrl_c, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
