/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network on the first network device. What is spoken there is a struct net_stack,
 * chosen when the image is built: lwIP (network/lwip/stack.c), or mini_ip, which knows ARP, ICMP
 * echo and the echo of UDP (mini_ip_net.c).
 */
#ifndef FIRMWARE_NETWORK_NET_H
#define FIRMWARE_NETWORK_NET_H

#include <picovirtio/net.h>
#include <picovirtio/loop.h>
#include "firmware/devices/probe.h"
#include "firmware/network/mini_ip.h"

struct net_stack;

struct net {
	const struct net_stack *stack;
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

/* The network of this image, with network_stack on it. */
struct net *network(void);

/* Speak with `stack` on the first live network device that was found. */
void net_start(struct net *n, const struct net_stack *stack, struct probe *p, struct vio_loop *l);

/* Each turn of the loop: follow the link. True: something was done. */
bool net_service(struct net *n);

/* Is there a device, and is it live? */
bool net_is_live(const struct net *n);

/* Is there a device? If not, says so with the command's name in front. */
bool net_present(const struct net *n, const char *command);

/* Is there a live device with its link up? If not, says what is in the way, with the command's name
 * in front. */
bool net_ready(const struct net *n, const char *command);

/* Is it of no use to wait for somebody's answer: no live device, or Ctrl-C? */
bool net_gives_up(const struct net *n);

/*
 * Ask `peer` for an echo and wait for it, `timeout` nanoseconds. VIO_ENODEV: nobody has the
 * address. VIO_ETIMEDOUT: no echo came. VIO_EADDR: there is no way there. VIO_ENOTSUP: the peer is
 * this machine, and mini_ip does not talk to itself. VIO_EDEVICE: there is no live device.
 * VIO_EFULL: it takes no more frames. `*took`: nanoseconds to the reply.
 */
int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

/* What speaks on the device. */
struct net_stack {
	void (*start)(struct net *n); /* the device is there, its MAC address known */
	/* A frame came. The device may still change it: take a copy first. */
	void (*receive)(struct net *n, const uint8_t *frame, size_t len);
	bool (*service)(struct net *n); /* true: something was done */
	void (*set_address)(struct net *n, const struct net_address *a);
	bool (*set_dns)(struct net *n, uint32_t ip); /* false: names are not spoken here */
	void (*get_address)(const struct net *n, struct net_address *a);
	int (*ping)(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

	/*
	 * The address of a name, or of "10.0.2.2". VIO_EINVAL: not an address, and names are not
	 * spoken here. VIO_ENOTSUP: no name server is known. VIO_ENODEV: there is no such name.
	 * VIO_ETIMEDOUT: no answer within `timeout` nanoseconds.
	 */
	int (*resolve)(struct net *n, const char *name, uint64_t timeout, uint32_t *ip);
	void (*print)(const struct net *n); /* lines of counters */
	const char *address_hint;	    /* how to get an address, for a person */
};

extern const struct net_stack net_mini_ip, net_lwip;
extern const struct net_stack *const network_stack; /* which of them, in image.c */

#endif
