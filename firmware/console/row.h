/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the bytes of a line are on a terminal that wraps it, and how its cursor gets there. */
#ifndef FIRMWARE_CONSOLE_ROW_H
#define FIRMWARE_CONSOLE_ROW_H

#include "firmware/console/line.h"

/* Send a string to the terminal. */
void row_say(struct line *l, const char *s);

/* Send the bytes from..to of the text, at the cursor. */
void row_write(struct line *l, size_t from, size_t to);

/* Move the cursors of the terminal and of the line to byte `to`. */
void row_move(struct line *l, size_t to);

/* Show the text from byte `from` on, where the terminal's cursor is, and move to the cursor of the
 * line. What was after the text is cleared. */
void row_redraw(struct line *l, size_t from);

/* Go to the start of the prompt, and clear all that is there and below. */
void row_clear(struct line *l);

/* The number of columns differs from the assumed one: compute the rows again. */
void row_measure(struct line *l);

/* Go back to the cursor of the line from another place in its row. */
void row_return(struct line *l);

/* May a line of so many bytes fill a row of the narrowest terminal? */
bool row_may_wrap(const struct line *l, size_t bytes);

#endif
