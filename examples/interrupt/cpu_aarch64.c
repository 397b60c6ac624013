/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 at EL1, with the GICv2 of QEMU's virt machine. */
#include "cpu.h"

#include <picovirtio/io.h>

#define GIC_IAR	 ((uintptr_t)0x0801000c) /* acknowledges an interrupt */
#define GIC_EOIR ((uintptr_t)0x08010010) /* completes it */

void handler(void);

void handler(void)
{
	const uint32_t line = vio_read32(GIC_IAR);

	on_interrupt();
	vio_write32(GIC_EOIR, line);
}

/* The vector table: 16 entries of 128 bytes. Entry 5 is an interrupt at this exception level; all
 * others stop the CPU. The entry saves what a C function may change, and the return address. */
__asm__(".balign 2048\n"
	"vectors:\n"
	".rept 5\n b .\n .balign 128\n .endr\n"
	" b save\n .balign 128\n"
	".rept 10\n b .\n .balign 128\n .endr\n"
	"save:\n"
	" stp x0, x1, [sp, #-176]!\n stp x2, x3, [sp, #16]\n stp x4, x5, [sp, #32]\n"
	" stp x6, x7, [sp, #48]\n stp x8, x9, [sp, #64]\n stp x10, x11, [sp, #80]\n"
	" stp x12, x13, [sp, #96]\n stp x14, x15, [sp, #112]\n stp x16, x17, [sp, #128]\n"
	" stp x18, x30, [sp, #144]\n mrs x0, elr_el1\n mrs x1, spsr_el1\n stp x0, x1, [sp, #160]\n"
	" bl handler\n"
	" ldp x0, x1, [sp, #160]\n msr elr_el1, x0\n msr spsr_el1, x1\n"
	" ldp x18, x30, [sp, #144]\n ldp x16, x17, [sp, #128]\n ldp x14, x15, [sp, #112]\n"
	" ldp x12, x13, [sp, #96]\n ldp x10, x11, [sp, #80]\n ldp x8, x9, [sp, #64]\n"
	" ldp x6, x7, [sp, #48]\n ldp x4, x5, [sp, #32]\n ldp x2, x3, [sp, #16]\n"
	" ldp x0, x1, [sp], #176\n"
	" eret\n");

extern const char vectors[];

void cpu_start_interrupts(void)
{
	__asm__ volatile("msr vbar_el1, %0\n isb" ::"r"(vectors) : "memory");
	cpu_unmask();
}

void cpu_mask(void)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
}

void cpu_unmask(void)
{
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

void cpu_wait(void)
{
	__asm__ volatile("wfi" ::: "memory");
}
