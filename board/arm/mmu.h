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

/* With the tree that board.dt is; before any address beyond the image's own is used. */
void arm_mmu_init(void);

/* What is at these addresses: the kind to map all of it as. With `whole`, *whole says whether it
 * is of one kind. */
enum mmu_kind mmu_kind_of(uint64_t at, uint64_t bytes, bool *whole);

/* Of this CPU: fill the tables and switch over. */
void mmu_start(void);

#endif
