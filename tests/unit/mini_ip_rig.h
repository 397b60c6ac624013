/* SPDX-License-Identifier: BSD-2-Clause */
/* A station and what it sends. Each frame has an allocation of exactly its size, so that the
 * sanitizer reports an access beyond its end. */
#ifndef MINI_IP_RIG_H
#define MINI_IP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/mini_ip.h"
#include "tests/unit/internet_sum.h"

static struct mini_ip s;
static struct {
	unsigned frames;
	size_t n;
	uint8_t bytes[2048];
	bool full;
} out;

static const uint8_t ours[] = { 0x52, 0x54, 0, 1, 2, 3 }, theirs[] = { 2, 0, 0, 0, 0, 9 };

static inline bool send(void *ctx, const uint8_t *frame, size_t n)
{
	assert_ptr_equal(ctx, &out);
	assert_true(n >= MINI_IP_FRAME_LEAST && n <= MINI_IP_FRAME_MOST);
	if (out.full)
		return false;
	out.frames++;
	out.n = n;
	memcpy(out.bytes, frame, n);
	return true;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&s, 0, sizeof(s));
	memset(&out, 0, sizeof(out));
	memcpy(s.mac, ours, sizeof(ours));
	s.send = send;
	s.ctx = &out;
	s.address = 0x0a00020f;
	return 0;
}

static inline void receive(const uint8_t *frame, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, frame, n);
	mini_ip_receive(&s, copy, n);
	free(copy);
}

/* ---- Frames ---- */

/* An IPv4 frame of `n` bytes from them to us, without its checksums: `start` goes behind the two
 * addresses, the data begins at 42. */
static inline void ip_frame(uint8_t *f, size_t n, const uint8_t *start, size_t bytes)
{
	memcpy(f, ours, 6);
	memcpy(f + 6, theirs, 6);
	memcpy(f + 12, start, bytes);
	f[16] = (uint8_t)((n - 14) >> 8);
	f[17] = (uint8_t)(n - 14);
	for (size_t i = 42; i < n; i++)
		f[i] = (uint8_t)(i + n);
}

/* The same frame on its way back: the addresses of both layers have changed places. */
static inline void turn_back(uint8_t want[MINI_IP_FRAME_MOST], const uint8_t *f, size_t n)
{
	memset(want, 0, MINI_IP_FRAME_MOST);
	memcpy(want, f, n);
	memcpy(want, theirs, 6);
	memcpy(want + 6, ours, 6);
	memcpy(want + 26, f + 30, 4);
	memcpy(want + 30, f + 26, 4);
}

#endif
