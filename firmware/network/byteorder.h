/* SPDX-License-Identifier: BSD-2-Clause */
/* Big-endian numbers in frames, at any alignment, and the Internet checksum. */
#ifndef FIRMWARE_NETWORK_BYTEORDER_H
#define FIRMWARE_NETWORK_BYTEORDER_H

#include <picovirtio/types.h>

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

/* Continue the Internet checksum (RFC 1071) from `s`. The result is 0 over bytes that contain a
 * correct checksum. */
static inline uint16_t sum_on(uint32_t s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		s += get16(p + i);
	if (n % 2 != 0)
		s += (uint32_t)p[n - 1] << 8;
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

#endif
