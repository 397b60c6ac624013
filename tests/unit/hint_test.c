/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "firmware/console/hint.h"

static void test_hint_finds_the_word_that_was_meant(void **state)
{
	static const char *const longer = "a name longer than it may be";
	static const char *const names[] = { "help", "devices", "dt", "poweroff", "rng" };

	(void)state;
	assert_string_equal(hint_nearest("hlep", names, 5), "help");
	assert_string_equal(hint_nearest("dev", names, 5), "devices");
	assert_string_equal(hint_nearest("device", names, 5), "devices");
	assert_string_equal(hint_nearest("powerof", names, 5), "poweroff");
	assert_string_equal(hint_nearest("rnd", names, 5), "rng");
	assert_null(hint_nearest("xyzzy", names, 5));
	assert_null(hint_nearest("q", names, 5));
	assert_null(hint_nearest("a word longer than any name that there is", names, 5));
	assert_null(hint_nearest("b name longer than it may be", &longer, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hint_finds_the_word_that_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
