/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic timer: its virtual counter, and the virtual timer to end a sleep. */
#include <string.h>

#include "board/arm/arm.h"
#include "board/arm/cpu.h"
#include "board/common/ticks.h"

/* Deadlines must end even if nobody says how fast the counter is. */
enum { HZ_UNKNOWN = 62500000 };

enum { CONTROL_OFF = 0, CONTROL_ON = 1, VIRTUAL = 2 /* entry of the node's interrupts */ };

static struct {
	uint32_t hz;
	unsigned line;	/* GIC_LINE_NONE: the timer cannot end a sleep */
	uint64_t start; /* counter at arm_clock_init() */
	uint64_t armed; /* deadline in ticks that the timer has */
} clock = { .hz = HZ_UNKNOWN, .line = GIC_LINE_NONE, .armed = UINT64_MAX };

static struct dt_node timer_node(void)
{
	struct dt_node n = DT_NONE;

	if (board.dt_error == VIO_OK)
		n = dt_find(&board.dt, DT_NONE, "arm,armv8-timer");
	if (board.dt_error == VIO_OK && !dt_is(n))
		n = dt_find(&board.dt, DT_NONE, "arm,armv7-timer");
	return n;
}

static unsigned virtual_entry(struct dt_node n)
{
	const struct dt_prop names = dt_prop(&board.dt, n, "interrupt-names");
	const char *name;

	for (unsigned i = 0; (name = dt_string(names, i)) != NULL; i++) {
		if (strcmp(name, "virt") == 0)
			return i;
	}
	return VIRTUAL;
}

static void find_line(struct dt_node n)
{
	struct dt_irq irq;
	int line;

	if (!dt_is(n) || dt_interrupt(&board.dt, n, virtual_entry(n), &irq) != VIO_OK)
		return;
	line = gic_line(&irq);
	if (line < 0)
		return;
	clock.line = (unsigned)line;
	gic_enable(clock.line, false);
}

void arm_clock_init(void)
{
	const struct dt_node n = timer_node();
	uint32_t hz = 0;

	/* The property is there if the register was not set. */
	if (!dt_is(n) || dt_cell(dt_prop(&board.dt, n, "clock-frequency"), 0, &hz) != VIO_OK ||
	    hz == 0)
		hz = cpu_counter_hz();
	if (hz == 0)
		board.lacks |= BOARD_NO_FREQUENCY;
	clock.hz = hz == 0 ? HZ_UNKNOWN : hz;
	clock.start = cpu_counter();
	cpu_timer_control(CONTROL_OFF);
	find_line(n);
	if (clock.line == GIC_LINE_NONE)
		board.lacks |= BOARD_NO_TIMER;
}

unsigned arm_timer_line(void)
{
	return clock.line;
}

uint64_t cpu_now(void)
{
	return ticks_to_ns(cpu_counter() - clock.start, clock.hz);
}

void arm_timer_quiet(void)
{
	cpu_timer_control(CONTROL_OFF);
	clock.armed = UINT64_MAX;
}

bool arm_timer_set(uint64_t deadline)
{
	const uint64_t after = ticks_from_ns(deadline, clock.hz);

	if (deadline == UINT64_MAX || after >= UINT64_MAX - clock.start) {
		arm_timer_quiet();
		return true;
	}
	if (clock.line == GIC_LINE_NONE)
		return false;
	if (clock.armed != clock.start + after) {
		clock.armed = clock.start + after;
		cpu_timer_compare(clock.armed);
		cpu_timer_control(CONTROL_ON);
	}
	return true;
}
