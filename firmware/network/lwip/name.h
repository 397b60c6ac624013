/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The name of this machine on its network: picovirtio.local, by multicast DNS (RFC 6762; lwIP's
 * responder). If another station has it, picovirtio- and half of the MAC address; if that is taken,
 * too, none.
 */
#ifndef FIRMWARE_NETWORK_LWIP_NAME_H
#define FIRMWARE_NETWORK_LWIP_NAME_H

#include "firmware/network/net.h"

/* Once, with the interface there. */
void name_start(const struct net *n);

/* Each turn of the loop. True: another name is tried. */
bool name_service(const struct net *n);

/* "picovirtio", or NULL: it is not known yet that no other station has it, or there is no name
 * left. */
const char *name_of_us(void);

#endif
