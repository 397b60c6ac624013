/* SPDX-License-Identifier: BSD-2-Clause */
/* EL1; one vector is an interrupt, the rest end in a panic. */
#include "tests/interrupt/cpu.h"

#include <picovirtio/board.h>
#include "board/arm/arm.h"

void unexpected(void);

void unexpected(void)
{
	vio_board_panic("a trap that is no interrupt");
}

/* 16 vectors of 128 bytes. Number 5 is an interrupt at this level with its own stack. It saves the
 * registers that a call may change, and the return address. */
__asm__(".balign 2048\n"
	"test_vectors:\n"
	".rept 5\n b unexpected\n .balign 128\n .endr\n"
	" b test_irq\n .balign 128\n"
	".rept 10\n b unexpected\n .balign 128\n .endr\n"
	"test_irq:\n"
	" stp x0, x1, [sp, #-176]!\n stp x2, x3, [sp, #16]\n stp x4, x5, [sp, #32]\n"
	" stp x6, x7, [sp, #48]\n stp x8, x9, [sp, #64]\n stp x10, x11, [sp, #80]\n"
	" stp x12, x13, [sp, #96]\n stp x14, x15, [sp, #112]\n stp x16, x17, [sp, #128]\n"
	" stp x18, x30, [sp, #144]\n mrs x0, elr_el1\n mrs x1, spsr_el1\n stp x0, x1, [sp, #160]\n"
	" bl on_interrupt\n"
	" ldp x0, x1, [sp, #160]\n msr elr_el1, x0\n msr spsr_el1, x1\n"
	" ldp x18, x30, [sp, #144]\n ldp x16, x17, [sp, #128]\n ldp x14, x15, [sp, #112]\n"
	" ldp x12, x13, [sp, #96]\n ldp x10, x11, [sp, #80]\n ldp x8, x9, [sp, #64]\n"
	" ldp x6, x7, [sp, #48]\n ldp x4, x5, [sp, #32]\n ldp x2, x3, [sp, #16]\n"
	" ldp x0, x1, [sp], #176\n"
	" eret\n");

extern const char test_vectors[];

void cpu_handle(void)
{
	__asm__ volatile("msr vbar_el1, %0\n isb" ::"r"(test_vectors) : "memory");
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

void cpu_take_lines(void)
{
	vio_gic_take(vio_arm_timer_line(), vio_arm_timer_quiet);
}
