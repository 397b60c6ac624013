/* SPDX-License-Identifier: BSD-2-Clause */
/* TAB with names from outside: of files, that may have any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "firmware/console/complete.h"
#include "tests/unit/line_rig.h"

static const char *const *names;

static void offer(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	(void)c;
	(void)argc;
	(void)argv;
	for (size_t i = 0; names[i]; i++)
		completion_offer_outside(out, names[i], true);
}

static const struct command cat = { .name = "cat", .complete = offer };
static const struct command *const commands[] = { &cat };
static const struct command_table table = { .command = commands, .count = 1 };
static const struct command_context context = { .commands = &table };

/* The names that there are, what was typed, and the line after a TAB. A file whose name nobody can
 * type is listed; no byte of it that is a control character comes into the line. */
static const struct {
	const char *names[4];
	const char *typed, *line;
} cases[] = {
	{ { "motd" }, "cat m", "cat motd " },
	{ { "motd", "moon" }, "cat m", "cat mo" },
	{ { "motd", "moon" }, "cat mo", "cat mo" },
	{ { "a b;c" }, "cat a", "cat a\\ b\\;c " },
	{ { "a b" }, "cat \"a", "cat \"a b\" " },
	{ { "\xc3\xa4\xc3\xb6" }, "cat ", "cat \xc3\xa4\xc3\xb6 " },
	{ { "\xc3\xa4\xc3\xb6", "\xc3\xa4\xc3\xbc" }, "cat ", "cat \xc3\xa4" },
	{ { "e\x1b[31mvil" }, "cat ", "cat e" },
	{ { "e\x1b[31mvil" }, "cat e", "cat e" },
	{ { "two\nlines" }, "cat t", "cat two" },
	{ { "tab\tb", "tab\tc" }, "cat t", "cat tab" },
	{ { "\x1b[2J" }, "cat ", "cat " },
	{ { "c1\xc2\x9b"
	    "2J" },
	  "cat c",
	  "cat c1" },
	{ { "raw\x9b"
	    "2J" },
	  "cat r",
	  "cat raw" },
	{ { "cut\xe4\xb8" }, "cat c", "cat cut" },
	{ { "turned\xe2\x80\xae"
	    "cba" },
	  "cat t",
	  "cat turned" },
};

static void test_names_from_outside(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(80, 24);
		names = cases[i].names;
		type(cases[i].typed);
		complete_line(&context, &line);
		assert_string_equal(line.text, cases[i].line);
		type("\r");
		assert_string_equal(finished, cases[i].line);
	}
}

/* Whole characters are inserted, also where text follows. */
static void test_text_behind_the_cursor_stays(void **state)
{
	static const char *const two[] = { "\xe4\xb8\xad\xc3\xb6", NULL };

	(void)state;
	names = two;
	type("cat  x\x02\x02");
	complete_line(&context, &line);
	shows("cat \xe4\xb8\xad\xc3\xb6  x", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_names_from_outside, line_setup),
		cmocka_unit_test_setup(test_text_behind_the_cursor_stays, line_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
