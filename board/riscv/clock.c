/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"
#include "board/riscv/sbi.h"
#include "board/riscv/ticks.h"

/*
 * Without a usable tree the speed of the counter is unknown. Deadlines must end all
 * the same, so some speed is assumed then; times are off by the same factor.
 */
enum { HZ_UNKNOWN = 10000000 };

static struct {
	uint32_t hz;
	uint64_t start; /* counter at riscv_clock_init() */
	uint64_t armed; /* deadline in ticks that the firmware below knows */
	bool has_time;	/* SBI TIME; else the legacy call */
} clock = { .hz = HZ_UNKNOWN };

static uint32_t frequency(void)
{
	uint64_t hz;

	if (board.dt_error != VIO_OK)
		return HZ_UNKNOWN;
	/* The usual place, then the one of older trees. */
	if (riscv_cells(dt_path(&board.dt, "/cpus"), "timebase-frequency", &hz) != VIO_OK &&
	    riscv_cells(riscv_hart_node(), "timebase-frequency", &hz) != VIO_OK)
		return HZ_UNKNOWN;
	return hz == 0 || hz > UINT32_MAX ? HZ_UNKNOWN : (uint32_t)hz;
}

static void program(uint64_t ticks)
{
	clock.armed = ticks;
	if (clock.has_time)
		sbi_call(SBI_TIME, SBI_TIME_SET_TIMER, ticks, 0, 0);
	else
		sbi_call(SBI_LEGACY_SET_TIMER, 0, ticks, 0, 0);
}

void riscv_clock_init(void)
{
	clock.hz = frequency();
	clock.start = csr_time();
	clock.has_time = sbi_has(SBI_TIME);
	program(UINT64_MAX); /* also clears one that the boot loader left */
}

uint64_t riscv_now(void)
{
	return ticks_to_ns(csr_time() - clock.start, clock.hz);
}

void riscv_timer_set(uint64_t deadline)
{
	uint64_t ticks = UINT64_MAX;

	if (deadline != UINT64_MAX) {
		const uint64_t after = ticks_from_ns(deadline, clock.hz);

		if (after < UINT64_MAX - clock.start)
			ticks = clock.start + after;
	}
	/* The call costs far more than the look. */
	if (ticks != clock.armed)
		program(ticks);
}
