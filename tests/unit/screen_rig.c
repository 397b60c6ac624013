/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/screen_rig.h"

void screen_init(struct screen *s, unsigned cols, unsigned rows)
{
	memset(s, 0, sizeof(*s));
	assert_true(cols <= SCREEN_COLS && rows <= SCREEN_ROWS);
	s->cols = cols;
	s->rows = rows;
}

static void line_feed_down(struct screen *s)
{
	if (++s->row < s->rows)
		return;
	s->row = s->rows - 1;
	memmove(s->cell[0], s->cell[1], (s->rows - 1) * sizeof(s->cell[0]));
	memset(s->cell[s->row], 0, sizeof(s->cell[0]));
}

static void next_row(struct screen *s)
{
	s->col = 0;
	line_feed_down(s);
	s->wraps = false;
}

/* A mark goes to the character before it. */
static void combine(struct screen *s, const char *p, size_t n)
{
	unsigned col = s->wraps ? s->col : s->col - 1;

	assert_true(s->wraps || s->col > 0);
	if (strcmp(s->cell[s->row][col], "\1") == 0)
		col--;
	char *cell = s->cell[s->row][col];
	assert_true(strlen(cell) + n < SCREEN_CELL);
	strncat(cell, p, n);
}

static void put(struct screen *s, const char *p, size_t n)
{
	const unsigned columns = vio_utf8_columns(vio_utf8_point(p));

	if (columns == 0) {
		combine(s, p, n);
		return;
	}
	if (s->wraps || s->col + columns > s->cols)
		next_row(s);
	memset(s->cell[s->row][s->col], 0, SCREEN_CELL);
	memcpy(s->cell[s->row][s->col], p, n);
	if (columns == 2)
		strcpy(s->cell[s->row][s->col + 1], "\1");
	s->col += columns;
	s->wraps = s->col == s->cols;
	s->col -= s->wraps;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static void move(struct screen *s, char what, unsigned n)
{
	assert_true(n > 0);
	/* What becomes of an order in the last column differs; so it must not be given there. */
	assert_false(s->wraps);
	switch (what) {
	case 'A':
		assert_true(n <= s->row);
		s->row -= n;
		break;
	case 'C':
		assert_true(s->col + n < s->cols);
		s->col += n;
		break;
	default: fail_msg("no such move: %c", what);
	}
}

static void question(struct screen *s)
{
	s->asked++;
	snprintf(s->answer, sizeof(s->answer), "\x1b[%u;%uR", s->row + 1, s->col + 1);
}

static void obey(struct screen *s, const char *o)
{
	if (strcmp(o, "K") == 0) {
		assert_false(s->wraps);
		memset(s->cell[s->row][s->col], 0, (SCREEN_COLS - s->col) * SCREEN_CELL);
	} else if (strcmp(o, "2J") == 0) {
		memset(s->cell, 0, sizeof(s->cell));
	} else if (strcmp(o, "H") == 0) {
		s->row = s->col = 0;
		s->wraps = false;
	} else if (strcmp(o, "999;999H") == 0) {
		s->row = s->rows - 1;
		s->col = s->cols - 1;
		s->wraps = false;
	} else if (strcmp(o, "999C") == 0) {
		s->col = s->cols - 1;
		s->wraps = false;
	} else if (strcmp(o, "6n") == 0) {
		question(s);
	} else {
		char *end;
		const unsigned n = (unsigned)strtoul(o, &end, 10);

		assert_true(end > o && end[1] == '\0');
		move(s, *end, least(n, 9999));
	}
}

static void order_byte(struct screen *s, char c)
{
	assert_true(s->order_len < sizeof(s->order) - 1);
	s->order[s->order_len++] = c;
	s->order[s->order_len] = '\0';
	if (s->order_len == 2 && c == '7') {
		s->saved_row = s->row;
		s->saved_col = s->col;
		s->saved_wraps = s->wraps;
		s->order_len = 0;
	} else if (s->order_len == 2 && c == '8') {
		s->row = s->saved_row;
		s->col = s->saved_col;
		s->wraps = s->saved_wraps;
		s->order_len = 0;
	} else if (s->order_len > 2 && c >= '@') {
		s->order_len = 0;
		obey(s, s->order + 2);
	} else if (s->order_len == 2) {
		assert_int_equal(c, '[');
	}
}

static void byte(struct screen *s, char c)
{
	switch (c) {
	case '\b':
		assert_false(s->wraps);
		assert_true(s->col > 0);
		s->col--;
		break;
	case '\r':
		s->col = 0;
		s->wraps = false;
		break;
	case '\n':
		line_feed_down(s);
		s->wraps = false;
		break;
	case '\a': s->bells++; break;
	default: {
		const int n = vio_utf8_feed(&s->in, c);

		assert_true(n >= 0);
		if (n == 0)
			break;
		assert_false(vio_utf8_is_control(vio_utf8_point(s->in.bytes)));
		put(s, s->in.bytes, (size_t)n);
	}
	}
}

void screen_feed(struct screen *s, const char *p, size_t n)
{
	for (; n > 0; n--, p++) {
		if (s->order_len > 0 || *p == '\x1b')
			order_byte(s, *p);
		else
			byte(s, *p);
	}
}

const char *screen_row(const struct screen *s, unsigned row)
{
	static char text[SCREEN_COLS * SCREEN_CELL + 1];
	size_t used = 0, end = 0;

	for (unsigned c = 0; c < s->cols; c++) {
		const char *cell = s->cell[row][c];

		if (strcmp(cell, "\1") == 0)
			continue;
		used += (size_t)sprintf(text + used, "%s", cell[0] != '\0' ? cell : " ");
		end = cell[0] != '\0' && cell[0] != ' ' ? used : end;
	}
	text[end] = '\0';
	return text;
}
