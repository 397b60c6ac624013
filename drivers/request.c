/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests on their way: submit, publish, reap. */
#include "drivers/device_internal.h"

static bool accepts_requests(const struct vio_queue *q)
{
	return q->dev && (q->dev->state == VIO_STARTING || q->dev->state == VIO_LIVE);
}

/* Nothing is wrong with a device that is suspended. */
static int refusal(const struct vio_queue *q)
{
	return q->dev && q->dev->state == VIO_SUSPENDED ? VIO_EBUSY : VIO_EDEVICE;
}

static int count(struct vio_queue *q, int rc)
{
	if (rc == VIO_OK) {
		q->requests++;
		q->pending = true;
	}
	return rc;
}

int vio_queue_submit(struct vio_queue *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
		     void *cookie)
{
	if (!accepts_requests(q))
		return refusal(q);
	return count(q, vq_submit(&q->vq, seg, nread, nwrite, cookie));
}

int vio_queue_submit_indirect(struct vio_queue *q, const struct vq_indirect *t, void *cookie)
{
	if (!accepts_requests(q))
		return refusal(q);
	return count(q, vq_submit_indirect(&q->vq, t, cookie));
}

/* With NOTIFICATION_DATA the device learns what it would have to read from memory (2.9). */
static void notify_device(struct vio_queue *q)
{
	struct vio_transport *t = q->dev->transport;

	q->kicks++;
	t->ops->notify(t, q->index, vio_has(q->dev, VIO_F_NOTIF_DATA) ? vq_next(&q->vq) : 0);
}

void vio_queue_kick(struct vio_queue *q)
{
	/* No notification before DRIVER_OK (3.1.1): vio_device_start() makes up for it. */
	if (!q->pending || q->dev->state != VIO_LIVE)
		return;
	q->pending = false;
	if (vq_publish(&q->vq))
		notify_device(q);
	else
		q->kicks_saved++;
}

void vio_queue_nudge(struct vio_queue *q)
{
	if (q->dev->state != VIO_LIVE)
		return;
	q->pending = false;
	vq_publish(&q->vq);
	notify_device(q);
}

bool vio_publish_all(struct vio_device *d)
{
	struct vio_queue *q;
	bool any = false;

	for (q = d->queues; q; q = q->next) {
		any = any || q->pending;
		vio_queue_kick(q);
	}
	return any;
}

bool vio_queue_reap(struct vio_queue *q)
{
	struct vio_device *d = q->dev;
	struct vq_done done;
	unsigned left;
	int rc = vq_reap(&q->vq, &done);

	if (rc == 0)
		return false;
	for (left = vq_size(&q->vq); rc == 1; rc = vq_reap(&q->vq, &done)) {
		q->completions++;
		q->done(q, done.cookie, VIO_OK, done.written);
		if (--left == 0 || d->state != VIO_LIVE)
			return true;
	}
	if (rc < 0)
		vio_condemn(d, (struct vio_problem){
				       .cause = VIO_C_BAD_USED, .err = rc, .queue = q->index });
	return true;
}

void vio_disarm_all(struct vio_device *d)
{
	struct vio_queue *q;

	if (!d->armed)
		return;
	d->armed = false;
	for (q = d->queues; q; q = q->next)
		vq_disarm(&q->vq);
}
