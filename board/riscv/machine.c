/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * M-mode, without firmware below. The clock is mtime from the devicetree. The `time` CSR may trap
 * here, because usually the firmware in M-mode emulates it.
 */
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/mtime.h"

const char vio_below_cause[] = "mcause";

extern char __stack_guard[];

void vio_below_name(struct text *t)
{
	vio_text_str(t, " M-mode");
}

const char *vio_below_console(void)
{
	return vio_semihosting_console();
}

void vio_below_put(uint8_t c)
{
	vio_semihosting_put(c);
}

int vio_below_get(void)
{
	return -1;
}

/* Three instructions of full length, in one page (RISC-V semihosting 1.0, 2.1). */
void vio_cpu_call_debugger(unsigned operation, const void *argument)
{
	register unsigned long a0 __asm__("a0") = operation;
	register const void *a1 __asm__("a1") = argument;

	__asm__ volatile(".option push\n\t"
			 ".option norvc\n\t"
			 ".balign 16\n\t"
			 "slli x0, x0, 0x1f\n\t"
			 "ebreak\n\t"
			 "srai x0, x0, 7\n\t"
			 ".option pop"
			 : "+r"(a0)
			 : "r"(a1)
			 : "memory");
}

bool vio_below_timer_init(void)
{
	return vio_mtime_find();
}

uint64_t vio_below_ticks(void)
{
	return vio_mtime_there() ? vio_mtime_read() : csr_counter();
}

bool vio_below_timer_set(uint64_t ticks)
{
	if (vio_mtime_there())
		vio_mtime_compare(ticks);
	return vio_mtime_there();
}

/*
 * Physical memory protection (RISC-V privileged architecture, 3.7). A locked entry also applies to
 * M-mode, until reset. If a hart has no such registers, the access traps, and execution continues
 * after it. If the hart cannot protect a single page, nothing is protected.
 */
void vio_below_guard(void)
{
	const unsigned long page = (uintptr_t)__stack_guard >> 2 | 0x1ff; /* NAPOT, 4096 bytes */
	unsigned long old, fine;

	__asm__ volatile("la	%0, 1f\n\t"
			 "csrrw	%0, mtvec, %0\n\t"
			 "csrw	pmpcfg0, zero\n\t"
			 "li	%1, -1\n\t"
			 "csrw	pmpaddr0, %1\n\t"
			 "csrr	%1, pmpaddr0\n\t"
			 "andi	%1, %1, 0x7ff\n\t" /* all clear: the grain is too coarse */
			 "beqz	%1, 1f\n\t"
			 "csrw	pmpaddr0, %2\n\t"
			 "csrw	pmpcfg0, %3\n\t" /* locked, NAPOT, no access */
			 ".balign 4\n"
			 "1:	csrw	mtvec, %0"
			 : "=&r"(old), "=&r"(fine)
			 : "r"(page), "r"(0x98)
			 : "memory");
}

/* The ways of the devicetree, in power.c, are the only ones. */
bool vio_below_has_off(void)
{
	return false;
}

void vio_below_off(int code)
{
	(void)code;
}

void vio_below_off_last(void)
{
}

void vio_below_reboot(void)
{
}
