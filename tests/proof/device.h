/* SPDX-License-Identifier: BSD-2-Clause */
/* The device in the proofs: each load of memory that the device can write returns any value.
 * Include this before the sources of virtqueue/. */
#ifndef PROOF_DEVICE_H
#define PROOF_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CBMC lets these return any value. */
bool nondet_bool(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
unsigned nondet_unsigned(void);
uint64_t nondet_u64(void);

#define assume(x)	    __CPROVER_assume(x)
#define claim_that(x, what) __CPROVER_assert(x, what)

/* The first thing in a function that must be reachable: a proof whose places cannot be reached
 * would prove nothing. With -DREACH this assertion must fail. */
#ifdef REACH
#define place() claim_that(false, "place reached")
#else
#define place() ((void)0)
#endif

enum { MOST_LOADS = 4 };

static const void *loaded_at[MOST_LOADS];
static unsigned loads;

/* The harness gets each value, and may assume its invariant at the index in it. */
static void loaded(unsigned nth, uint64_t value);

/* Each place is loaded once at most: otherwise the device could change what was checked. */
static uint64_t load(const void *p, size_t bytes)
{
	const uint64_t value = bytes == 4 ? nondet_u32() : nondet_u16();

	claim_that(__CPROVER_r_ok(p, bytes), "a load stays inside of the ring");
	for (unsigned i = 0; i < MOST_LOADS; i++)
		claim_that(i >= loads || loaded_at[i] != p, "each place is loaded once");
	claim_that(loads < MOST_LOADS, "few loads");
	if (loads < MOST_LOADS)
		loaded_at[loads++] = p;
	loaded(loads, value);
	return value;
}

/* What was stored where the device looks. It is only noted: nothing that the driver does may depend
 * on what stands there. */
static struct {
	const void *at;
	uint32_t value;
} stored[MOST_LOADS];
static unsigned stores;

static void note(const void *p, size_t bytes, uint32_t value)
{
	claim_that(__CPROVER_w_ok(p, bytes), "a store stays inside of the ring");
	claim_that(stores < MOST_LOADS, "few stores");
	if (stores < MOST_LOADS) {
		stored[stores].at = p;
		stored[stores++].value = value;
	}
}

/* Was this the store number `nth`? */
static bool was_stored(unsigned nth, const void *p, uint32_t value)
{
	return nth < stores && stored[nth].at == p && stored[nth].value == value;
}

#define __atomic_load_n(p, order)     ((__typeof__(*(p)))load((p), sizeof(*(p))))
#define __atomic_store_n(p, v, order) note((p), sizeof(*(p)), (v))
#define __atomic_thread_fence(order)  ((void)0)

#endif
