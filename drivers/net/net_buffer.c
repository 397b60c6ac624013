/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: buffers to the device. */
#include "drivers/net/net_internal.h"

/* A buffer begins with the header. Legacy devices without ANY_LAYOUT expect it in a descriptor of
 * its own (5.1.6.5). */
int vio_net_give(struct vio_net *n, struct vio_queue *q, struct vio_net_buffer *b, bool write)
{
	const uint32_t first = n->header_apart ? n->header : b->bytes;
	const uint16_t count = n->header_apart ? 2 : 1;

	b->buf[0] = (struct vio_buf){ .p = b->data, .len = first };
	b->buf[1] = (struct vio_buf){ .p = b->data + first, .len = b->bytes - first };
	b->request = (struct vio_request){ .buf = b->buf,
					   .nread = write ? 0 : count,
					   .nwrite = write ? count : 0 };
	int rc = vio_queue_request(q, &b->request);
	b->out = rc == VIO_OK;
	b->given = net_publishes(q);
	return rc;
}
