/* SPDX-License-Identifier: BSD-2-Clause */
/* The waits of the firmware: every one of them ends when the user presses Ctrl-C. */
#ifndef FIRMWARE_DEVICES_WAIT_H
#define FIRMWARE_DEVICES_WAIT_H

#include <picovirtio/loop.h>

/* As vio_loop_wait(), which see; it ends too when loop->interrupted is set. What a device still has
 * at that time stays with the device. */
bool wait_until(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* For work that waits for nothing. Call it between two pieces: once in a while it gives devices,
 * timers and the keyboard their turn. True: the user wants an end. */
bool wait_stopped(struct vio_loop *l);

#endif
