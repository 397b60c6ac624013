/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MMU and caches on, if the image is built so (PICOVIRTIO_MMU): every address stays what it is.
 * RAM is normal memory, all else is device memory, and the page below the stack is nothing.
 */
#ifndef VIO_ARM_MMU_H
#define VIO_ARM_MMU_H

#include "board/arm/arm.h"

enum mmu_kind {
	MMU_NOTHING,
	MMU_DEVICE,
	MMU_CACHED,   /* RAM: write-back */
	MMU_UNCACHED, /* RAM that devices do not see through our caches */
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

/* With the tree that vio_board.dt is; before any address beyond the image's own is used. */
void vio_arm_mmu_init(void);

/* What is at these addresses: the kind to map all of it as. *whole: is all of it of one kind? */
enum mmu_kind vio_mmu_kind_of(const struct mmu_map *m, uint64_t at, uint64_t bytes, bool *whole);

/* Of this CPU: the first table of all that it needs for `m`; and to switch over to it. What is in
 * `image` has been written around the caches. */
const void *vio_mmu_fill(const struct mmu_map *m);
void vio_mmu_switch(const void *table, struct vio_span image);

#endif
