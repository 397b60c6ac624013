/* SPDX-License-Identifier: BSD-2-Clause */
/* M-mode. The board has set mie, and never unmasks interrupts. */
#include "tests/interrupt/cpu.h"

#include <picovirtio/board.h>
#include "board/riscv/riscv.h"

__attribute__((interrupt("machine"), aligned(4))) static void handler(void)
{
	unsigned long cause;

	__asm__ volatile("csrr %0, mcause" : "=r"(cause));
	if ((long)cause >= 0)
		vio_board_panic("a trap that is no interrupt");
	on_interrupt();
}

void cpu_handle(void)
{
	__asm__ volatile("csrw mtvec, %0" ::"r"(handler) : "memory");
}

void cpu_mask(void)
{
	__asm__ volatile("csrci mstatus, 8" ::: "memory");
}

void cpu_unmask(void)
{
	__asm__ volatile("csrsi mstatus, 8" ::: "memory");
}

void cpu_wait(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

void cpu_take_lines(void)
{
	vio_riscv_irq_take();
}
