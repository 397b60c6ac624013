/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newlib's streams get their FILEs and buffers from malloc(), and there is no heap. And the printf
 * of newlib-nano has no 64-bit integers on a 32-bit CPU. Therefore the functions that the firmware
 * prints with are here, and nothing of newlib's stdio is linked. An image that calls more of it
 * (fprintf, getchar) needs _sbrk() and others, and does not link.
 */
#include "stdio/format.h"
#include "stdio/piece.h"
#include <picovirtio/terminal.h>

#include <stdio.h>

static struct vio_terminal *terminal;

static void put(void *ctx, char c)
{
	vio_piece_put(ctx, c);
}

int vprintf(const char *format, va_list arguments)
{
	struct vio_piece p;

	vio_piece_begin(&p, &terminal->out);
	const int n = vio_format_write((struct vio_format_sink){ put, &p }, format, arguments);
	vio_piece_end(&p);
	return n;
}

int printf(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int len = vprintf(format, arguments);
	va_end(arguments);
	return len;
}

/* The compiler replaces simple calls of printf by these two. */
int puts(const char *s)
{
	vio_output_text(&terminal->out, s);
	vio_output_put(&terminal->out, '\n');
	return 0;
}

#undef putchar
int putchar(int c)
{
	vio_output_put(&terminal->out, (char)c);
	return (unsigned char)c;
}

/* There is one stream. */
int fflush(FILE *f)
{
	(void)f;
	vio_output_drain(&terminal->out);
	return 0;
}

struct buffer {
	char *at;
	size_t room; /* including the NUL at the end */
};

static void put_buffer(void *ctx, char c)
{
	struct buffer *b = ctx;

	if (b->room > 1) {
		*b->at++ = c;
		b->room--;
	}
}

int snprintf(char *s, size_t n, const char *format, ...)
{
	struct buffer b = { s, n };
	va_list arguments;

	va_start(arguments, format);
	int len = vio_format_write((struct vio_format_sink){ put_buffer, &b }, format, arguments);
	va_end(arguments);
	if (n > 0)
		*b.at = '\0';
	return len;
}

void vio_stdio_attach(struct vio_terminal *t)
{
	terminal = t;
}
