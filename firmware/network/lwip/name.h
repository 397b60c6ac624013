/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The name of this machine on its network by multicast DNS (RFC 6762; lwIP's responder):
 * picovirtio.local. If another station has that name, the name is picovirtio- with half of the MAC
 * address. If that is taken too, the machine has no name.
 */
#ifndef FIRMWARE_NETWORK_LWIP_NAME_H
#define FIRMWARE_NETWORK_LWIP_NAME_H

#include "firmware/network/net.h"

/* Called once, when the interface exists. */
void name_start(const struct net *n);

/* Called in each turn of the loop. True: another name is tried. */
bool name_service(const struct net *n);

/* "picovirtio", or NULL: it is not yet known whether another station has the name, or no name is
 * left. */
const char *name_of_us(void);

#endif
