/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor against a small terminal that shows what a person would see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/console/line.h"

enum { SCREEN = 4096 };

/* One row, a cell a character; only what the editor uses is understood. */
static struct screen {
	char cell[SCREEN][5];
	size_t cursor, end;
	unsigned bells;
	char last_row[SCREEN]; /* the row before the last line feed */
	char sequence[8];
	size_t sequence_len;
} screen;

static void row_text(char *to)
{
	to[0] = '\0';
	for (size_t i = 0; i < screen.end; i++)
		strcat(to, screen.cell[i]);
}

static void screen_clear(void)
{
	screen.cursor = 0;
	screen.end = 0;
}

static void screen_sequence(char c)
{
	screen.sequence[screen.sequence_len++] = c;
	screen.sequence[screen.sequence_len] = '\0';
	assert_true(screen.sequence_len < sizeof(screen.sequence) - 1);
	if (screen.sequence_len < 3 || (c >= '0' && c <= '9'))
		return;
	if (strcmp(screen.sequence, "\x1b[K") == 0)
		screen.end = screen.cursor;
	else if (strcmp(screen.sequence, "\x1b[2J") == 0)
		screen_clear();
	else if (strcmp(screen.sequence, "\x1b[H") == 0)
		screen.cursor = 0;
	else
		fail_msg("the terminal does not know %s", screen.sequence + 1);
	screen.sequence_len = 0;
}

static void screen_character(char c)
{
	if (((unsigned char)c & 0xc0) == 0x80) {
		char *cell = screen.cell[screen.cursor - 1];
		const size_t n = strlen(cell);

		assert_true(n < 4);
		cell[n] = c;
		cell[n + 1] = '\0';
		return;
	}
	assert_true(screen.cursor < SCREEN);
	screen.cell[screen.cursor][0] = c;
	screen.cell[screen.cursor][1] = '\0';
	screen.cursor++;
	if (screen.cursor > screen.end)
		screen.end = screen.cursor;
}

static void screen_byte(char c)
{
	if (screen.sequence_len > 0 || c == '\x1b') {
		screen_sequence(c);
	} else if (c == '\b') {
		assert_true(screen.cursor > 0);
		screen.cursor--;
	} else if (c == '\r') {
		screen.cursor = 0;
	} else if (c == '\n') {
		row_text(screen.last_row);
		screen_clear();
	} else if (c == '\a') {
		screen.bells++;
	} else {
		assert_true((unsigned char)c >= 0x20);
		screen_character(c);
	}
}

static void out(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	while (n-- > 0)
		screen_byte(*p++);
}

static struct line line;
static char finished[LINE_MAX_BYTES + 1];
static unsigned lines;

static int setup(void **state)
{
	(void)state;
	memset(&line, 0, sizeof(line));
	memset(&screen, 0, sizeof(screen));
	line.prompt = "> ";
	line.out = out;
	lines = 0;
	finished[0] = '\0';
	line_show(&line);
	return 0;
}

static void type_n(const char *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *l = line_feed(&line, keys[i]);

		if (l == NULL)
			continue;
		assert_true(strlen(l) <= LINE_MAX_BYTES);
		strcpy(finished, l);
		lines++;
		line_show(&line);
	}
}

static void type(const char *keys)
{
	type_n(keys, strlen(keys));
}

/* What is on the screen, and the column of the cursor behind the prompt. */
static void shows(const char *text, size_t cursor)
{
	char row[SCREEN];

	row_text(row);
	assert_memory_equal(row, "> ", 2);
	assert_string_equal(row + 2, text);
	assert_int_equal(screen.cursor, cursor + 2);
}

static void test_typed_text_is_echoed_and_returned_by_enter(void **state)
{
	(void)state;
	type("help me");
	shows("help me", 7);
	type("\r");
	assert_string_equal(finished, "help me");
	assert_string_equal(screen.last_row, "> help me");
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
	assert_string_equal(screen.last_row, "> rubbish^C");
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
	assert_non_null(strstr(screen.last_row, "too long"));
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
	type_n("\0\x1c\x1d\x07\x13\x11", 6);
	shows("aqr", 3);
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

/* Whatever comes in, what the editor holds and what the screen shows stay the same. */
static void test_random_keys_keep_screen_and_line_together(void **state)
{
	static const char keys[] =
		"abc d\x1b[ABCDHF3~O\x01\x02\x04\x05\x06\x0b\x15\x17\x10\x0e\x7f\b"
		"\xc3\xa4\xe2\x82\xac\x0c\r";
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		seed = seed * 1103515245u + 12345u;
		type_n(&keys[(seed >> 16) % (sizeof(keys) - 1)], 1);
		if (i % 50 == 0) {
			char held[LINE_MAX_BYTES + 1];
			size_t column = 0;

			memcpy(held, line.text, line.len);
			held[line.len] = '\0';
			for (size_t k = 0; k < line.cursor; k++)
				column += ((unsigned char)held[k] & 0xc0) != 0x80;
			shows(held, column);
		}
	}
	assert_true(lines > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_typed_text_is_echoed_and_returned_by_enter, setup),
		cmocka_unit_test_setup(test_cr_lf_and_crlf_each_end_one_line, setup),
		cmocka_unit_test_setup(test_keys_edit_in_the_middle, setup),
		cmocka_unit_test_setup(test_home_and_end_in_every_spelling, setup),
		cmocka_unit_test_setup(test_cutting_to_start_end_and_word, setup),
		cmocka_unit_test_setup(test_ctrl_c_gives_up_the_line, setup),
		cmocka_unit_test_setup(test_ctrl_l_shows_the_line_again, setup),
		cmocka_unit_test_setup(test_history_goes_back_and_returns_to_the_draft, setup),
		cmocka_unit_test_setup(test_history_leaves_out_empty_lines_and_repetitions, setup),
		cmocka_unit_test_setup(test_history_keeps_the_last_lines_for_ever, setup),
		cmocka_unit_test_setup(test_a_line_too_long_is_refused_and_not_cut, setup),
		cmocka_unit_test_setup(test_a_line_of_the_greatest_length_is_taken, setup),
		cmocka_unit_test_setup(test_utf8_moves_and_deletes_by_character, setup),
		cmocka_unit_test_setup(test_bytes_that_form_no_character_are_left_out, setup),
		cmocka_unit_test_setup(test_unknown_escape_sequences_are_swallowed, setup),
		cmocka_unit_test_setup(test_random_keys_keep_screen_and_line_together, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
