/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/arm.h"
#include "board/arm/cpu.h"

/* The longest sleep if some device's line may not end it. */
#define POLL_NS UINT64_C(10000000)

static struct vio_board_idle_counts counts;

void vio_arm_idle_init(void)
{
	vio_stack_mark();
}

/*
 * wfi ends when the controller signals an interrupt, masked or not, and returns at once if it does
 * already. A line that was raised since the last return is therefore never missed, as long as lines
 * are taken only here, after waking up.
 */
bool vio_arm_idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	vio_stack_check();
	if (!vio_gic_complete() && vio_cpu_now() + POLL_NS < deadline)
		deadline = vio_cpu_now() + POLL_NS;
	if (!vio_arm_timer_set(deadline))
		return true; /* nothing would end the sleep in time; returning early is allowed */
	counts.sleeps++;
	vio_cpu_wait();
	struct gic_taken taken = vio_gic_take(vio_arm_timer_line(), vio_arm_timer_quiet);
	if (taken.devices > 0)
		counts.wakes_device++;
	else if (taken.timer > 0)
		counts.wakes_timer++;
	return taken.devices > 0;
}

void vio_cpu_wait(void)
{
	cpu_wfi();
}

struct vio_board_idle_counts vio_board_get_idle_counts(void)
{
	return counts;
}
