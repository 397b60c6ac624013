/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/line_rig.h"

struct screen screen;
bool answers; /* the terminal does */
struct line line;
char finished[LINE_MAX_BYTES + 1];
unsigned lines;

static void out(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	screen_feed(&screen, p, n);
}

void begin(unsigned cols, unsigned rows)
{
	static const char before[] = "what was there before\r\n";

	memset(&line, 0, sizeof(line));
	screen_init(&screen, cols, rows);
	screen_feed(&screen, before, sizeof(before) - 1);
	line.prompt = "> ";
	line.out = out;
	answers = true;
	lines = 0;
	finished[0] = '\0';
	line_show(&line);
}

int line_setup(void **state)
{
	(void)state;
	begin(80, 24);
	return 0;
}

static void feed(char key)
{
	const char *const l = line_feed(&line, key);

	if (l == NULL)
		return;
	assert_true(strlen(l) <= LINE_MAX_BYTES);
	strcpy(finished, l);
	lines++;
	line_show(&line);
}

void answer(void)
{
	for (const char *p = screen.answer; answers && *p != '\0'; p++)
		feed(*p);
	screen.answer[0] = '\0';
}

void type_n(const char *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		feed(keys[i]);
		answer();
	}
}

void pause_typing(void)
{
	line_paused(&line);
	answer();
}

void type(const char *keys)
{
	type_n(keys, strlen(keys));
}

/* Bytes of the first `n` characters. */
static size_t bytes_of(const char *text, size_t n)
{
	size_t i = 0;

	for (; n > 0; n--) {
		do
			i++;
		while (((unsigned char)text[i] & 0xc0) == 0x80);
	}
	return i;
}

/* Where the next character would go, on a terminal that has just written these. */
static void write_fresh(struct screen *s, const char *text, size_t n)
{
	screen_init(s, screen.cols, screen.rows);
	screen_feed(s, "> ", 2);
	screen_feed(s, text, n);
	if (s->wraps) {
		s->row++;
		s->col = 0;
	}
}

/* The screen ends with prompt and text, as a terminal shows them to which they were just written;
 * the cursor is before the character `cursor`. */
void shows(const char *text, size_t cursor)
{
	static struct screen whole, part;
	struct screen now = screen;

	write_fresh(&whole, text, strlen(text));
	write_fresh(&part, text, bytes_of(text, cursor));
	if (now.wraps) {
		now.row++;
		now.col = 0;
	}
	assert_true(now.row >= part.row);
	const unsigned top = now.row - part.row;
	assert_int_equal(now.col, part.col);
	for (unsigned row = top; row < screen.rows; row++) {
		char want[SCREEN_COLS * SCREEN_CELL + 1];

		strcpy(want, row - top < screen.rows ? screen_row(&whole, row - top) : "");
		assert_string_equal(screen_row(&screen, row), want);
	}
}

/* The row above the one with the cursor. */
const char *above(void)
{
	assert_true(screen.row > 0);
	return screen_row(&screen, screen.row - 1);
}
