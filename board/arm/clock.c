/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic timer: its virtual counter is the clock, and its virtual timer ends a sleep. */
#include <string.h>

#include "board/arm/arm.h"
#include "board/arm/cpu.h"
#include "board/common/ticks.h"

/* Assumed if the speed is unknown, since deadlines must end all the same. */
enum { HZ_UNKNOWN = 62500000 };

enum { CONTROL_OFF = 0, CONTROL_ON = 1, VIRTUAL = 2 /* entry of the node's interrupts */ };

static struct {
	uint32_t hz;
	unsigned line;	/* GIC_LINE_NONE: the timer cannot end a sleep */
	uint64_t start; /* counter at vio_arm_clock_init() */
	uint64_t armed; /* deadline in ticks that the timer has */
} clock = { .hz = HZ_UNKNOWN, .line = GIC_LINE_NONE, .armed = UINT64_MAX };

static struct vio_dt_node timer_node(void)
{
	struct vio_dt_node n = VIO_DT_NONE;

	if (vio_board.dt_error == VIO_OK)
		n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, "arm,armv8-timer");
	if (vio_board.dt_error == VIO_OK && !vio_dt_is(n))
		n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, "arm,armv7-timer");
	return n;
}

static unsigned virtual_entry(struct vio_dt_node n)
{
	const struct vio_dt_prop names = vio_dt_get_prop(&vio_board.dt, n, "interrupt-names");
	const char *name;

	for (unsigned i = 0; (name = vio_dt_string(names, i)); i++) {
		if (strcmp(name, "virt") == 0)
			return i;
	}
	return VIRTUAL;
}

static void find_line(struct vio_dt_node n)
{
	struct vio_dt_irq irq;

	if (!vio_dt_is(n) || vio_dt_interrupt(&vio_board.dt, n, virtual_entry(n), &irq) != VIO_OK)
		return;
	int line = vio_gic_line(&irq);
	if (line < 0)
		return;
	if (vio_gic_enable((unsigned)line, false))
		clock.line = (unsigned)line;
}

void vio_arm_clock_init(void)
{
	const struct vio_dt_node n = timer_node();
	uint32_t hz = 0;

	/* The property is there if the firmware did not set the register. */
	if (!vio_dt_is(n) ||
	    vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "clock-frequency"), 0, &hz) != VIO_OK ||
	    hz == 0)
		hz = cpu_counter_hz();
	if (hz == 0)
		vio_board.lacks |= VIO_BOARD_NO_FREQUENCY;
	clock.hz = hz == 0 ? HZ_UNKNOWN : hz;
	clock.start = cpu_counter();
	cpu_timer_control(CONTROL_OFF);
	find_line(n);
	if (clock.line == GIC_LINE_NONE)
		vio_board.lacks |= VIO_BOARD_NO_TIMER;
}

unsigned vio_arm_timer_line(void)
{
	return clock.line;
}

uint64_t vio_cpu_now(void)
{
	return ticks_to_ns(cpu_counter() - clock.start, clock.hz);
}

void vio_arm_timer_quiet(void)
{
	cpu_timer_control(CONTROL_OFF);
	clock.armed = UINT64_MAX;
}

bool vio_arm_timer_set(uint64_t deadline)
{
	const uint64_t after = ticks_from_ns(deadline, clock.hz);

	if (deadline == UINT64_MAX || after >= UINT64_MAX - clock.start) {
		vio_arm_timer_quiet();
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
