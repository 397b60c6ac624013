/* SPDX-License-Identifier: BSD-2-Clause */
/* From pressed and released keys to the bytes of a terminal. It knows no device and no clock. */
#ifndef FIRMWARE_INPUT_KEYBOARD_H
#define FIRMWARE_INPUT_KEYBOARD_H

#include "firmware/input/keymap.h"

enum { KEYBOARD_BYTES = 4 }; /* most bytes of a key: ESC, and a character in UTF-8 */

/* Starts zeroed. */
struct keyboard {
	uint8_t modifiers; /* set of enum key_modifier */
	bool caps_lock;
	uint16_t repeating; /* the key that was pressed last and is still held; 0: there is none */
};

/* A key was pressed or released. Returns the number of bytes that it types. A key that is pressed
 * again without a release types nothing, since the caller repeats keys itself. */
size_t keyboard_key(struct keyboard *k, uint16_t code, bool pressed, char out[KEYBOARD_BYTES]);

/* The bytes of the key in `repeating` once more. 0: there is no such key. */
size_t keyboard_repeat(const struct keyboard *k, char out[KEYBOARD_BYTES]);

#endif
