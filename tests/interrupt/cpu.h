/* SPDX-License-Identifier: BSD-2-Clause */
/* What the handler of the test needs from the CPU: see cpu_riscv.c and cpu_aarch64.c. */
#ifndef TESTS_INTERRUPT_CPU_H
#define TESTS_INTERRUPT_CPU_H

/* A function of the test, which the handler calls. */
void on_interrupt(void);

/* From now on unmasked interrupts call on_interrupt(). Every other trap is a panic. */
void cpu_handle(void);

void cpu_mask(void);
void cpu_unmask(void);
void cpu_wait(void); /* sleeps until an interrupt is pending, masked or not */

/* Tell the interrupt controller that the raised lines were handled. */
void cpu_take_lines(void);

#endif
