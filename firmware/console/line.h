/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Line editing, as a state machine: bytes from the keyboard go in, echo comes out
 * through a callback, and now and then a finished line. Knows no console, no
 * clock and no command. Piped input works as typed input does: nothing waits for
 * a pause, and CR, LF and CR LF all end a line.
 *
 * Keys: arrows, Home, End, Delete, Backspace; Ctrl-A and -E (start, end), -B and -F (left,
 * right), -P and -N (history), -D (delete), -K and -U (cut to the end, to the start), -W
 * (cut a word), -L (clear the screen), -C (give up the line).
 *
 * Text is UTF-8: the cursor moves by characters, and bytes that form none are left out.
 * Characters are taken to be one column wide.
 */
#ifndef FIRMWARE_CONSOLE_LINE_H
#define FIRMWARE_CONSOLE_LINE_H

#include <picovirtio/types.h>

enum {
	LINE_MAX_BYTES = 128,
	LINE_HISTORY = 8,
};

/* Zeroed but for the first three fields; all else is private. */
struct line {
	const char *prompt;
	void (*out)(void *ctx, const char *p, size_t n);
	void *ctx;

	char text[LINE_MAX_BYTES + 1];
	char draft[LINE_MAX_BYTES + 1]; /* what was being typed before history was walked */
	char history[LINE_HISTORY][LINE_MAX_BYTES + 1];
	size_t len, cursor; /* bytes; the cursor is on a character's first byte */
	unsigned stored;    /* lines that went into history */
	unsigned back;	    /* how far back in it the line shown is; 0: the draft */
	char partial[4];    /* a UTF-8 sequence on its way in */
	uint8_t partial_len, partial_need;
	uint8_t escape; /* where in an escape sequence we are */
	uint8_t parameter;
	bool after_cr, too_long;
};

/* Show the prompt, and what has been typed so far, in place of the terminal's row. */
void line_show(struct line *l);

/*
 * One byte from the keyboard. Returns the finished line (NUL-terminated, valid until
 * the next call), or NULL: more. A line beyond LINE_MAX_BYTES is never returned cut:
 * it comes out empty after a message.
 */
const char *line_feed(struct line *l, char c);

#endif
