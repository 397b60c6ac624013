/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this board share. */
#ifndef VIO_RISCV_H
#define VIO_RISCV_H

#include "board/common/common.h"

/* The registers at a trap; start.S knows the offsets. x[0] is not used. */
struct riscv_frame {
	unsigned long x[32], epc, cause, tval;
};

/* The number of the hart that runs the image, from the boot loader. */
extern unsigned long vio_riscv_hart;

/* Its node in the devicetree, or VIO_DT_NONE. */
struct vio_dt_node vio_riscv_hart_node(void);

/*
 * vio_riscv_entries() returns the number of entries in a node's interrupts-extended.
 * vio_riscv_hart_entry() returns which of them leads to interrupt `irq` of this hart, or
 * VIO_ENODEV. All entries lead to harts, so each has a phandle and one cell.
 */
unsigned vio_riscv_entries(struct vio_dt_node n);
int vio_riscv_hart_entry(struct vio_dt_node n, uint32_t irq);

/* The steps of vio_board_init(). Each works without the others, and without a usable devicetree. */
void vio_riscv_clock_init(void);
void vio_riscv_irq_init(void);
void vio_riscv_idle_init(void);
void vio_riscv_power_init(void);

/* Raise the timer interrupt at `deadline` (as vio_cpu_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool vio_riscv_timer_set(uint64_t deadline);

/* Was an interrupt controller found that can wake this hart? */
bool vio_riscv_irq_usable(void);

/* The CPU cannot be set to wake up for any line; or not for the timer. */
void vio_riscv_irq_never_wakes(void);
void vio_riscv_timer_never_wakes(void);

/* Can every device that asked for a line end a sleep? False if none asked. */
bool vio_riscv_irq_complete(void);

/* After a sleep: take the raised lines. Returns how many there were. */
unsigned vio_riscv_irq_take(void);

/* Before a sleep: a line that was taken and is still raised must end it. */
void vio_riscv_irq_renew(void);

/* For struct vio_platform. */
bool vio_riscv_idle(void *ctx, uint64_t deadline);

#endif
