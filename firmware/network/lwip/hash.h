/* SPDX-License-Identifier: BSD-2-Clause */
/* A keyed hash (SipHash-2-4) of 16 bytes. */
#ifndef FIRMWARE_NETWORK_LWIP_HASH_H
#define FIRMWARE_NETWORK_LWIP_HASH_H

#include <picovirtio/types.h>

uint64_t hash_keyed(const uint64_t key[2], uint64_t first, uint64_t second);

#endif
