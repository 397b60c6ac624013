/* SPDX-License-Identifier: BSD-2-Clause */
#include "stdio/format.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 22 }; /* of a 64-bit number in octal */

/* The state of one conversion, and the output. */
struct job {
	struct vio_format_sink to;
	int written;
	bool left, zeros, alternate, plus;
	int width, precision; /* -1: not given */
	size_t bytes;	      /* of an integer argument */
	char conversion;
};

/* A va_list that a function may advance for its caller. */
struct arguments {
	va_list list;
};

static void put(struct job *j, char c)
{
	j->to.put(j->to.ctx, c);
	j->written++;
}

static void repeat(struct job *j, char c, int n)
{
	while (n-- > 0)
		put(j, c);
}

/* Print text in its field. `sign` stands in front of the zeros that fill the field. */
static void field(struct job *j, const char *sign, int zeros, const char *text, int len)
{
	const int whole = (int)strlen(sign) + (zeros > 0 ? zeros : 0) + len;

	if (!j->left)
		repeat(j, ' ', j->width - whole);
	while (*sign != '\0')
		put(j, *sign++);
	repeat(j, '0', zeros);
	while (len-- > 0)
		put(j, *text++);
	if (j->left)
		repeat(j, ' ', j->width - whole);
}

static void string(struct job *j, const char *s)
{
	int len = 0;

	if (!s)
		s = "(null)";
	while ((j->precision < 0 || len < j->precision) && s[len] != '\0')
		len++;
	field(j, "", 0, s, len);
}

static void integer(struct job *j, uint64_t v, const char *sign)
{
	const char *const digits = j->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const unsigned base = j->conversion == 'o' ? 8 : strchr("xXp", j->conversion) ? 16 : 10;
	char text[DIGITS_MAX];
	int at = DIGITS_MAX, zeros;

	if (j->alternate && base == 16 && (v != 0 || j->conversion == 'p'))
		sign = j->conversion == 'X' ? "0X" : "0x";
	for (; v != 0; v /= base)
		text[--at] = digits[v % base];
	zeros = (j->precision < 0 ? 1 : j->precision) - (DIGITS_MAX - at);
	if (j->zeros && !j->left && j->precision < 0)
		zeros = j->width - (int)strlen(sign) - (DIGITS_MAX - at);
	if (zeros < 1 && ((at == DIGITS_MAX && j->precision < 0) || (j->alternate && base == 8)))
		zeros = 1;
	field(j, sign, zeros, text + at, DIGITS_MAX - at);
}

static uint64_t next_integer(struct arguments *a, size_t bytes)
{
	if (bytes > sizeof(long))
		return va_arg(a->list, unsigned long long);
	if (bytes > sizeof(int))
		return va_arg(a->list, unsigned long);
	return va_arg(a->list, unsigned int);
}

static void whole(struct job *j, struct arguments *a, bool is_signed)
{
	const uint64_t top = UINT64_C(1) << (8 * j->bytes - 1);
	uint64_t v = next_integer(a, j->bytes) & (top | (top - 1));

	if (is_signed && (v & top) != 0)
		integer(j, (top << 1) - v, "-");
	else
		integer(j, v, is_signed && j->plus ? "+" : "");
}

static const char *flags(struct job *j, const char *f)
{
	for (;; f++) {
		if (*f == '-')
			j->left = true;
		else if (*f == '0')
			j->zeros = true;
		else if (*f == '#')
			j->alternate = true;
		else if (*f == '+')
			j->plus = true;
		else
			return f;
	}
}

/* Read a width or a precision: digits, or an argument for '*'. */
static const char *number(const char *f, struct arguments *a, int *out)
{
	if (*f == '*') {
		*out = va_arg(a->list, int);
		return f + 1;
	}
	for (*out = 0; *f >= '0' && *f <= '9'; f++)
		*out = *out > (INT_MAX - 9) / 10 ? INT_MAX : *out * 10 + (*f - '0');
	return f;
}

static const char *length(struct job *j, const char *f)
{
	static const struct {
		char name[3];
		uint8_t bytes;
	} lengths[] = {
		{ "hh", sizeof(char) },	    { "h", sizeof(short) },    { "ll", sizeof(long long) },
		{ "l", sizeof(long) },	    { "j", sizeof(intmax_t) }, { "z", sizeof(size_t) },
		{ "t", sizeof(ptrdiff_t) },
	};

	j->bytes = sizeof(int);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const size_t n = strlen(lengths[i].name);

		if (strncmp(f, lengths[i].name, n) == 0) {
			j->bytes = lengths[i].bytes;
			return f + n;
		}
	}
	return f;
}

static bool convert(struct job *j, struct arguments *a)
{
	char c;

	switch (j->conversion) {
	case 'd':
	case 'i': whole(j, a, true); return true;
	case 'u':
	case 'o':
	case 'x':
	case 'X': whole(j, a, false); return true;
	case 'p':
		j->alternate = true;
		integer(j, (uintptr_t)va_arg(a->list, void *), "");
		return true;
	case 'c':
		c = (char)va_arg(a->list, int);
		field(j, "", 0, &c, 1);
		return true;
	case 's': string(j, va_arg(a->list, const char *)); return true;
	case '%': put(j, '%'); return true;
	default: return false;
	}
}

/* Handle what follows a '%'. Returns the character after it. */
static const char *one(struct job *j, const char *f, struct arguments *a)
{
	f = number(flags(j, f), a, &j->width);
	if (j->width < 0) { /* a negative argument for '*' means a flag and a width */
		j->left = true;
		j->width = j->width == INT_MIN ? INT_MAX : -j->width;
	}
	j->precision = -1;
	if (*f == '.')
		f = number(f + 1, a, &j->precision);
	f = length(j, f);
	j->conversion = *f;
	return convert(j, a) ? f + 1 : NULL;
}

int vio_format_write(struct vio_format_sink to, const char *format, va_list arguments)
{
	struct arguments a;
	int written = 0;

	va_copy(a.list, arguments);
	while (*format != '\0') {
		struct job j = { .to = to };
		const char *end = *format == '%' ? one(&j, format + 1, &a) : NULL;

		if (!end) {
			put(&j, *format);
			end = format + 1;
		}
		format = end;
		written += j.written;
	}
	va_end(a.list);
	return written;
}
