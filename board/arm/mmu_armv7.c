/* SPDX-License-Identifier: BSD-2-Clause */
/* Short descriptors (ARMv7-A ARM, B3.5): sections of 1 MiB, and pages around the guard page below
 * the stack. */
#include "board/arm/mmu.h"

enum {
	SECTIONS = 4096,
	PAGES = 256,

	SECTION = 0x2,
	SECTION_ACCESS = 0xc00,
	PAGE_TABLE = 0x1,
	SMALL_PAGE = 0x2,
	PAGE_ACCESS = 0x30,
};
#define MIB  UINT32_C(0x100000)
#define PAGE UINT32_C(0x1000)

static _Alignas(16384) uint32_t sections[SECTIONS];
static _Alignas(1024) uint32_t pages[PAGES];

/* The bits TEX, C, B, S and XN of a section. In a page they have other places. */
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

const void *vio_mmu_fill(const struct mmu_map *m)
{
	const uint32_t guard = (uint32_t)m->guard / MIB;
	bool whole;

	for (uint32_t i = 0; i < SECTIONS; i++)
		sections[i] = section(i * MIB, vio_mmu_kind_of(m, i * MIB, MIB, &whole));
	for (uint32_t i = 0; i < PAGES; i++) {
		const uint32_t at = guard * MIB + i * PAGE;

		pages[i] = page(at, vio_mmu_kind_of(m, at, PAGE, &whole));
	}
	sections[guard] = (uint32_t)(uintptr_t)pages | PAGE_TABLE;
	return sections;
}
