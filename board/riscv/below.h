/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The software below the image: firmware with an SBI (supervisor.c, S-mode), or none (machine.c,
 * M-mode). One of the two files is linked. It also provides the below_ functions of
 * board/common/common.h.
 */
#ifndef VIO_RISCV_BELOW_H
#define VIO_RISCV_BELOW_H

#include "board/common/common.h"

/* Appends text such as " S-mode, SBI 1.0, OpenSBI 1.1" to the name of the architecture. */
void vio_below_name(struct text *t);

/* Find the counter and the timer. False: the speed of the counter is not the devicetree's
 * timebase-frequency. */
bool vio_below_timer_init(void);
uint64_t vio_below_ticks(void);

/* Raise the timer interrupt at `ticks` (UINT64_MAX: never). False: there is no timer. */
bool vio_below_timer_set(uint64_t ticks);

/* Ways to power off, which return if they do not work. vio_below_has_off() tells whether any of
 * them exists; the others are the first and the last to be tried. */
bool vio_below_has_off(void);
void vio_below_off(int code);
void vio_below_off_last(void);
void vio_below_reboot(void);

/* Make accesses to the page below the stack trap, if the machine can do that. */
void vio_below_guard(void);

/* The name of the cause register in reports: "scause" or "mcause". */
extern const char vio_below_cause[];

#endif
