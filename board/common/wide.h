/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of 64 bits outside of virtio: those of a CLINT and of HTIF. Some machines take one
 * access of 64 bits only, others two of 32 bits only, most take both.
 */
#ifndef VIO_COMMON_WIDE_H
#define VIO_COMMON_WIDE_H

#include <picovirtio/types.h>

struct wide {
	uintptr_t at;
	bool halves; /* two accesses of 32 bits; always so on a 32-bit CPU */
};

/*
 * Find out how the register at `at` (a multiple of 8) is read: whole, or in halves where that
 * traps. False: either way traps. Reading it must have no effect. For vio_board_init() alone, as
 * vio_guard_call() is.
 */
bool vio_wide_use(struct wide *w, uintptr_t at);

/* In halves, the value is still one that a counter had. */
uint64_t vio_wide_read(const struct wide *w);

/* In halves, the lower one goes first. */
void vio_wide_write(const struct wide *w, uint64_t v);

#endif
