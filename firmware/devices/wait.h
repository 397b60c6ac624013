/* SPDX-License-Identifier: BSD-2-Clause */
/* The waits of the firmware. All of them end when the user presses Ctrl-C. */
#ifndef FIRMWARE_DEVICES_WAIT_H
#define FIRMWARE_DEVICES_WAIT_H

#include <picovirtio/loop.h>

/* Like vio_loop_wait(), but also ends when loop->interrupted is set. Memory that a device uses at
 * that time still belongs to the device. */
bool wait_until(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* The same with a reason: VIO_OK, VIO_ESTOPPED after Ctrl-C, or VIO_ETIMEDOUT. */
int wait_result(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* For long work that does not wait. Call it between two pieces of the work: from time to time it
 * lets devices, timers and the keyboard run. True: the user pressed Ctrl-C. */
bool wait_stopped(struct vio_loop *l);

#endif
