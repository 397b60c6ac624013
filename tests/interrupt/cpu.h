/* SPDX-License-Identifier: BSD-2-Clause */
/* What the test's handler needs of the CPU: cpu_riscv.c, cpu_aarch64.c. */
#ifndef TESTS_INTERRUPT_CPU_H
#define TESTS_INTERRUPT_CPU_H

/* The test's, called by the handler. */
void on_interrupt(void);

/* Interrupts go to on_interrupt() from now on, where they are not masked; anything else that traps
 * is a panic. */
void cpu_handle(void);

void cpu_mask(void);
void cpu_unmask(void);
void cpu_wait(void); /* until an interrupt is there, masked or not */

/* Tell the interrupt controller that the raised lines have been seen to. */
void cpu_take_lines(void);

#endif
