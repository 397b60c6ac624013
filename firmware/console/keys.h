/* SPDX-License-Identifier: BSD-2-Clause */
/* From the bytes of a keyboard to keys: control characters, UTF-8, and the sequences that terminals
 * send for cursor keys (ECMA-48). */
#ifndef FIRMWARE_CONSOLE_KEYS_H
#define FIRMWARE_CONSOLE_KEYS_H

#include <picovirtio/utf8.h>

enum key {
	KEY_NONE, /* nothing, or more bytes are needed */
	KEY_LEFT,
	KEY_RIGHT,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_UP,
	KEY_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_BACKSPACE,
	KEY_CUT_END,
	KEY_CUT_START,
	KEY_CUT_WORD,
	KEY_CLEAR,
	KEY_GIVE_UP,
	KEY_TAB,
	KEY_ENTER,
	KEY_CHARACTER, /* the character is in `in` */
	KEY_SIZE,      /* not a key: the terminal reports the place of its cursor in `parameter` */
};

/* Starts zeroed. */
struct keys {
	struct vio_utf8 in;
	uint16_t parameter[2];
	uint8_t escape; /* position within an escape sequence */
	bool second;	/* the second of two parameters is read */
	bool after_cr;
};

/* Take one byte of input. Bytes that belong to no key are ignored. */
enum key keys_feed(struct keys *k, char c);

#endif
