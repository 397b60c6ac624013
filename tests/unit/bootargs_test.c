/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the boot arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include <picovirtio/types.h>
#include "firmware/devices/bootargs.h"

static const struct {
	const char *args, *key, *value; /* NULL: there is none */
} cases[] = {
	{ "", "run", NULL },
	{ "run", "run", NULL },
	{ "rung=a", "run", NULL },
	{ "run=a", "run", "a" },
	{ "  x=1   run=a b", "run", "a" },
	{ "run=", "run", "" },
	{ "run=\"a; b c\" console=early", "run", "a; b c" },
	{ "run=\"a; b c\" console=early", "console", "early" },
	{ "\"run=a b\"", "run", "a b" },
	{ "run=\"say \\\"a\\\\b\\\" \\n\"", "run", "say \"a\\b\" \\n" },
	{ "run=a\\b", "run", "a\\b" },
	{ "run=\"open", "run", "open" },
	{ "run=a run=b", "run", "a" },
	{ "\nx=1\t\r\nrun=a\tb", "run", "a" },
	{ "run=\"a;\n\tb\rc\"", "run", "a;  b c" },
	{ "run=\"console=x\" console=y", "console", "y" },
};

static void test_values(void **state)
{
	char value[40];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int rc = bootargs_value(cases[i].args, cases[i].key, value, sizeof(value));

		assert_int_equal(rc, cases[i].value != NULL ? VIO_OK : VIO_ENODEV);
		if (cases[i].value != NULL)
			assert_string_equal(value, cases[i].value);
	}
	assert_int_equal(bootargs_value(NULL, "run", value, sizeof(value)), VIO_ENODEV);
}

static void test_a_value_that_does_not_fit_is_refused(void **state)
{
	char value[] = "12345678Z";

	(void)state;
	assert_int_equal(bootargs_value("run=abcd", "run", value, 8), VIO_ERANGE);
	assert_int_equal(bootargs_value("run=abc", "run", value, 8), VIO_OK);
	assert_int_equal(bootargs_value("abcdefghijkl run=abc", "run", value, 8), VIO_OK);
	assert_int_equal(value[8], 'Z');
}

static void test_words_alone(void **state)
{
	(void)state;
	assert_true(bootargs_has("a terminal b", "terminal"));
	assert_true(bootargs_has("terminal", "terminal"));
	assert_false(bootargs_has("terminals a", "terminal"));
	assert_false(bootargs_has("run=\"a terminal b\"", "terminal"));
	assert_false(bootargs_has(NULL, "terminal"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_a_value_that_does_not_fit_is_refused),
		cmocka_unit_test(test_words_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
