/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: buffers to the device, and back. */
#include "drivers/net_internal.h"

/* A buffer has its header first. Legacy devices without ANY_LAYOUT want that in a descriptor of
 * its own (5.1.6.5). */
int vio_net_give(struct vio_net *n, struct vio_queue *q, struct vio_net_buffer *b, enum vio_dir dir)
{
	const struct vio_platform *p = n->dev->platform;
	const unsigned nseg = n->header_apart ? 2 : 1;
	struct vq_seg seg[2];
	int rc;

	b->at = p->map(p->ctx, b->data, b->bytes, dir);
	rc = vio_dma_error(b->at);
	if (rc < 0)
		return rc;
	seg[0] = (struct vq_seg){ .addr = b->at, .len = b->bytes };
	if (n->header_apart) {
		seg[0].len = n->header;
		seg[1].addr.addr = b->at.addr + n->header;
		seg[1].len = (uint32_t)b->bytes - n->header;
	}
	rc = dir == VIO_FROM_DEVICE ? vio_queue_submit(q, seg, 0, nseg, b)
				    : vio_queue_submit(q, seg, nseg, 0, b);
	if (rc < 0)
		p->unmap(p->ctx, b->at, b->data, b->bytes, dir);
	b->out = rc == VIO_OK;
	b->given = net_publishes(q);
	return rc;
}

void vio_net_take(struct vio_net *n, struct vio_net_buffer *b, enum vio_dir dir)
{
	const struct vio_platform *p = n->dev->platform;

	p->unmap(p->ctx, b->at, b->data, b->bytes, dir);
	b->out = false;
}
