/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspend and resume (virtio 1.4, Device Suspend). */
#include "drivers/device/device_internal.h"

/* The longest wait. A device may finish its requests first. */
#define SUSPEND_NS UINT64_C(1000000000)

/* Set `bit`, and wait until the status has this bit and not the other one of DRIVER_OK and
 * SUSPEND. */
static int change(struct vio_device *d, uint8_t bit)
{
	const struct vio_platform *p = d->platform;
	const uint64_t end = vio_later(p->now(p->ctx), SUSPEND_NS);
	struct vio_wait w = { 0 };
	uint8_t s;
	bool late;
	int rc = vio_add_status(d, bit);

	if (rc < 0)
		return rc;
	do {
		/* Read the clock first, so that the status is read once more after the time is
		 * over. */
		late = vio_wait_is_over(&w, p, end);
		s = d->transport->ops->status(d->transport);
		if (vio_status_is(s, bit))
			return VIO_OK;
	} while ((s & VIO_S_NEGOTIATED) == VIO_S_NEGOTIATED &&
		 !(s & (VIO_S_NEEDS_RESET | VIO_S_FAILED)) && !late);
	return vio_record(d, VIO_C_SUSPEND, late ? VIO_ETIMEDOUT : VIO_EDEVICE, s,
			  VIO_S_NEGOTIATED | bit);
}

int vio_device_suspend(struct vio_device *d)
{
	if (d->depth != 0 || d->state != VIO_LIVE)
		return VIO_EBUSY;
	if (!vio_has(d, VIO_F_SUSPEND))
		return VIO_ENOTSUP;
	vio_device_kick(d);
	/* From here on requests are refused and no notification is sent. */
	d->state = VIO_SUSPENDED;
	int rc = change(d, VIO_S_SUSPEND);
	return rc < 0 ? vio_fail_now(d, rc) : VIO_OK;
}

/* Deadlines start again, because the device did not work while it was suspended. */
static void wake(struct vio_device *d)
{
	d->state = VIO_LIVE;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		q->watch.old = 0;
	if (!d->missed_config)
		return;
	d->missed_config = false;
	d->config_changes++;
	d->depth++;
	if (d->driver->config_changed)
		d->driver->config_changed(d);
	d->depth--;
	vio_device_kick(d);
}

int vio_device_resume(struct vio_device *d)
{
	if (d->depth != 0 || !vio_is_suspended(d))
		return VIO_EBUSY;
	int rc = change(d, VIO_S_DRIVER_OK);
	if (rc < 0)
		return vio_fail_now(d, rc);
	wake(d);
	return VIO_OK;
}
