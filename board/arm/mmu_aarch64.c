/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of 4 KiB pages over 39 bits of address (Arm ARM, D8): blocks of 1 GiB, of 2 MiB where
 * RAM and other things share one, and pages around the one below the stack.
 */
#include "board/arm/mmu.h"

enum {
	ENTRIES = 512,
	TABLES = 4, /* of 2 MiB blocks: RAM begins or ends in one of these GiB */

	VALID = 0x1,
	TABLE_OR_PAGE = 0x2,
	ATTRIBUTES_SHIFT = 2,
	SHAREABLE = 0x300,
	ACCESSED = 0x400,

	TCR_39_BITS = 25,
	TCR_WRITE_BACK = 0x3500, /* the walk itself, shareable */
	TCR_NO_UPPER_HALF = 0x800000,
	TCR_IPS_SHIFT = 32,

	SCTLR_M = 0x1,
	SCTLR_A = 0x2,
	SCTLR_C = 0x4,
	SCTLR_I = 0x1000,
};
#define GIB   UINT64_C(0x40000000)
#define MIB2  UINT64_C(0x200000)
#define PAGE  UINT64_C(0x1000)
#define NEVER UINT64_C(0x60000000000000) /* be executed */

/* Attributes by enum mmu_kind: none, nGnRE, write-back, not cached. */
#define MAIR UINT64_C(0x44ff0400)

extern char __image_start[], __image_end[], __stack_guard[];

static _Alignas(4096) uint64_t gibs[ENTRIES], blocks[TABLES][ENTRIES], pages[ENTRIES];
static unsigned tables;

static uint64_t entry(uint64_t at, enum mmu_kind kind, uint64_t type)
{
	if (kind == MMU_NOTHING)
		return 0;
	return at | VALID | type | (uint64_t)kind << ATTRIBUTES_SHIFT | ACCESSED |
	       (kind == MMU_DEVICE ? NEVER : SHAREABLE);
}

static uint64_t page_table(uint64_t at)
{
	bool whole;

	for (unsigned i = 0; i < ENTRIES; i++)
		pages[i] = entry(at + i * PAGE, mmu_kind_of(at + i * PAGE, PAGE, &whole),
				 TABLE_OR_PAGE);
	return (uintptr_t)pages | VALID | TABLE_OR_PAGE;
}

/* RAM that begins or ends within a block takes all of it. */
static uint64_t block_table(uint64_t at)
{
	uint64_t *const t = blocks[tables++];
	bool whole;

	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint64_t here = at + i * MIB2;

		if ((uintptr_t)__stack_guard / MIB2 == here / MIB2)
			t[i] = page_table(here);
		else
			t[i] = entry(here, mmu_kind_of(here, MIB2, &whole), 0);
	}
	return (uintptr_t)t | VALID | TABLE_OR_PAGE;
}

static void fill(void)
{
	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint64_t at = i * GIB;
		bool whole;
		enum mmu_kind kind = mmu_kind_of(at, GIB, &whole);

		/* No table left: RAM as device memory is slow; a device as RAM is wrong. */
		if (!whole && tables == TABLES)
			kind = MMU_DEVICE;
		gibs[i] = whole || tables == TABLES ? entry(at, kind, 0) : block_table(at);
	}
}

/* What was written around the caches must not be hidden by an old line of theirs. */
static void drop_lines(void)
{
	uint64_t type;
	uintptr_t line;

	__asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
	line = (uintptr_t)4 << (type >> 16 & 0xf);
	for (uintptr_t at = (uintptr_t)__image_start & ~(line - 1); at < (uintptr_t)__image_end;
	     at += line)
		__asm__ volatile("dc ivac, %0" ::"r"(at) : "memory");
}

void mmu_start(void)
{
	uint64_t sctlr, range;

	fill();
	__asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(range));
	range = (range & 0xf) < 2 ? range & 0xf : 2; /* physical: 40 bits do */
	__asm__ volatile("dsb sy" ::: "memory");
	drop_lines();
	__asm__ volatile(
		"msr mair_el1, %0\n\t"
		"msr tcr_el1, %1\n\t"
		"msr ttbr0_el1, %2\n\t"
		"isb\n\t"
		"tlbi vmalle1\n\t"
		"ic iallu\n\t"
		"dsb sy\n\t"
		"isb" ::"r"(MAIR),
		"r"(TCR_39_BITS | TCR_WRITE_BACK | TCR_NO_UPPER_HALF | range << TCR_IPS_SHIFT),
		"r"(gibs)
		: "memory");
	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	sctlr = (sctlr & ~(uint64_t)SCTLR_A) | SCTLR_M | SCTLR_C | SCTLR_I;
	__asm__ volatile("msr sctlr_el1, %0\n\tisb" ::"r"(sctlr) : "memory");
}
