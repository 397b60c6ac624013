/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams from this machine to itself: to its own address, and to 127.0.0.0/8. They wait here
 * until the next turn of the loop. lwIP's own loopback continues as long as one datagram causes the
 * next: a whole TCP transfer would happen within one call.
 */
#ifndef FIRMWARE_NETWORK_LWIP_OURSELVES_H
#define FIRMWARE_NETWORK_LWIP_OURSELVES_H

#include <picovirtio/types.h>

#include <lwip/netif.h>

/* Called once. Adds the interface with 127.0.0.1. */
void ourselves_start(void);

/* The function `output` of an interface. ERR_MEM: too many wait already. */
err_t ourselves_output(struct netif *nif, struct pbuf *p, const ip4_addr_t *to);

/* Called in each turn. Receives the datagrams that wait. True: there was at least one. */
bool ourselves_service(void);

#endif
