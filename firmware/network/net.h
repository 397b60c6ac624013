/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network on the first network device. The protocols are a struct net_stack, which is chosen at
 * build time: lwIP (network/lwip/stack.c), or mini_ip with ARP, ICMP echo and UDP echo
 * (mini_ip_net.c).
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
	bool made_up; /* the device has no address, and this one was made up */
	uint16_t pings;
	struct mini_ip mini_ip; /* used without lwIP */
	/* The copy of a received frame, which the device cannot change, or a frame to be sent. */
	uint8_t frame[VIO_NET_FRAME_MAX];
};

/* IPv4, the first number in the top byte; 0: none. */
struct net_address {
	uint32_t ip, mask, gateway, dns;
	bool dhcp; /* leased by DHCP */
};

/* Why no station can have this address in a network with this mask; NULL: one can. */
const char *net_address_wrong(uint32_t ip, uint32_t mask);

/* The network of this image. It uses network_stack. */
struct net *network(void);

/* Use `stack` on the first live network device. */
void net_start(struct net *n, const struct net_stack *stack, struct probe *p, struct vio_loop *l);

/* Called in each turn of the loop: follows the state of the link. True: something was done. */
bool net_service(struct net *n);

/* Is there a device, and is it live? */
bool net_is_live(const struct net *n);

/* Is there a device? If not, print that, with the command's name in front. */
bool net_present(const struct net *n, const char *command);

/* Is there a live device whose link is up? If not, print the reason, with the command's name in
 * front. */
bool net_ready(const struct net *n, const char *command);

/* An error of the stack in words, with the name of a device that failed. */
const char *net_error(const struct net *n, int rc);

/* Is it useless to wait for an answer, because no device is live or Ctrl-C was pressed? */
bool net_gives_up(const struct net *n);

/*
 * Send an echo request to `peer` and wait for the reply, `timeout` nanoseconds at most. VIO_ENODEV:
 * no station has the address. VIO_ETIMEDOUT: no reply. VIO_EADDR: there is no route. VIO_ENOTSUP:
 * the peer is this machine, and mini_ip does not send to itself. VIO_EDEVICE: no device is live.
 * VIO_EFULL: the device takes no more frames. `*took`: nanoseconds to the reply.
 */
int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

/* The protocols on the device. */
struct net_stack {
	/* Called when the device is there and its MAC address is known. */
	void (*start)(struct net *n);
	/* A frame was received. The device may still change it, so take a copy first. */
	void (*receive)(struct net *n, const uint8_t *frame, size_t len);
	bool (*service)(struct net *n); /* true: something was done */
	void (*set_address)(struct net *n, const struct net_address *a);
	bool (*set_dns)(struct net *n, uint32_t ip); /* false: there is no name service */
	void (*get_address)(const struct net *n, struct net_address *a);
	int (*ping)(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);

	/*
	 * Find the address of a name, or of "10.0.2.2". VIO_EINVAL: not an address, and there is no
	 * name service. VIO_ENOTSUP: no name server is known. VIO_ENODEV: the name does not exist.
	 * VIO_ETIMEDOUT: no answer within `timeout` nanoseconds.
	 */
	int (*resolve)(struct net *n, const char *name, uint64_t timeout, uint32_t *ip);
	void (*print)(const struct net *n); /* prints the counters */
	const char *address_hint;	    /* text that says how to get an address */
};

extern const struct net_stack net_mini_ip, net_lwip;
extern const struct net_stack *const network_stack; /* the one of this image, in image.c */

#endif
