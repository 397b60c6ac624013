/* SPDX-License-Identifier: BSD-2-Clause */
/* A keyed hash (SipHash-2-4) of 16 bytes, and the checksum that files are compared by. */
#ifndef FIRMWARE_HASH_H
#define FIRMWARE_HASH_H

#include "board/types.h"

uint64_t hash_keyed(const uint64_t key[2], uint64_t first, uint64_t second);

/* CRC-32 as zlib, PNG and `cksum -o 3` have it; go on with what was returned, start with 0. */
uint32_t hash_crc32(uint32_t crc, const void *p, size_t n);

#endif
