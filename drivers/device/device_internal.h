/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the device layer share; no other file includes this header. Calls go one way,
 * down this list (tests/lint): life; bring_up, suspend, watch; queue, request; fail; deliver.
 */
#ifndef VIO_DEVICE_INTERNAL_H
#define VIO_DEVICE_INTERNAL_H

#include <picovirtio/device.h>
#include "drivers/wait.h"

/* The status bits that a modern device keeps from the negotiation to the reset. */
enum { VIO_S_NEGOTIATED = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_FEATURES_OK };

/* Without SUSPEND a constant. */
static inline bool vio_is_suspended(const struct vio_device *d)
{
	return PICOVIRTIO_EXTENSIONS && d->state == VIO_SUSPENDED;
}

/* ---- bring_up.c ---- */

/* Steps 1 to 8, up to DRIVER_OK and VIO_LIVE. An error is recorded. */
int vio_bring_up(struct vio_device *d);

/* ---- watch.c ---- */

/* Service a device that is live, suspended or quarantined. The functions for live and quarantined
 * devices return the next deadline. */
uint64_t vio_watch_live(struct vio_device *d, uint64_t now);

/* Acknowledges events, since an interrupt line that stays up would end every sleep. The class hears
 * of a configuration change after the resume, when it may write config space again. */
void vio_watch_suspended(struct vio_device *d);

/* Never waits. It asks for another reset only from time to time, because a device that is busy with
 * a reset may start it again. */
uint64_t vio_watch_quarantine(struct vio_device *d, uint64_t now);

/* ---- queue.c ---- */

/* For an overdue queue that was notified a second time: may a reset of this queue alone be
 * tried? */
bool vio_queue_may_reset(const struct vio_queue *q);

/* ---- deliver.c ---- */

/* The direction of buffer `i` of a request. */
static inline enum vio_dir vio_request_dir(const struct vio_request *r, unsigned i)
{
	return i < r->nread ? VIO_TO_DEVICE : VIO_FROM_DEVICE;
}

static inline unsigned vio_request_bufs(const struct vio_request *r)
{
	return (unsigned)r->nread + r->nwrite;
}

/* Unmap the first `n` buffers. */
void vio_request_unmap(const struct vio_queue *q, const struct vio_request *r, unsigned n);

/* For a request that may be mapped, or that has no struct vio_request: unmap it, and call its
 * owner. */
void vio_queue_deliver_otherwise(struct vio_queue *q, void *cookie, int err, uint32_t written);

/* One request is back: count it, unmap it, and call its owner. Inline, so that a completion with
 * nothing to unmap goes straight to its owner. */
__attribute__((always_inline)) static inline void
vio_queue_deliver(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	q->completions++;
	if (q->kind == VIO_QUEUE_UNMAPPED)
		q->request_done(q, cookie, err, written);
	else
		vio_queue_deliver_otherwise(q, cookie, err, written);
}

/* After a reset: return every request that did not complete, as failed. */
void vio_queue_take_back(struct vio_queue *q);

/* ---- fail.c ---- */

/* Record a problem of a device, or of one of its queues. The first problem is kept, since later
 * ones follow from it. Both return `err`. */
int vio_record(struct vio_device *d, enum vio_cause cause, int err, uint64_t got, uint64_t want);
int vio_record_queue(const struct vio_queue *q, enum vio_cause cause, int err, uint64_t got,
		     uint64_t want);

/* Record a problem, and fail the device as soon as no callback is running. */
void vio_fail_later(struct vio_device *d, struct vio_problem p);

/* Failing a device runs callbacks, so it waits until none is active. True: the device was failed
 * now. */
bool vio_fail_if_due(struct vio_device *d);

/* Fail a live or suspended device, while no callback is running. Returns `err`. */
int vio_fail_now(struct vio_device *d, int err);

/* Add a bit to the status and keep the others (2.1.1). VIO_OK, or a recorded VIO_C_NEEDS_RESET. */
int vio_add_status(struct vio_device *d, uint8_t bit);

/* For the status of a live device, or of one that becomes live: true if all bits that were set are
 * still set, and the device neither failed nor needs a reset. */
bool vio_status_good(const struct vio_device *d, uint8_t status);

/* The same for a modern device with SUSPEND: `bit` is DRIVER_OK for a live device, and SUSPEND for
 * a suspended one. */
bool vio_status_is(uint8_t status, uint8_t bit);

/* Write 0 to the status register and wait until it reads 0 (2.4.1), for 100 ms at most. */
bool vio_reset(struct vio_device *d);

/*
 * The only way to give a device up. It sets FAILED if something went wrong (`problem` is set) and
 * resets the device. When the reset is confirmed, every request comes back and the class is told.
 * The state becomes `end`, or VIO_QUARANTINED if the reset is not confirmed. Do not call this in a
 * callback.
 */
void vio_fail_reset(struct vio_device *d, enum vio_state end);

/* The second half of vio_fail_reset(), for a device whose reset is confirmed. */
void vio_fail_return_all(struct vio_device *d, enum vio_state end);

/* Reset a quarantined device again and wait for it. True: the reset is confirmed. */
bool vio_end_quarantine(struct vio_device *d);

#endif
