/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/text.h"

static void put(struct text *t, char c)
{
	if (t->len + 1 < t->size) {
		t->at[t->len++] = c;
		t->at[t->len] = '\0';
	}
}

void vio_text_str(struct text *t, const char *s)
{
	while (*s != '\0')
		put(t, *s++);
}

static void number(struct text *t, uint64_t v, unsigned base, unsigned digits)
{
	char buf[20]; /* 2^64 in decimal */
	unsigned n = 0;

	do {
		buf[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v != 0 || n < digits);
	while (n > 0)
		put(t, buf[--n]);
}

void vio_text_dec(struct text *t, uint64_t v)
{
	number(t, v, 10, 1);
}

void vio_text_hex(struct text *t, uint64_t v, unsigned digits)
{
	number(t, v, 16, digits < 16 ? digits : 16);
}
