/* SPDX-License-Identifier: BSD-2-Clause */
/* What the program needs from the CPU and the interrupt controller: cpu_riscv64.c, cpu_aarch64.c.
 */
#ifndef CPU_H
#define CPU_H

/* In main.c. The handler calls it for each interrupt. */
void on_interrupt(void);

/* From now on each interrupt goes to the handler, unless interrupts are masked. */
void cpu_start_interrupts(void);

void cpu_mask(void);
void cpu_unmask(void);

/* Sleep until an interrupt is pending, even if interrupts are masked. */
void cpu_wait(void);

#endif
