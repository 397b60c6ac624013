/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in a fixed buffer, for code that must not rely on printf. Text that does not fit is cut. The
 * buffer always ends with a NUL. */
#ifndef VIO_COMMON_TEXT_H
#define VIO_COMMON_TEXT_H

#include <picovirtio/types.h>

struct text {
	char *at;
	size_t len, size; /* length of the text; size of the buffer */
};

void vio_text_str(struct text *t, const char *s);
void vio_text_dec(struct text *t, uint64_t v);
/* Append a number in hex, with at least `digits` digits and no prefix. */
void vio_text_hex(struct text *t, uint64_t v, unsigned digits);

#endif
