/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/below.h"
#include "board/riscv/csr_names.h"
#include "board/riscv/riscv.h"
#include "board/common/ticks.h"

/*
 * Without a usable devicetree the speed of the counter is unknown. Deadlines must end all the same,
 * so a speed is assumed. Then all times are wrong by the same factor.
 */
static struct {
	uint32_t hz;
	uint64_t start; /* counter at vio_riscv_clock_init() */
	uint64_t armed; /* deadline in ticks that the timer has */
	bool deaf;	/* the timer interrupt cannot end a sleep */
} clock = { .hz = COUNTER_HZ_UNKNOWN };

/* 0: unknown */
static uint32_t frequency(void)
{
	uint64_t hz;

	if (vio_board.dt_error != VIO_OK)
		return 0;
	/* The usual place, then that of older devicetrees. */
	if (vio_tree_cells(vio_dt_path(&vio_board.dt, "/cpus"), "timebase-frequency", &hz) !=
		    VIO_OK &&
	    vio_tree_cells(vio_riscv_hart_node(), "timebase-frequency", &hz) != VIO_OK)
		return 0;
	return hz > UINT32_MAX ? 0 : (uint32_t)hz;
}

void vio_riscv_clock_init(void)
{
	const uint32_t hz = vio_below_timer_init() ? frequency() : 0;

	if (hz == 0)
		vio_board.lacks |= VIO_BOARD_NO_FREQUENCY;
	clock.hz = hz == 0 ? COUNTER_HZ_UNKNOWN : hz;
	clock.start = vio_below_ticks();
	clock.armed = UINT64_MAX;
	if (!vio_below_timer_set(UINT64_MAX)) /* also clears a timer that the boot loader set */
		vio_board.lacks |= VIO_BOARD_NO_TIMER;
}

uint64_t vio_cpu_now(void)
{
	return ticks_to_ns(vio_below_ticks() - clock.start, clock.hz);
}

void vio_riscv_timer_never_wakes(void)
{
	clock.deaf = true;
	vio_board.lacks |= VIO_BOARD_NO_TIMER;
}

bool vio_riscv_timer_set(uint64_t deadline)
{
	uint64_t ticks = UINT64_MAX;

	if (deadline != UINT64_MAX) {
		const uint64_t after = ticks_from_ns(deadline, clock.hz);

		if (after < UINT64_MAX - clock.start)
			ticks = clock.start + after;
	}
	/* Setting the timer costs far more than this comparison. */
	if (ticks == clock.armed)
		return true;
	if (clock.deaf || !vio_below_timer_set(ticks))
		return ticks == UINT64_MAX;
	clock.armed = ticks;
	return true;
}
