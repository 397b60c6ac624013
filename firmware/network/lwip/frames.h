/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames between lwIP and the network device: which are for us, and who makes their checksums. */
#ifndef FIRMWARE_NETWORK_LWIP_FRAMES_H
#define FIRMWARE_NETWORK_LWIP_FRAMES_H

#include "firmware/network/net.h"

#include <lwip/netif.h>

/* Frames that lwIP does not get to see. */
struct frames_counters {
	uint32_t other;	   /* for another station */
	uint32_t full;	   /* no room in the pool */
	uint32_t unlikely; /* no other station sends them: too long, or from ourselves */
};

const struct frames_counters *frames_counters(void);

/* What lwIP need not do, since the device does it (5.1.6.2, 5.1.6.4.2); `checked`: it vouches for
 * the checksum of what is received next. */
void frames_checksums(const struct net *n, bool checked);

/* The function `linkoutput` of the interface. */
err_t frames_send(struct netif *nif, struct pbuf *p);

/* A copy that the device cannot change, if the frame is for lwIP; else NULL. */
struct pbuf *frames_take(const struct net *n, const uint8_t *frame, size_t len);

#endif
