/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this board share. board/board.h is what others see. */
#ifndef VIO_RISCV_H
#define VIO_RISCV_H

#include "board/board.h"

/* The registers at a trap; start.S knows the offsets. x[0] is not used. */
struct riscv_frame {
	unsigned long x[32], epc, cause, tval;
};

/* The hart that runs us, as the boot loader names it. */
extern unsigned long riscv_hart;

/* Its node in the tree, or DT_NONE. */
struct dt_node riscv_hart_node(void);

/* A property of one or two cells. VIO_EFORMAT: neither. */
int riscv_cells(struct dt_node n, const char *name, uint64_t *out);

/*
 * Entry `i` of `reg` as registers that this CPU can address: `bytes` at least, aligned to 4.
 * On a 32-bit CPU an address above 4 GiB is refused, never cut.
 */
bool riscv_reg(struct dt_node n, unsigned i, uint64_t bytes, uintptr_t *at);

/* Which entry of the node's interrupts leads to interrupt `irq` of this hart; or VIO_ENODEV. */
int riscv_hart_entry(struct dt_node n, uint32_t irq);

/* The steps of board_init(); each works without the others and without a usable tree. */
void riscv_early_init(void);
void riscv_clock_init(void);
void riscv_memory_init(const void *fdt);
void riscv_plic_init(void);
void riscv_idle_init(void);

/* Nanoseconds since riscv_clock_init(). */
uint64_t riscv_now(void);

/* Raise the timer interrupt at `deadline` (as riscv_now(); UINT64_MAX: not at all). False:
 * there is no timer that could. */
bool riscv_timer_set(uint64_t deadline);

/* Did we find an interrupt controller that this hart can be woken by? */
bool riscv_plic_usable(void);

/* Can every device that asked for it end a sleep? Not if none asked. */
bool riscv_plic_complete(void);

/* Claim and complete whatever lines are raised: how many there were. */
unsigned riscv_plic_take(void);

/* For struct vio_platform. */
vio_dma riscv_map(void *ctx, void *va, size_t len, enum vio_dir dir);
void riscv_unmap(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir);
void *riscv_ring_memory(void *ctx, size_t len, size_t align, vio_dma *at);
void riscv_idle(void *ctx, uint64_t deadline);

#endif
