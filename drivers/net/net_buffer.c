/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: buffers to the device. */
#include "drivers/net/net_internal.h"

/* A buffer begins with the header. Legacy devices without ANY_LAYOUT expect it in a descriptor of
 * its own (5.1.6.5). */
int vio_net_give(struct vio_net *n, struct vio_queue *q, struct vio_net_buffer *b, uint8_t *header)
{
	const uint32_t first = n->header_apart ? n->header : b->bytes;

	b->buf[0].p = header;
	b->buf[0].seg.len = first;
	b->buf[1].p = header + first;
	b->buf[1].seg.len = b->bytes - first;
	int rc = vio_queue_request(q, &b->request);
	b->out = rc == VIO_OK;
	b->given = net_publishes(q);
	return rc;
}

void vio_net_prepare(struct vio_net *n)
{
	const uint16_t count = n->header_apart ? 2 : 1;

	n->idle = NULL;
	for (unsigned i = 0; i < n->tx_buffers; i++) {
		vio_request_set(&n->tx[i].request, n->tx[i].buf, count, 0);
		n->tx[i].next = n->idle;
		n->idle = &n->tx[i];
	}
	for (unsigned i = 0; i < n->rx_buffers; i++)
		vio_request_set(&n->rx[i].request, n->rx[i].buf, 0, count);
}
