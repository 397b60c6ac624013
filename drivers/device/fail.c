/* SPDX-License-Identifier: BSD-2-Clause */
/* The device status, and the failure of a device: record the problem, reset, return the
 * requests. */
#include "drivers/device/device_internal.h"

/* The longest wait for a reset. */
#define RESET_NS UINT64_C(100000000)

static void record(struct vio_device *d, const struct vio_problem *p)
{
	if (d->problem.cause == VIO_C_NONE)
		d->problem = *p;
}

int vio_record(struct vio_device *d, enum vio_cause cause, int err, uint64_t got, uint64_t want)
{
	record(d, &(struct vio_problem){ .cause = cause, .err = err, .got = got, .want = want });
	return err;
}

int vio_record_queue(const struct vio_queue *q, enum vio_cause cause, int err, uint64_t got,
		     uint64_t want)
{
	record(q->dev,
	       &(struct vio_problem){
		       .cause = cause, .err = err, .queue = q->index, .got = got, .want = want });
	return err;
}

void vio_fail_later(struct vio_device *d, struct vio_problem p)
{
	if (d->state != VIO_LIVE && d->state != VIO_SUSPENDED && d->state != VIO_STARTING)
		return;
	record(d, &p);
	if (d->state != VIO_STARTING)
		d->state = VIO_FAILING;
}

int vio_device_refuse(struct vio_device *d, struct vio_problem p)
{
	vio_fail_later(d, p);
	return p.err;
}

void vio_device_protocol_error(struct vio_device *d, uint16_t queue, uint64_t what)
{
	vio_fail_later(d, (struct vio_problem){ .cause = VIO_C_DRIVER,
						.err = VIO_EDEVICE,
						.queue = queue,
						.got = what });
}

void vio_device_excuse(struct vio_device *d)
{
	d->recovery.excused = d->state != VIO_LIVE;
}

static uint8_t status(const struct vio_device *d)
{
	return d->transport->ops->status(d->transport);
}

bool vio_status_good(const struct vio_device *d, uint8_t s)
{
	uint8_t want = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_DRIVER_OK;

	if (!vio_legacy(d->transport))
		want |= VIO_S_FEATURES_OK;
	return (s & (want | VIO_S_NEEDS_RESET | VIO_S_FAILED)) == want;
}

bool vio_status_is(uint8_t s, uint8_t bit)
{
	const uint8_t look = VIO_S_NEGOTIATED | VIO_S_DRIVER_OK | VIO_S_SUSPEND |
			     VIO_S_NEEDS_RESET | VIO_S_FAILED;

	return (s & look) == (VIO_S_NEGOTIATED | bit);
}

/* Status bits are added and never cleared (2.1.1). A device that needs a reset gets no further
 * bit. */
int vio_add_status(struct vio_device *d, uint8_t bit)
{
	const uint8_t old = status(d);

	if (old & (VIO_S_NEEDS_RESET | VIO_S_FAILED))
		return vio_record(d, VIO_C_NEEDS_RESET, VIO_EDEVICE, old, 0);
	d->transport->ops->set_status(d->transport, old | bit);
	return VIO_OK;
}

bool vio_reset(struct vio_device *d)
{
	const struct vio_platform *p = d->platform;
	struct vio_wait w = { 0 };
	bool late;

	d->reset_at = p->now(p->ctx);
	d->transport->ops->set_status(d->transport, 0);
	do {
		/* Read the clock first, so that the status is read once more after the time is
		 * over. */
		late = vio_wait_is_over(&w, p, vio_later(d->reset_at, RESET_NS));
		if (status(d) == 0)
			return true;
	} while (!late);
	return false;
}

void vio_fail_return_all(struct vio_device *d, enum vio_state end)
{
	d->state = end;
	d->depth++;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		vio_queue_take_back(q);
	d->queues = NULL;
	if (d->begun && d->driver->stopped)
		d->driver->stopped(d);
	d->begun = false;
	d->depth--;
}

/* True: the reset is confirmed. Not inlined, so that the problem is not on the stack when callbacks
 * run. */
__attribute__((noinline)) static bool give_up(struct vio_device *d)
{
	/* A device that did not confirm its reset has no status to which a bit could be added. */
	if (d->state == VIO_STARTING && d->problem.cause == VIO_C_RESET_TIMEOUT) {
		d->state = VIO_QUARANTINED;
		return false;
	}
	/* Tell the device first, and keep the other bits (2.1.1). */
	if (d->problem.cause != VIO_C_NONE)
		d->transport->ops->set_status(d->transport, status(d) | VIO_S_FAILED);
	if (vio_reset(d))
		return true;
	vio_record(d, VIO_C_RESET_TIMEOUT, VIO_ETIMEDOUT, status(d), 0);
	d->state = VIO_QUARANTINED;
	return false;
}

void vio_fail_reset(struct vio_device *d, enum vio_state end)
{
	if (give_up(d))
		vio_fail_return_all(d, end);
}

int vio_fail_now(struct vio_device *d, int err)
{
	d->state = VIO_FAILING;
	vio_fail_reset(d, VIO_FAILED);
	return err;
}

bool vio_fail_if_due(struct vio_device *d)
{
	if (d->state != VIO_FAILING || d->depth != 0)
		return false;
	vio_fail_reset(d, VIO_FAILED);
	return true;
}

bool vio_end_quarantine(struct vio_device *d)
{
	if (!vio_reset(d))
		return false;
	vio_fail_return_all(d, VIO_FAILED);
	return true;
}
