/* SPDX-License-Identifier: BSD-2-Clause */
/* What was fetched: its size and checksum, and its text if it is one and short. */
#ifndef FIRMWARE_NETWORK_LWIP_BODY_H
#define FIRMWARE_NETWORK_LWIP_BODY_H

#include <picovirtio/types.h>

enum {
	BODY_SHOWN_MAX = 2048,
};

/* Zeroed: empty. */
struct body {
	uint64_t bytes;
	uint32_t crc;
	char head[BODY_SHOWN_MAX];
};

void body_add(struct body *b, const void *p, size_t n);

/* Is it all here, and fit to be printed? */
bool body_is_shown(const struct body *b);

#endif
