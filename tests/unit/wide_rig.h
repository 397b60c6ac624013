/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of 64 bits that take accesses of 64 bits, of 32, or of both. An access of the wrong
 * width traps. The trap ends the guarded call; without a guarded call it fails the test.
 */
#ifndef WIDE_RIG_H
#define WIDE_RIG_H

#include <picovirtio/devicetree.h>

struct wide_machine {
	bool takes_32, takes_64;
	void *ctx;
	/* `off` counts from the base, and is a multiple of 8. */
	uint64_t (*read)(void *ctx, size_t off);
	void (*write)(void *ctx, size_t off, uint64_t value);
	/* Private: a write of the lower half waits for the other one if this is set. */
	bool joins_halves;
	uint32_t lower;
};

/* Nothing is at any other address. */
void wide_plug(struct wide_machine *m, uintptr_t base, size_t len);

#endif
