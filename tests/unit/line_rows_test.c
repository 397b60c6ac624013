/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines longer than a row of the terminal, and keys that wait for what follows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/line_rig.h"

/* The rows that show a line which begins with this many letters, after each of these keys. */
static const struct {
	const char *keys;
	const char *text; /* after the letters and before them; '-' stands for the letters */
	size_t cursor;	  /* in characters from the start, or from the end if END_OF is in it */
} long_cases[] = {
	{ "\x01", "-", 0 },
	{ "\x01X", "X-", 1 },
	{ "\x01XY\x7f", "X-", 1 },
	{ "\x01\x05", "-", SIZE_MAX },
	{ "\x05Z", "-Z", SIZE_MAX },
	{ "Z\x7f", "-", SIZE_MAX },
	{ "Z\x7f\x7f\x7f"
	  "aa",
	  "-", SIZE_MAX },
	{ "\x01\x06\x06\x02\x04", "-", SIZE_MAX - 1 },
	{ " b\x17", "- ", SIZE_MAX },
	{ "\x15", "", 0 },
	{ "\x15"
	  "anew",
	  "anew", 4 },
	{ "\x01\x0b", "", 0 },
	{ "\x0c", "-", SIZE_MAX },
	{ "\x01\x0c", "-", 0 },
	{ "\x10\x0e", "-", SIZE_MAX },
	{ " w\x1b[1;5D\x1b[1;5D", "- w", 0 },
	{ " w\x01\x1b[1;5C", "- w", SIZE_MAX - 2 },
};

static void show_long(size_t i, size_t letters)
{
	char keys[LINE_MAX_BYTES + 1] = "", text[2 * LINE_MAX_BYTES] = "";
	size_t cursor = long_cases[i].cursor;

	for (size_t k = 0; k < letters; k++)
		strcat(keys, "a");
	type("older\r");
	type(keys);
	type(long_cases[i].keys);
	for (const char *p = long_cases[i].text; *p != '\0'; p++)
		strncat(text, *p == '-' ? keys : p, *p == '-' ? letters : 1);
	if (cursor == SIZE_MAX - 1) { /* one letter was deleted after the first */
		memmove(text, text + 1, strlen(text));
		cursor = 1;
	} else if (cursor == SIZE_MAX - 2) {
		cursor = letters;
	} else if (cursor == SIZE_MAX) {
		cursor = strlen(text);
	}
	shows(text, cursor);
	type("\r");
	assert_string_equal(finished, text);
	shows("", 0);
}

/* Around the ends of the rows of terminals of every kind. */
static void test_a_line_longer_than_a_row(void **state)
{
	static const unsigned widths[] = { 40, 79, 80, 81, 132, 200 };
	static const size_t letters[] = { 2, 37, 38, 39, 77, 78, 79, 80, 118, 157, 158, 159, 220 };

	(void)state;
	for (size_t w = 0; w < 6; w++) {
		for (size_t n = 0; n < 13; n++) {
			for (size_t i = 0; i < sizeof(long_cases) / sizeof(long_cases[0]); i++) {
				begin(widths[w], n % 2 == 0 ? 24 : 7);
				show_long(i, letters[n]);
			}
		}
	}
}

static void type_many(const char *text, size_t n)
{
	while (n-- > 0)
		type(text);
}

static void test_a_terminal_that_does_not_answer_has_80_columns(void **state)
{
	char text[LINE_MAX_BYTES + 1] = "";

	(void)state;
	answers = false;
	type_many("a", 100);
	assert_int_equal(screen.asked, 0);
	type("\x01");
	assert_int_equal(screen.asked, 1);
	assert_true(line_waits(&line) == LINE_ANSWER_PAUSE);
	line_paused(&line);
	assert_true(line_waits(&line) == 0);
	type("X");
	for (size_t i = 0; i < 100; i++)
		strcat(text, "a");
	memmove(text + 1, text, 101);
	text[0] = 'X';
	shows(text, 1);
	type("\r");
	type_many("b", 100);
	type("\x01"
	     "c"); /* the key does not get lost, nor wait for ever */
	assert_int_equal(screen.asked, 2);
	type("\r");
	assert_int_equal(finished[0], 'c');
	type_many("b", 100);
	type("\x01");
	assert_int_equal(screen.asked, 2);
}

/* Rows come with the answer to the question for both, and not with the other. */
/* The cursor waits in the last column of a row, where the bell leaves it. */
static void test_a_bell_at_the_end_of_a_full_row(void **state)
{
	static const unsigned widths[] = { 43, 86, 129 };
	char text[LINE_MAX_BYTES + 1];

	(void)state;
	memset(text, 'a', LINE_MAX_BYTES);
	text[LINE_MAX_BYTES] = '\0';
	for (size_t w = 0; w < 3; w++) {
		begin(widths[w], 24);
		type_many("a", LINE_MAX_BYTES);
		type("b\177");
		shows(text + 1, LINE_MAX_BYTES - 1);
		type("\177a\x01");
		shows(text + 1, 0);
	}
}

static void test_rows_are_known_when_they_were_asked_for(void **state)
{
	(void)state;
	type_many("a", 100);
	type("\x01");
	assert_int_equal(line.columns, 80);
	assert_int_equal(line.rows, 0);
	type("\r");
	begin(120, 30);
	line_ask_size(&line);
	type("b");
	assert_int_equal(line.columns, 120);
	assert_int_equal(line.rows, 30);
	shows("b", 1);
	type_many("b", 200);
	type("\x01");
	assert_int_equal(screen.asked, 1);
	type("\r");
	type_many("b", 200);
	type("\x01");
	assert_int_equal(screen.asked, 2);
	assert_int_equal(line.rows, 30);
}

static void test_a_terminal_that_never_answers_is_left_alone(void **state)
{
	(void)state;
	answers = false;
	for (int i = 0; i < 5; i++) {
		line_ask_size(&line);
		type("\r");
	}
	assert_int_equal(screen.asked, LINE_ASKS);
}

/* The question has moved the terminal's cursor, but a message that comes meanwhile is in its place.
 */
static void test_a_message_while_the_answer_is_awaited(void **state)
{
	char text[LINE_MAX_BYTES + 1] = "";

	(void)state;
	for (size_t n = 70; n < 90; n++) {
		begin(80, 24);
		answers = false;
		memset(text, 'a', n);
		text[n] = '\0';
		type(text);
		type("\x01");
		line_hide(&line);
		assert_string_equal(screen_row(&screen, screen.row), "");
		assert_string_equal(above(), "what was there before");
		screen_feed(&screen, "news\r\n", 6);
		line_show(&line);
		line_paused(&line);
		shows(text, 0);
	}
}

static void test_short_lines_ask_nothing(void **state)
{
	(void)state;
	type("abc\x01\x05\x7f\x10\x0e\r\x10\x17\r");
	assert_int_equal(screen.asked, 0);
}

static void test_wide_characters_and_marks_have_their_columns(void **state)
{
	static const char wide[] = "\xe4\xb8\xad", mark[] = "e\xcc\x81";
	char text[LINE_MAX_BYTES + 1] = "";

	(void)state;
	for (int i = 0; i < 45; i++)
		strcat(text, wide);
	type(text);
	shows(text, 45);
	type("\x01x");
	memmove(text + 1, text, strlen(text) + 1);
	text[0] = 'x';
	shows(text, 1);
	type("\x05\x7f\x7f");
	text[strlen(text) - 6] = '\0';
	shows(text, 44);
	type("\x15");
	type(mark);
	shows(mark, 2);
}

/* The wide character goes to the next row and back, and what stood in its place is gone. */
static void test_a_wide_character_that_moves_leaves_nothing_behind(void **state)
{
	(void)state;
	begin(40, 24);
	type("e");
	for (unsigned i = 0; i < 19; i++)
		type("\xe4\xb8\xad");
	type("\x1b[Dx");
	shows(line.text, 20);
	type("\x7f");
	shows(line.text, 19);
}

static void test_tab_completes_when_nothing_follows(void **state)
{
	(void)state;
	type("upt\t");
	assert_true(line_waits(&line) == LINE_PASTE_PAUSE);
	pause_typing();
	shows("upt", 3);
	assert_true(line_waits(&line) == 0);
	line_insert(&line, "ime", 3);
	shows("uptime", 6);
	type("\r");
	assert_string_equal(finished, "uptime");
}

/* What is inserted before other text draws the line anew, and so does a list below a line that is
 * longer than a row. */
static void test_tab_asks_for_the_size_first(void **state)
{
	(void)state;
	for (unsigned columns = LINE_NARROWEST; columns <= 100; columns++) {
		begin(columns, 24);
		type("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x01\t");
		pause_typing();
		assert_int_equal(screen.asked, 1);
		line_insert(&line, "0123456789012345678901234567890123456789", 40);
		shows("0123456789012345678901234567890123456789aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 40);
		type("\r");
		type_many("b", 70);
		type("\t");
		pause_typing();
		assert_int_equal(screen.asked, 2);
		line_hide(&line);
		assert_null(strchr(above(), 'b'));
		assert_string_equal(screen_row(&screen, screen.row), "");
	}
}

/* The terminal's answer is no part of a paste. */
static void test_tab_before_the_answer_to_another_question(void **state)
{
	(void)state;
	answers = false;
	line_ask_size(&line);
	type("upt\t");
	type("\x1b[24;80R");
	shows("upt", 3);
	line_paused(&line);
	shows("upt", 3);
}

static void test_a_blank_of_a_paste_in_the_middle_asks_too(void **state)
{
	(void)state;
	for (unsigned columns = LINE_NARROWEST; columns < LINE_COLUMNS; columns++) {
		begin(columns, 24);
		type_many("a", 30);
		type("\x01");
		type_many("\tb", 20);
		assert_int_equal(screen.asked, 1);
		shows(" b b b b b b b b b b b b b b b b b b b baaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 40);
	}
}

static void test_tab_at_the_end_of_a_short_line_asks_nothing(void **state)
{
	(void)state;
	type("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\t");
	pause_typing();
	shows("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 35);
	assert_int_equal(screen.asked, 0);
}

static void test_typing_on_while_tab_waits_for_the_size(void **state)
{
	(void)state;
	answers = false;
	type("aa\x01\t");
	assert_int_equal(screen.asked, 1);
	assert_true(line_waits(&line) == LINE_ANSWER_PAUSE);
	type("b");
	shows(" baa", 2);
	assert_true(line_waits(&line) == 0);
}

static void test_tab_is_a_blank_in_a_paste(void **state)
{
	(void)state;
	type("rng\t4\r");
	assert_string_equal(finished, "rng 4");
	type("ls\t\t/\t\r");
	assert_string_equal(finished, "ls  / ");
}

static void test_a_line_that_was_hidden_comes_back(void **state)
{
	static const char message[] = "a message\r\n";
	char text[LINE_MAX_BYTES + 1] = "";

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(text, "a");
	type(text);
	type("\x02\x02");
	line_hide(&line);
	assert_string_equal(screen_row(&screen, screen.row), "");
	screen_feed(&screen, message, sizeof(message) - 1);
	line_show(&line);
	shows(text, 98);
	assert_string_equal(screen_row(&screen, screen.row - 2), "a message");
	assert_string_equal(screen_row(&screen, screen.row - 3), "what was there before");
}

/* For every input the editor and the screen have the same text. */
static void test_random_keys_keep_screen_and_line_together(void **state)
{
	static const char keys[] =
		"abc d\x1b[ABCDHF3~O;5\x01\x02\x04\x05\x06\x0b\x15\x17\x10\x0e\x7f\b\t"
		"\xc3\xa4\xe2\x82\xac\x0c\r\xe4\xb8\xad"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		seed = seed * 1103515245u + 12345u;
		if (i % 1000 == 0)
			begin(40 + (seed >> 16) % 60, 24);
		type_n(&keys[(seed >> 16) % (sizeof(keys) - 1)], 1);
		if (i % 30 == 0) {
			size_t before = 0;

			line_paused(&line);
			assert_int_equal(strlen(line.text), line.len);
			for (size_t k = 0; k < line.cursor; k++)
				before += ((unsigned char)line.text[k] & 0xc0) != 0x80;
			shows(line.text, before);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_line_longer_than_a_row, line_setup),
		cmocka_unit_test_setup(test_a_terminal_that_does_not_answer_has_80_columns,
				       line_setup),
		cmocka_unit_test_setup(test_a_bell_at_the_end_of_a_full_row, line_setup),
		cmocka_unit_test_setup(test_rows_are_known_when_they_were_asked_for, line_setup),
		cmocka_unit_test_setup(test_a_terminal_that_never_answers_is_left_alone,
				       line_setup),
		cmocka_unit_test_setup(test_a_message_while_the_answer_is_awaited, line_setup),
		cmocka_unit_test_setup(test_short_lines_ask_nothing, line_setup),
		cmocka_unit_test_setup(test_a_wide_character_that_moves_leaves_nothing_behind,
				       line_setup),
		cmocka_unit_test_setup(test_wide_characters_and_marks_have_their_columns,
				       line_setup),
		cmocka_unit_test_setup(test_tab_completes_when_nothing_follows, line_setup),
		cmocka_unit_test_setup(test_tab_asks_for_the_size_first, line_setup),
		cmocka_unit_test_setup(test_tab_before_the_answer_to_another_question, line_setup),
		cmocka_unit_test_setup(test_a_blank_of_a_paste_in_the_middle_asks_too, line_setup),
		cmocka_unit_test_setup(test_tab_at_the_end_of_a_short_line_asks_nothing,
				       line_setup),
		cmocka_unit_test_setup(test_typing_on_while_tab_waits_for_the_size, line_setup),
		cmocka_unit_test_setup(test_tab_is_a_blank_in_a_paste, line_setup),
		cmocka_unit_test_setup(test_a_line_that_was_hidden_comes_back, line_setup),
		cmocka_unit_test_setup(test_random_keys_keep_screen_and_line_together, line_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
