/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/line.h"

#include "firmware/console/row.h"

#include <string.h>

/* Bytes after the end are cleared, so that they can neither be shown nor run. */
static void set_length(struct line *l, size_t len)
{
	l->len = len;
	l->text[len] = '\0';
}

static bool continues(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

static size_t next_character(const struct line *l, size_t at)
{
	if (at < l->len)
		at++;
	while (at < l->len && continues(l->text[at]))
		at++;
	return at;
}

static size_t previous_character(const struct line *l, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && continues(l->text[at]))
		at--;
	return at;
}

static size_t word_start(const struct line *l)
{
	size_t at = l->cursor;

	while (at > 0 && l->text[at - 1] == ' ')
		at--;
	while (at > 0 && l->text[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_end(const struct line *l)
{
	size_t at = l->cursor;

	while (at < l->len && l->text[at] == ' ')
		at++;
	while (at < l->len && l->text[at] != ' ')
		at++;
	return at;
}

/* Cut the bytes from..to. The cursor is at `from` afterwards. */
static void cut(struct line *l, size_t from, size_t to)
{
	if (from == to)
		return;
	row_move(l, from);
	memmove(l->text + from, l->text + to, l->len - to);
	set_length(l, l->len - (to - from));
	l->too_long = false;
	row_redraw(l, from);
}

void line_insert(struct line *l, const char *p, size_t n)
{
	const size_t at = l->cursor;

	if (l->len + n > LINE_MAX_BYTES) {
		l->too_long = true;
		l->out(l->ctx, "\a", 1); /* leaves the cursor where it may wait */
		return;
	}
	memmove(l->text + at + n, l->text + at, l->len - at);
	memcpy(l->text + at, p, n);
	set_length(l, l->len + n);
	l->cursor += n;
	if (l->cursor == l->len)
		row_write(l, at, l->len);
	else
		row_redraw(l, at);
}

/* ---- History ---- */

static unsigned kept(const struct line *l)
{
	return l->stored < LINE_HISTORY ? l->stored : LINE_HISTORY;
}

const char *line_remembered(const struct line *l, unsigned back)
{
	return back >= 1 && back <= kept(l) ? l->history[(l->stored - back) % LINE_HISTORY] : NULL;
}

static void replace(struct line *l, const char *with)
{
	const size_t n = strlen(with);

	row_move(l, 0);
	memcpy(l->text, with, n);
	set_length(l, n);
	l->cursor = l->len;
	l->too_long = false;
	row_redraw(l, 0);
}

static void walk_history(struct line *l, bool older)
{
	const unsigned to = older ? l->back + 1 : l->back - 1;

	if (older ? l->back == kept(l) : l->back == 0)
		return;
	if (l->back == 0)
		memcpy(l->draft, l->text, l->len + 1);
	l->back = to;
	replace(l, to == 0 ? l->draft : line_remembered(l, to));
}

static void remember(struct line *l)
{
	if (l->len == 0 || (l->stored > 0 && strcmp(line_remembered(l, 1), l->text) == 0))
		return;
	memcpy(l->history[l->stored % LINE_HISTORY], l->text, l->len + 1);
	/* The count stays below two laps of the ring, so it never wraps. */
	l->stored = l->stored + 1 < 2 * LINE_HISTORY ? l->stored + 1 : LINE_HISTORY;
}

/* ---- The whole line ---- */

static void start_anew(struct line *l)
{
	set_length(l, 0);
	l->cursor = 0;
	l->back = 0;
	l->below = 0;
	l->too_long = false;
	l->asked = false;
}

static void write_end(struct line *l, const char *s)
{
	row_move(l, l->len);
	row_say(l, s);
}

/* Returns the line in the memory of the draft, which keeps it until the next key. */
static const char *finish(struct line *l)
{
	write_end(l, "\r\n");
	if (l->too_long) {
		row_say(l, "The line was too long and is left out.\r\n");
		set_length(l, 0);
	}
	remember(l);
	memcpy(l->draft, l->text, l->len + 1);
	start_anew(l);
	return l->draft;
}

void line_show(struct line *l)
{
	row_say(l, "\r");
	row_say(l, l->prompt);
	l->below = 0;
	row_redraw(l, 0);
}

void line_hide(struct line *l)
{
	row_clear(l);
}

static void give_up(struct line *l)
{
	write_end(l, "^C\r\n");
	start_anew(l);
	line_show(l);
}

static void clear_screen(struct line *l)
{
	row_say(l, "\x1b[H\x1b[2J");
	line_show(l);
}

/* ---- Keys ---- */

static void edit(struct line *l, enum key k)
{
	switch (k) {
	case KEY_LEFT: row_move(l, previous_character(l, l->cursor)); break;
	case KEY_RIGHT: row_move(l, next_character(l, l->cursor)); break;
	case KEY_WORD_LEFT: row_move(l, word_start(l)); break;
	case KEY_WORD_RIGHT: row_move(l, word_end(l)); break;
	case KEY_UP: walk_history(l, true); break;
	case KEY_DOWN: walk_history(l, false); break;
	case KEY_HOME: row_move(l, 0); break;
	case KEY_END: row_move(l, l->len); break;
	case KEY_DELETE: cut(l, l->cursor, next_character(l, l->cursor)); break;
	case KEY_BACKSPACE: cut(l, previous_character(l, l->cursor), l->cursor); break;
	case KEY_CUT_END: cut(l, l->cursor, l->len); break;
	case KEY_CUT_START: cut(l, 0, l->cursor); break;
	case KEY_CUT_WORD: cut(l, word_start(l), l->cursor); break;
	case KEY_CLEAR: clear_screen(l); break;
	case KEY_GIVE_UP: give_up(l); break;
	case KEY_TAB: line_insert(l, " ", 1); break;
	case KEY_CHARACTER: line_insert(l, l->held, strlen(l->held)); break;
	case KEY_NONE:
	case KEY_ENTER:
	case KEY_SIZE: break;
	}
}

/* After ask_columns(). */
static void come_back(struct line *l)
{
	if (l->away)
		row_return(l);
	l->away = false;
}

/* The waiting key is handled now. A TAB that is followed by more bytes counts as a blank. */
static void release(struct line *l)
{
	const enum key k = l->waiting;

	l->waiting = KEY_NONE;
	come_back(l);
	edit(l, k);
}

/* What was written last stays as it is: the cursor may wait in the last column. */
static void ask(struct line *l, const char *question)
{
	l->asked = true;
	l->unanswered++;
	l->out(l->ctx, question, strlen(question));
}

/* Sends the cursor to the far corner, which it cannot pass, and asks for its place. */
void line_ask_size(struct line *l)
{
	if (l->unanswered >= LINE_ASKS)
		return;
	l->asked_rows = true;
	ask(l, "\x1b"
	       "7\x1b[999;999H\x1b[6n\x1b"
	       "8");
}

/* Any terminal understands this: the cursor goes to the last column of its row. */
static void ask_columns(struct line *l)
{
	l->asked_rows = false;
	l->away = true;
	ask(l, "\x1b[999C\x1b[6n");
}

/* The most bytes that the line has before or after the key. */
static size_t most_bytes(const struct line *l, enum key k)
{
	const unsigned to = k == KEY_UP ? l->back + 1 : l->back - 1;
	const char *const other = to == 0 ? l->draft : line_remembered(l, to);
	size_t n = 0;

	if (k == KEY_CHARACTER)
		n = l->len + strlen(l->held);
	else if ((k == KEY_UP || k == KEY_DOWN) && other)
		n = strlen(other);
	else if (k == KEY_TAB && l->cursor < l->len)
		n = LINE_MAX_BYTES;
	return n > l->len ? n : l->len;
}

static bool needs_size(const struct line *l, enum key k)
{
	return !l->asked && l->unanswered < LINE_ASKS && row_may_wrap(l, most_bytes(l, k));
}

static void press(struct line *l, enum key k)
{
	const bool asks = needs_size(l, k);

	if (asks)
		ask_columns(l);
	if (asks || k == KEY_TAB)
		l->waiting = k;
	else
		edit(l, k);
}

uint64_t line_waits(const struct line *l)
{
	if (l->waiting == KEY_NONE)
		return 0;
	return l->away ? LINE_ANSWER_PAUSE : LINE_PASTE_PAUSE;
}

void line_paused(struct line *l)
{
	if (l->waiting == KEY_TAB)
		l->waiting = KEY_NONE;
	release(l);
}

/* Takes the terminal's answer: rows and columns. */
static void take_size(struct line *l)
{
	if (l->unanswered == 0)
		return;
	l->unanswered = 0;
	if (l->asked_rows)
		l->rows = l->keys.parameter[0];
	l->columns = l->keys.parameter[1] > 1 ? l->keys.parameter[1] : 0;
	row_measure(l);
	if (l->waiting == KEY_TAB)
		come_back(l); /* the next byte is still awaited */
	else
		release(l);
}

static void type(struct line *l)
{
	if (l->cursor == l->len) {
		line_insert(l, l->keys.in.bytes, l->keys.in.have);
		return;
	}
	memcpy(l->held, l->keys.in.bytes, l->keys.in.have);
	l->held[l->keys.in.have] = '\0';
	press(l, KEY_CHARACTER);
}

const char *line_feed(struct line *l, char c)
{
	const enum key k = keys_feed(&l->keys, c);

	if (k == KEY_SIZE) {
		take_size(l);
		return NULL;
	}
	if (k != KEY_NONE)
		release(l);
	if (k == KEY_ENTER)
		return finish(l);
	if (k == KEY_CHARACTER)
		type(l);
	else if (k != KEY_NONE)
		press(l, k);
	return NULL;
}
