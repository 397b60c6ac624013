/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"

/* The longest sleep if some device's line may not end it. */
#define POLL_NS UINT64_C(10000000)

static struct vio_board_idle_counts counts;

void vio_riscv_idle_init(void)
{
	unsigned long wake = 1ul << RISCV_IRQ_TIMER;

	if (vio_riscv_irq_usable())
		wake |= 1ul << RISCV_IRQ_EXTERNAL;
	csr_set_wake(wake);
	/* An interrupt that cannot be enabled ends no sleep (TinyEMU: mie.MEIE). */
	wake &= ~csr_wake();
	if ((wake >> RISCV_IRQ_EXTERNAL & 1) != 0)
		vio_riscv_irq_never_wakes();
	if ((wake >> RISCV_IRQ_TIMER & 1) != 0)
		vio_riscv_timer_never_wakes();
	vio_stack_mark();
}

/*
 * wfi ends when an enabled interrupt is pending, masked or not, and returns at once if one is
 * pending already. A line that was raised since the last return is therefore never missed, as long
 * as lines are claimed only here, after waking up.
 */
bool vio_riscv_idle(void *ctx, uint64_t deadline)
{
	unsigned long pending;

	(void)ctx;
	vio_stack_check();
	if (!vio_riscv_irq_complete() && vio_cpu_now() + POLL_NS < deadline)
		deadline = vio_cpu_now() + POLL_NS;
	if (!vio_riscv_timer_set(deadline))
		return true; /* nothing would end the sleep in time; returning early is allowed */
	vio_riscv_irq_renew();
	counts.sleeps++;
	vio_cpu_wait();
	pending = csr_pending();
	bool line = (pending >> RISCV_IRQ_EXTERNAL & 1) != 0 && vio_riscv_irq_take() > 0;
	if (line)
		counts.wakes_device++;
	else if ((pending >> RISCV_IRQ_TIMER & 1) != 0)
		counts.wakes_timer++;
	return line;
}

void vio_cpu_wait(void)
{
	wait_for_interrupt();
}

struct vio_board_idle_counts vio_board_get_idle_counts(void)
{
	return counts;
}
