/* SPDX-License-Identifier: BSD-2-Clause */
/* lwIP's counters, as lines of the command `net`. */
#ifndef FIRMWARE_NETWORK_LWIP_COUNTERS_H
#define FIRMWARE_NETWORK_LWIP_COUNTERS_H

#include <picovirtio/types.h>

struct stats_proto;

/* The datagrams that a protocol dropped, by reason. `other` is the rest, so that the parts add up
 * to `all`. */
struct drops {
	uint32_t all, checksum, length, memory, unwanted, other;
};

void counters_drops(const struct stats_proto *s, struct drops *d);

/* Prints one line for each protocol. */
void counters_print(void);

#endif
