/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small terminal that shows what a person would see: rows and columns, a cursor that waits in the
 * last column until the next character comes (as xterm, tmux and the VT100 do), wide characters,
 * and the control sequences that the console uses. Any other sequence fails the test, so the line
 * editor needs little of a terminal: the cursor goes up and right, and the end of a row is cleared.
 */
#ifndef SCREEN_RIG_H
#define SCREEN_RIG_H

#include <picovirtio/utf8.h>

enum { SCREEN_ROWS = 30, SCREEN_COLS = 200, SCREEN_CELL = 12 };

struct screen {
	unsigned cols, rows;
	char cell[SCREEN_ROWS][SCREEN_COLS][SCREEN_CELL]; /* "": blank; "\1": second half */
	unsigned row, col;
	bool wraps; /* the next character goes to the next row */
	unsigned saved_row, saved_col;
	bool saved_wraps;
	unsigned bells;
	struct vio_utf8 in;
	char order[16];
	size_t order_len;
	char answer[32]; /* to the question for the cursor; the test types it, or not */
	unsigned asked;
};

void screen_init(struct screen *s, unsigned cols, unsigned rows);
void screen_feed(struct screen *s, const char *p, size_t n);

/* The text of a row, without blanks at its end. Valid until the next call. */
const char *screen_row(const struct screen *s, unsigned row);

#endif
