/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf's formats, for a C library whose own printf needs more than there is (see newlib.c). Flags
 * '-', '0', '#' and '+'; width and precision, also as '*'; lengths hh, h, l, ll, j, z, t;
 * conversions d i u o x X c s p %. No floating point. Unknown conversions are written as they
 * stand.
 */
#ifndef STDIO_FORMAT_H
#define STDIO_FORMAT_H

#include <stdarg.h>

/* Receives the characters, one at a time. */
struct vio_format_sink {
	void (*put)(void *ctx, char c);
	void *ctx;
};

/* Returns the number of characters written, as vprintf() does. */
int vio_format_write(struct vio_format_sink to, const char *format, va_list arguments);

#endif
