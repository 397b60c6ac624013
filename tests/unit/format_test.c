/* SPDX-License-Identifier: BSD-2-Clause */
/* stdio/format.c compared with the host's printf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "stdio/format.h"

enum { ROOM = 512 };

static struct out {
	char text[ROOM];
	size_t used;
} out;

static void put(void *ctx, char c)
{
	struct out *o = ctx;

	assert_true(o->used + 1 < ROOM);
	o->text[o->used++] = c;
	o->text[o->used] = '\0';
}

/* Pass the same arguments to both. The formats are made at run time, so the compiler cannot check
 * them. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void agree(const char *format, ...)
{
	const struct vio_format_sink to = { put, &out };
	char expected[ROOM];
	va_list arguments;

	memset(&out, 0, sizeof(out));
	va_start(arguments, format);
	int theirs = vsnprintf(expected, sizeof(expected), format, arguments);
	va_end(arguments);
	va_start(arguments, format);
	int ours = vio_format_write(to, format, arguments);
	va_end(arguments);
	if (ours != theirs || strcmp(out.text, expected) != 0)
		fail_msg("'%s': '%s' (%d), the host has '%s' (%d)", format, out.text, ours,
			 expected, theirs);
}

static const char *const before[] = { "", "-", "0", "-0", "#", "#0", "+", "+0", "-#" };
static const char *const sizes[] = { "", "1", "7", "30", ".0", ".1", ".5", ".24", "9.4", "3.20" };

/* Every flag with every width, precision, length and conversion, for the value in `v`. */
static void integers(const char *length, const char *conversions, uint64_t v, size_t bytes)
{
	char format[32];

	for (size_t b = 0; b < sizeof(before) / sizeof(before[0]); b++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			for (const char *c = conversions; *c != '\0'; c++) {
				if (strchr(before[b], '#') != NULL && strchr("diu", *c) != NULL)
					continue; /* means nothing there */
				snprintf(format, sizeof(format), "<%%%s%s%s%c>", before[b],
					 sizes[s], length, *c);
				if (bytes == 8)
					agree(format, v);
				else
					agree(format, (unsigned)v);
			}
		}
	}
}

static void test_every_integer_conversion_agrees(void **state)
{
	static const uint64_t values[] = { 0,	       1,
					   7,	       8,
					   9,	       10,
					   15,	       16,
					   127,	       128,
					   255,	       256,
					   32767,      32768,
					   65535,      65536,
					   INT32_MAX,  INT32_MAX + UINT64_C(1),
					   UINT32_MAX, UINT32_MAX + UINT64_C(1),
					   INT64_MAX,  INT64_MAX + UINT64_C(1),
					   UINT64_MAX, UINT64_C(0x123456789abcdef) };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		integers("", "diuoxX", values[i], 4);
		integers("h", "diuoxX", values[i], 4);
		integers("hh", "diuoxX", values[i], 4);
		integers("l", "diuoxX", values[i], sizeof(long));
		integers("ll", "diuoxX", values[i], 8);
		integers("j", "diuoxX", values[i], 8);
		integers("z", "diuoxX", values[i], sizeof(size_t));
		integers("t", "diuoxX", values[i], sizeof(ptrdiff_t));
	}
}

static void test_text_in_fields(void **state)
{
	static const char *const texts[] = { "", "a", "abc", "abcdefghijklmnop" };
	char format[32];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			snprintf(format, sizeof(format), "<%%%ss|%%-%ss>", sizes[s], sizes[s]);
			agree(format, texts[i], texts[i]);
		}
		agree("%*s|%-*s|%.*s", 6, texts[i], 6, texts[i], 2, texts[i]);
		agree("%*s|%.*s|%*.*s", -6, texts[i], -1, texts[i], 8, 1, texts[i]);
	}
	agree("%c%5c%-5c|", 'x', 'y', 'z');
	agree("100%% of %s", "it");
	agree("no conversion at all");
	agree("");
}

static void test_arguments_stay_in_step(void **state)
{
	(void)state;
	agree("%d %" PRIu64 " %s %hhu %lx %c %zu", -1, UINT64_C(1) << 40, "s", 300, 77L, 'c',
	      (size_t)9);
	agree("  %-22s 0x%09" PRIx64 "  %12" PRIu64 " bytes\n", "RAM", UINT64_C(0x180000000),
	      UINT64_C(6) << 30);
	agree("%p", (void *)&out);
}

static void test_a_precision_ends_a_string_that_has_no_end(void **state)
{
	const char bytes[3] = { 'a', 'b', 'c' };

	(void)state;
	agree("%.3s|", bytes);
}

static void wrote(const char *expected, const char *format, ...)
{
	va_list arguments;

	memset(&out, 0, sizeof(out));
	va_start(arguments, format);
	assert_int_equal(vio_format_write((struct vio_format_sink){ put, &out }, format, arguments),
			 strlen(expected));
	va_end(arguments);
	assert_string_equal(out.text, expected);
}

static void test_what_is_not_known_is_written_as_it_stands(void **state)
{
	(void)state;
	wrote("%y 1", "%y %d", 1);
	wrote("%5.1f", "%5.1f", 1);
	wrote("%", "%");
	wrote("%-08l", "%-08l");
	wrote("(null)", "%s", NULL);
	wrote("0x0", "%p", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_integer_conversion_agrees),
		cmocka_unit_test(test_text_in_fields),
		cmocka_unit_test(test_arguments_stay_in_step),
		cmocka_unit_test(test_a_precision_ends_a_string_that_has_no_end),
		cmocka_unit_test(test_what_is_not_known_is_written_as_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
