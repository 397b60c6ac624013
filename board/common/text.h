/* SPDX-License-Identifier: BSD-2-Clause */
/* Text into a fixed buffer, for when printf must not be relied upon. What does not
 * fit is left out; the text is always terminated. */
#ifndef VIO_COMMON_TEXT_H
#define VIO_COMMON_TEXT_H

#include <picovirtio/types.h>

struct text {
	char *at;
	size_t len, size; /* characters so far; bytes at `at` */
};

void vio_text_str(struct text *t, const char *s);
void vio_text_dec(struct text *t, uint64_t v);
/* At least `digits` digits, no prefix. */
void vio_text_hex(struct text *t, uint64_t v, unsigned digits);

#endif
