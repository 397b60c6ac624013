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

void vio_queue_deliver_otherwise(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_request *const r = cookie;

	if (q->kind == VIO_QUEUE_SEGMENTS) {
		q->done(q, cookie, err, written);
		return;
	}
	vio_request_unmap(q, r, vio_request_bufs(r));
	q->request_done(q, r, err, written);
}

void vio_queue_take_back(struct vio_queue *q)
{
	void *cookie;

	while (vq_drain(&q->vq, &cookie) == 1)
		vio_queue_deliver(q, cookie, VIO_EDEVICE, 0);
}
