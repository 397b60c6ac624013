/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/line.h"

#include <string.h>

enum { PLAIN, ESCAPE, BRACKET, LETTER };

static void say(struct line *l, const char *s)
{
	l->out(l->ctx, s, strlen(s));
}

static bool continues(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

static size_t columns(const char *p, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += !continues(p[i]);
	return count;
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

static void step_back(struct line *l, size_t count)
{
	while (count-- > 0)
		say(l, "\b");
}

/* Show the text from byte `from` on, where the terminal's cursor is, and end at ours. */
static void redraw_from(struct line *l, size_t from)
{
	l->out(l->ctx, l->text + from, l->len - from);
	say(l, "\x1b[K");
	step_back(l, columns(l->text + l->cursor, l->len - l->cursor));
}

static void move_to(struct line *l, size_t to)
{
	if (to < l->cursor)
		step_back(l, columns(l->text + to, l->cursor - to));
	else
		l->out(l->ctx, l->text + l->cursor, to - l->cursor);
	l->cursor = to;
}

/* Cut the bytes from..to; the cursor ends up at `from`. */
static void cut(struct line *l, size_t from, size_t to)
{
	if (from == to)
		return;
	move_to(l, from);
	memmove(l->text + from, l->text + to, l->len - to);
	l->len -= to - from;
	l->text[l->len] = '\0';
	l->too_long = false;
	redraw_from(l, from);
}

static void insert(struct line *l, const char *p, size_t n)
{
	const size_t at = l->cursor;

	if (l->len + n > LINE_MAX_BYTES) {
		l->too_long = true;
		say(l, "\a");
		return;
	}
	memmove(l->text + at + n, l->text + at, l->len - at);
	memcpy(l->text + at, p, n);
	l->len += n;
	l->cursor += n;
	l->text[l->len] = '\0';
	if (l->cursor == l->len)
		l->out(l->ctx, p, n);
	else
		redraw_from(l, at);
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

static void replace(struct line *l, const char *with)
{
	move_to(l, 0);
	l->len = strlen(with);
	memcpy(l->text, with, l->len + 1);
	l->cursor = l->len;
	l->too_long = false;
	redraw_from(l, 0);
}

static char *remembered(struct line *l, unsigned back)
{
	return l->history[(l->stored - back) % LINE_HISTORY];
}

static void walk_history(struct line *l, bool older)
{
	const unsigned most = l->stored < LINE_HISTORY ? l->stored : LINE_HISTORY;
	const unsigned to = older ? l->back + 1 : l->back - 1;

	if (older ? l->back == most : l->back == 0)
		return;
	if (l->back == 0)
		memcpy(l->draft, l->text, sizeof(l->draft));
	l->back = to;
	replace(l, to == 0 ? l->draft : remembered(l, to));
}

static void remember(struct line *l)
{
	if (l->len == 0 || (l->stored > 0 && strcmp(remembered(l, 1), l->text) == 0))
		return;
	memcpy(l->history[l->stored % LINE_HISTORY], l->text, l->len + 1);
	/* Counts up to one lap more than the ring has, then that lap again: never wraps. */
	l->stored = l->stored + 1 < 2 * LINE_HISTORY ? l->stored + 1 : LINE_HISTORY;
}

static void start_anew(struct line *l)
{
	l->len = 0;
	l->cursor = 0;
	l->back = 0;
	l->too_long = false;
}

static const char *finish(struct line *l)
{
	say(l, "\r\n");
	if (l->too_long) {
		say(l, "The line was too long and is left out.\r\n");
		l->len = 0;
	}
	l->text[l->len] = '\0';
	remember(l);
	start_anew(l);
	return l->text;
}

static void give_up(struct line *l)
{
	say(l, "^C\r\n");
	start_anew(l);
	l->text[0] = '\0';
	line_show(l);
}

void line_show(struct line *l)
{
	say(l, "\r");
	say(l, l->prompt);
	redraw_from(l, 0);
}

static void clear_screen(struct line *l)
{
	say(l, "\x1b[H\x1b[2J");
	line_show(l);
}

/* Letters of Ctrl keys and of cursor keys come together here. */
enum key { LEFT, RIGHT, UP, DOWN, HOME, END, DELETE, BACKSPACE, NO_KEY };

static void press(struct line *l, enum key k)
{
	switch (k) {
	case LEFT: move_to(l, previous_character(l, l->cursor)); break;
	case RIGHT: move_to(l, next_character(l, l->cursor)); break;
	case UP: walk_history(l, true); break;
	case DOWN: walk_history(l, false); break;
	case HOME: move_to(l, 0); break;
	case END: move_to(l, l->len); break;
	case DELETE: cut(l, l->cursor, next_character(l, l->cursor)); break;
	case BACKSPACE: cut(l, previous_character(l, l->cursor), l->cursor); break;
	case NO_KEY: break;
	}
}

static const char *control(struct line *l, char c)
{
	switch (c) {
	case '\r':
	case '\n': return finish(l);
	case 'A' & 0x1f: press(l, HOME); break;
	case 'B' & 0x1f: press(l, LEFT); break;
	case 'C' & 0x1f: give_up(l); break;
	case 'D' & 0x1f: press(l, DELETE); break;
	case 'E' & 0x1f: press(l, END); break;
	case 'F' & 0x1f: press(l, RIGHT); break;
	case '\b':
	case 0x7f: press(l, BACKSPACE); break;
	case 'K' & 0x1f: cut(l, l->cursor, l->len); break;
	case 'L' & 0x1f: clear_screen(l); break;
	case 'N' & 0x1f: press(l, DOWN); break;
	case 'P' & 0x1f: press(l, UP); break;
	case 'U' & 0x1f: cut(l, 0, l->cursor); break;
	case 'W' & 0x1f: cut(l, word_start(l), l->cursor); break;
	case 0x1b: l->escape = ESCAPE; break;
	default: break;
	}
	return NULL;
}

static enum key named_key(char final, uint8_t parameter)
{
	static const enum key by_number[] = { NO_KEY, HOME,   NO_KEY, DELETE, END,
					      NO_KEY, NO_KEY, HOME,   END };

	switch (final) {
	case 'A': return UP;
	case 'B': return DOWN;
	case 'C': return RIGHT;
	case 'D': return LEFT;
	case 'F': return END;
	case 'H': return HOME;
	case '~':
		return parameter < sizeof(by_number) / sizeof(by_number[0]) ? by_number[parameter]
									    : NO_KEY;
	default: return NO_KEY;
	}
}

/* ESC [ parameters letter, or ESC O letter (ECMA-48); unknown ones are swallowed. */
static void escape(struct line *l, char c)
{
	if (l->escape == ESCAPE) {
		l->escape = c == '[' ? BRACKET : c == 'O' ? LETTER : PLAIN;
		l->parameter = 0;
	} else if (l->escape == BRACKET && c >= 0x20 && c < 0x40) {
		if (c >= '0' && c <= '9' && l->parameter < 10)
			l->parameter = (uint8_t)(l->parameter * 10 + (c - '0'));
	} else {
		l->escape = PLAIN;
		press(l, named_key(c, l->parameter));
	}
}

/* Bytes that a sequence with this first byte has (RFC 3629); 0: none starts so. */
static uint8_t sequence_bytes(uint8_t first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static void utf8(struct line *l, char c)
{
	if (!continues(c)) {
		l->partial_len = 0;
		l->partial_need = sequence_bytes((uint8_t)c);
	}
	if (l->partial_need == 0)
		return;
	l->partial[l->partial_len++] = c;
	if (l->partial_len < l->partial_need)
		return;
	insert(l, l->partial, l->partial_len);
	l->partial_need = 0;
}

const char *line_feed(struct line *l, char c)
{
	const bool second_half = c == '\n' && l->after_cr;

	l->after_cr = c == '\r';
	if (second_half)
		return NULL;
	if ((uint8_t)c >= 0x80) {
		l->escape = PLAIN;
		utf8(l, c);
		return NULL;
	}
	l->partial_need = 0;
	if ((uint8_t)c < 0x20 || c == 0x7f) {
		l->escape = PLAIN;
		return control(l, c);
	}
	if (l->escape != PLAIN)
		escape(l, c);
	else
		insert(l, &c, 1);
	return NULL;
}
