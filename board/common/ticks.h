/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Converts ticks of a counter of `hz` (below 2^32) to nanoseconds and back, without overflow. Both
 * results saturate at UINT64_MAX, which is 584 years.
 */
#ifndef VIO_COMMON_TICKS_H
#define VIO_COMMON_TICKS_H

#include <stdint.h>

#define TICKS_NS_PER_S UINT64_C(1000000000)

/* Rounds down. */
static inline uint64_t ticks_to_ns(uint64_t ticks, uint32_t hz)
{
	const uint64_t seconds = ticks / hz, rest = ticks % hz;

	if (seconds >= UINT64_MAX / TICKS_NS_PER_S)
		return UINT64_MAX;
	return seconds * TICKS_NS_PER_S + rest * TICKS_NS_PER_S / hz;
}

/* Rounds up: a deadline must not fire early. */
static inline uint64_t ticks_from_ns(uint64_t ns, uint32_t hz)
{
	const uint64_t seconds = ns / TICKS_NS_PER_S, rest = ns % TICKS_NS_PER_S;

	if (seconds >= UINT64_MAX / hz)
		return UINT64_MAX;
	return seconds * hz + (rest * hz + TICKS_NS_PER_S - 1) / TICKS_NS_PER_S;
}

#endif
