/* SPDX-License-Identifier: BSD-2-Clause */
/* Data that was fetched: its size and checksum, and the text if it is short text. */
#ifndef FIRMWARE_NETWORK_LWIP_BODY_H
#define FIRMWARE_NETWORK_LWIP_BODY_H

#include <picovirtio/types.h>

enum {
	BODY_SHOWN_MAX = 2048,
};

/* Starts zeroed: empty. */
struct body {
	uint64_t bytes;
	uint32_t crc;
	char head[BODY_SHOWN_MAX];
};

void body_add(struct body *b, const void *p, size_t n);

/* Is the text complete, and safe to print? */
bool body_is_shown(const struct body *b);

#endif
