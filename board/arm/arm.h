/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this board share. */
#ifndef VIO_ARM_H
#define VIO_ARM_H

#include "board/common/common.h"

/* The steps of vio_board_init(). Each works without the others, and without a usable devicetree. */
void vio_arm_clock_init(void);
void vio_arm_gic_init(void);

/* In the secure world: give all interrupt lines to the non-secure world. */
void vio_arm_gic_release(void);
void vio_arm_idle_init(void);
void vio_arm_power_init(void);

/* Raise the timer interrupt at `deadline` (as vio_cpu_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool vio_arm_timer_set(uint64_t deadline);

/* The line of the timer, or GIC_LINE_NONE. */
unsigned vio_arm_timer_line(void);

/* The timer's line was taken: lower it. */
void vio_arm_timer_quiet(void);

/*
 * Interrupt lines by the controller's numbers. vio_gic_line() returns the line of a specifier of
 * three cells (type, number, flags), or an enum vio_err. vio_gic_enable() lets the line end a
 * sleep. False: the controller does not have this line for us.
 */
enum { GIC_LINE_NONE = 1023 };
int vio_gic_line(const struct vio_dt_irq *irq);
bool vio_gic_enable(unsigned line, bool edge);

/* Can every device that asked for a line end a sleep? False if none asked. */
bool vio_gic_complete(void);

/* Take and complete the raised lines. In between `quiet` lowers that of the timer. */
struct gic_taken {
	unsigned devices, timer; /* how many lines of devices, and of the timer */
};
struct gic_taken vio_gic_take(unsigned timer, void (*quiet)(void));

/* Did an instruction on the way to power-off trap because the machine does not have it? */
bool vio_arm_power_may_trap(void);

bool vio_arm_idle(void *ctx, uint64_t deadline);

/* The registers at a trap, as the start-up code of this CPU saved them: the cause in one line, all
 * registers, and the place. `frame` is a struct arm_frame. */
struct arm_frame;
void vio_arm_describe(struct text *t, const struct arm_frame *f);
void vio_arm_registers(struct text *t, const void *frame);
void vio_arm_place(struct panic_place *p, const struct arm_frame *f);

#endif
