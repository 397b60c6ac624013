/* SPDX-License-Identifier: BSD-2-Clause */
/* What newlib-nano as Debian builds it for ARMv7-A cannot do on a machine whose MMU is off. */
#include <stdint.h>
#include <string.h>

/* Whatever lies there. */
typedef uint32_t __attribute__((may_alias)) word;

/*
 * newlib's reads and writes words wherever they lie. Compiled with -fno-builtin, or the compiler
 * would see a memcpy() in it and call that.
 */
void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	if (((uintptr_t)to - (uintptr_t)from) % sizeof(word) == 0) {
		for (; n > 0 && (uintptr_t)out % sizeof(word) != 0; n--)
			*out++ = *in++;
		for (; n >= sizeof(word); n -= sizeof(word)) {
			*(word *)(void *)out = *(const word *)(const void *)in;
			out += sizeof(word);
			in += sizeof(word);
		}
	}
	while (n-- > 0)
		*out++ = *in++;
	return to;
}
