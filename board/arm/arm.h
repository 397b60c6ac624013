/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this board share. */
#ifndef VIO_ARM_H
#define VIO_ARM_H

#include "board/common/common.h"

/* The steps of board_init(); each works without the others and without a usable tree. */
void arm_clock_init(void);
void arm_gic_init(void);

/* In the secure world: hand all lines over to the other one. */
void arm_gic_release(void);
void arm_idle_init(void);
void arm_power_init(void);

/* Raise the timer interrupt at `deadline` (as cpu_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool arm_timer_set(uint64_t deadline);

/* The line of the timer, or GIC_LINE_NONE. */
unsigned arm_timer_line(void);

/* The line of the timer has been taken: let go of it. */
void arm_timer_quiet(void);

/*
 * Interrupt lines by the numbers of the controller. gic_line(): the one of a specifier of
 * three cells (type, number, flags), or an enum vio_err; gic_enable() lets it end a sleep.
 */
enum { GIC_LINE_NONE = 1023 };
int gic_line(const struct dt_irq *irq);
void gic_enable(unsigned line, bool edge);

/* Can every device that asked for it end a sleep? Not if none asked. */
bool gic_complete(void);

/* Take and complete whatever lines are raised. */
struct gic_taken {
	unsigned devices, timer; /* lines of devices; of the timer */
};
struct gic_taken gic_take(unsigned timer);

/* Did an instruction that may not be there, on the way to the end, just trap? */
bool arm_power_may_trap(void);

void arm_idle(void *ctx, uint64_t deadline);

/* The registers at a trap, as the start-up of this CPU saved them: what happened, in a line;
 * and all of them. `frame` is a struct arm_frame. */
struct arm_frame;
void arm_describe(struct text *t, const struct arm_frame *f);
void arm_registers(struct text *t, const void *frame);

#endif
