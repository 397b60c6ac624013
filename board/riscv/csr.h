/* SPDX-License-Identifier: BSD-2-Clause */
/* Control and status registers of the mode that the image runs in. */
#ifndef VIO_RISCV_CSR_H
#define VIO_RISCV_CSR_H

#include <stdint.h>

#include "board/riscv/csr_names.h"

#if __riscv_xlen == 64

/* A counter of 64 bits that always goes forward. */
static inline uint64_t csr_counter(void)
{
	uint64_t v;

	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_COUNTER) : "=r"(v)::"memory");
	return v;
}

#else

static inline uint64_t csr_counter(void)
{
	uint32_t high, low, again;

	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_COUNTER_HIGH) : "=r"(high)::"memory");
	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_COUNTER) : "=r"(low)::"memory");
	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_COUNTER_HIGH) : "=r"(again)::"memory");
	/* The lower half wrapped between the two reads, so it is small now and belongs to
	 * `again`. */
	if (high != again)
		__asm__ volatile("csrr %0, " CSR_TEXT(CSR_COUNTER) : "=r"(low)::"memory");
	return (uint64_t)again << 32 | low;
}

#endif

/* Interrupts that are pending, one bit each. */
static inline unsigned long csr_pending(void)
{
	unsigned long v;

	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_IP) : "=r"(v)::"memory");
	return v;
}

/* Set the interrupts that end wfi. The mode's own enable bit stays clear, so none is taken. */
static inline void csr_set_wake(unsigned long v)
{
	__asm__ volatile("csrw " CSR_TEXT(CSR_IE) ", %0" ::"r"(v) : "memory");
}

/* The interrupts that could be enabled. */
static inline unsigned long csr_wake(void)
{
	unsigned long v;

	__asm__ volatile("csrr %0, " CSR_TEXT(CSR_IE) : "=r"(v)::"memory");
	return v;
}

/* Registers behind a selector: those of the hart's IMSIC. */
static inline void csr_select_write(unsigned long which, unsigned long v)
{
	__asm__ volatile(
		"csrw " CSR_TEXT(CSR_ISELECT) ", %0\n\t"
					      "csrw " CSR_TEXT(CSR_IREG) ", %1" ::"r"(which),
		"r"(v)
		: "memory");
}

static inline void csr_select_set(unsigned long which, unsigned long bits)
{
	__asm__ volatile(
		"csrw " CSR_TEXT(CSR_ISELECT) ", %0\n\t"
					      "csrs " CSR_TEXT(CSR_IREG) ", %1" ::"r"(which),
		"r"(bits)
		: "memory");
}

static inline unsigned long csr_select_read(unsigned long which)
{
	unsigned long v;

	__asm__ volatile("csrw " CSR_TEXT(CSR_ISELECT) ", %1\n\t"
						       "csrr %0, " CSR_TEXT(CSR_IREG)
			 : "=r"(v)
			 : "r"(which)
			 : "memory");
	return v;
}

/* Take the message of the highest priority: its number and priority. 0: there is none. */
static inline unsigned long csr_take_message(void)
{
	unsigned long v;

	__asm__ volatile("csrrw %0, " CSR_TEXT(CSR_TOPEI) ", zero" : "=r"(v)::"memory");
	return v;
}

static inline void wait_for_interrupt(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

#endif
