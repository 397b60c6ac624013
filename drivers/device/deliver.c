/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a request: its memory is unmapped, and its owner is called. */
#include "drivers/device/device_internal.h"

void vio_request_unmap(const struct vio_queue *q, const struct vio_request *r, unsigned n)
{
	const struct vio_platform *p = q->dev->platform;

	for (unsigned i = 0; i < n; i++) {
		const struct vio_buf *b = &r->buf[i];

		if (b->p && p->unmap)
			p->unmap(p->ctx, b->seg.addr, b->p, b->seg.len, vio_request_dir(r, i));
	}
}

/* Not inlined: where nothing is mapped, a completion ends in a jump to its owner. */
__attribute__((noinline)) static void deliver_mapped(struct vio_queue *q, struct vio_request *r,
						     int err, uint32_t written)
{
	vio_request_unmap(q, r, vio_request_bufs(r));
	q->request_done(q, r, err, written);
}

void vio_queue_deliver(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	q->completions++;
	if (!q->of_requests)
		q->done(q, cookie, err, written);
	else if (q->dev->platform->map)
		deliver_mapped(q, cookie, err, written);
	else
		q->request_done(q, cookie, err, written);
}

void vio_queue_take_back(struct vio_queue *q)
{
	void *cookie;

	while (vq_drain(&q->vq, &cookie) == 1)
		vio_queue_deliver(q, cookie, VIO_EDEVICE, 0);
}
