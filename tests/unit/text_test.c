/* SPDX-License-Identifier: BSD-2-Clause */
/* The grid of characters of the screen: the effect of each byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "firmware/screen/text.h"

static struct text t;

static void put(const char *s)
{
	while (*s != '\0')
		text_put(&t, *s++);
}

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	text_resize(&t, 10, 3);
	return 0;
}

/* The rows without blanks at their ends, and where the cursor is. */
static void shows(const char *a, const char *b, const char *c, unsigned x, unsigned y)
{
	const char *want[] = { a, b, c };

	for (unsigned i = 0; i < 3; i++) {
		char row[TEXT_COLS + 1] = { 0 };
		unsigned n = TEXT_COLS;

		memcpy(row, t.cell[i], TEXT_COLS);
		while (n > 0 && row[n - 1] == ' ')
			row[--n] = '\0';
		assert_string_equal(row, want[i]);
	}
	assert_int_equal(t.x, x);
	assert_int_equal(t.y, y);
}

static void test_lines(void **state)
{
	(void)state;
	shows("", "", "", 0, 0);
	put("abc\r\nde\n f");
	shows("abc", "de", "   f", 4, 2);
	put("\r1\b2\b\b\b\b3");
	shows("abc", "de", "3  f", 1, 2);
	put("\t4\t5");
	shows("abc", "de", "3  f    45", 9, 2);
}

static void test_rows_scroll_out_at_the_top(void **state)
{
	(void)state;
	put("1\r\n2\r\n3\r\n4");
	shows("2", "3", "4", 1, 2);
	put("\n");
	shows("3", "4", "", 1, 2);
}

/* A full row is left when the next character comes, not before. */
static void test_long_lines_go_on_in_the_next_row(void **state)
{
	(void)state;
	put("0123456789");
	shows("0123456789", "", "", 9, 0);
	put("\r\nx");
	shows("0123456789", "x", "", 1, 1);
	put("\r0123456789abc");
	shows("0123456789", "0123456789", "abc", 3, 2);
	put("\x1b[2A\x1b[9C!");
	shows("012345678!", "0123456789", "abc", 9, 0);
	put("\bx");
	shows("01234567x!", "0123456789", "abc", 9, 0);
}

static void test_cursor_moves_within_the_grid(void **state)
{
	(void)state;
	put("\x1b[2;5Hx\x1b[Hy\x1b[99;99Hz");
	shows("y", "    x", "         z", 9, 2);
	put("\x1b[99A\x1b[99D.\x1b[B\x1b[2C,\x1b[D;");
	shows(".", "   ;x", "         z", 4, 1);
	put("\x1b[0A\x1b[1D:");
	shows(".  :", "   ;x", "         z", 4, 0);
}

static void test_saved_cursor(void **state)
{
	(void)state;
	/* The question of the line editor for the size. */
	put("ab\x1b"
	    "7\x1b[999;999H\x1b[6n\x1b"
	    "8c");
	shows("abc", "", "", 3, 0);
}

static void test_erase(void **state)
{
	(void)state;
	put("aaaa\r\nbbbb\r\ncccc\x1b[2;3H\x1b[K");
	shows("aaaa", "bb", "cccc", 2, 1);
	put("\x1b[1;2H\x1b[J");
	shows("a", "", "", 1, 0);
	put("bcd\x1b[2J");
	shows("", "", "", 4, 0);
	put("e\x1b[2K");
	shows("", "", "", 5, 0);
}

static void test_unknown_and_broken_sequences(void **state)
{
	(void)state;
	put("\x1b[31;1;4;5mred\x1b[?25l\x1b(Bx\x1b[4294967299999Cy");
	shows("redBx    y", "", "", 9, 0);
	put("\r\n\x1b[2\x1b[\rok");
	shows("redBx    y", "ok", "", 2, 1);
	put("\x1b[;5Hq");
	shows("redBq    y", "ok", "", 5, 0);
}

static void test_characters_beyond_ascii(void **state)
{
	(void)state;
	put("\xc3\xa9\xe2\x82\xac\xc3.\xff");
	assert_int_equal(t.cell[0][0], 0xe9); /* of Latin-1 */
	t.cell[0][0] = 'e';
	shows("e??.?", "", "", 5, 0);
	put("\r\xe4\xb8\xad"
	    "e\xcc\x81"); /* two columns; none */
	shows("??e.?", "", "", 3, 0);
	put("\r\xe4\xb8\r!");
	shows("!?e.?", "", "", 1, 0);
}

static void test_sizes_change_around_the_cursor(void **state)
{
	(void)state;
	put("1\r\n2\r\n3456789");
	text_resize(&t, 4, 2);
	shows("2", "3456", "", 3, 1);
	text_resize(&t, 10, 3);
	shows("2", "3456", "", 3, 1);
	put("\r\nx\r\ny");
	shows("3456", "x", "y", 1, 2);
	text_resize(&t, 1, 1);
	shows("y", "", "", 0, 0);
	put("ab");
	shows("b", "", "", 0, 0);
	text_resize(&t, 9999, 9999);
	assert_int_equal(t.cols, TEXT_COLS);
	assert_int_equal(t.rows, TEXT_ROWS);
	put("\x1b[9999;9999Hx");
	assert_int_equal(t.cell[TEXT_ROWS - 1][TEXT_COLS - 1], 'x');
}

/* Whatever comes, the cursor stays where there are cells. */
static void test_noise(void **state)
{
	uint32_t v = 1;

	(void)state;
	for (unsigned i = 0; i < 300000; i++) {
		static const char some[] = "\x1b[;0123456789ABCDHJK78\r\n\b\t\xc3x";

		v = v * 1103515245 + 12345;
		text_put(&t, v >> 31 ? (char)(v >> 16) : some[(v >> 16) % (sizeof(some) - 1)]);
		if (i % 997 == 0)
			text_resize(&t, 1 + (v >> 8) % 250, 1 + (v >> 20) % 80);
		assert_true(t.x < t.cols && t.y < t.rows);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(test_lines),
		T(test_rows_scroll_out_at_the_top),
		T(test_long_lines_go_on_in_the_next_row),
		T(test_cursor_moves_within_the_grid),
		T(test_saved_cursor),
		T(test_erase),
		T(test_unknown_and_broken_sequences),
		T(test_characters_beyond_ascii),
		T(test_sizes_change_around_the_cursor),
		T(test_noise),
#undef T
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
