/* SPDX-License-Identifier: BSD-2-Clause */
/* A keyboard layout as const data: the meaning of each key, by its evdev code. */
#ifndef FIRMWARE_INPUT_KEYMAP_H
#define FIRMWARE_INPUT_KEYMAP_H

#include <picovirtio/types.h>

enum { KEYMAP_KEYS = 128, KEYMAP_LEVELS = 4 };

/* Bits that make up the number of a level. */
enum { LEVEL_SHIFT = 1, LEVEL_ALTGR = 2 };

enum key_kind {
	KEY_NOTHING,
	KEY_CHARACTER, /* at[level] is a character, or 0 */
	KEY_SEQUENCE,  /* ESC [ at[0], or ESC [ at[1] at[0] if at[1] is not 0 */
	KEY_MODIFIER,  /* at[0] is a bit of enum key_modifier */
	KEY_CAPS_LOCK,
};

enum key_modifier {
	KEY_SHIFT_LEFT = 1,
	KEY_SHIFT_RIGHT = 2,
	KEY_CTRL_LEFT = 4,
	KEY_CTRL_RIGHT = 8,
	KEY_ALT_LEFT = 16,
	KEY_ALT_RIGHT = 32,
	KEY_ALTGR = 64, /* of a layout with a third level */
};

struct key {
	uint8_t kind;
	uint8_t caps; /* Caps Lock inverts Shift: bit 0 without AltGr, bit 1 with it */
	uint16_t at[KEYMAP_LEVELS];
};

/* The layout of the image, which keymap.py makes from Debian's data. The keypad types digits, as
 * with Num Lock on. */
extern const struct key keymap[KEYMAP_KEYS];

#endif
