/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: sending (5.1.6.2). */
#include "drivers/net/net_internal.h"

#include <string.h>

enum {
	GSO_TCP4 = 1,
	/* Offsets and values of Ethernet, IPv4 and TCP that a frame to be segmented must have. */
	TYPE = 12,
	IP = VIO_NET_LINK_BYTES,
	IP_PROTOCOL = IP + 9,
	PROTOCOL_TCP = 6,
	TCP_BYTES = 20,
	TCP_LENGTH = 12, /* in words of 32 bits, in the upper half of the byte */
	TCP_FLAGS = 13,
	TCP_CWR = 0x80,
	TCP_SUM = 16,
};

/* ---- The header ---- */

/* The length of all headers of a TCP segment over IPv4. 0: the frame is not such a segment. A
 * segment with CWR would need HOST_ECN (5.1.6.2.1). */
static size_t tcp_header(const uint8_t *f, size_t len, const struct vio_net_offload *o)
{
	const size_t tcp = o->csum_start;

	if (len < IP + TCP_BYTES || f[TYPE] != 8 || f[TYPE + 1] != 0 || f[IP] >> 4 != 4 ||
	    f[IP_PROTOCOL] != PROTOCOL_TCP || tcp != IP + (size_t)(f[IP] & 15) * 4 ||
	    tcp < IP + 20 || len < tcp + TCP_BYTES || o->csum_offset != TCP_SUM)
		return 0;
	size_t words = f[tcp + TCP_LENGTH] >> 4;
	if (words < 5 || tcp + words * 4 >= len || f[tcp + TCP_FLAGS] & TCP_CWR)
		return 0;
	return tcp + words * 4;
}

static int set_segmentation(const struct vio_net *n, uint8_t *h, const uint8_t *f, size_t len,
			    const struct vio_net_offload *o)
{
	if (!vio_has(&n->device, VIO_NET_F_HOST_TSO4))
		return VIO_ENOTSUP;
	size_t head = tcp_header(f, len, o);
	if (head == 0 || head - VIO_NET_LINK_BYTES + o->gso_size > n->mtu)
		return VIO_EINVAL;
	h[NET_GSO_TYPE] = GSO_TCP4;
	net_put16(h + NET_HDR_LEN, head);
	net_put16(h + NET_GSO_SIZE, o->gso_size);
	return VIO_OK;
}

/* Byte by byte, since the header may have any alignment, and without a call. With a header of 10
 * bytes the frame follows in the last two. */
static void clear(uint8_t *h)
{
	_Static_assert(VIO_NET_HEADER_MAX == 12, "all of it");
	h[0] = h[1] = h[2] = h[3] = h[4] = h[5] = 0;
	h[6] = h[7] = h[8] = h[9] = h[10] = h[11] = 0;
}

/* Fields that were not asked for are 0, and so is num_buffers (5.1.6.2.1). */
static int set_header(const struct vio_net *n, uint8_t *h, const uint8_t *f, size_t len,
		      const struct vio_net_offload *o)
{
	clear(h);
	if (o->csum_start == 0)
		return o->gso_size == 0 && o->csum_offset == 0 ? VIO_OK : VIO_EINVAL;
	if (!vio_has(&n->device, VIO_NET_F_CSUM))
		return VIO_ENOTSUP;
	if (o->csum_start < VIO_NET_LINK_BYTES || (size_t)o->csum_start + o->csum_offset + 2 > len)
		return VIO_EINVAL;
	h[NET_FLAGS] = NET_NEEDS_CSUM;
	net_put16(h + NET_CSUM_START, o->csum_start);
	net_put16(h + NET_CSUM_OFFSET, o->csum_offset);
	return o->gso_size == 0 ? VIO_OK : set_segmentation(n, h, f, len, o);
}

/* May this frame be given to the device? */
static int check(const struct vio_net *n, size_t len, const struct vio_net_offload *o, size_t most)
{
	if (n->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (len < VIO_NET_LINK_BYTES || len > most ||
	    (o->gso_size == 0 && len > (size_t)n->mtu + VIO_NET_LINK_BYTES))
		return VIO_EINVAL;
	return VIO_OK;
}

void vio_net_kick(struct vio_net *n)
{
	vio_queue_kick(&n->tx_queue);
}

/* ---- Copies ---- */

/* The header goes where the frame after it has the alignment that it has now, so that whole words
 * can be copied. */
static uint8_t *header_at(const struct vio_net *n, const struct vio_net_buffer *b,
			  const void *frame)
{
	const uintptr_t to = (uintptr_t)b->data + n->header;

	return b->data + (((uintptr_t)frame - to) & (VIO_NET_ALIGN - 1));
}

int vio_net_send_offload(struct vio_net *n, const void *frame, size_t len,
			 const struct vio_net_offload *o)
{
	struct vio_net_buffer *b = n->idle;
	int rc = check(n, len, o, VIO_NET_FRAME_MAX);

	if (rc < 0)
		return rc;
	if (b) {
		uint8_t *header = header_at(n, b, frame);

		rc = set_header(n, header, frame, len, o);
		if (rc < 0)
			return rc;
		memcpy(header + n->header, frame, len);
		b->bytes = (uint16_t)(n->header + len);
		rc = vio_net_give(n, &n->tx_queue, b, header);
	} else {
		rc = VIO_EFULL;
	}
	if (rc == VIO_OK)
		n->idle = b->next;
	else if (rc == VIO_EFULL)
		n->counters.tx_full++;
	return rc;
}

int vio_net_send(struct vio_net *n, const void *frame, size_t len)
{
	static const struct vio_net_offload none;

	return vio_net_send_offload(n, frame, len, &none);
}

/* ---- Frames that are sent without a copy ---- */

int vio_net_send_packet(struct vio_net *n, struct vio_net_packet *p)
{
	int rc = p->busy ? VIO_EBUSY : check(n, p->bytes, &p->offload, VIO_NET_SEGMENTED_MAX);

	if (rc == VIO_OK)
		rc = set_header(n, p->header, p->frame, p->bytes, &p->offload);
	if (rc < 0)
		return rc;
	p->buf[0].p = p->header;
	p->buf[0].seg.len = n->header;
	/* The device only reads the frame; struct vio_buf has no const. */
	p->buf[1].p = (void *)(uintptr_t)p->frame;
	p->buf[1].seg.len = p->bytes;
	vio_request_set(&p->request, p->buf, 2, 0);
	rc = vio_queue_request(&n->tx_queue, &p->request);
	p->busy = rc == VIO_OK;
	return rc;
}

/* ---- Completions ---- */

static void count(struct vio_net *n, int err, uint32_t bytes)
{
	if (err != VIO_OK) {
		n->counters.tx_lost++;
		return;
	}
	n->counters.tx_frames++;
	n->counters.tx_bytes += bytes;
}

static struct vio_net_packet *packet_of(struct vio_request *r)
{
	return (void *)((uint8_t *)r - offsetof(struct vio_net_packet, request));
}

static void packet_sent(struct vio_net *n, struct vio_net_packet *p, int err)
{
	p->busy = false;
	count(n, err, p->bytes);
	n->callbacks++;
	if (p->done)
		p->done(p, err);
	n->callbacks--;
}

/* The used length is ignored: legacy devices report any value (5.1.6.1.1). */
void vio_net_sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_net *n = net_of(q->dev);
	struct vio_net_buffer *b = (struct vio_net_buffer *)(void *)r;

	(void)written;
	if ((uintptr_t)b - (uintptr_t)n->tx >= n->tx_buffers * sizeof(*b)) {
		packet_sent(n, packet_of(r), err);
		return;
	}
	b->next = n->idle;
	n->idle = b;
	count(n, err, (uint32_t)b->bytes - n->header);
}
