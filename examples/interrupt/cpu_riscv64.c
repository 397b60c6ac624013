/* SPDX-License-Identifier: BSD-2-Clause */
/* RISC-V in S-mode, with the PLIC of QEMU's virt machine. */
#include "cpu.h"

#define PLIC_CLAIM ((uintptr_t)0x0c201004) /* claim register of the first hart in S-mode */
#define SIE_SEIE   (1ul << 9)

__attribute__((interrupt("supervisor"), aligned(4))) static void handler(void)
{
	const uint32_t line = vio_read32(PLIC_CLAIM);

	on_interrupt();
	vio_write32(PLIC_CLAIM, line); /* completes the interrupt */
}

void cpu_start_interrupts(void)
{
	__asm__ volatile("csrw stvec, %0; csrs sie, %1; csrsi sstatus, 2" ::"r"(handler),
			 "r"(SIE_SEIE)
			 : "memory");
}

void cpu_sleep(const volatile uint32_t *wake)
{
	__asm__ volatile("csrci sstatus, 2" ::: "memory");
	if (!*wake)
		__asm__ volatile("wfi" ::: "memory");
	__asm__ volatile("csrsi sstatus, 2" ::: "memory");
}
