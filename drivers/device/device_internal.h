/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the device layer share; nobody else includes this. Calls go one way, down this
 * list (tests/lint): life; bring_up, suspend, watch; queue, request; fail; deliver.
 */
#ifndef VIO_DEVICE_INTERNAL_H
#define VIO_DEVICE_INTERNAL_H

#include <picovirtio/device.h>

/* What stays set of the status of a modern device from the negotiation to the reset. */
enum { VIO_S_NEGOTIATED = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_FEATURES_OK };

/* ---- bring_up.c ---- */

/* Steps 1 to 8, up to DRIVER_OK and VIO_LIVE; an error is recorded. */
int vio_bring_up(struct vio_device *d);

/* ---- watch.c ---- */

/* Servicing a live, a suspended and a quarantined device; the first and the last return
 * the next deadline. */
uint64_t vio_watch_live(struct vio_device *d, uint64_t now);

/* The line must not stay up, or nobody could sleep; the driver hears of a change when it may write
 * config space again. */
void vio_watch_suspended(struct vio_device *d);

/* Never waits. The reset is asked for again only now and then: on a device that is busy with it,
 * that may start it anew. */
uint64_t vio_watch_quarantine(struct vio_device *d, uint64_t now);

/* ---- queue.c ---- */

/* Overdue, after a second notification: may a reset of this queue alone be tried? */
bool vio_queue_may_reset(const struct vio_queue *q);

/* ---- request.c ---- */

/* Publish and notify, on every queue that has something pending. */
bool vio_publish_all(struct vio_device *d);

/* Hand completions out, one ring's worth at most, so that a flood does not keep the other queues
 * waiting. True: there was something. */
bool vio_queue_reap(struct vio_queue *q);

/* Once after an arm, so that the busy path stores nothing the device looks at. */
void vio_disarm_all(struct vio_device *d);

/* ---- deliver.c ---- */

/* Which way buffer `i` of a request goes. */
static inline enum vio_dir vio_request_dir(const struct vio_request *r, unsigned i)
{
	return i < r->nread ? VIO_TO_DEVICE : VIO_FROM_DEVICE;
}

/* Unmap the first `n` buffers of a request. */
void vio_request_unmap(const struct vio_queue *q, const struct vio_request *r, unsigned n);

/* One request is back: count it, unmap it, hand it to its owner. */
void vio_queue_deliver(struct vio_queue *q, void *cookie, int err, uint32_t written);

/* After a reset: all that never completed comes back as failed. */
void vio_queue_take_back(struct vio_queue *q);

/* ---- fail.c ---- */

/* Keep a problem; the first one wins, since later ones follow from it. Returns its `err`. */
int vio_record(struct vio_device *d, struct vio_problem p);

/* Record, and have the device failed as soon as no callback is running. */
void vio_fail_later(struct vio_device *d, struct vio_problem p);

/* Failing calls back, so it waits until no callback is running. True: it was done now. */
bool vio_fail_if_due(struct vio_device *d);

/* Fail a live or suspended device; no callback is running. Returns `err`. */
int vio_fail_now(struct vio_device *d, int err);

/* Add a bit to the status, dropping none (2.1.1): VIO_OK, or a recorded VIO_C_NEEDS_RESET. */
int vio_add_status(struct vio_device *d, uint8_t bit);

/* The status of a live device, or of one about to be: true if all that was set is set still,
 * and the device neither failed nor asks for a reset. */
bool vio_status_good(const struct vio_device *d, uint8_t status);

/* The same for a modern device that knows how to be suspended: `bit` is DRIVER_OK (it is live) or
 * SUSPEND (it is suspended). */
bool vio_status_is(uint8_t status, uint8_t bit);

/* Write 0 to the status register and wait until it reads 0 (2.4.1): 100 ms at most. */
bool vio_reset(struct vio_device *d);

/*
 * The one way to give a device up: FAILED if it went wrong (`problem` is set), reset,
 * and once that is confirmed every request comes back and the driver hears of it. The
 * state becomes `end`, or VIO_QUARANTINED. Not from within a callback.
 */
void vio_fail_reset(struct vio_device *d, enum vio_state end);

/* The second half of it, for a device whose reset is confirmed. */
void vio_fail_return_all(struct vio_device *d, enum vio_state end);

/* Out of quarantine if another reset is confirmed; waits for it. */
bool vio_end_quarantine(struct vio_device *d);

#endif
