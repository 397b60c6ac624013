/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request costs the library, from the call of a class down to the ring, and back. */
#include "tests/bench/machine.h"

#include <stdint.h>

/*
 * The copies of the library. A copy is counted as one of words of 8 bytes, whatever the alignment:
 * what a C library makes of it differs from machine to machine. The empty statements keep the
 * compiler from calling memcpy() and memset() here.
 */
void *__wrap_memcpy(void *to, const void *from, size_t n);
void *__wrap_memset(void *to, int byte, size_t n);

struct word {
	uint64_t v;
} __attribute__((packed));

void *__wrap_memcpy(void *to, const void *from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	for (; n >= 8; n -= 8, t += 8, f += 8) {
		((struct word *)(void *)t)->v = ((const struct word *)(const void *)f)->v;
		__asm__ volatile("" ::: "memory");
	}
	while (n-- > 0) {
		*t++ = *f++;
		__asm__ volatile("" ::: "memory");
	}
	return to;
}

void *__wrap_memset(void *to, int byte, size_t n)
{
	const uint64_t v = (uint8_t)byte * UINT64_C(0x0101010101010101);
	uint8_t *t = to;

	for (; n >= 8; n -= 8, t += 8) {
		((struct word *)(void *)t)->v = v;
		__asm__ volatile("" ::: "memory");
	}
	while (n-- > 0) {
		*t++ = (uint8_t)byte;
		__asm__ volatile("" ::: "memory");
	}
	return to;
}

int main(void)
{
	bench_blk();
	bench_scsi();
	bench_p9();
	bench_fs();
	bench_net();
	bench_console();
	bench_rng();
	bench_crypto();
	bench_vsock();
	bench_sound();
	bench_gpu();
	bench_input();
	bench_balloon();
	return 0;
}
