/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"

/* The longest sleep if there may be devices whose line does not end it. */
#define POLL_NS UINT64_C(10000000)

static struct vio_board_idle_counts counts;

void vio_riscv_idle_init(void)
{
	unsigned long wake = 1ul << RISCV_IRQ_TIMER;

	if (vio_riscv_irq_usable())
		wake |= 1ul << RISCV_IRQ_EXTERNAL;
	csr_set_wake(wake);
	wake &= ~csr_wake(); /* what cannot be set ends no sleep (TinyEMU: mie.MEIE) */
	if ((wake >> RISCV_IRQ_EXTERNAL & 1) != 0)
		vio_riscv_irq_never_wakes();
	if ((wake >> RISCV_IRQ_TIMER & 1) != 0)
		vio_riscv_timer_never_wakes();
	vio_stack_mark();
}

/*
 * wfi ends when an interrupt is pending that the enable register selects, masked or not, and does
 * not begin to wait while one is. A line raised since the last return is therefore never missed, as
 * long as it is claimed here, after waking, and nowhere else.
 */
bool vio_riscv_idle(void *ctx, uint64_t deadline)
{
	unsigned long pending;

	(void)ctx;
	vio_stack_check();
	if (!vio_riscv_irq_complete() && vio_cpu_now() + POLL_NS < deadline)
		deadline = vio_cpu_now() + POLL_NS;
	if (!vio_riscv_timer_set(deadline))
		return true; /* nothing would end the sleep in time; early is allowed */
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

struct vio_board_idle_counts vio_board_idle_counts(void)
{
	return counts;
}
