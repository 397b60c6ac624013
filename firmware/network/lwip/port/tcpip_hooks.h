/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that lwIP leaves to its user. */
#ifndef FIRMWARE_TCPIP_HOOKS_H
#define FIRMWARE_TCPIP_HOOKS_H

#include <lwip/ip_addr.h>

/* The first sequence number of a connection: a keyed hash of its two ends, plus a clock (RFC
 * 6528). */
u32_t tcpip_isn(const ip_addr_t *here, u16_t our_port, const ip_addr_t *there, u16_t their_port);

#endif
