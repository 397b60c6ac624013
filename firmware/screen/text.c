/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/screen/text.h"

#include <string.h>

enum { PLAIN, ESCAPE, BRACKET };
enum { NUMBER_MAX = 9999, LATIN_1 = 256, TAB = 8 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Blank the cells from..to of a row. */
static void blank(struct text *t, unsigned y, unsigned from, unsigned to)
{
	if (from < to)
		memset(&t->cell[y][from], ' ', to - from);
}

/* Rows move up by `n`. */
static void scroll(struct text *t, unsigned n)
{
	memmove(t->cell[0], t->cell[n], (TEXT_ROWS - n) * sizeof(t->cell[0]));
	for (unsigned y = TEXT_ROWS - n; y < TEXT_ROWS; y++)
		blank(t, y, 0, TEXT_COLS);
}

void text_resize(struct text *t, unsigned cols, unsigned rows)
{
	const bool first = t->cols == 0;

	t->cols = least(cols, TEXT_COLS);
	t->rows = least(rows, TEXT_ROWS);
	for (unsigned y = 0; first && y < TEXT_ROWS; y++)
		blank(t, y, 0, TEXT_COLS);
	if (t->y >= t->rows) {
		scroll(t, t->y - t->rows + 1);
		t->y = t->rows - 1;
	}
	for (unsigned y = 0; y < TEXT_ROWS; y++)
		blank(t, y, y < t->rows ? t->cols : 0, TEXT_COLS);
	t->x = least(t->x, t->cols - 1);
	t->wrap = false;
}

static void next_row(struct text *t)
{
	t->wrap = false;
	if (t->y + 1 < t->rows) {
		t->y++;
		return;
	}
	scroll(t, 1);
	blank(t, t->y, 0, TEXT_COLS);
}

static void write_glyph(struct text *t, uint8_t c)
{
	if (t->wrap) {
		t->x = 0;
		next_row(t);
	}
	t->cell[t->y][t->x] = c;
	t->wrap = t->x + 1 == t->cols;
	t->x += !t->wrap;
}

/* Combining marks take no column, and wide characters two. */
static void write_point(struct text *t, uint32_t point)
{
	for (unsigned n = vio_utf8_columns(point); n > 0; n--)
		write_glyph(t, point < LATIN_1 ? (uint8_t)point : '?');
}

static void go_to(struct text *t, unsigned x, unsigned y)
{
	t->x = least(x, t->cols - 1);
	t->y = least(y, t->rows - 1);
	t->wrap = false;
}

/* Parameter 0 erases from the cursor on, others all. */
static void erase_rows(struct text *t)
{
	const bool rest = t->parameter[0] == 0;

	blank(t, t->y, rest ? t->x : 0, t->cols);
	for (unsigned y = rest ? t->y + 1 : 0; y < t->rows; y++)
		blank(t, y, 0, t->cols);
}

static void obey(struct text *t, char c)
{
	const unsigned n = t->parameter[0] > 0 ? t->parameter[0] : 1;

	switch (c) {
	case 'A': go_to(t, t->x, t->y - least(n, t->y)); break;
	case 'B': go_to(t, t->x, t->y + n); break;
	case 'C': go_to(t, t->x + n, t->y); break;
	case 'D': go_to(t, t->x - least(n, t->x), t->y); break;
	case 'H': go_to(t, t->parameter[1] > 0 ? t->parameter[1] - 1 : 0, n - 1); break;
	case 'J': erase_rows(t); break;
	case 'K': blank(t, t->y, t->parameter[0] == 0 ? t->x : 0, t->cols); break;
	default: break;
	}
}

static void bracket(struct text *t, char c)
{
	if (c >= '0' && c <= '9') {
		unsigned *p = &t->parameter[least(t->parameters, TEXT_PARAMETERS - 1)];

		*p = least(*p * 10 + (unsigned)(c - '0'), NUMBER_MAX);
	} else if (c == ';') {
		t->parameters = least(t->parameters + 1, TEXT_PARAMETERS);
	} else if (c >= 0x40) {
		t->escape = PLAIN;
		obey(t, c);
	}
}

static void after_escape(struct text *t, char c)
{
	t->escape = c == '[' ? BRACKET : PLAIN;
	t->parameters = 0;
	memset(t->parameter, 0, sizeof(t->parameter));
	if (c == '7') {
		t->saved_x = t->x;
		t->saved_y = t->y;
	} else if (c == '8') {
		go_to(t, t->saved_x, t->saved_y);
	}
}

static void control(struct text *t, char c)
{
	switch (c) {
	case '\b': go_to(t, t->x - least(1, t->x), t->y); break;
	case '\t': go_to(t, (t->x / TAB + 1) * TAB, t->y); break;
	case '\n': next_row(t); break;
	case '\r': go_to(t, 0, t->y); break;
	case 0x1b: t->escape = ESCAPE; break;
	default: break;
	}
}

static void character(struct text *t, char c)
{
	int n = vio_utf8_feed(&t->in, c);

	if (n == VIO_UTF8_CUT) {
		write_glyph(t, '?');
		n = vio_utf8_feed(&t->in, c);
	}
	if (n == VIO_UTF8_NONE)
		write_glyph(t, '?');
	else if (n > 0)
		write_point(t, vio_utf8_point(t->in.bytes));
}

void text_put(struct text *t, char c)
{
	if ((uint8_t)c < 0x20 || c == 0x7f) {
		t->escape = PLAIN;
		t->in = (struct vio_utf8){ .need = 0 };
		control(t, c);
	} else if (t->escape == ESCAPE) {
		after_escape(t, c);
	} else if (t->escape == BRACKET) {
		bracket(t, c);
	} else {
		character(t, c);
	}
}
