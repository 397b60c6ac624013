/* SPDX-License-Identifier: BSD-2-Clause */
/* The station on the first network device. */
#ifndef FIRMWARE_NET_H
#define FIRMWARE_NET_H

#include "drivers/net.h"
#include "firmware/loop.h"
#include "firmware/probe.h"
#include "firmware/station.h"

struct net {
	struct vio_net *device; /* NULL: there is none */
	const struct slot *slot;
	struct loop *loop;
	struct station station;
	bool made_up; /* the address is not the device's */
	uint16_t pings;
	/* The frame at hand, out of the device's reach while it is looked at. */
	uint8_t frame[VIO_NET_FRAME_MAX];
};

/* Listen on the first live network device that was found. */
void net_start(struct net *n, const struct probe *p, struct loop *l);

/*
 * Ask `peer` for an echo and wait for it, `timeout` nanoseconds for its address and as long
 * for the echo. VIO_ENODEV: nobody has the address. VIO_ETIMEDOUT: no echo came. VIO_EDEVICE:
 * there is no live device. `*took`: nanoseconds from request to reply.
 */
int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

#endif
