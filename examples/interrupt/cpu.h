/* SPDX-License-Identifier: BSD-2-Clause */
/* What an RTOS brings: an interrupt handler, and a sleep (cpu_riscv64.c, cpu_aarch64.c). */
#ifndef CPU_H
#define CPU_H

#include <picovirtio/io.h>

/* In main.c. The handler calls it for each interrupt. */
void on_interrupt(void);

/* From now on each interrupt goes to the handler. */
void cpu_start_interrupts(void);

/* Sleep until an interrupt, unless `*wake` is set. Interrupts are masked from the test of `*wake`
 * to the sleep, so no handler runs in between. A pending interrupt ends the sleep all the same. */
void cpu_sleep(const volatile uint32_t *wake);

#endif
