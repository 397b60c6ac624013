/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables with pages of 4 KiB for addresses of 39 bits (Arm ARM, D8): blocks of 1 GiB; blocks of 2
 * MiB where a GiB has both RAM and other things; and pages around the guard page below the stack.
 */
#include "board/arm/mmu.h"

enum {
	ENTRIES = 512,
	TABLES = 4, /* tables of 2 MiB blocks, for a GiB in which RAM begins or ends */

	VALID = 0x1,
	TABLE_OR_PAGE = 0x2,
	ATTRIBUTES_SHIFT = 2,
	SHAREABLE = 0x300,
	ACCESSED = 0x400,
};
#define GIB   UINT64_C(0x40000000)
#define MIB2  UINT64_C(0x200000)
#define PAGE  UINT64_C(0x1000)
#define NEVER UINT64_C(0x60000000000000) /* execute never */

static _Alignas(4096) uint64_t gibs[ENTRIES], blocks[TABLES][ENTRIES], pages[ENTRIES];
static unsigned tables;

static uint64_t entry(uint64_t at, enum mmu_kind kind, uint64_t type)
{
	if (kind == MMU_NOTHING)
		return 0;
	return at | VALID | type | (uint64_t)kind << ATTRIBUTES_SHIFT | ACCESSED |
	       (kind == MMU_DEVICE ? NEVER : SHAREABLE);
}

static uint64_t page_table(const struct mmu_map *m, uint64_t at)
{
	bool whole;

	for (unsigned i = 0; i < ENTRIES; i++)
		pages[i] = entry(at + i * PAGE, vio_mmu_kind_of(m, at + i * PAGE, PAGE, &whole),
				 TABLE_OR_PAGE);
	return (uintptr_t)pages | VALID | TABLE_OR_PAGE;
}

/* If RAM begins or ends within a block, the whole block is mapped as RAM. */
static uint64_t block_table(const struct mmu_map *m, uint64_t at)
{
	uint64_t *const t = blocks[tables++];
	bool whole;

	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint64_t here = at + i * MIB2;

		if (m->guard / MIB2 == here / MIB2)
			t[i] = page_table(m, here);
		else
			t[i] = entry(here, vio_mmu_kind_of(m, here, MIB2, &whole), 0);
	}
	return (uintptr_t)t | VALID | TABLE_OR_PAGE;
}

/* If no table is left, the GiB is mapped as device memory: RAM is then slow, which is better than a
 * device that is mapped as RAM. */
static uint64_t gib(const struct mmu_map *m, uint64_t at)
{
	bool whole;
	const enum mmu_kind kind = vio_mmu_kind_of(m, at, GIB, &whole);

	if (whole)
		return entry(at, kind, 0);
	return tables < TABLES ? block_table(m, at) : entry(at, MMU_DEVICE, 0);
}

/* The image comes first, so it always gets its tables. */
const void *vio_mmu_fill(const struct mmu_map *m)
{
	const uint64_t image = m->guard / GIB;

	tables = 0;
	if (image < ENTRIES)
		gibs[image] = gib(m, image * GIB);
	for (unsigned i = 0; i < ENTRIES; i++) {
		if (i != image)
			gibs[i] = gib(m, i * GIB);
	}
	return gibs;
}
