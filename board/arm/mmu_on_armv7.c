/* SPDX-License-Identifier: BSD-2-Clause */
/* The switch to filled tables. */
#include "board/arm/mmu.h"

enum {
	TTBR_WRITE_BACK = 0x4a, /* for the table walk itself: shareable, write-back */

	SCTLR_M = 0x1,
	SCTLR_A = 0x2,
	SCTLR_C = 0x4,
	SCTLR_Z = 0x800,
	SCTLR_I = 0x1000,
	SCTLR_TRE_AFE = 0x30000000,
};

/* Old cache lines must not hide what was written past the caches. */
static void drop_lines(struct vio_span what)
{
	uint32_t type;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 1" : "=r"(type)); /* CTR */
	uintptr_t line = (uintptr_t)4 << (type >> 16 & 0xf);
	for (uintptr_t at = (uintptr_t)what.base & ~(line - 1); at < what.base + what.bytes;
	     at += line)
		__asm__ volatile("mcr p15, 0, %0, c7, c6, 1" ::"r"(at) : "memory"); /* DCIMVAC */
}

void vio_mmu_switch(const void *table, struct vio_span image)
{
	uint32_t sctlr;

	__asm__ volatile("dsb sy" ::: "memory");
	drop_lines(image);
	__asm__ volatile("mcr p15, 0, %0, c2, c0, 2\n\t" /* TTBCR: one table */
			 "mcr p15, 0, %1, c2, c0, 0\n\t" /* TTBR0 */
			 "mcr p15, 0, %2, c3, c0, 0\n\t" /* DACR: as the tables say */
			 "mcr p15, 0, %0, c8, c7, 0\n\t" /* TLBIALL */
			 "mcr p15, 0, %0, c7, c5, 0\n\t" /* ICIALLU */
			 "mcr p15, 0, %0, c7, c5, 6\n\t" /* BPIALL */
			 "dsb sy\n\t"
			 "isb" ::"r"(0),
			 "r"((uintptr_t)table | TTBR_WRITE_BACK), "r"(1)
			 : "memory");
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	sctlr &= ~(uint32_t)(SCTLR_A | SCTLR_TRE_AFE);
	sctlr |= SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I;
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 0\n\tisb" ::"r"(sctlr) : "memory");
}
