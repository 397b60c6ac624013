/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands below the image: firmware with an SBI (supervisor.c, S-mode), or nothing but
 * the machine (machine.c, M-mode). One of the two is linked, and has the below_ functions of
 * board/common/common.h too.
 */
#ifndef VIO_RISCV_BELOW_H
#define VIO_RISCV_BELOW_H

#include "board/common/common.h"

/* " S-mode, SBI 1.0, OpenSBI 1.1" or alike, after the name of the architecture. */
void vio_below_name(struct text *t);

/* Find counter and timer. False: the counter's speed is not the tree's timebase-frequency. */
bool vio_below_timer_init(void);
uint64_t vio_below_ticks(void);

/* Raise the timer interrupt at `ticks` (UINT64_MAX: never). False: there is no timer. */
bool vio_below_timer_set(uint64_t ticks);

/* Ways to the end, which return if they do not work: the first and the last to be tried. Is any
 * of them worth trying? */
bool vio_below_has_off(void);
void vio_below_off(int code);
void vio_below_off_last(void);
void vio_below_reboot(void);

/* Let an access to the page below the stack trap, if the machine can. */
void vio_below_guard(void);

/* "scause" or "mcause", for reports. */
extern const char vio_below_cause[];

#endif
