/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames from 10.0.2.2 to 10.0.2.15, for the tests of TCP/IP. */
#ifndef TESTS_TCPIP_FRAMES_H
#define TESTS_TCPIP_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/internet_sum.h"

enum { LEAST = 60 };

static const uint8_t ours[] = { 0x52, 0x54, 0, 1, 2, 3 }, theirs[] = { 2, 0, 0, 0, 0, 9 };
static const uint8_t all[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Right checksums for an IPv4 frame without options. */
static inline void seal(uint8_t *f, size_t n)
{
	static const struct {
		uint8_t protocol, at;
	} sums[] = { { 1, 36 }, { 6, 50 }, { 17, 40 } };

	f[24] = f[25] = 0;
	put_sum(f + 24, add(0, f + 14, 20));
	for (size_t i = 0; i < 3; i++) {
		const size_t at = sums[i].at;

		if (f[23] != sums[i].protocol || n < at + 2)
			continue;
		f[at] = f[at + 1] = 0;
		put_sum(f + at, f[23] == 1 ? add(0, f + 34, n - 34)
					   : add((uint32_t)(f[23] + n - 34), f + 26, n - 26));
	}
}

static inline void ip(uint8_t *f, size_t n, uint8_t protocol)
{
	static const uint8_t start_of_ip[] = { 0x08, 0, 0x45, 0,  0, 0, 0, 0,  0, 0, 64,
					       0,    0, 0,    10, 0, 2, 2, 10, 0, 2, 15 };

	memset(f, 0, n);
	memcpy(f, ours, 6);
	memcpy(f + 6, theirs, 6);
	memcpy(f + 12, start_of_ip, sizeof(start_of_ip));
	f[16] = (uint8_t)((n - 14) >> 8);
	f[17] = (uint8_t)(n - 14);
	f[23] = protocol;
}

static inline void echo(uint8_t *f, size_t n)
{
	ip(f, n, 1);
	f[34] = 8;
	for (size_t i = 42; i < n; i++)
		f[i] = (uint8_t)i;
	seal(f, n);
}

static inline void udp(uint8_t *f, size_t n, uint16_t from, uint16_t to)
{
	ip(f, n, 17);
	f[34] = (uint8_t)(from >> 8);
	f[35] = (uint8_t)from;
	f[36] = (uint8_t)(to >> 8);
	f[37] = (uint8_t)to;
	f[38] = (uint8_t)((n - 34) >> 8);
	f[39] = (uint8_t)(n - 34);
	seal(f, n);
}

static inline void tcp(uint8_t *f, size_t n, uint16_t from, uint8_t flags)
{
	ip(f, n, 6);
	f[34] = (uint8_t)(from >> 8);
	f[35] = (uint8_t)from;
	f[37] = 80;
	f[46] = 0x50;
	f[47] = flags;
	f[48] = 0x10;
	seal(f, n);
}

static inline void arp(uint8_t *f, uint8_t op)
{
	static const uint8_t start_of_arp[] = { 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0 };

	memset(f, 0, LEAST);
	memcpy(f, all, 6);
	memcpy(f + 6, theirs, 6);
	memcpy(f + 12, start_of_arp, sizeof(start_of_arp));
	f[21] = op;
	memcpy(f + 22, theirs, 6);
	memcpy(f + 28, "\x0a\0\2\2", 4);
	memcpy(f + 38, "\x0a\0\2\x0f", 4);
}

#endif
