/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock: packets to the peer, and the list of the sockets in use (virtio 1.4, 5.10.6). */
#include "drivers/vsock/vsock_internal.h"

#include <string.h>

static struct vio_vsock_slot *idle_slot(struct vio_vsock *v)
{
	for (unsigned i = 0; i < v->ntx; i++) {
		if (!v->tx_slot[i].busy)
			return &v->tx_slot[i];
	}
	return NULL;
}

unsigned vio_vsock_room(const struct vio_vsock *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->ntx; i++)
		n += !v->tx_slot[i].busy;
	return n;
}

static void put(uint8_t **to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		*(*to)++ = (uint8_t)(value >> (8 * i));
}

/* The fields of a header besides the addresses. */
struct header {
	uint32_t len;
	uint16_t type, op;
	uint32_t flags, buf_alloc, fwd_cnt;
};

/* A packet in an idle slot. NULL: none is idle, or the device is not live. */
static struct vio_vsock_slot *make(struct vio_vsock *v, const struct vio_vsock_refusal *to,
				   const struct header *h, const uint8_t *data)
{
	struct vio_vsock_slot *slot = idle_slot(v);

	if (!slot || v->device.state != VIO_LIVE)
		return NULL;
	uint8_t *p = slot->bytes;
	put(&p, v->cid, 8);
	put(&p, to->peer, 8);
	put(&p, to->port, 4);
	put(&p, to->peer_port, 4);
	put(&p, h->len, 4);
	put(&p, h->type, 2);
	put(&p, h->op, 2);
	put(&p, h->flags, 4);
	put(&p, h->buf_alloc, 4);
	put(&p, h->fwd_cnt, 4);
	if (h->len > 0)
		memcpy(p, data, h->len);
	slot->buf = (struct vio_buf){ .p = slot->bytes, .seg.len = VIO_VSOCK_HEADER + h->len };
	vio_request_set(&slot->request, &slot->buf, 1, 0);
	return slot;
}

static bool submit(struct vio_vsock *v, struct vio_vsock_slot *slot)
{
	if (!slot)
		return false;
	slot->busy = vio_queue_request(&v->tx, &slot->request) == VIO_OK;
	v->sent += slot->busy;
	return slot->busy;
}

/* Each packet of a connection carries our buffer size and the number of bytes read (5.10.6.3). Not
 * inlined, so that the header is not on the stack when the packet is submitted. */
__attribute__((noinline)) static struct vio_vsock_slot *
make_of(struct vio_vsock_socket *s, uint16_t op, uint32_t flags, const uint8_t *data, uint32_t len)
{
	const struct vio_vsock_refusal to = { s->peer, s->peer_port, s->port, vsock_type(s) };
	const struct header h = { len, vsock_type(s), op, flags, s->rx_bytes, s->fwd_cnt };

	return make(s->v, &to, &h, data);
}

static bool submit_of(struct vio_vsock_socket *s, uint16_t op, uint32_t flags, const uint8_t *data,
		      uint32_t len)
{
	const bool done = submit(s->v, make_of(s, op, flags, data, len));

	if (done)
		s->told = s->fwd_cnt;
	return done;
}

bool vio_vsock_send_data(struct vio_vsock_socket *s, const uint8_t *p, uint32_t n, uint32_t flags)
{
	const bool done = submit_of(s, VSOCK_RW, flags, p, n);

	s->tx_cnt += done ? n : 0;
	return done;
}

/* The peer may have reduced its room below the bytes in flight. */
uint32_t vio_vsock_credit(const struct vio_vsock_socket *s)
{
	const uint32_t on_way = s->tx_cnt - s->peer_fwd;

	return on_way < s->peer_room ? s->peer_room - on_way : 0;
}

/* ---- Packets that wait for room ---- */

static bool pay(struct vio_vsock_socket *s)
{
	static const uint16_t ops[] = { VSOCK_REQUEST, VSOCK_RESPONSE, VSOCK_CREDIT_UPDATE,
					VSOCK_SHUTDOWN };

	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if ((s->owed >> i & 1) == 0)
			continue;
		if (!submit_of(s, ops[i], ops[i] == VSOCK_SHUTDOWN ? s->shut : 0, NULL, 0))
			return false;
		s->owed &= (uint8_t) ~(1u << i);
	}
	return true;
}

__attribute__((noinline)) static struct vio_vsock_slot *
make_refusal(struct vio_vsock *v, const struct vio_vsock_refusal *r)
{
	const struct header h = { .type = r->type, .op = VSOCK_RST };

	return make(v, r, &h, NULL);
}

static bool pay_refusals(struct vio_vsock *v)
{
	while (v->refusals > 0) {
		if (!submit(v, make_refusal(v, &v->refusal[0])))
			return false;
		v->refused++;
		v->refusals--;
		memmove(&v->refusal[0], &v->refusal[1], v->refusals * sizeof(v->refusal[0]));
	}
	return true;
}

void vio_vsock_flush(struct vio_vsock *v)
{
	bool room = pay_refusals(v);

	for (struct vio_vsock_socket *s = v->sockets; s && room; s = s->next)
		room = pay(s);
	vio_queue_kick(&v->tx);
}

void vio_vsock_refuse(struct vio_vsock *v, const struct vio_vsock_refusal *r)
{
	if (v->refusals < VIO_VSOCK_REFUSALS)
		v->refusal[v->refusals++] = *r;
}

void vio_vsock_refuse_socket(const struct vio_vsock_socket *s)
{
	const struct vio_vsock_refusal r = { s->peer, s->peer_port, s->port, vsock_type(s) };

	vio_vsock_refuse(s->v, &r);
}

/* ---- Sockets in use ---- */

void vio_vsock_begin(struct vio_vsock *v, struct vio_vsock_socket *s, enum vio_vsock_state state)
{
	s->v = v;
	s->state = state;
	s->err = VIO_OK;
	s->peer_shut = s->shut = s->owed = 0;
	s->at_end = false;
	s->first_end = s->have_ends = s->rx_cnt = 0;
	s->rx_at = s->rx_have = s->fwd_cnt = s->told = s->tx_cnt = s->peer_fwd = s->peer_room = 0;
	s->blocked = false;
	s->round = v->round;
	s->next = v->sockets;
	v->sockets = s;
}

void vio_vsock_end(struct vio_vsock_socket *s, int err)
{
	struct vio_vsock_socket **at = &s->v->sockets;

	while (*at != s) /* a socket in use is in the list */
		at = &(*at)->next;
	*at = s->next;
	s->state = VIO_VSOCK_CLOSED;
	s->err = err;
}

void vio_vsock_changed(struct vio_vsock_socket *s)
{
	if (s->changed)
		s->changed(s);
}

/* A callback may connect a socket again. Such a socket belongs to this round, and stays in use. */
void vio_vsock_end_all(struct vio_vsock *v, int err)
{
	struct vio_vsock_socket *s = v->sockets;

	v->refusals = 0;
	v->round++;
	while (s) {
		if (s->round == v->round) {
			s = s->next;
			continue;
		}
		vio_vsock_end(s, err);
		vio_vsock_changed(s);
		s = v->sockets; /* the list may be another one now */
	}
}

/* If a send had no room, the socket's changed() is called once for each packet that was sent. */
static void tell_blocked(struct vio_vsock *v)
{
	struct vio_vsock_socket *s = v->sockets;

	v->round++;
	while (s) {
		if (s->blocked && s->round != v->round) {
			s->blocked = false;
			s->round = v->round;
			vio_vsock_changed(s);
			s = v->sockets; /* the list may be another one now */
		} else {
			s = s->next;
		}
	}
}

void vio_vsock_sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_vsock *v = vsock_of(q->dev);

	(void)written;
	((struct vio_vsock_slot *)(void *)r)->busy = false;
	if (err != VIO_OK)
		return;
	vio_vsock_flush(v);
	tell_blocked(v);
}
