/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 at EL1, with the GICv2 of QEMU's virt machine. */
#include "cpu.h"

#define GIC_CPU ((uintptr_t)0x08010000) /* the CPU interface */

__attribute__((used)) static void handler(void)
{
	const uint32_t line = vio_read32(GIC_CPU + 0xc); /* acknowledges it */

	on_interrupt();
	vio_write32(GIC_CPU + 0x10, line); /* completes it */
}

/* The vector table: 16 entries of 32 instructions. Entry 5 is an interrupt at this exception level;
 * the others stop the CPU (0x14000000 is a branch to itself). It saves what a C function may
 * change, and the return address. */
__asm__(".balign 2048\nvectors: .fill 160, 4, 0x14000000\n b save\n .fill 351, 4, 0x14000000\n"
	"save: .irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,30\n"
	" str x\\r, [sp, #-16]!\n .endr\n mrs x0, elr_el1\n mrs x1, spsr_el1\n"
	" stp x0, x1, [sp, #-16]!\n bl handler\n ldp x0, x1, [sp], #16\n msr elr_el1, x0\n"
	" msr spsr_el1, x1\n .irp r, 30,18,17,16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1,0\n"
	" ldr x\\r, [sp], #16\n .endr\n eret\n");

void cpu_start_interrupts(void)
{
	__asm__ volatile("adr x0,vectors; msr vbar_el1,x0; isb; msr daifclr,#2" ::: "x0", "memory");
}

void cpu_sleep(const volatile uint32_t *wake)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
	if (!*wake)
		__asm__ volatile("wfi" ::: "memory");
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}
