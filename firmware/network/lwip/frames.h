/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames between lwIP and the network device: which frames are for us, and who computes
 * checksums. */
#ifndef FIRMWARE_NETWORK_LWIP_FRAMES_H
#define FIRMWARE_NETWORK_LWIP_FRAMES_H

#include "firmware/network/net.h"

#include <lwip/netif.h>

/* Frames that lwIP does not see. */
struct frames_counters {
	uint32_t other;	   /* for another station */
	uint32_t full;	   /* the pool was full */
	uint32_t unlikely; /* no other station sends such frames: too long, or from ourselves */
};

const struct frames_counters *frames_counters(void);

/* Tell lwIP which checksums the device computes or checks (5.1.6.2, 5.1.6.4.2). `checked`: the
 * device vouches for the next received frame. */
void frames_checksums(const struct net *n, bool checked);

/* The function `linkoutput` of the interface. */
err_t frames_send(struct netif *nif, struct pbuf *p);

/* The milliseconds since lwIP last asked a station for its MAC address. */
uint32_t frames_since_asked(void);

/* A copy of a frame for lwIP, which the device cannot change. NULL: the frame is not for lwIP. */
struct pbuf *frames_take(const struct net *n, const uint8_t *frame, size_t len);

#endif
