/* SPDX-License-Identifier: BSD-2-Clause */
/* Short descriptors (ARMv7-A ARM, B3.5): sections of 1 MiB, and pages around the one below the
 * stack. */
#include "board/arm/mmu.h"

enum {
	SECTIONS = 4096,
	PAGES = 256,

	SECTION = 0x2,
	SECTION_ACCESS = 0xc00,
	PAGE_TABLE = 0x1,
	SMALL_PAGE = 0x2,
	PAGE_ACCESS = 0x30,

	TTBR_WRITE_BACK = 0x4a, /* the walk itself, shareable */

	SCTLR_M = 0x1,
	SCTLR_A = 0x2,
	SCTLR_C = 0x4,
	SCTLR_Z = 0x800,
	SCTLR_I = 0x1000,
	SCTLR_TRE_AFE = 0x30000000,
};
#define MIB  UINT32_C(0x100000)
#define PAGE UINT32_C(0x1000)

extern char __image_start[], __image_end[], __stack_guard[];

static _Alignas(16384) uint32_t sections[SECTIONS];
static _Alignas(1024) uint32_t pages[PAGES];

/* TEX, C, B, S and XN; the bits of a page stand elsewhere. */
static uint32_t section(uint32_t at, enum mmu_kind kind)
{
	static const uint32_t bits[] = {
		[MMU_DEVICE] = 0x14, [MMU_CACHED] = 0x1100c, [MMU_UNCACHED] = 0x11000
	};

	return kind == MMU_NOTHING ? 0 : at | SECTION | SECTION_ACCESS | bits[kind];
}

static uint32_t page(uint32_t at, enum mmu_kind kind)
{
	static const uint32_t bits[] = {
		[MMU_DEVICE] = 0x5, [MMU_CACHED] = 0x44c, [MMU_UNCACHED] = 0x440
	};

	return kind == MMU_NOTHING ? 0 : at | SMALL_PAGE | PAGE_ACCESS | bits[kind];
}

static void fill(void)
{
	const uint32_t guard = (uintptr_t)__stack_guard / MIB;
	bool whole;

	for (uint32_t i = 0; i < SECTIONS; i++)
		sections[i] = section(i * MIB, mmu_kind_of(i * MIB, MIB, &whole));
	for (uint32_t i = 0; i < PAGES; i++) {
		const uint32_t at = guard * MIB + i * PAGE;

		pages[i] = page(at, mmu_kind_of(at, PAGE, &whole));
	}
	sections[guard] = (uintptr_t)pages | PAGE_TABLE;
}

/* What was written around the caches must not be hidden by an old line of theirs. */
static void drop_lines(void)
{
	uint32_t type;
	uintptr_t line;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 1" : "=r"(type)); /* CTR */
	line = (uintptr_t)4 << (type >> 16 & 0xf);
	for (uintptr_t at = (uintptr_t)__image_start & ~(line - 1); at < (uintptr_t)__image_end;
	     at += line)
		__asm__ volatile("mcr p15, 0, %0, c7, c6, 1" ::"r"(at) : "memory"); /* DCIMVAC */
}

void mmu_start(void)
{
	uint32_t sctlr;

	fill();
	__asm__ volatile("dsb sy" ::: "memory");
	drop_lines();
	__asm__ volatile("mcr p15, 0, %0, c2, c0, 2\n\t" /* TTBCR: one table */
			 "mcr p15, 0, %1, c2, c0, 0\n\t" /* TTBR0 */
			 "mcr p15, 0, %2, c3, c0, 0\n\t" /* DACR: as the tables say */
			 "mcr p15, 0, %0, c8, c7, 0\n\t" /* TLBIALL */
			 "mcr p15, 0, %0, c7, c5, 0\n\t" /* ICIALLU */
			 "mcr p15, 0, %0, c7, c5, 6\n\t" /* BPIALL */
			 "dsb sy\n\t"
			 "isb" ::"r"(0),
			 "r"((uintptr_t)sections | TTBR_WRITE_BACK), "r"(1)
			 : "memory");
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	sctlr &= ~(uint32_t)(SCTLR_A | SCTLR_TRE_AFE);
	sctlr |= SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I;
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 0\n\tisb" ::"r"(sctlr) : "memory");
}
