/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A terminal that has written in the last column of a row keeps its cursor there until the next
 * character, which goes to the next row (xterm, tmux, VT100 and their successors). In this state
 * terminals differ in how they handle control sequences. Therefore settle() goes to the next row
 * before each control sequence.
 */
#include "firmware/console/row.h"

#include <stdio.h>
#include <string.h>

struct place {
	unsigned row, col;
};

void row_say(struct line *l, const char *s)
{
	l->out(l->ctx, s, strlen(s));
	l->wrote = false;
}

static unsigned width(const struct line *l)
{
	return l->columns > 0 ? l->columns : LINE_COLUMNS;
}

/* A wide character does not begin in the last column. */
static void advance(struct place *p, unsigned columns, unsigned of_row)
{
	if (p->col + columns > of_row) {
		p->row++;
		p->col = 0;
	}
	p->col += columns;
	if (p->col == of_row) {
		p->row++;
		p->col = 0;
	}
}

static size_t next_character(const char *s, size_t at)
{
	at++;
	while (((uint8_t)s[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* The place of byte `at`. The prompt begins in row 0, column 0. */
static struct place place_of(const struct line *l, size_t at)
{
	struct place p = { 0, 0 };

	for (const char *s = l->prompt; *s != '\0'; s++)
		advance(&p, 1, width(l));
	for (size_t i = 0; i < at; i = next_character(l->text, i))
		advance(&p, vio_utf8_columns(vio_utf8_point(l->text + i)), width(l));
	return p;
}

bool row_may_wrap(const struct line *l, size_t bytes)
{
	/* A character never has more columns than bytes. */
	return strlen(l->prompt) + bytes >= LINE_NARROWEST;
}

static void settle(struct line *l, struct place at)
{
	if (l->wrote && at.col == 0 && at.row > 0)
		row_say(l, "\r\n");
	l->wrote = false;
}

static void order(struct line *l, unsigned n, char what)
{
	char text[16];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "\x1b[%u%c", n, what);
	row_say(l, text);
}

static void note_end(struct line *l, struct place end)
{
	if (end.row > l->below)
		l->below = end.row;
}

void row_write(struct line *l, size_t from, size_t to)
{
	if (from == to)
		return;
	l->out(l->ctx, l->text + from, to - from);
	l->wrote = true;
	note_end(l, place_of(l, to));
}

/* Go to the start of the row, to the other row, and to the right. */
static void go(struct line *l, struct place from, struct place to)
{
	settle(l, from);
	row_say(l, "\r");
	if (to.row < from.row)
		order(l, from.row - to.row, 'A');
	for (unsigned row = from.row; row < to.row; row++)
		row_say(l, "\n");
	order(l, to.col, 'C');
}

/* Clear what the line has shown from the cursor on. The terminal may not know how to clear all rows
 * below, so they are cleared one by one. */
static void clear_from(struct line *l, struct place at)
{
	const struct place last = { l->below, 0 };

	settle(l, at);
	row_say(l, "\x1b[K");
	for (unsigned row = at.row; row < last.row; row++)
		row_say(l, "\r\n\x1b[K");
	if (at.row < last.row)
		go(l, last, at);
	l->below = at.row;
}

void row_move(struct line *l, size_t to)
{
	const struct place here = place_of(l, l->cursor), there = place_of(l, to);

	settle(l, here);
	if (here.row != there.row) {
		go(l, here, there);
	} else if (to >= l->cursor) {
		row_write(l, l->cursor, to);
	} else {
		for (unsigned i = there.col; i < here.col; i++)
			row_say(l, "\b");
	}
	l->cursor = to;
}

/* A wide character that goes to the next row leaves the last cell of its row as it was. Therefore
 * several rows are cleared before they are written. */
void row_redraw(struct line *l, size_t from)
{
	const size_t cursor = l->cursor;
	const struct place start = place_of(l, from), end = place_of(l, l->len);

	if (end.row > 0)
		clear_from(l, start);
	row_write(l, from, l->len);
	clear_from(l, end);
	l->cursor = l->len;
	row_move(l, cursor);
}

void row_measure(struct line *l)
{
	l->below = place_of(l, l->len).row;
}

void row_clear(struct line *l)
{
	const struct place here = place_of(l, l->cursor), start = { 0, 0 };

	go(l, here, start);
	clear_from(l, start);
}

void row_return(struct line *l)
{
	const struct place here = place_of(l, l->cursor);

	go(l, here, here);
}
