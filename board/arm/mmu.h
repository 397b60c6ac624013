/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Switches MMU and caches on, if the image is built so (PICOVIRTIO_MMU). Every address is mapped to
 * itself. RAM is normal memory, everything else is device memory, and the page below the stack is
 * not mapped.
 */
#ifndef VIO_ARM_MMU_H
#define VIO_ARM_MMU_H

#include "board/arm/arm.h"

enum mmu_kind {
	MMU_NOTHING,
	MMU_DEVICE,
	MMU_CACHED,   /* RAM: write-back */
	MMU_UNCACHED, /* RAM, if devices do not see our caches */
};

enum { MMU_RUNS_MAX = 64, MMU_PAGE = 4096 };

/* AArch64's attributes by enum mmu_kind: none, nGnRE, write-back, not cached. */
#define MMU_MAIR UINT64_C(0x44ff0400)

struct mmu_map {
	struct vio_span runs[MMU_RUNS_MAX]; /* of RAM; may overlap */
	unsigned n;
	enum mmu_kind ram;
	uint64_t guard; /* a page in RAM that is not mapped */
};

/* Uses the devicetree vio_board.dt. Call it before any address outside of the image is accessed. */
void vio_arm_mmu_init(void);

/* The kind of memory that `bytes` bytes from `at` on should be mapped as. `*whole`: all of it has
 * this kind. */
enum mmu_kind vio_mmu_kind_of(const struct mmu_map *m, uint64_t at, uint64_t bytes, bool *whole);

/* For this CPU: vio_mmu_fill() fills all tables for `m` and returns the first one. vio_mmu_switch()
 * switches to it. The data in `image` was written past the caches. */
const void *vio_mmu_fill(const struct mmu_map *m);
void vio_mmu_switch(const void *table, struct vio_span image);

#endif
