/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A terminal without a screen: bytes go in, and a grid of characters comes out. It knows UTF-8 (as
 * far as Latin-1 goes), CR, LF, backspace, and the sequences that the shell uses (ECMA-48): cursor
 * A B C D H, erase J K; and ESC 7, ESC 8. Other sequences are ignored.
 */
#ifndef FIRMWARE_SCREEN_TEXT_H
#define FIRMWARE_SCREEN_TEXT_H

#include <picovirtio/utf8.h>

enum { TEXT_COLS = 240, TEXT_ROWS = 68, TEXT_PARAMETERS = 2 };

/* Zeroed, and then text_resize(). */
struct text {
	unsigned cols, rows; /* at most TEXT_COLS and TEXT_ROWS */
	unsigned x, y;	     /* the cursor */
	uint8_t cell[TEXT_ROWS][TEXT_COLS];

	/* Private. */
	bool wrap; /* the last column is written; the next character begins a new row */
	unsigned saved_x, saved_y;
	uint8_t escape;
	unsigned parameter[TEXT_PARAMETERS], parameters;
	struct vio_utf8 in;
};

/* Change the numbers of columns and rows, at least 1 each. The text above and left of the cursor is
 * kept. */
void text_resize(struct text *t, unsigned cols, unsigned rows);

void text_put(struct text *t, char c);

#endif
