/* SPDX-License-Identifier: BSD-2-Clause */
/* Replacements for functions of Debian's picolibc for AArch64 that do not work while the MMU is
 * off. */
#include <stdarg.h>
#include <stdio.h>

/*
 * At start-up libgcc's atomics, which picolibc's stdio calls, ask for the features that Linux
 * reports. The answer is "none", so they use instructions of every CPU. (picolibc's own function
 * would set errno, which is thread-local.)
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
	size_t room; /* including the NUL at the end */
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

/* picolibc's function clears its FILE by vector stores that are not aligned. */
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
