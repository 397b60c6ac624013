/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses for people. */
#ifndef FIRMWARE_ADDRESS_H
#define FIRMWARE_ADDRESS_H

#include "firmware/network/net.h"

/* Prints for example "before10.0.2.15after". */
void address_print(const char *before, uint32_t ip, const char *after);

/* Prints address, gateway and name server, as lines of `net`. */
void address_print_all(const struct net *n, const struct net_address *a);

/* Find the address of a host, given by name or by number. False: not found; the reason is
 * printed. */
bool address_find(struct net *n, const char *command, const char *host, uint32_t *ip);

#endif
