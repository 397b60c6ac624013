/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/input/keyboard.h"

enum {
	SHIFT = KEY_SHIFT_LEFT | KEY_SHIFT_RIGHT,
	CTRL = KEY_CTRL_LEFT | KEY_CTRL_RIGHT,
	ALT = KEY_ALT_LEFT | KEY_ALT_RIGHT,
};

static size_t character(const struct keyboard *k, const struct key *key, char *out)
{
	const bool turned = key->kind == KEY_LETTER && k->caps_lock;
	const bool shifted = ((k->modifiers & SHIFT) != 0) != turned;
	char c = shifted ? key->shifted : key->plain;
	size_t n = 0;

	if ((k->modifiers & CTRL) != 0 && (c == ' ' || (c >= '@' && c < 0x7f)))
		c &= 0x1f;
	if ((k->modifiers & ALT) != 0)
		out[n++] = 0x1b;
	out[n++] = c;
	return n;
}

static size_t sequence(const struct key *key, char *out)
{
	size_t n = 0;

	out[n++] = 0x1b;
	out[n++] = '[';
	if (key->shifted != 0)
		out[n++] = key->shifted;
	out[n++] = key->plain;
	return n;
}

size_t keyboard_repeat(const struct keyboard *k, char out[KEYBOARD_BYTES])
{
	const struct key *key = &k->keymap[k->repeating];

	switch (key->kind) {
	case KEY_CHARACTER:
	case KEY_LETTER: return character(k, key, out);
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
	const struct key *key = &k->keymap[code];
	if (key->kind == KEY_MODIFIER)
		modify(k, (uint8_t)key->plain, pressed);
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
