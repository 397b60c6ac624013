/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What printf does with a format, for a C library whose own asks for more than there is
 * (see newlib.c). Flags '-', '0', '#' and '+'; width and precision, as '*' too; lengths
 * hh, h, l, ll, j, z, t; conversions d i u o x X c s p %. Nothing with floating point.
 * What it does not know it writes as it stands.
 */
#ifndef STDIO_FORMAT_H
#define STDIO_FORMAT_H

#include <stdarg.h>

/* Where the characters go, one at a time. */
struct vio_format_sink {
	void (*put)(void *ctx, char c);
	void *ctx;
};

/* How many characters it wrote, as vprintf() says it. */
int vio_format_write(struct vio_format_sink to, const char *format, va_list arguments);

#endif
