/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory-mapped timer of M-mode, mtime and mtimecmp, in the tree's CLINT or ACLINT (RISC-V
 * privileged architecture, 3.2.1). */
#ifndef VIO_RISCV_MTIME_H
#define VIO_RISCV_MTIME_H

#include <picovirtio/types.h>

/* Find the timer that can interrupt this hart. False: the devicetree has none whose registers can
 * be read. Only for vio_board_init(). */
bool vio_mtime_find(void);

/* Was a timer found? The functions below are for that case. */
bool vio_mtime_there(void);

uint64_t vio_mtime_read(void);

/* Raise the timer interrupt at `ticks`, and never before. */
void vio_mtime_compare(uint64_t ticks);

#endif
