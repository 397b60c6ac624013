/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a device: start, service, arm, stop. */
#include "drivers/device/device_internal.h"

/* The first steps of a live device: publish what was submitted before DRIVER_OK, the class's first
 * requests, and its first look at config space. QEMU does not report changes from before DRIVER_OK.
 */
static int first_steps(struct vio_device *d)
{
	const struct vio_driver *drv = d->driver;

	d->depth++;
	if (drv->ready)
		drv->ready(d);
	if (drv->config_changed && d->state == VIO_LIVE)
		drv->config_changed(d);
	d->depth--;
	vio_device_kick(d);
	return vio_fail_if_due(d) ? d->problem.err : VIO_OK;
}

/* Nothing of an earlier session may be in flight when a new one begins. */
static int prepare(struct vio_device *d)
{
	vio_fail_if_due(d);
	if (d->state == VIO_QUARANTINED && !vio_end_quarantine(d))
		return VIO_ETIMEDOUT;
	d->problem = (struct vio_problem){ 0 };
	d->offered = 0;
	d->declined = 0;
	d->features = 0;
	d->missed_config = false;
	d->state = VIO_STARTING;
	return VIO_OK;
}

int vio_device_start(struct vio_device *d)
{
	if (!d->transport || !d->platform || !d->driver ||
	    d->driver->device_type != d->transport->device_type)
		return VIO_EINVAL;
	if (d->depth != 0 || d->state == VIO_LIVE || d->state == VIO_STARTING ||
	    vio_is_suspended(d))
		return VIO_EBUSY;
	int rc = prepare(d);
	if (rc < 0)
		return rc;
	d->depth++;
	rc = vio_bring_up(d);
	d->depth--;
	if (rc < 0) {
		vio_fail_reset(d, VIO_FAILED);
		return d->problem.err;
	}
	return first_steps(d);
}

int vio_device_config(struct vio_device *d, size_t off, void *dst, size_t len)
{
	const int rc = vio_config_read(d->transport, off, dst, len);

	if (rc < 0 && d->state == VIO_STARTING)
		vio_record(d, VIO_C_CONFIG, rc, off, 0);
	return rc;
}

int vio_device_config_write(struct vio_device *d, size_t off, const void *src, size_t len)
{
	if (vio_is_suspended(d))
		return VIO_EBUSY;
	return d->transport->ops->config_write(d->transport, off, src, len);
}

uint64_t vio_device_service(struct vio_device *d, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	if (d->state == VIO_LIVE)
		next = vio_watch_live(d, now);
	else if (vio_is_suspended(d))
		vio_watch_suspended(d);
	vio_fail_if_due(d);
	if (d->state == VIO_QUARANTINED && d->depth == 0)
		return vio_watch_quarantine(d, now);
	return d->state == VIO_LIVE ? next : UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	bool any = d->state == VIO_FAILING;

	if (d->state != VIO_LIVE)
		return any;
	vio_device_kick(d);
	d->armed = true;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		any = vq_arm(&q->vq) || any;
	return any;
}

int vio_device_stop(struct vio_device *d)
{
	if (d->depth != 0)
		return VIO_EBUSY;
	if (d->state == VIO_QUARANTINED)
		vio_end_quarantine(d);
	else if (d->state != VIO_DOWN && d->state != VIO_FAILED)
		vio_fail_reset(d, VIO_DOWN);
	if (d->state == VIO_QUARANTINED)
		return VIO_ETIMEDOUT;
	d->state = VIO_DOWN;
	return VIO_OK;
}
