/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams from this machine to itself: to its own address, and to 127.0.0.0/8. They wait here
 * until the next turn of the loop. lwIP's own loopback would go on for as long as an answer follows
 * from each datagram: for a whole TCP transfer, in one call.
 */
#ifndef FIRMWARE_NETWORK_LWIP_OURSELVES_H
#define FIRMWARE_NETWORK_LWIP_OURSELVES_H

#include <picovirtio/types.h>

#include <lwip/netif.h>

/* Once: adds the interface of 127.0.0.1. */
void ourselves_start(void);

/* Is it an address of this machine's? */
bool ourselves_has(const ip4_addr_t *ip);

/* The function `output` of an interface. ERR_MEM: too many wait already. */
err_t ourselves_output(struct netif *nif, struct pbuf *p, const ip4_addr_t *to);

/* Each turn: receive what waits. True: there was something. */
bool ourselves_service(void);

#endif
