/* SPDX-License-Identifier: BSD-2-Clause */
/* Control and status registers (RISC-V privileged architecture, chapter 4: supervisor). */
#ifndef VIO_RISCV_CSR_H
#define VIO_RISCV_CSR_H

#include <stdint.h>

static inline uint64_t csr_time(void)
{
	uint64_t v;

	__asm__ volatile("csrr %0, time" : "=r"(v)::"memory");
	return v;
}

/* Interrupts that are pending, one bit each. */
static inline uint64_t csr_sip(void)
{
	uint64_t v;

	__asm__ volatile("csrr %0, sip" : "=r"(v)::"memory");
	return v;
}

/* Interrupts that end wfi; sstatus.SIE stays clear, so that none is taken. */
static inline void csr_set_sie(uint64_t v)
{
	__asm__ volatile("csrw sie, %0" ::"r"(v) : "memory");
}

static inline void wait_for_interrupt(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

#endif
