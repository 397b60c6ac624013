/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of board/riscv that are arithmetic alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/common/text.h"
#include "board/common/ticks.h"

#define S TICKS_NS_PER_S

static void test_ticks_become_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(ticks_to_ns(0, 10000000), 0);
	assert_int_equal(ticks_to_ns(1, 10000000), 100);
	assert_int_equal(ticks_to_ns(3, 32768), 91552); /* 91552.7: rounded down */
	assert_int_equal(ticks_to_ns(10000000, 10000000), S);
	assert_int_equal(ticks_to_ns(7, 1), 7 * S);
}

static void test_ticks_of_years_do_not_overflow(void **state)
{
	const uint64_t year = 365ull * 24 * 3600;

	(void)state;
	assert_true(ticks_to_ns(100 * year * UINT32_MAX, UINT32_MAX) == 100 * year * S);
	assert_true(ticks_to_ns(100 * year * 10000000 + 1, 10000000) == 100 * year * S + 100);
	assert_true(ticks_to_ns(UINT64_MAX, 1) == UINT64_MAX);
	assert_true(ticks_to_ns(UINT32_MAX - UINT64_C(1), UINT32_MAX) == S - 1);
}

static void test_deadline_never_early(void **state)
{
	(void)state;
	assert_int_equal(ticks_from_ns(0, 10000000), 0);
	assert_int_equal(ticks_from_ns(1, 10000000), 1);
	assert_int_equal(ticks_from_ns(100, 10000000), 1);
	assert_int_equal(ticks_from_ns(101, 10000000), 2);
	for (uint64_t ns = 0; ns < 3 * S; ns += 1234567) {
		assert_true(ticks_to_ns(ticks_from_ns(ns, 32768), 32768) + 1 >= ns);
		assert_true(ticks_to_ns(ticks_from_ns(ns, UINT32_MAX), UINT32_MAX) + 1 >= ns);
	}
}

static void test_deadline_beyond_the_counter_saturates(void **state)
{
	(void)state;
	assert_true(ticks_from_ns(UINT64_MAX, UINT32_MAX) == UINT64_MAX);
	assert_true(ticks_from_ns(UINT64_MAX, 10000000) == 184467440737095517);
	assert_true(ticks_from_ns(UINT64_MAX, 1) == 18446744074);
}

static void test_text_of_numbers(void **state)
{
	char buf[64];
	struct text t = { buf, 0, sizeof(buf) };

	(void)state;
	vio_text_hex(&t, 0, 1);
	vio_text_str(&t, " ");
	vio_text_hex(&t, 0x1f, 8);
	vio_text_str(&t, " ");
	vio_text_hex(&t, UINT64_MAX, 99);
	vio_text_str(&t, " ");
	vio_text_dec(&t, UINT64_MAX);
	assert_string_equal(buf, "0 0000001f ffffffffffffffff 18446744073709551615");
	assert_int_equal(t.len, 48);
}

static void test_text_that_does_not_fit_is_cut(void **state)
{
	char buf[6] = ".....";
	struct text t = { buf, 0, 5 };

	(void)state;
	vio_text_str(&t, "ab");
	vio_text_dec(&t, 12345);
	vio_text_str(&t, "c");
	assert_string_equal(buf, "ab12");
	assert_int_equal(t.len, 4);
	assert_int_equal(buf[5], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ticks_become_nanoseconds),
		cmocka_unit_test(test_ticks_of_years_do_not_overflow),
		cmocka_unit_test(test_deadline_never_early),
		cmocka_unit_test(test_deadline_beyond_the_counter_saturates),
		cmocka_unit_test(test_text_of_numbers),
		cmocka_unit_test(test_text_that_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
