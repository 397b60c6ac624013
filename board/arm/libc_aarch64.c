/* SPDX-License-Identifier: BSD-2-Clause */
/* What picolibc as Debian builds it for AArch64 cannot do on a machine whose MMU is off. */
#include <stdarg.h>
#include <stdio.h>

/*
 * libgcc's atomics, which picolibc's stdio calls, ask at start-up for what Linux would tell. No
 * answer: they take the instructions that every CPU has. (picolibc's own would set errno, which
 * is thread-local.)
 */
unsigned long __getauxval(unsigned long type);

unsigned long __getauxval(unsigned long type)
{
	(void)type;
	return 0;
}

struct buffer {
	FILE file;
	char *at;
	size_t room; /* with the end of the string */
};

static int put(char c, FILE *f)
{
	struct buffer *b = (struct buffer *)f;

	if (b->room > 1) {
		*b->at++ = c;
		b->room--;
	}
	return (unsigned char)c;
}

/* picolibc's clears its FILE with vector stores that are not aligned. */
int snprintf(char *s, size_t n, const char *format, ...)
{
	struct buffer b = { FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE), s, n };
	va_list arguments;

	va_start(arguments, format);
	int len = vfprintf(&b.file, format, arguments);
	va_end(arguments);
	if (n > 0)
		*b.at = '\0';
	return len;
}
