/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor: keys, cutting, history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/line_rig.h"

static void test_typed_text_is_echoed_and_returned_by_enter(void **state)
{
	(void)state;
	type("help me");
	shows("help me", 7);
	type("\r");
	assert_string_equal(finished, "help me");
	assert_string_equal(above(), "> help me");
	shows("", 0);
}

static void test_cr_lf_and_crlf_each_end_one_line(void **state)
{
	(void)state;
	type("a\rb\nc\r\nd\n\r");
	assert_int_equal(lines, 5);
	assert_string_equal(finished, "");
	type("e\r\n\n");
	assert_int_equal(lines, 7);
}

static void test_keys_edit_in_the_middle(void **state)
{
	(void)state;
	type("acd\x1b[D\x1b[D");
	shows("acd", 1);
	type("b");
	shows("abcd", 2);
	type("\x7f");
	shows("acd", 1);
	type("\x1b[3~");
	shows("ad", 1);
	type("\b");
	shows("d", 0);
	type("\x1b[C\x1b[C\x1b[C!");
	shows("d!", 2);
	type("\r");
	assert_string_equal(finished, "d!");
}

static void test_home_and_end_in_every_spelling(void **state)
{
	static const char *const home[] = { "\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~" };
	static const char *const end[] = { "\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~" };

	(void)state;
	type("wxyz");
	for (size_t i = 0; i < sizeof(home) / sizeof(home[0]); i++) {
		type(home[i]);
		shows("wxyz", 0);
		type(end[i]);
		shows("wxyz", 4);
	}
	type("\x02\x02\x06");
	shows("wxyz", 3);
}

static void test_cutting_to_start_end_and_word(void **state)
{
	(void)state;
	type("one two  three\x17");
	shows("one two  ", 9);
	type("\x17");
	shows("one ", 4);
	type("two\x02\x02\x0b");
	shows("one t", 5);
	type("\x02\x15");
	shows("t", 0);
	type("\x04");
	shows("", 0);
	type("\x04\x7f\x0b\x15\x17\x1b[3~\x1b[D\x1b[C");
	shows("", 0);
}

static void test_ctrl_c_gives_up_the_line(void **state)
{
	(void)state;
	type("rubbish\x03");
	assert_string_equal(above(), "> rubbish^C");
	shows("", 0);
	type("ok\r");
	assert_string_equal(finished, "ok");
	type("\x1b[A");
	shows("ok", 2);
	type("\x1b[A");
	shows("ok", 2);
}

static void test_ctrl_l_shows_the_line_again(void **state)
{
	(void)state;
	type("abc\x02\x0c");
	shows("abc", 2);
}

static void test_history_goes_back_and_returns_to_the_draft(void **state)
{
	(void)state;
	type("first\rsecond\rdra\x1b[A");
	shows("second", 6);
	type("\x10");
	shows("first", 5);
	type("\x10");
	shows("first", 5);
	type("\x0e");
	shows("second", 6);
	type("\x1b[B");
	shows("dra", 3);
	type("\x1b[B");
	shows("dra", 3);
	type("\x1b[A\x1b[A!\r");
	assert_string_equal(finished, "first!");
}

static void test_history_leaves_out_empty_lines_and_repetitions(void **state)
{
	(void)state;
	type("a\rb\rb\r\r\r\x1b[A");
	shows("b", 1);
	type("\x1b[A");
	shows("a", 1);
}

static void test_history_keeps_the_last_lines_for_ever(void **state)
{
	char text[16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "n%d\r", i);
		type(text);
		for (int back = 0; back < LINE_HISTORY + 2; back++) {
			const int kept = i < LINE_HISTORY - 1 ? i : LINE_HISTORY - 1;
			const int want = i - (back < kept ? back : kept);

			type("\x1b[A");
			snprintf(text, sizeof(text), "n%d", want);
			shows(text, strlen(text));
		}
		type("\x03");
	}
}

static void test_a_line_too_long_is_refused_and_not_cut(void **state)
{
	(void)state;
	for (int i = 0; i < LINE_MAX_BYTES; i++)
		type("x");
	assert_int_equal(screen.bells, 0);
	type("yz");
	assert_int_equal(screen.bells, 2);
	type("\r");
	assert_int_equal(lines, 1);
	assert_string_equal(finished, "");
	assert_non_null(strstr(above(), "too long"));
	type("next\r");
	assert_string_equal(finished, "next");
}

static void test_a_line_of_the_greatest_length_is_taken(void **state)
{
	(void)state;
	for (int i = 0; i < LINE_MAX_BYTES; i++)
		type("x");
	type("y\x7fy\r");
	assert_int_equal(strlen(finished), LINE_MAX_BYTES);
	assert_int_equal(finished[LINE_MAX_BYTES - 1], 'y');
}

static void test_utf8_moves_and_deletes_by_character(void **state)
{
	(void)state;
	type("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
	shows("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 5);
	type("\x1b[D\x7f");
	shows("a\xc3\xa4\xe2\x82\xacz", 3);
	type("\x1b[D\x1b[D\x1b[3~");
	shows("a\xe2\x82\xacz", 1);
	type("\xc3\xb6\r");
	assert_string_equal(finished, "a\xc3\xb6\xe2\x82\xacz");
}

static void test_bytes_that_form_no_character_are_left_out(void **state)
{
	(void)state;
	type("a\x80\xbf\xff\xfe\xc3q\xe2\x82r\xc0\xaf\xf5\x80\x80\x80z\xe2\x7f\x82\xac");
	shows("aqr", 3);
	type("\xe0\x80\x80\xed\xa0\x80\xf4\x90\x80\x80"); /* too long, half a pair, too far */
	shows("aqr", 3);
	type_n("\0\x1c\x1d\x07\x13\x11", 6);
	shows("aqr", 3);
	type("\xc2\x80\xc2\x9b\xc2\x9f"); /* they control a terminal */
	shows("aqr", 3);
	type("\xc2\xa0");
	shows("aqr\xc2\xa0", 4);
}

static void test_unknown_escape_sequences_are_swallowed(void **state)
{
	(void)state;
	type("a\x1b[1;5C\x1b[15~\x1b[200~\x1b[99999999999999~\x1b[?25hb\x1bxc\x1bOPd");
	shows("abcd", 4);
	type("\x1b[\x1b[D");
	shows("abcd", 3);
	type("\x1b\rx\r");
	assert_int_equal(lines, 2);
}

static void test_down_from_history_leads_to_the_empty_line(void **state)
{
	(void)state;
	type("first\r");
	type("\x1b[A\x1b[B");
	shows("", 0);
	type("\r");
	assert_string_equal(finished, "");
	type("rubbish\x03\x1b[A\x1b[B\r");
	assert_string_equal(finished, "");
}

static void test_history_is_listed_from_the_last_line(void **state)
{
	(void)state;
	assert_null(line_remembered(&line, 1));
	type("one\rtwo\r");
	assert_string_equal(line_remembered(&line, 1), "two");
	assert_string_equal(line_remembered(&line, 2), "one");
	assert_null(line_remembered(&line, 3));
	assert_null(line_remembered(&line, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_typed_text_is_echoed_and_returned_by_enter, line_setup),
		cmocka_unit_test_setup(test_cr_lf_and_crlf_each_end_one_line, line_setup),
		cmocka_unit_test_setup(test_keys_edit_in_the_middle, line_setup),
		cmocka_unit_test_setup(test_home_and_end_in_every_spelling, line_setup),
		cmocka_unit_test_setup(test_cutting_to_start_end_and_word, line_setup),
		cmocka_unit_test_setup(test_ctrl_c_gives_up_the_line, line_setup),
		cmocka_unit_test_setup(test_ctrl_l_shows_the_line_again, line_setup),
		cmocka_unit_test_setup(test_history_goes_back_and_returns_to_the_draft, line_setup),
		cmocka_unit_test_setup(test_history_leaves_out_empty_lines_and_repetitions,
				       line_setup),
		cmocka_unit_test_setup(test_history_keeps_the_last_lines_for_ever, line_setup),
		cmocka_unit_test_setup(test_a_line_too_long_is_refused_and_not_cut, line_setup),
		cmocka_unit_test_setup(test_a_line_of_the_greatest_length_is_taken, line_setup),
		cmocka_unit_test_setup(test_utf8_moves_and_deletes_by_character, line_setup),
		cmocka_unit_test_setup(test_bytes_that_form_no_character_are_left_out, line_setup),
		cmocka_unit_test_setup(test_unknown_escape_sequences_are_swallowed, line_setup),
		cmocka_unit_test_setup(test_down_from_history_leads_to_the_empty_line, line_setup),
		cmocka_unit_test_setup(test_history_is_listed_from_the_last_line, line_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
