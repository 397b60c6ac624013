/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "firmware/devices/trace.h"

static struct trace t;

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	return 0;
}

static void test_an_empty_trace_has_no_events(void **state)
{
	(void)state;
	assert_null(trace_get(&t, 0));
}

static void test_events_come_back_in_order(void **state)
{
	(void)state;
	trace_add(&t, 10, TRACE_BOOT, 0);
	trace_add(&t, 20, TRACE_DEVICE_UP, 0x10008000);
	assert_int_equal(trace_get(&t, 0)->kind, TRACE_BOOT);
	assert_int_equal(trace_get(&t, 1)->kind, TRACE_DEVICE_UP);
	assert_int_equal(trace_get(&t, 1)->what, 0x10008000);
	assert_int_equal(trace_get(&t, 1)->first, 20);
	assert_null(trace_get(&t, 2));
}

static void test_a_repeated_event_is_counted_in_place(void **state)
{
	(void)state;
	trace_add(&t, 1, TRACE_WAKE, 0);
	trace_add(&t, 5, TRACE_WAKE, 0);
	trace_add(&t, 9, TRACE_WAKE, 0);
	trace_add(&t, 11, TRACE_WAKE, 1);
	assert_int_equal(trace_get(&t, 0)->count, 3);
	assert_int_equal(trace_get(&t, 0)->first, 1);
	assert_int_equal(trace_get(&t, 0)->last, 9);
	assert_int_equal(trace_get(&t, 1)->count, 1);
	assert_null(trace_get(&t, 2));
}

static void test_the_first_event_of_kind_zero_is_not_a_repetition(void **state)
{
	(void)state;
	trace_add(&t, 7, (enum trace_kind)0, 0);
	assert_int_equal(trace_get(&t, 0)->first, 7);
	assert_int_equal(trace_get(&t, 0)->count, 1);
}

static void test_a_full_ring_loses_the_oldest(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3 * TRACE_EVENTS + 5; i++)
		trace_add(&t, i, TRACE_CONFIG_CHANGE, i);
	assert_int_equal(t.next, 3 * TRACE_EVENTS + 5);
	for (uint64_t i = 0; i < TRACE_EVENTS; i++)
		assert_int_equal(trace_get(&t, (uint32_t)i)->what, 2 * TRACE_EVENTS + 5 + i);
	assert_null(trace_get(&t, TRACE_EVENTS));
}

static void test_every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = 0; k < TRACE_KINDS; k++)
		assert_non_null(trace_name((enum trace_kind)k));
	assert_string_equal(trace_name(TRACE_KINDS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_an_empty_trace_has_no_events, setup),
		cmocka_unit_test_setup(test_events_come_back_in_order, setup),
		cmocka_unit_test_setup(test_a_repeated_event_is_counted_in_place, setup),
		cmocka_unit_test_setup(test_the_first_event_of_kind_zero_is_not_a_repetition,
				       setup),
		cmocka_unit_test_setup(test_a_full_ring_loses_the_oldest, setup),
		cmocka_unit_test(test_every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
