/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum (RFC 1071), for frames that tests make: continue a sum, and store the
 * checksum. */
#ifndef TESTS_INTERNET_SUM_H
#define TESTS_INTERNET_SUM_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t add(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

static inline void put_sum(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

#endif
