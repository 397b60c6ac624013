/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Line editing, as a state machine: it takes bytes from the keyboard, sends echo through a
 * callback, and returns a line when it is finished. It does not depend on the console, the clock or
 * the commands. Piped input works like typed input: CR, LF and CR LF all end a line.
 *
 * Keys: arrows, Home, End, Delete, Backspace; Ctrl-A and -E (start, end), -B and -F (left, right),
 * -P and -N (history), -D (delete), -K and -U (cut to the end, to the start), -W (cut a word), -L
 * (clear the screen), -C (give up the line); Ctrl with an arrow goes by words; TAB completes.
 *
 * Text is UTF-8, and bytes that form no character are left out. A line may be longer than a row of
 * the terminal. Text that is added at the end is written as it is, and the terminal wraps it. All
 * other changes depend on the number of columns. If the line may be longer than the narrowest row,
 * the editor first asks the terminal for its size (cursor position report, ECMA-48 CPR), and the
 * key waits for the answer. A TAB waits for the next byte, since a TAB in a paste counts as a
 * blank.
 */
#ifndef FIRMWARE_CONSOLE_LINE_H
#define FIRMWARE_CONSOLE_LINE_H

#include "firmware/console/keys.h"

enum {
	LINE_MAX_BYTES = 256,
	LINE_HISTORY = 16,
	LINE_COLUMNS = 80,   /* of a terminal that does not report them */
	LINE_NARROWEST = 40, /* columns of the narrowest terminal */
	LINE_ASKS = 2,	     /* most questions in a row without an answer */
};

/* How long a key waits, in nanoseconds: for the terminal's answer, and for more bytes of a
 * paste. */
#define LINE_ANSWER_PAUSE UINT64_C(250000000)
#define LINE_PASTE_PAUSE  UINT64_C(40000000)

/* The caller fills the first three fields. All others start zeroed and are private. */
struct line {
	const char *prompt; /* in ASCII */
	void (*out)(void *ctx, const char *p, size_t n);
	void *ctx;

	size_t len, cursor; /* in bytes; the cursor is on the first byte of a character */
	unsigned stored;    /* lines that went into history */
	unsigned back;	    /* how far back in the history the shown line is; 0: the draft */

	unsigned columns, rows; /* of the terminal, from its latest answer; 0: none came */
	unsigned below;		/* rows of the line below the row with the prompt */
	bool wrote;		/* the last output was a character */
	bool asked;		/* the terminal was asked for its size during this line */
	bool asked_rows;	/* the latest question was for rows too */
	bool away;		/* the latest question has moved the terminal's cursor in its row */
	uint8_t unanswered;	/* questions since the last answer */

	struct keys keys;
	enum key waiting;
	char held[VIO_UTF8_MAX + 1]; /* the character that waits */
	bool too_long;

	/* Last, since fields near the start need shorter instructions. */
	char text[LINE_MAX_BYTES + 1]; /* always ends with NUL at `len` */
	/* The line as it was before history was shown; the line that is returned. */
	char draft[LINE_MAX_BYTES + 1];
	char history[LINE_HISTORY][LINE_MAX_BYTES + 1];
};

/* Show the prompt and the text of the line in place of the terminal's row. */
void line_show(struct line *l);

/* Remove prompt and text from the screen, so that other text can be printed. line_show() shows them
 * again. */
void line_hide(struct line *l);

/*
 * Take one byte from the keyboard. Returns the finished line (NUL-terminated, valid until the next
 * call), or NULL if it is not finished. A line beyond LINE_MAX_BYTES is never cut: it comes back
 * empty, after a message.
 */
const char *line_feed(struct line *l, char c);

/* How long to wait for the next byte before line_paused() is called, in nanoseconds. 0: no key
 * waits. */
uint64_t line_waits(const struct line *l);

/* No byte came for that time: handle the key that waits. */
void line_paused(struct line *l);

/* Insert text at the cursor, as if it had been typed. */
void line_insert(struct line *l, const char *p, size_t n);

/* Ask the terminal for its size now, unless it never answers. The answer comes in through
 * line_feed(). */
void line_ask_size(struct line *l);

/* Line number `back` of the history, counted from 1 for the latest one. NULL: there are no more. */
const char *line_remembered(const struct line *l, unsigned back);

#endif
