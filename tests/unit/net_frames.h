/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames whose checksum is still to be filled in. */
#ifndef NET_FRAMES_H
#define NET_FRAMES_H

#include "tests/unit/net_rig.h"

enum {
	ETHERNET = 14,
	IP = 20,
	L4 = ETHERNET + IP,
	UDP_SUM = 6,
	TCP_SUM = 16,
	TCP = 20,
	NEEDS_CSUM = 1,
	DATA_VALID = 2,
	RSC_INFO = 4,
};

static uint8_t frame[GOT_BYTES];

/* A frame of UDP (17) or TCP (6) over IPv4, with the sum of the pseudo-header in its place. */
static void build(size_t n, uint8_t protocol)
{
	const size_t at = L4 + (protocol == 6 ? TCP_SUM : UDP_SUM);

	memcpy(frame, frame_of(n), n);
	frame[12] = 8;
	frame[13] = 0;
	frame[ETHERNET] = 0x45;
	frame[ETHERNET + 9] = protocol;
	if (protocol == 6) {
		frame[L4 + 12] = 0x50;
		frame[L4 + 13] = 0x10;
	}
	uint16_t s = model_net_sum(frame + ETHERNET + 12, 8, protocol + (uint32_t)(n - L4));
	frame[at] = (uint8_t)(s >> 8);
	frame[at + 1] = (uint8_t)s;
}

/* True if the checksum of the frame from build() is correct now. */
static bool right(const uint8_t *f, size_t n)
{
	return model_net_sum(f + ETHERNET + 12, 8 + n - L4, f[ETHERNET + 9] + (uint32_t)(n - L4)) ==
	       0xffff;
}

#endif
