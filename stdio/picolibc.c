/* SPDX-License-Identifier: BSD-2-Clause */

#include "stdio/piece.h"
#include <picovirtio/terminal.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static struct vio_terminal *terminal;

static int put(char c, FILE *f)
{
	(void)f;
	vio_output_put(&terminal->out, c);
	return (unsigned char)c;
}

/* The compiler makes this of a printf() that it can stand for. A line at once, where the library's
 * own would call put() for each character. */
int puts(const char *s)
{
	vio_output_text(&terminal->out, s);
	vio_output_put(&terminal->out, '\n');
	return 0;
}

/* The text of one printf(). */
struct print {
	FILE file; /* first member: the library calls collect() with a pointer to it */
	struct vio_piece piece;
};

/* The library calls this for each character. */
static int collect(char c, FILE *f)
{
	return vio_piece_put(&((struct print *)(void *)f)->piece, c);
}

int vprintf(const char *format, va_list arguments)
{
	struct print p = { .file = FDEV_SETUP_STREAM(collect, NULL, NULL, _FDEV_SETUP_WRITE) };

	vio_piece_begin(&p.piece, &terminal->out);
	const int n = vfprintf(&p.file, format, arguments);
	vio_piece_end(&p.piece);
	return n;
}

int printf(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const int n = vprintf(format, arguments);
	va_end(arguments);
	return n;
}

static bool has_input(void *arg)
{
	return vio_terminal_has_input(arg);
}

/* The Enter key sends CR; programs expect '\n'. */
static int get(FILE *f)
{
	(void)f;
	if (!vio_loop_wait(terminal->loop, has_input, terminal, UINT64_MAX))
		return _FDEV_EOF;
	int c = vio_terminal_getc(terminal);
	return c == '\r' ? '\n' : c;
}

static int flush(FILE *f)
{
	(void)f;
	vio_output_drain(&terminal->out);
	return 0;
}

static FILE console = FDEV_SETUP_STREAM(put, get, flush, _FDEV_SETUP_RW);

/* With link-time optimisation the compiler does not see that the C library refers to these. */
__attribute__((used)) FILE *const stdin = &console;
__attribute__((used)) FILE *const stdout = &console;
__attribute__((used)) FILE *const stderr = &console;

void vio_stdio_attach(struct vio_terminal *t)
{
	terminal = t;
}

/* picolibc's own errno is thread-local, which this image does not support. The code of the image
 * uses this one (see CMakeLists.txt). Parts of the library that set the other one do not link. */
int *vio_errno(void)
{
	static int value;

	return &value;
}
