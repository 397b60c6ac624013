/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests: submit, publish, reap. */
#include "drivers/device/device_internal.h"

__attribute__((always_inline)) static inline bool accepts_requests(const struct vio_queue *q)
{
	return q->dev && (q->dev->state == VIO_STARTING || q->dev->state == VIO_LIVE);
}

/* A suspended device is only busy: nothing is wrong with it. */
static int refusal(const struct vio_queue *q)
{
	return q->dev && q->dev->state == VIO_SUSPENDED ? VIO_EBUSY : VIO_EDEVICE;
}

__attribute__((always_inline)) static inline int count(struct vio_queue *q, int rc)
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

/* Map the buffers of a request that are not fixed. After an error nothing is mapped. */
static int map(struct vio_queue *q, const struct vio_request *r)
{
	const struct vio_platform *p = q->dev->platform;
	const unsigned end = vio_request_end(r);

	for (unsigned i = r->fixed_first; i < end; i++) {
		struct vio_buf *b = &r->buf[i];

		if (b->p)
			b->at = p->map(p->ctx, b->p, b->len, vio_request_dir(r, i));
		int rc = vio_dma_error(b->at);
		if (rc < 0) {
			vio_request_unmap(q, r, i);
			return map_failed(q, b, rc);
		}
	}
	return VIO_OK;
}

/* The segment of a buffer. Without map() a device address is the CPU's. */
__attribute__((always_inline)) static inline struct vq_seg segment(const struct vio_platform *p,
								   const struct vio_buf *b)
{
	if (b->p && !p->map)
		return (struct vq_seg){ { (uintptr_t)b->p }, b->len };
	return (struct vq_seg){ b->at, b->len };
}

static int submit_segments(struct vio_queue *q, struct vio_request *r)
{
	struct vq_seg seg[VIO_REQUEST_BUFS];
	const unsigned n = (unsigned)r->nread + r->nwrite;

	for (unsigned i = 0; i < n; i++) {
		seg[i] = segment(q->dev->platform, &r->buf[i]);
		int rc = vio_dma_error(seg[i].addr);
		if (rc < 0)
			return map_failed(q, &r->buf[i], rc);
	}
	if (!r->table || !vio_has(q->dev, VIO_F_INDIRECT_DESC))
		return vq_submit(&q->vq, seg, r->nread, r->nwrite, r);
	int rc = vq_indirect_build(&q->vq, r->table, seg, r->nread, r->nwrite);
	return rc < 0 ? rc : vq_submit_indirect(&q->vq, r->table, r);
}

/* A table that was built for a request of the same shape keeps its lengths, flags and links, and
 * the addresses of fixed buffers. False: build it. */
__attribute__((always_inline)) static inline bool reuses_table(const struct vio_request *r,
							       const struct vio_platform *p)
{
	struct vq_indirect *t = r->table;
	const unsigned n = (unsigned)r->nread + r->nwrite, last = r->fixed_last;

	if (t->nread != r->nread || t->count != n)
		return false;
	for (unsigned i = r->fixed_first; i + last < n; i++) {
		const struct vq_seg seg = segment(p, &r->buf[i]);

		if (vio_dma_error(seg.addr) < 0 || vq_indirect_set(t, i, seg) < 0)
			return false;
	}
	return true;
}

/* Not inlined: the busy way needs neither memory for segments nor a table that is built. */
__attribute__((noinline)) static int request_anew(struct vio_queue *q, struct vio_request *r)
{
	if (!accepts_requests(q))
		return refusal(q);
	if (!q->of_requests || (unsigned)r->nread + r->nwrite > VIO_REQUEST_BUFS)
		return VIO_EINVAL;
	const struct vio_platform *p = q->dev->platform;
	int rc = p->map ? map(q, r) : VIO_OK;
	if (rc < 0)
		return rc;
	rc = r->table && reuses_table(r, p) ? vq_submit_indirect(&q->vq, r->table, r)
					    : submit_segments(q, r);
	if (rc < 0 && p->map)
		vio_request_unmap(q, r, vio_request_end(r));
	return count(q, rc);
}

/* A table is never built without INDIRECT_DESC, nor for more than VIO_REQUEST_BUFS buffers. */
int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	if (!r->table || !accepts_requests(q) || !q->of_requests || q->dev->platform->map ||
	    !reuses_table(r, q->dev->platform))
		return request_anew(q, r);
	return count(q, vq_submit_indirect(&q->vq, r->table, r));
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
		if (!q->pending)
			continue;
		any = true;
		vio_queue_kick(q);
	}
	return any;
}

/* Not inlined: an empty queue is left without a memory for the problem. */
__attribute__((noinline)) static bool broke_protocol(struct vio_queue *q, int err)
{
	vio_fail_later(q->dev, (struct vio_problem){
				       .cause = VIO_C_BAD_USED, .err = err, .queue = q->index });
	return true;
}

bool vio_queue_reap(struct vio_queue *q)
{
	unsigned left = vq_size(&q->vq);
	struct vq_done done;
	bool any = false;
	int rc;

	while ((rc = vq_reap(&q->vq, &done)) == 1) {
		any = true;
		vio_queue_deliver(q, done.cookie, VIO_OK, done.written);
		if (!done.more || --left == 0 || q->dev->state != VIO_LIVE)
			return true;
	}
	return rc < 0 ? broke_protocol(q, rc) : any;
}

void vio_disarm_all(struct vio_device *d)
{
	d->armed = false;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		vq_disarm(&q->vq);
}
