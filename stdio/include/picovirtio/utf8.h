/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Characters in UTF-8 (RFC 3629), byte by byte: for text that comes from outside, where each byte
 * may be anything.
 */
#ifndef VIO_UTF8_H
#define VIO_UTF8_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_UTF8_MAX = 4, /* bytes of a character */
	VIO_UTF8_NONE = -1,
	VIO_UTF8_CUT = -2,
};

/* A character on its way in. Starts zeroed. */
struct vio_utf8 {
	char bytes[VIO_UTF8_MAX];
	uint8_t have, need; /* private */
};

/*
 * Take one byte. Returns how many bytes of `u->bytes` are a complete character now (1 to 4), or 0
 * if more bytes are needed. VIO_UTF8_NONE: the bytes form no character, and are dropped.
 * VIO_UTF8_CUT: the bytes before `c` end inside a character. They are dropped; feed `c` again.
 */
int vio_utf8_feed(struct vio_utf8 *u, char c);

/* The code point of a complete character. */
uint32_t vio_utf8_point(const char *p);

/* The columns that a character takes on a terminal: 0 for combining marks, 2 for wide characters
 * such as Chinese ones and emoji, and 1 for all others. */
unsigned vio_utf8_columns(uint32_t point);

/* True if a terminal may interpret the character as a command: C0 and C1 controls, and characters
 * that change the direction of text. */
bool vio_utf8_is_control(uint32_t point);

#ifdef __cplusplus
}
#endif
#endif
