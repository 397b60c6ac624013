/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: receiving (5.1.6.3, 5.1.6.4). */
#include "drivers/net/net_internal.h"

#include <string.h>

/* A buffer that cannot be given now is given with a later frame. */
static int give(struct vio_net *n, struct vio_net_buffer *b)
{
	b->bytes = VIO_NET_BUFFER_BYTES;
	int rc = vio_net_give(n, &n->rx_queue, b, b->data);
	n->starved |= rc != VIO_OK;
	return rc;
}

int vio_net_refill(struct vio_net *n)
{
	int rc = VIO_OK;

	n->starved = false;
	for (unsigned i = 0; i < n->rx_buffers && rc == VIO_OK; i++) {
		if (!n->rx[i].out && !n->rx[i].busy)
			rc = give(n, &n->rx[i]);
	}
	return rc;
}

/* Was the used length larger than the buffer? It was clamped then, and the data is not the whole
 * frame. */
static bool was_cut(struct vio_net *n)
{
	const uint32_t before = n->clamped;

	n->clamped = n->rx_queue.vq.clamped;
	return n->clamped != before;
}

/* ---- Checksums ---- */

/* The ones' complement sum (RFC 1071) over pairs of bytes from `p` on. */
static uint16_t sum(const uint8_t *p, size_t bytes)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		s += (uint32_t)p[i] << 8 | p[i + 1];
	if (bytes % 2 != 0)
		s += (uint32_t)p[bytes - 1] << 8;
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/*
 * A frame of another guest on the same host may arrive without its checksum. The checksum is filled
 * in here, so that the receiver of the frame finds it complete. Without the feature the flags have
 * no meaning; and with the flag RSC_INFO the offsets have another meaning and are not used
 * (5.1.6.4.2). False: the place of the checksum is not within the frame.
 */
static bool complete(struct vio_net *n, const struct vio_net_join *j)
{
	const size_t at = (size_t)j->csum_start + j->csum_offset;

	n->vouched = false;
	if (!vio_has(&n->device, VIO_NET_F_GUEST_CSUM) || j->flags & NET_RSC_INFO)
		return true;
	n->vouched = (j->flags & (NET_NEEDS_CSUM | NET_DATA_VALID)) != 0;
	if (!(j->flags & NET_NEEDS_CSUM))
		return true;
	if (j->csum_start < VIO_NET_LINK_BYTES || at + 2 > j->bytes)
		return false;
	uint16_t s = sum(j->to + j->csum_start, j->bytes - j->csum_start);
	if (s == 0) /* for UDP, 0 would mean that there is no checksum */
		s = 0xffff;
	j->to[at] = (uint8_t)(s >> 8);
	j->to[at + 1] = (uint8_t)s;
	return true;
}

/* ---- Frames ---- */

/* The callback may poll the device. Meanwhile the buffer and the room are not used for another
 * frame. */
static void pass_on(struct vio_net *n, const struct vio_net_join *j)
{
	const bool in_room = j->to == n->room;

	n->counters.rx_frames++;
	n->counters.rx_joined += j->joined;
	n->counters.rx_bytes += j->bytes;
	n->room_busy = n->room_busy || in_room;
	n->callbacks++;
	n->frame(n->arg, j->to, j->bytes);
	n->callbacks--;
	if (in_room)
		n->room_busy = false;
}

/* The frame is complete. If it cannot be passed on, the reason is counted. */
static bool is_good(struct vio_net *n, const struct vio_net_join *j)
{
	uint32_t *why = NULL;

	if (j->drop)
		return false;
	if (j->bytes < VIO_NET_LINK_BYTES)
		why = &n->counters.rx_short;
	else if (!complete(n, j))
		why = &n->counters.rx_offsets;
	else if (!n->frame)
		why = &n->counters.rx_unheard;
	if (why)
		++*why;
	return !why;
}

/* Returns the first buffer of the frame. Not inlined, so that the frame is not on the stack when
 * the buffer is given to the device again. */
__attribute__((noinline)) static struct vio_net_buffer *end(struct vio_net *n)
{
	const struct vio_net_join j = n->join;

	memset(&n->join, 0, sizeof(n->join)); /* the callback may receive the next frame */
	if (is_good(n, &j))
		pass_on(n, &j);
	j.first->busy = false;
	return j.first;
}

static void drop(struct vio_net *n, uint32_t *why)
{
	if (!n->join.drop)
		++*why;
	n->join.drop = true;
}

static void limit(struct vio_net *n)
{
	if (n->join.bytes > n->join.most)
		drop(n, &n->counters.rx_long);
}

/* The number of buffers of the frame. 0: more than the device can have. */
static unsigned parts(const struct vio_net *n, const struct vio_net_buffer *b)
{
	unsigned i, given = 1;

	if (!vio_has(&n->device, VIO_NET_F_MRG_RXBUF))
		return 1;
	uint16_t said = net_get16(b->data + NET_NUM_BUFFERS);
	if (said <= 1)
		return said;
	for (i = 0; i < n->rx_buffers; i++)
		given += n->rx[i].out;
	return said <= given ? said : 0;
}

/* The frame has further buffers. Their bytes go after those of the first buffer, or all of them go
 * to the memory for large frames if there is one. */
static void gather(struct vio_net *n)
{
	struct vio_net_join *j = &n->join;

	j->joined = true;
	if (!n->room || n->room_busy || j->bytes > n->room_bytes)
		return;
	memcpy(n->room, j->to, j->bytes);
	j->to = n->room;
	j->most = n->room_bytes;
}

/* hdr_len and gso_size are ignored, since their features were not negotiated (5.1.6.4.2). Not
 * inlined for the sake of the stack. */
__attribute__((noinline)) static void begin(struct vio_net *n, struct vio_net_buffer *b,
					    uint32_t written, bool cut)
{
	struct vio_net_join *j = &n->join;

	*j = (struct vio_net_join){ .first = b,
				    .to = b->data + n->header,
				    .most = VIO_NET_FRAME_MAX };
	b->busy = true;
	if (written < n->header) { /* the header is that of an older frame */
		drop(n, &n->counters.rx_short);
		return;
	}
	unsigned count = parts(n, b);
	j->bytes = written - n->header;
	j->left = (uint16_t)(count > 1 ? count - 1 : 0);
	j->flags = b->data[NET_FLAGS];
	j->csum_start = net_get16(b->data + NET_CSUM_START);
	j->csum_offset = net_get16(b->data + NET_CSUM_OFFSET);
	if (count == 0)
		drop(n, &n->counters.rx_parts);
	else if (cut)
		drop(n, &n->counters.rx_long);
	else if (b->data[NET_GSO_TYPE] != 0)
		drop(n, &n->counters.rx_gso);
	else if (j->left > 0)
		gather(n);
	limit(n);
}

/* A further buffer has no header: all of it belongs to the frame. */
static void append(struct vio_net *n, const struct vio_net_buffer *b, uint32_t written, bool cut)
{
	struct vio_net_join *j = &n->join;
	const size_t before = j->bytes;

	j->left--;
	j->bytes += written;
	if (cut)
		drop(n, &n->counters.rx_long);
	limit(n);
	if (!j->drop)
		memcpy(j->to + before, b->data, written);
}

/* Not inlined: a good buffer is taken without a problem on the stack. */
__attribute__((noinline)) static void repeated(struct vio_queue *q)
{
	vio_device_refuse(q->dev, (struct vio_problem){ .cause = VIO_C_BAD_USED,
							.err = VIO_EDEVICE,
							.queue = q->index });
}

/* The device uses all buffers of a frame at once (5.1.6.4.1). A buffer that is not there yet will
 * never come. */
static void advance(struct vio_net *n)
{
	if (n->join.left > 0 && !vq_has_used(&n->rx_queue.vq)) {
		drop(n, &n->counters.rx_parts);
		n->join.left = 0;
	}
	if (n->join.left == 0)
		give(n, end(n));
}

void vio_net_received(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_net *n = net_of(q->dev);
	struct vio_net_buffer *b = (struct vio_net_buffer *)(void *)r;
	const bool cut = was_cut(n);

	b->out = false;
	if (err != VIO_OK)
		return;
	/* The buffer was given to the device again but not published since. The device cannot have
	 * seen it, so this completion repeats an old id. */
	if (b->given == net_publishes(q)) {
		repeated(q);
		return;
	}
	const bool starved = n->starved;
	if (n->join.left == 0) {
		begin(n, b, written, cut);
	} else {
		append(n, b, written, cut);
		give(n, b);
	}
	advance(n);
	if (starved)
		vio_net_refill(n);
}
