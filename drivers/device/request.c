/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests: submit, publish, reap. */
#include "drivers/device/device_internal.h"

static bool accepts_requests(const struct vio_queue *q)
{
	return q->dev && (q->dev->state == VIO_STARTING || q->dev->state == VIO_LIVE);
}

/* A suspended device is only busy: nothing is wrong with it. */
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
	if (q->of_requests)
		return VIO_EINVAL;
	return count(q, vq_submit(&q->vq, seg, nread, nwrite, cookie));
}

int vio_queue_submit_indirect(struct vio_queue *q, const struct vq_indirect *t, void *cookie)
{
	if (!accepts_requests(q))
		return refusal(q);
	if (q->of_requests)
		return VIO_EINVAL;
	return count(q, vq_submit_indirect(&q->vq, t, cookie));
}

static int map_failed(struct vio_queue *q, const struct vio_buf *b, int err)
{
	if (q->dev->state == VIO_STARTING)
		vio_record(q->dev, (struct vio_problem){ .cause = VIO_C_MAP,
							 .err = err,
							 .queue = q->index,
							 .got = b->len });
	return err;
}

/* Map the buffers of a request, into `seg`. After an error nothing is mapped. */
static int map(struct vio_queue *q, const struct vio_request *r, struct vq_seg *seg, unsigned n)
{
	const struct vio_platform *p = q->dev->platform;

	for (unsigned i = 0; i < n; i++) {
		struct vio_buf *b = &r->buf[i];

		if (b->p && p->map)
			b->at = p->map(p->ctx, b->p, b->len, vio_request_dir(r, i));
		else if (b->p)
			b->at.addr = (uintptr_t)b->p;
		int rc = vio_dma_error(b->at);
		if (rc < 0) {
			vio_request_unmap(q, r, i);
			return map_failed(q, b, rc);
		}
		seg[i] = (struct vq_seg){ b->at, b->len };
	}
	return VIO_OK;
}

/* A table that was built for a request of the same shape keeps its lengths, flags and links. */
static int fill_table(struct vq *q, const struct vio_request *r, const struct vq_seg *seg,
		      unsigned n)
{
	struct vq_indirect *t = r->table;
	unsigned i = 0;

	while (t->count == n && t->nread == r->nread && i < n &&
	       vq_indirect_set(t, i, seg[i]) == VIO_OK)
		i++;
	return i == n ? VIO_OK : vq_indirect_build(q, t, seg, r->nread, r->nwrite);
}

static int hand_in(struct vio_queue *q, struct vio_request *r, const struct vq_seg *seg, unsigned n)
{
	if (!r->table || !vio_has(q->dev, VIO_F_INDIRECT_DESC))
		return vq_submit(&q->vq, seg, r->nread, r->nwrite, r);
	int rc = fill_table(&q->vq, r, seg, n);
	return rc < 0 ? rc : vq_submit_indirect(&q->vq, r->table, r);
}

int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	struct vq_seg seg[VIO_REQUEST_BUFS];
	const unsigned n = (unsigned)r->nread + r->nwrite;

	if (!accepts_requests(q))
		return refusal(q);
	if (!q->of_requests || n > VIO_REQUEST_BUFS)
		return VIO_EINVAL;
	int rc = map(q, r, seg, n);
	if (rc < 0)
		return rc;
	rc = hand_in(q, r, seg, n);
	if (rc < 0)
		vio_request_unmap(q, r, n);
	return count(q, rc);
}

/* With NOTIFICATION_DATA the notification carries the ring position (2.9). */
static void notify_device(struct vio_queue *q)
{
	struct vio_transport *t = q->dev->transport;

	q->kicks++;
	t->ops->notify(t, q->index, vio_has(q->dev, VIO_F_NOTIF_DATA) ? vq_next(&q->vq) : 0);
}

void vio_queue_kick(struct vio_queue *q)
{
	/* No notification is sent before DRIVER_OK (3.1.1). vio_device_start() sends it
	 * afterwards. */
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
	bool any = false;

	for (struct vio_queue *q = d->queues; q; q = q->next) {
		any = any || q->pending;
		vio_queue_kick(q);
	}
	return any;
}

bool vio_queue_reap(struct vio_queue *q)
{
	struct vio_device *d = q->dev;
	struct vq_done done;
	int rc = vq_reap(&q->vq, &done);

	if (rc == 0)
		return false;
	for (unsigned left = vq_size(&q->vq); rc == 1; rc = vq_reap(&q->vq, &done)) {
		vio_queue_deliver(q, done.cookie, VIO_OK, done.written);
		if (--left == 0 || d->state != VIO_LIVE)
			return true;
	}
	if (rc < 0)
		vio_fail_later(d, (struct vio_problem){
					  .cause = VIO_C_BAD_USED, .err = rc, .queue = q->index });
	return true;
}

void vio_disarm_all(struct vio_device *d)
{
	if (!d->armed)
		return;
	d->armed = false;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		vq_disarm(&q->vq);
}
