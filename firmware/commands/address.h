/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses for people. */
#ifndef FIRMWARE_ADDRESS_H
#define FIRMWARE_ADDRESS_H

#include "firmware/network/net.h"

/* "before10.0.2.15after" */
void address_print(const char *before, uint32_t ip, const char *after);

/* Address, gateway and name server, as lines of `net`. */
void address_print_all(const struct net *n, const struct net_address *a);

/* The address of a host, given by name or by number; false: not found, and `command` said why. */
bool address_find(struct net *n, const char *command, const char *host, uint32_t *ip);

#endif
