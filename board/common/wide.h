/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 64-bit registers that do not belong to virtio: those of a CLINT and of HTIF. Some machines accept
 * only one access of 64 bits, others only two of 32 bits, and most accept both.
 */
#ifndef VIO_COMMON_WIDE_H
#define VIO_COMMON_WIDE_H

#include <picovirtio/types.h>

struct wide {
	uintptr_t at;
	bool halves; /* two accesses of 32 bits; always true on a 32-bit CPU */
};

/*
 * Find out how the register at `at` (a multiple of 8) can be read: as a whole, or in halves if that
 * traps. False: both ways trap. The read must have no side effect. Only for vio_board_init(), like
 * vio_board_guard().
 */
bool vio_wide_use(struct wide *w, uintptr_t at);

/* Read the register. If it is read in halves, the value is still one that the counter had. */
uint64_t vio_wide_read(const struct wide *w);

/* Write the register. If it is written in halves, the lower half is written first. */
void vio_wide_write(const struct wide *w, uint64_t v);

#endif
