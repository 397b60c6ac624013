/* SPDX-License-Identifier: BSD-2-Clause */
/* What device.c, device_start.c and queue.c share; nobody else includes this. */
#ifndef VIO_DEVICE_INTERNAL_H
#define VIO_DEVICE_INTERNAL_H

#include <picovirtio/device.h>

/* Keep a problem; the first one wins, since later ones follow from it. Returns its `err`. */
int vio_record(struct vio_device *d, struct vio_problem p);

/* Record, and have the device failed as soon as no callback is running. */
void vio_condemn(struct vio_device *d, struct vio_problem p);

/* Write 0 to the status register and wait until it reads 0 (2.4.1): 100 ms at most. */
bool vio_reset(struct vio_device *d);

/*
 * The one way to give a device up: FAILED if it went wrong (`problem` is set), reset,
 * and once that is confirmed every request comes back and the driver hears of it. The
 * state becomes `end`, or VIO_QUARANTINED. Not from within a callback.
 */
void vio_give_up(struct vio_device *d, enum vio_state end);

/* The second half of it, for a device whose reset is confirmed. */
void vio_reclaim(struct vio_device *d, enum vio_state end);

/* Add a bit to the status, dropping none (2.1.1): VIO_OK, or a recorded VIO_C_NEEDS_RESET. */
int vio_add_status(struct vio_device *d, uint8_t bit);

/* Find out the size of a queue, get memory for it and hand it to the device; at most `max`
 * descriptors. Its bookkeeping starts anew. */
int vio_queue_set_up(struct vio_queue *q, uint16_t max);

/* Overdue, after a second notification: may a reset of this queue alone be tried? */
bool vio_queue_may_reset(const struct vio_queue *q);

/* Publish and notify, on every queue that has something pending. */
bool vio_publish_all(struct vio_device *d);

/* The status of a live device, or of one about to be: true if all that was set is set still,
 * and the device neither failed nor asks for a reset. */
bool vio_status_good(const struct vio_device *d, uint8_t status);

/* The status of a device that is suspended. */
bool vio_status_suspended(uint8_t status);

#endif
