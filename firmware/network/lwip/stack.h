/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP between the network device and its users (firmware/network/net.h has most of the interface).
 * lwIP runs in the callbacks of the device and in its timer: callbacks of connections run
 * there, and must not wait.
 */
#ifndef FIRMWARE_NETWORK_LWIP_STACK_H
#define FIRMWARE_NETWORK_LWIP_STACK_H

#include "firmware/network/net.h"

#include <lwip/err.h>
#include <lwip/ip_addr.h>
#include <lwip/netif.h>

extern struct netif tcpip_netif;

/* An address as lwIP has it, in network order. */
ip4_addr_t tcpip_address(uint32_t ip);

/* An error of lwIP for a person: "the connection was refused". */
const char *tcpip_strerror(err_t err);

/* Ask for an address and wait, `timeout` nanoseconds. VIO_ETIMEDOUT: nobody leased one. */
int tcpip_dhcp(struct net *n, uint64_t timeout);

/* Say what is in the way, with the command's name in front, and return false: no device, the
 * link is down, no address yet. */
bool tcpip_ready(const struct net *n, const char *command);

/* Is the station on our network, behind a gateway, or this machine? */
bool tcpip_has_way(uint32_t ip);

/* As struct net_stack says: dns_ping.c. */
int tcpip_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);
int tcpip_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip);

/* lwIP's sources of time and chance: port.c. */
void tcpip_port_start(struct net *n);

#endif
