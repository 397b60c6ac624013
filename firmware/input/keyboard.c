/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/input/keyboard.h"

enum {
	SHIFT = KEY_SHIFT_LEFT | KEY_SHIFT_RIGHT,
	CTRL = KEY_CTRL_LEFT | KEY_CTRL_RIGHT,
	ALT = KEY_ALT_LEFT | KEY_ALT_RIGHT,
};

static unsigned level(const struct keyboard *k, const struct key *key)
{
	const bool altgr = (k->modifiers & KEY_ALTGR) != 0;
	const bool turned = k->caps_lock && (key->caps >> altgr & 1) != 0;
	const bool shifted = ((k->modifiers & SHIFT) != 0) != turned;

	return (shifted ? LEVEL_SHIFT : 0U) | (altgr ? LEVEL_ALTGR : 0U);
}

/* The character in UTF-8. */
static size_t encode(uint16_t c, char *out)
{
	size_t n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
		return n;
	}
	if (c < 0x800) {
		out[n++] = (char)(0xc0 | c >> 6);
	} else {
		out[n++] = (char)(0xe0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	out[n++] = (char)(0x80 | (c & 0x3f));
	return n;
}

static size_t character(const struct keyboard *k, const struct key *key, char *out)
{
	uint16_t c = key->at[level(k, key)];
	size_t n = 0;

	if (c == 0)
		return 0;
	if ((k->modifiers & CTRL) != 0 && (c == ' ' || (c >= '@' && c < 0x7f)))
		c &= 0x1f;
	if ((k->modifiers & ALT) != 0)
		out[n++] = 0x1b;
	return n + encode(c, out + n);
}

static size_t sequence(const struct key *key, char *out)
{
	size_t n = 0;

	out[n++] = 0x1b;
	out[n++] = '[';
	if (key->at[1] != 0)
		out[n++] = (char)key->at[1];
	out[n++] = (char)key->at[0];
	return n;
}

size_t keyboard_repeat(const struct keyboard *k, char out[KEYBOARD_BYTES])
{
	const struct key *key = &keymap[k->repeating];

	switch (key->kind) {
	case KEY_CHARACTER: return character(k, key, out);
	case KEY_SEQUENCE: return sequence(key, out);
	default: return 0;
	}
}

static void modify(struct keyboard *k, uint8_t bit, bool pressed)
{
	if (pressed)
		k->modifiers |= bit;
	else
		k->modifiers &= (uint8_t)~bit;
}

size_t keyboard_key(struct keyboard *k, uint16_t code, bool pressed, char out[KEYBOARD_BYTES])
{
	if (code >= KEYMAP_KEYS)
		return 0;
	const struct key *key = &keymap[code];
	if (key->kind == KEY_MODIFIER)
		modify(k, (uint8_t)key->at[0], pressed);
	if (key->kind == KEY_CAPS_LOCK && pressed)
		k->caps_lock = !k->caps_lock;
	if (key->kind == KEY_NOTHING || key->kind == KEY_MODIFIER || key->kind == KEY_CAPS_LOCK)
		return 0;
	if (!pressed && k->repeating == code)
		k->repeating = 0;
	if (!pressed || k->repeating == code)
		return 0;
	k->repeating = code;
	return keyboard_repeat(k, out);
}
