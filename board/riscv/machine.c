/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * M-mode: nothing is below. The clock is the memory-mapped mtime of the tree's CLINT or
 * ACLINT (RISC-V privileged architecture, 3.2.1); the `time` CSR may trap here, since it
 * is usually the firmware in M-mode that makes it work.
 */
#include <picovirtio/io.h>
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"

enum {
	CLINT_MTIMECMP = 0x4000,
	CLINT_MTIME = 0xbff8,
	CLINT_BYTES = 0xc000,
	CLINT_ENTRIES = 2, /* interrupts of a hart: software and timer */
	MTIMER_TIME = 0,   /* entries of an ACLINT's `reg` */
	MTIMER_COMPARE = 1,
};

const char vio_below_cause[] = "mcause";

extern char __stack_guard[];

static struct {
	uintptr_t time, compare; /* 0: none that this hart can use */
} timer;

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

static bool use_mtimer(struct vio_dt_node n)
{
	const int at = vio_riscv_hart_entry(n, RISCV_IRQ_TIMER);
	uintptr_t compare, time;

	if (at < 0 || !vio_tree_reg(n, MTIMER_TIME, 8, &time) ||
	    !vio_tree_reg(n, MTIMER_COMPARE, 8 * ((uint64_t)at + 1), &compare))
		return false;
	timer.time = time;
	timer.compare = compare + 8 * (uintptr_t)at;
	return true;
}

static bool use_clint(struct vio_dt_node n)
{
	const int at = vio_riscv_hart_entry(n, RISCV_IRQ_TIMER);
	uintptr_t base;

	if (at < 0 || at / CLINT_ENTRIES >= (CLINT_MTIME - CLINT_MTIMECMP) / 8 ||
	    !vio_tree_reg(n, 0, CLINT_BYTES, &base))
		return false;
	timer.time = base + CLINT_MTIME;
	timer.compare = base + CLINT_MTIMECMP + 8 * (uintptr_t)(at / CLINT_ENTRIES);
	return true;
}

static bool try_all(const char *compatible, bool (*use)(struct vio_dt_node n))
{
	struct vio_dt_node n = VIO_DT_NONE;

	if (vio_board.dt_error != VIO_OK)
		return false;
	while (vio_dt_is(n = vio_dt_find(&vio_board.dt, n, compatible))) {
		if (use(n))
			return true;
	}
	return false;
}

bool vio_below_timer_init(void)
{
	return try_all("riscv,aclint-mtimer", use_mtimer) || try_all("sifive,clint0", use_clint) ||
	       try_all("riscv,clint0", use_clint);
}

uint64_t vio_below_ticks(void)
{
	uint32_t high, low, again;

	if (timer.time == 0)
		return csr_counter();
	high = vio_read32(timer.time + 4);
	low = vio_read32(timer.time);
	again = vio_read32(timer.time + 4);
	/* The low half wrapped in between, so that it is small now: it fits `again`. */
	if (high != again)
		low = vio_read32(timer.time);
	return (uint64_t)again << 32 | low;
}

bool vio_below_timer_set(uint64_t ticks)
{
	if (timer.compare == 0)
		return false;
	/* Never early in between: first far away, then the low half, then the rest. */
	vio_write32(timer.compare + 4, UINT32_MAX);
	vio_write32(timer.compare, (uint32_t)ticks);
	vio_write32(timer.compare + 4, (uint32_t)(ticks >> 32));
	return true;
}

/* The tree's own ways, in power.c, are all there is. */
/*
 * Physical memory protection (RISC-V privileged architecture, 3.7): a locked entry binds M-mode
 * too, until reset. A hart may have none, and its registers trap then: that goes on behind them.
 * One that cannot protect a single page is left alone.
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
