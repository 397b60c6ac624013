/* SPDX-License-Identifier: BSD-2-Clause */
/* The switch to filled tables. */
#include "board/arm/mmu.h"

enum {
	TCR_39_BITS = 25,
	TCR_WRITE_BACK = 0x3500, /* for the table walk itself: shareable, write-back */
	TCR_NO_UPPER_HALF = 0x800000,
	TCR_IPS_SHIFT = 32,

	SCTLR_M = 0x1,
	SCTLR_A = 0x2,
	SCTLR_C = 0x4,
	SCTLR_I = 0x1000,
};

/* Old cache lines must not hide what was written past the caches. */
static void drop_lines(struct vio_span what)
{
	uint64_t type;

	__asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
	uintptr_t line = (uintptr_t)4 << (type >> 16 & 0xf);
	for (uintptr_t at = (uintptr_t)what.base & ~(line - 1); at < what.base + what.bytes;
	     at += line)
		__asm__ volatile("dc ivac, %0" ::"r"(at) : "memory");
}

void vio_mmu_switch(const void *table, struct vio_span image)
{
	uint64_t sctlr, range;

	__asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(range));
	/* The size of physical addresses: 40 bits are enough. */
	range = (range & 0xf) < 2 ? range & 0xf : 2;
	__asm__ volatile("dsb sy" ::: "memory");
	drop_lines(image);
	__asm__ volatile(
		"msr mair_el1, %0\n\t"
		"msr tcr_el1, %1\n\t"
		"msr ttbr0_el1, %2\n\t"
		"isb\n\t"
		"tlbi vmalle1\n\t"
		"ic iallu\n\t"
		"dsb sy\n\t"
		"isb" ::"r"(MMU_MAIR),
		"r"(TCR_39_BITS | TCR_WRITE_BACK | TCR_NO_UPPER_HALF | range << TCR_IPS_SHIFT),
		"r"(table)
		: "memory");
	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	sctlr = (sctlr & ~(uint64_t)SCTLR_A) | SCTLR_M | SCTLR_C | SCTLR_I;
	__asm__ volatile("msr sctlr_el1, %0\n\tisb" ::"r"(sctlr) : "memory");
}
