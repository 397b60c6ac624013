/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's view of the network device, with its address. All files of this folder use it; stack.c,
 * which implements firmware/network/net.h, stands above them. lwIP runs in the callbacks of the
 * device and in its timer, so callbacks of connections run there too, and must not wait.
 */
#ifndef FIRMWARE_NETWORK_LWIP_INTERFACE_H
#define FIRMWARE_NETWORK_LWIP_INTERFACE_H

#include "firmware/network/net.h"

#include <lwip/err.h>
#include <lwip/ip_addr.h>
#include <lwip/netif.h>

extern struct netif tcpip_netif;

/* An address in network order, as lwIP has it. */
ip4_addr_t tcpip_address(uint32_t ip);

/* Is this one of the machine's own addresses? */
bool tcpip_is_ours(const ip4_addr_t *ip);

/* An error of lwIP in words, such as "the connection was refused". */
const char *tcpip_strerror(err_t err);

/* Ask for an address by DHCP and wait, `timeout` nanoseconds at most. VIO_ETIMEDOUT: no server
 * leased one. VIO_EADDR: no station can have the address that was leased. */
int tcpip_dhcp(struct net *n, uint64_t timeout);

/* Give back a lease of an address that no station can have. True: there was one. */
bool tcpip_refuse_lease(void);

/* Is the network ready? If not, print the reason with the command's name in front: no device, the
 * link is down, or no address yet. */
bool tcpip_ready(const struct net *n, const char *command);

/* Is there a route to the station: on our network, behind a gateway, or this machine? */
bool tcpip_has_way(uint32_t ip);

/* ping() of struct net_stack, in dns_ping.c. */
int tcpip_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took);
int tcpip_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip);

/* Does lwIP wait for the address of a name, also after tcpip_resolve() gave up? */
bool tcpip_resolves(void);

/* lwIP's time and random numbers, in port.c. */
void tcpip_port_start(struct net *n);

/* Let lwIP's clock be behind the machine's by so many milliseconds. */
void tcpip_set_behind(uint32_t ms);

#endif
