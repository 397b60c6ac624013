/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock: packets from the peer. Each header is copied before it is looked at. */
#include "drivers/vsock/vsock_internal.h"

#include <string.h>

struct packet {
	uint64_t from, to;
	uint32_t from_port, to_port, len;
	uint16_t type, op;
	uint32_t flags, buf_alloc, fwd_cnt;
	const uint8_t *data;
};

static uint64_t get(const uint8_t **from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t) * (*from)++ << (8 * i);
	return value;
}

/* Not inlined, so that the copy is not on the stack when callbacks run. */
__attribute__((noinline)) static void parse(const uint8_t *bytes, struct packet *k)
{
	uint8_t header[VIO_VSOCK_HEADER];
	const uint8_t *p = header;

	memcpy(header, bytes, sizeof(header));
	k->from = get(&p, 8);
	k->to = get(&p, 8);
	k->from_port = (uint32_t)get(&p, 4);
	k->to_port = (uint32_t)get(&p, 4);
	k->len = (uint32_t)get(&p, 4);
	k->type = (uint16_t)get(&p, 2);
	k->op = (uint16_t)get(&p, 2);
	k->flags = (uint32_t)get(&p, 4);
	k->buf_alloc = (uint32_t)get(&p, 4);
	k->fwd_cnt = (uint32_t)get(&p, 4);
	k->data = bytes + VIO_VSOCK_HEADER;
}

static void refuse(struct vio_vsock *v, const struct packet *k)
{
	const struct vio_vsock_refusal r = { k->from, k->from_port, k->to_port, k->type };

	if (k->op != VSOCK_RST)
		vio_vsock_refuse(v, &r);
}

static void reset_for(struct vio_vsock_socket *s, int err)
{
	vio_vsock_refuse_socket(s);
	vio_vsock_end(s, err);
}

/* The peer broke the protocol of a connection, which ends. */
static void reset(struct vio_vsock_socket *s)
{
	reset_for(s, VIO_EFORMAT);
}

/* ---- Connections ---- */

/* The peer's count of read bytes only grows, up to the bytes that were sent. False: it does not. */
static bool take_credit(struct vio_vsock_socket *s, const struct packet *k)
{
	if (s->tx_cnt - k->fwd_cnt > s->tx_cnt - s->peer_fwd)
		return false;
	s->peer_fwd = k->fwd_cnt;
	s->peer_room = k->buf_alloc;
	return true;
}

static void store(struct vio_vsock_socket *s, const uint8_t *p, uint32_t n)
{
	const uint32_t at = (uint32_t)(((uint64_t)s->rx_at + s->rx_have) % s->rx_bytes);
	const uint32_t first = n < s->rx_bytes - at ? n : s->rx_bytes - at;

	memcpy((uint8_t *)s->rx + at, p, first);
	memcpy(s->rx, p + first, n - first);
	s->rx_have += n;
	s->rx_cnt += n;
}

/* The message ends after the stored bytes. */
static void store_end(struct vio_vsock_socket *s)
{
	if (s->have_ends == s->nends) {
		reset_for(s, VIO_EFULL);
		return;
	}
	s->ends[((uint64_t)s->first_end + s->have_ends) % s->nends] = s->rx_cnt;
	s->have_ends++;
}

/* Data beyond our room, or after the end of its direction, breaks the protocol. After
 * vio_vsock_close() data is dropped. */
static void take_data(struct vio_vsock_socket *s, const struct packet *k)
{
	if (s->state == VIO_VSOCK_CLOSING)
		return;
	if ((s->peer_shut & VIO_VSOCK_NO_SEND) != 0 || k->len > s->rx_bytes - s->rx_have) {
		reset(s);
		return;
	}
	store(s, k->data, k->len);
	if (s->ends && (k->flags & VSOCK_END) != 0)
		store_end(s);
}

static void take_shutdown(struct vio_vsock_socket *s, const struct packet *k)
{
	const uint8_t both = VIO_VSOCK_NO_RECEIVE | VIO_VSOCK_NO_SEND;

	s->peer_shut |= (uint8_t)(k->flags & both);
	if (s->peer_shut != both)
		return;
	vio_vsock_refuse_socket(s);
	vio_vsock_end(s, VIO_OK);
}

static void take_rst(struct vio_vsock_socket *s)
{
	const uint8_t both = VIO_VSOCK_NO_RECEIVE | VIO_VSOCK_NO_SEND;

	if (s->state == VIO_VSOCK_CONNECTING)
		vio_vsock_end(s, VIO_ENODEV);
	else
		vio_vsock_end(s, s->shut == both ? VIO_OK : VIO_EIO);
}

static void take_open(struct vio_vsock_socket *s, const struct packet *k)
{
	switch (k->op) {
	case VSOCK_RW: take_data(s, k); break;
	case VSOCK_CREDIT_UPDATE: break;
	case VSOCK_CREDIT_REQUEST: s->owed |= VSOCK_OWES_CREDIT; break;
	case VSOCK_SHUTDOWN: take_shutdown(s, k); break;
	default: reset(s); break;
	}
}

static void take(struct vio_vsock_socket *s, const struct packet *k)
{
	s->blocked = false;
	if (k->op == VSOCK_RST)
		take_rst(s);
	else if (!take_credit(s, k))
		reset(s);
	else if (s->state != VIO_VSOCK_CONNECTING)
		take_open(s, k);
	else if (k->op == VSOCK_RESPONSE)
		s->state = VIO_VSOCK_OPEN;
	else
		reset(s);
	vio_vsock_changed(s);
}

/* ---- From a packet to its connection ---- */

static struct vio_vsock_socket *find(struct vio_vsock *v, const struct packet *k)
{
	struct vio_vsock_socket *s = v->sockets;

	while (s && (s->peer != k->from || s->peer_port != k->from_port || s->port != k->to_port ||
		     vsock_type(s) != k->type))
		s = s->next;
	return s;
}

static struct vio_vsock_socket *ask_listener(struct vio_vsock *v, const struct packet *k)
{
	const bool messages = k->type == VSOCK_SEQPACKET;
	struct vio_vsock_listener *l = v->listeners;

	while (l && (l->port != k->to_port || l->messages != messages))
		l = l->next;
	struct vio_vsock_socket *s = l ? l->accept(l) : NULL;
	const bool fits = s && s->state == VIO_VSOCK_CLOSED && vio_vsock_has_memory(s) &&
			  vsock_type(s) == k->type;
	return fits ? s : NULL;
}

static void accept(struct vio_vsock *v, const struct packet *k)
{
	struct vio_vsock_socket *s = ask_listener(v, k);

	if (!s) {
		refuse(v, k);
		return;
	}
	vio_vsock_begin(v, s, VIO_VSOCK_OPEN);
	s->peer = k->from;
	s->peer_port = k->from_port;
	s->port = k->to_port;
	s->peer_room = k->buf_alloc;
	s->owed = VSOCK_OWES_RESPONSE;
	vio_vsock_changed(s);
}

/* Handle a packet of `written` bytes. False: the packet is invalid, and is dropped. Not inlined, so
 * that the copy is not on the stack when packets are sent. */
__attribute__((noinline)) static bool deliver(struct vio_vsock *v, const uint8_t *bytes,
					      uint32_t written)
{
	struct packet k;

	if (written < VIO_VSOCK_HEADER)
		return false;
	parse(bytes, &k);
	if (k.len > written - VIO_VSOCK_HEADER || k.to != v->cid)
		return false;
	if (k.type != VSOCK_STREAM &&
	    (k.type != VSOCK_SEQPACKET || !vio_has(&v->device, VIO_VSOCK_F_SEQPACKET))) {
		refuse(v, &k);
		return false;
	}
	struct vio_vsock_socket *s = find(v, &k);
	if (s)
		take(s, &k);
	else if (k.op == VSOCK_REQUEST)
		accept(v, &k);
	else
		refuse(v, &k);
	return true;
}

void vio_vsock_give(struct vio_queue *q, struct vio_vsock_slot *s, uint32_t bytes)
{
	s->buf = (struct vio_buf){ .p = s->bytes, .seg.len = bytes };
	vio_request_set(&s->request, &s->buf, 0, 1);
	s->busy = vio_queue_request(q, &s->request) == VIO_OK;
}

/* The buffer goes back to the device at once, whatever waits to be sent (5.10.6.2). */
void vio_vsock_received(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_vsock *v = vsock_of(q->dev);
	struct vio_vsock_slot *s = (struct vio_vsock_slot *)(void *)r;

	s->busy = false;
	if (err != VIO_OK)
		return;
	v->received++;
	v->dropped += !deliver(v, s->bytes, written);
	for (unsigned i = 0; i < v->nrx; i++) {
		if (!v->rx_slot[i].busy)
			vio_vsock_give(q, &v->rx_slot[i], v->packet);
	}
	vio_vsock_flush(v);
}
