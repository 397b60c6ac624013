/* SPDX-License-Identifier: BSD-2-Clause */
/* Each load of memory that the device can write, for the target rings: compiled in before the
 * sources of virtqueue/. */
#ifndef FUZZ_LOADS_H
#define FUZZ_LOADS_H

#define shared_load16 honest_load16
#define shared_load32 honest_load32
#include "virtqueue/format.h"
#undef shared_load16
#undef shared_load32

/* What the driver gets instead of the `bits` bits that it loads. */
uint32_t fuzz_loaded(uint32_t value, unsigned bits);

static inline uint16_t shared_load16(const uint16_t *p)
{
	return (uint16_t)fuzz_loaded(honest_load16(p), 16);
}

static inline uint32_t shared_load32(const uint32_t *p)
{
	return fuzz_loaded(honest_load32(p), 32);
}

#endif
