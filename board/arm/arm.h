/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this board share. */
#ifndef VIO_ARM_H
#define VIO_ARM_H

#include "board/common/common.h"

/* The steps of vio_board_init(); each works without the others and without a usable tree. */
void vio_arm_clock_init(void);
void vio_arm_gic_init(void);

/* In the secure world: hand all lines over to the other one. */
void vio_arm_gic_release(void);
void vio_arm_idle_init(void);
void vio_arm_power_init(void);

/* Raise the timer interrupt at `deadline` (as vio_cpu_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool vio_arm_timer_set(uint64_t deadline);

/* The line of the timer, or GIC_LINE_NONE. */
unsigned vio_arm_timer_line(void);

/* The line of the timer has been taken: let go of it. */
void vio_arm_timer_quiet(void);

/*
 * Interrupt lines by the numbers of the controller. vio_gic_line(): the one of a specifier of
 * three cells (type, number, flags), or an enum vio_err; vio_gic_enable() lets it end a sleep:
 * false if the controller has no such line for us.
 */
enum { GIC_LINE_NONE = 1023 };
int vio_gic_line(const struct vio_dt_irq *irq);
bool vio_gic_enable(unsigned line, bool edge);

/* Can every device that asked for it end a sleep? Not if none asked. */
bool vio_gic_complete(void);

/* Take and complete whatever lines are raised. The timer's goes down by `quiet`, in between. */
struct gic_taken {
	unsigned devices, timer; /* lines of devices; of the timer */
};
struct gic_taken vio_gic_take(unsigned timer, void (*quiet)(void));

/* Did an instruction that may not be there, on the way to the end, just trap? */
bool vio_arm_power_may_trap(void);

bool vio_arm_idle(void *ctx, uint64_t deadline);

/* The registers at a trap, as the start-up of this CPU saved them: what happened, in a line;
 * all of them; and those that say where. `frame` is a struct arm_frame. */
struct arm_frame;
void vio_arm_describe(struct text *t, const struct arm_frame *f);
void vio_arm_registers(struct text *t, const void *frame);
void vio_arm_place(struct panic_place *p, const struct arm_frame *f);

#endif
