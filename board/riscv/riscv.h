/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this board share. */
#ifndef VIO_RISCV_H
#define VIO_RISCV_H

#include "board/common/common.h"

/* The registers at a trap; start.S knows the offsets. x[0] is not used. */
struct riscv_frame {
	unsigned long x[32], epc, cause, tval;
};

/* The hart that runs us, as the boot loader names it. */
extern unsigned long vio_riscv_hart;

/* Its node in the tree, or VIO_DT_NONE. */
struct vio_dt_node vio_riscv_hart_node(void);

/*
 * How many entries a node's interrupts-extended has, and which of them leads to interrupt `irq` of
 * this hart; or VIO_ENODEV. All of them lead to harts, so each is a phandle and one cell.
 */
unsigned vio_riscv_entries(struct vio_dt_node n);
int vio_riscv_hart_entry(struct vio_dt_node n, uint32_t irq);

/* The steps of vio_board_init(); each works without the others and without a usable tree. */
void vio_riscv_clock_init(void);
void vio_riscv_irq_init(void);
void vio_riscv_idle_init(void);
void vio_riscv_power_init(void);

/* Raise the timer interrupt at `deadline` (as vio_cpu_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool vio_riscv_timer_set(uint64_t deadline);

/* Did we find an interrupt controller that this hart can be woken by? */
bool vio_riscv_irq_usable(void);

/* The CPU cannot be told to end a sleep for any line; for the timer. */
void vio_riscv_irq_never_wakes(void);
void vio_riscv_timer_never_wakes(void);

/* Can every device that asked for it end a sleep? Not if none asked. */
bool vio_riscv_irq_complete(void);

/* After a sleep: take whatever lines are raised; how many there were. */
unsigned vio_riscv_irq_take(void);

/* Before one: a line that was taken and never went down since must end it. */
void vio_riscv_irq_renew(void);

/* For struct vio_platform. */
bool vio_riscv_idle(void *ctx, uint64_t deadline);

#endif
