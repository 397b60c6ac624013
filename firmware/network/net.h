/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network on the first network device. What is spoken there is one of two, chosen when
 * the image is built: lwIP (network/lwip/stack.c), or mini_ip, which knows ARP, ICMP echo and
 * the echo of UDP (mini_ip_net.c).
 */
#ifndef FIRMWARE_NETWORK_NET_H
#define FIRMWARE_NETWORK_NET_H

#include <picovirtio/net.h>
#include <picovirtio/loop.h>
#include "firmware/devices/probe.h"
#include "firmware/network/mini_ip.h"

struct net {
	struct vio_net *device; /* NULL: there is none */
	const struct slot *slot;
	struct probe *probe;
	struct vio_loop *loop;
	uint8_t mac[VIO_NET_MAC_BYTES];
	bool made_up; /* the address is not the device's */
	uint16_t pings;
	struct mini_ip mini_ip; /* without lwIP */
	/* A frame, out of the device's reach while it is looked at; or on its way out. */
	uint8_t frame[VIO_NET_FRAME_MAX];
};

/* IPv4, the first number in the top byte; 0: none. */
struct net_address {
	uint32_t ip, mask, gateway, dns;
	bool dhcp; /* it was leased */
};

/* Listen on the first live network device that was found. */
void net_start(struct net *n, struct probe *p, struct vio_loop *l);

/* Each turn of the loop: follow the link. True: something was done. */
bool net_service(struct net *n);

/* Is there a device, and is it live? */
bool net_is_live(const struct net *n);

/* Is it of no use to wait for somebody's answer: no live device, or Ctrl-C? */
bool net_gives_up(const struct net *n);

/*
 * Ask `peer` for an echo and wait for it, `timeout` nanoseconds. VIO_ENODEV: nobody has the
 * address. VIO_ETIMEDOUT: no echo came. VIO_EADDR: there is no way there. VIO_EDEVICE: there
 * is no live device. VIO_EFULL: it takes no more frames. `*took`: nanoseconds to the reply.
 */
int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

/* ---- What each of the two brings ---- */

/* The device is there, the address known: begin. */
void stack_start(struct net *n);

/* A frame came. The device may still change it: take a copy first. */
void stack_receive(struct net *n, const uint8_t *frame, size_t len);

bool stack_service(struct net *n);
void stack_set_address(struct net *n, const struct net_address *a);
bool stack_set_dns(struct net *n, uint32_t ip); /* false: names are not spoken here */
extern const char stack_address_hint[];		/* how to get one, for a person */
void stack_get_address(const struct net *n, struct net_address *a);
int stack_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

/*
 * The address of a name, or of "10.0.2.2". VIO_EINVAL: not an address, and names are not
 * spoken here. VIO_ENOTSUP: no name server is known. VIO_ENODEV: there is no such name.
 * VIO_ETIMEDOUT: no answer within `timeout` nanoseconds.
 */
int stack_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip);

/* Lines of counters. */
void stack_print(const struct net *n);

#endif
