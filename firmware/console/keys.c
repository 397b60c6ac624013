/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/keys.h"

enum { PLAIN, ESCAPE, BRACKET, LETTER, FUNCTION };

static enum key control(struct keys *k, char c)
{
	static const uint8_t keys[] = {
		['A' & 0x1f] = KEY_HOME,      ['B' & 0x1f] = KEY_LEFT,
		['C' & 0x1f] = KEY_GIVE_UP,   ['D' & 0x1f] = KEY_DELETE,
		['E' & 0x1f] = KEY_END,	      ['F' & 0x1f] = KEY_RIGHT,
		['H' & 0x1f] = KEY_BACKSPACE, ['I' & 0x1f] = KEY_TAB,
		['J' & 0x1f] = KEY_ENTER,     ['K' & 0x1f] = KEY_CUT_END,
		['L' & 0x1f] = KEY_CLEAR,     ['M' & 0x1f] = KEY_ENTER,
		['N' & 0x1f] = KEY_DOWN,      ['P' & 0x1f] = KEY_UP,
		['U' & 0x1f] = KEY_CUT_START, ['W' & 0x1f] = KEY_CUT_WORD,
	};

	k->in.have = k->in.need;
	k->escape = c == 0x1b ? ESCAPE : PLAIN;
	if (c == 0x7f)
		return KEY_BACKSPACE;
	return (uint8_t)c < sizeof(keys) ? (enum key)keys[(uint8_t)c] : KEY_NONE;
}

static enum key numbered_key(unsigned n)
{
	static const uint8_t keys[] = { KEY_NONE, KEY_HOME, KEY_NONE, KEY_DELETE, KEY_END,
					KEY_NONE, KEY_NONE, KEY_HOME, KEY_END };

	return n < sizeof(keys) ? (enum key)keys[n] : KEY_NONE;
}

static enum key named_key(char final, const uint16_t *parameter)
{
	const bool with_key = parameter[1] > 1; /* Ctrl, Alt or Shift was held */

	switch (final) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'C': return with_key ? KEY_WORD_RIGHT : KEY_RIGHT;
	case 'D': return with_key ? KEY_WORD_LEFT : KEY_LEFT;
	case 'F': return KEY_END;
	case 'H': return KEY_HOME;
	case '~': return numbered_key(parameter[0]);
	default: return KEY_NONE;
	}
}

static void parameter_byte(struct keys *k, char c)
{
	uint16_t *p = &k->parameter[k->second];

	if (c == ';')
		k->second = true;
	else if (c >= '0' && c <= '9' && *p < 1000)
		*p = (uint16_t)(*p * 10 + (c - '0'));
}

static uint8_t begin_sequence(struct keys *k, char c)
{
	k->parameter[0] = k->parameter[1] = 0;
	k->second = false;
	return c == '[' ? BRACKET : c == 'O' ? LETTER : PLAIN;
}

/* ESC [ parameters letter, or ESC O letter (ECMA-48), or ESC [ [ letter (F1 to F5 of the Linux
 * console). Unknown sequences are ignored. */
static enum key escape(struct keys *k, char c)
{
	const uint8_t state = k->escape;

	k->escape = PLAIN;
	if (state == ESCAPE) {
		k->escape = begin_sequence(k, c);
	} else if (state == BRACKET && c >= 0x20 && c < 0x40) {
		k->escape = BRACKET;
		parameter_byte(k, c);
	} else if (state == BRACKET && c == '[') {
		k->escape = FUNCTION;
	} else if (state == BRACKET && c == 'R' && k->second) {
		return KEY_SIZE;
	} else if (state != FUNCTION) {
		return named_key(c, k->parameter);
	}
	return KEY_NONE;
}

/* A terminal obeys U+0080 to U+009F as it obeys ESC and a letter, so they must not be echoed. */
static enum key character(struct keys *k, char c)
{
	int n = vio_utf8_feed(&k->in, c);

	if (n == VIO_UTF8_CUT)
		n = vio_utf8_feed(&k->in, c);
	return n > 0 && vio_utf8_point(k->in.bytes) - 0x80 >= 0x20 ? KEY_CHARACTER : KEY_NONE;
}

enum key keys_feed(struct keys *k, char c)
{
	const bool second_half = c == '\n' && k->after_cr;

	k->after_cr = c == '\r';
	if (second_half)
		return KEY_NONE;
	if ((uint8_t)c < 0x20 || c == 0x7f)
		return control(k, c);
	if ((uint8_t)c >= 0x80)
		k->escape = PLAIN;
	return k->escape != PLAIN ? escape(k, c) : character(k, c);
}
