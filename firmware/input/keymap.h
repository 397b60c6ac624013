/* SPDX-License-Identifier: BSD-2-Clause */
/* A keyboard layout as const data: the meaning of each key, by its evdev code. */
#ifndef FIRMWARE_INPUT_KEYMAP_H
#define FIRMWARE_INPUT_KEYMAP_H

#include <picovirtio/types.h>

enum { KEYMAP_KEYS = 128 };

enum key_kind {
	KEY_NOTHING,
	KEY_CHARACTER, /* `plain`, or `shifted` with Shift */
	KEY_LETTER,    /* the same, but Caps Lock inverts Shift */
	KEY_SEQUENCE,  /* ESC [ `plain`, or ESC [ `shifted` `plain` if `shifted` is not 0 */
	KEY_MODIFIER,  /* `plain` is a bit of enum key_modifier */
	KEY_CAPS_LOCK,
};

enum key_modifier {
	KEY_SHIFT_LEFT = 1,
	KEY_SHIFT_RIGHT = 2,
	KEY_CTRL_LEFT = 4,
	KEY_CTRL_RIGHT = 8,
	KEY_ALT_LEFT = 16,
	KEY_ALT_RIGHT = 32,
};

struct key {
	uint8_t kind;
	char plain, shifted;
};

/* The US layout. The keypad types digits, as with Num Lock on. */
extern const struct key keymap_us[KEYMAP_KEYS];

#endif
