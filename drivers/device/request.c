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

int vio_queue_submit(struct vio_queue *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
		     void *cookie)
{
	if (!accepts_requests(q))
		return refusal(q);
	if (q->kind != VIO_QUEUE_SEGMENTS)
		return VIO_EINVAL;
	return vio_queue_count(q, vq_submit(&q->vq, seg, nread, nwrite, cookie));
}

int vio_queue_submit_indirect(struct vio_queue *q, const struct vq_indirect *t, void *cookie)
{
	if (!accepts_requests(q))
		return refusal(q);
	if (q->kind != VIO_QUEUE_SEGMENTS)
		return VIO_EINVAL;
	return vio_queue_count(q, vq_submit_indirect(&q->vq, t, cookie));
}

static int map_failed(struct vio_queue *q, const struct vio_buf *b, int err)
{
	if (q->dev->state == VIO_STARTING)
		vio_record_queue(q, VIO_C_MAP, err, b->seg.len, 0);
	return err;
}

/* Without map() a device address is the CPU's. */
static vio_dma map_one(const struct vio_platform *p, const struct vio_buf *b, enum vio_dir dir)
{
	return p->map ? p->map(p->ctx, b->p, b->seg.len, dir) : VIO_DMA((uintptr_t)b->p);
}

/* Fill the device addresses of the buffers. After an error nothing is mapped. Not inlined, so that
 * the request goes on without its frame. */
__attribute__((noinline)) static int map(struct vio_queue *q, const struct vio_request *r)
{
	for (unsigned i = 0; i < vio_request_bufs(r); i++) {
		struct vio_buf *b = &r->buf[i];

		if (b->p)
			b->seg.addr = map_one(q->dev->platform, b, vio_request_dir(r, i));
		const int rc = vio_dma_error(b->seg.addr);
		if (rc < 0) {
			vio_request_unmap(q, r, i);
			return map_failed(q, b, rc);
		}
	}
	return VIO_OK;
}

/* Without map(), the addresses are filled without a call. False: map() says what is wrong. */
static bool fill(const struct vio_queue *q, const struct vio_request *r)
{
	for (unsigned i = 0; i < vio_request_bufs(r); i++) {
		struct vio_buf *b = &r->buf[i];

		if (b->p)
			b->seg.addr = VIO_DMA((uintptr_t)b->p);
		if (vio_dma_error(b->seg.addr) < 0)
			return false;
	}
	return q->kind == VIO_QUEUE_UNMAPPED;
}

static int submit(struct vio_queue *q, struct vio_request *r)
{
	const struct vq_seg *const seg = &r->buf->seg;
	const size_t stride = sizeof(*r->buf);

	if (!r->table || !vio_has(q->dev, VIO_F_INDIRECT_DESC))
		return vq_submit_strided(&q->vq, seg, stride, r->nread, r->nwrite, r);
	const int rc =
		vq_indirect_build_strided(&q->vq, r->table, seg, stride, r->nread, r->nwrite);
	return rc < 0 ? rc : vq_submit_indirect(&q->vq, r->table, r);
}

int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	if (!accepts_requests(q))
		return refusal(q);
	if (q->kind == VIO_QUEUE_SEGMENTS || vio_request_bufs(r) > VIO_REQUEST_BUFS)
		return VIO_EINVAL;
	int rc = fill(q, r) ? VIO_OK : map(q, r);
	if (rc < 0)
		return rc;
	rc = submit(q, r);
	if (rc < 0)
		vio_request_unmap(q, r, vio_request_bufs(r));
	return vio_queue_count(q, rc);
}

/* With NOTIFICATION_DATA the notification carries the ring position (2.9). */
__attribute__((noinline)) static void notify_with_position(struct vio_queue *q)
{
	struct vio_transport *const t = q->dev->transport;

	t->ops->notify(t, q->index, vq_next(&q->vq));
}

__attribute__((always_inline)) static inline void notify_device(struct vio_queue *q)
{
	struct vio_transport *const t = q->dev->transport;

	q->kicks++;
	if (vio_has(q->dev, VIO_F_NOTIF_DATA))
		notify_with_position(q);
	else
		t->ops->notify(t, q->index, 0);
}

static inline bool has_more(const struct vio_queue *q)
{
	return q->published != q->requests;
}

/* For a queue of a live device that has something to publish. No notification is sent before
 * DRIVER_OK (3.1.1). vio_device_start() sends it afterwards. */
__attribute__((always_inline)) static inline void kick(struct vio_queue *q)
{
	q->published = q->requests;
	if (vq_publish(&q->vq))
		notify_device(q);
	else
		q->kicks_saved++;
}

void vio_queue_kick(struct vio_queue *q)
{
	if (has_more(q) && q->dev->state == VIO_LIVE)
		kick(q);
}

void vio_queue_nudge(struct vio_queue *q)
{
	if (q->dev->state != VIO_LIVE)
		return;
	q->published = q->requests;
	vq_publish(&q->vq);
	notify_device(q);
}

bool vio_device_kick(struct vio_device *d)
{
	bool any = false;

	if (d->state != VIO_LIVE)
		return false;
	for (struct vio_queue *q = d->queues; q; q = q->next) {
		if (has_more(q)) {
			any = true;
			kick(q);
		}
	}
	return any;
}

/* Whether vio_device_kick() has something to do, without a call. */
static inline bool any_has_more(const struct vio_device *d)
{
	const struct vio_queue *q = d->queues;

	while (q && !has_more(q))
		q = q->next;
	return q;
}

/* Not inlined: an empty queue is left without a memory for the problem. */
__attribute__((noinline)) static bool broke_protocol(struct vio_queue *q, int err)
{
	vio_fail_later(q->dev, (struct vio_problem){
				       .cause = VIO_C_BAD_USED, .err = err, .queue = q->index });
	return true;
}

/* Deliver completions, at most as many as the ring has descriptors, so that a flood does not keep
 * other queues waiting. True: there was at least one, or there was `any` before. */
__attribute__((always_inline)) static inline bool reap(struct vio_queue *q, bool any)
{
	unsigned left = vq_size(&q->vq);
	struct vq_done done;
	int rc;

	while ((rc = vq_reap(&q->vq, &done)) > 0) {
		any = true;
		vio_queue_deliver(q, done.cookie, VIO_OK, done.written);
		if (!done.more || --left == 0 || q->dev->state != VIO_LIVE)
			return true;
	}
	return rc < 0 ? broke_protocol(q, rc) : any;
}

/* Once after an arm, so that the busy path stores nothing that the device reads. */
__attribute__((noinline)) static void disarm(struct vio_device *d)
{
	d->armed = false;
	for (struct vio_queue *q = d->queues; q; q = q->next)
		vq_disarm(&q->vq);
}

bool vio_device_poll(struct vio_device *d)
{
	bool any = false;

	if (d->state != VIO_LIVE)
		return vio_fail_if_due(d);
	if (d->armed)
		disarm(d);
	d->depth++;
	struct vio_queue *q = d->queues;
	while (q) {
		any = reap(q, any);
		q = d->state == VIO_LIVE ? q->next : NULL;
	}
	d->depth--;
	if (d->state == VIO_FAILING && d->depth == 0)
		return vio_fail_if_due(d); /* true */
	return (any_has_more(d) && vio_device_kick(d)) || any;
}
