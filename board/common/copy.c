/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy() and memset() in words. The C libraries for small machines copy byte by byte; the linker
 * takes these functions and not theirs. Every access is aligned, since ARM traps others while the
 * MMU is off.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned long __attribute__((may_alias)) word;

enum { WORD = sizeof(word), BYTE = 8, ROW = 4 };

/* Copy `n` words. */
static void copy_words(word *to, const word *from, size_t n)
{
	for (; n >= ROW; n -= ROW, to += ROW, from += ROW) {
		const word a = from[0], b = from[1], c = from[2], d = from[3];

		to[0] = a;
		to[1] = b;
		to[2] = c;
		to[3] = d;
	}
	for (; n > 0; n--)
		*to++ = *from++;
}

/* Copy `n` words from `from`, which is not aligned. Each word that is read contains bytes to be
 * copied, so nothing on another page is read. */
static void copy_shifted(word *to, const uint8_t *from, size_t n)
{
	const unsigned skip = (unsigned)((uintptr_t)from % WORD), down = skip * BYTE;
	const unsigned up = WORD * BYTE - down;
	const word *next = (const void *)(from - skip);
	word low = *next++;

	for (; n > 0; n--) {
		const word high = *next++;

		*to++ = low >> down | high << up;
		low = high;
	}
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (n >= 2 * WORD) {
		for (; (uintptr_t)t % WORD != 0; n--)
			*t++ = *f++;
		const size_t words = n / WORD;
		if ((uintptr_t)f % WORD == 0)
			copy_words((void *)t, (const void *)f, words);
		else
			copy_shifted((void *)t, f, words);
		t += words * WORD;
		f += words * WORD;
		n %= WORD;
	}
	for (; n > 0; n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int value, size_t n)
{
	/* `value` in each byte of the word. */
	const word fill = (word)-1 / UINT8_MAX * (uint8_t)value;
	uint8_t *t = to;

	if (n >= 2 * WORD) {
		for (; (uintptr_t)t % WORD != 0; n--)
			*t++ = (uint8_t)value;
		word *w = (void *)t;
		for (; n >= ROW * WORD; n -= ROW * WORD, w += ROW)
			w[0] = w[1] = w[2] = w[3] = fill;
		for (; n >= WORD; n -= WORD)
			*w++ = fill;
		t = (void *)w;
	}
	for (; n > 0; n--)
		*t++ = (uint8_t)value;
	return to;
}
