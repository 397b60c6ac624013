/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock: what the caller does with sockets. */
#include "drivers/vsock/vsock_internal.h"

#include <string.h>

static bool is_used(const struct vio_vsock *v, uint32_t port)
{
	const struct vio_vsock_socket *s = v->sockets;
	const struct vio_vsock_listener *l = v->listeners;

	while (s && s->port != port)
		s = s->next;
	while (l && l->port != port)
		l = l->next;
	return s || l;
}

/* 0: all are used. */
static uint32_t free_port(struct vio_vsock *v)
{
	for (unsigned i = 0; i < VIO_VSOCK_PORTS; i++) {
		const uint32_t port = VIO_VSOCK_PORT_FIRST + v->next_port++ % VIO_VSOCK_PORTS;

		if (!is_used(v, port))
			return port;
	}
	return 0;
}

int vio_vsock_connect(struct vio_vsock *v, struct vio_vsock_socket *s, uint64_t peer, uint32_t port)
{
	if (v->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (s->state != VIO_VSOCK_CLOSED)
		return VIO_EBUSY;
	if (!vio_vsock_has_memory(s))
		return VIO_EINVAL;
	if (s->ends && !vio_has(&v->device, VIO_VSOCK_F_SEQPACKET))
		return VIO_ENOTSUP;
	const uint32_t ours = free_port(v);
	if (ours == 0)
		return VIO_EFULL;
	vio_vsock_begin(v, s, VIO_VSOCK_CONNECTING);
	s->peer = peer;
	s->peer_port = port;
	s->port = ours;
	s->owed = VSOCK_OWES_REQUEST;
	vio_vsock_flush(v);
	return VIO_OK;
}

int vio_vsock_listen(struct vio_vsock *v, struct vio_vsock_listener *l)
{
	const struct vio_vsock_listener *other = v->listeners;

	while (other && (other->port != l->port || other->messages != l->messages))
		other = other->next;
	if (other)
		return VIO_EBUSY;
	if (!l->accept)
		return VIO_EINVAL;
	l->next = v->listeners;
	v->listeners = l;
	return VIO_OK;
}

void vio_vsock_unlisten(struct vio_vsock *v, struct vio_vsock_listener *l)
{
	struct vio_vsock_listener **at = &v->listeners;

	while (*at && *at != l)
		at = &(*at)->next;
	if (*at)
		*at = l->next;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* 1: there is room for a whole message now. 0: not now. VIO_ERANGE: never. */
static int fits(const struct vio_vsock_socket *s, size_t n)
{
	const size_t most = s->v->packet - VIO_VSOCK_HEADER;

	if (n == 0)
		return VIO_EINVAL;
	if (n > s->peer_room || (n - 1) / most >= s->v->ntx)
		return VIO_ERANGE;
	return n <= vio_vsock_credit(s) && (n - 1) / most < vio_vsock_room(s->v);
}

/* Returns how many bytes were sent. */
static size_t send_all(struct vio_vsock_socket *s, const uint8_t *from, size_t n)
{
	size_t done = 0;

	while (s->owed == 0) {
		const size_t most = least(vio_vsock_credit(s), s->v->packet - VIO_VSOCK_HEADER);
		const size_t k = least(n - done, most);
		const uint32_t flags = s->ends && done + k == n ? VSOCK_END : 0;

		if (k == 0 || !vio_vsock_send_data(s, from + done, (uint32_t)k, flags))
			break;
		done += k;
	}
	return done;
}

int64_t vio_vsock_send(struct vio_vsock_socket *s, const void *p, size_t n)
{
	if (s->state != VIO_VSOCK_OPEN || (s->shut & VIO_VSOCK_NO_SEND) != 0 ||
	    (s->peer_shut & VIO_VSOCK_NO_RECEIVE) != 0)
		return VIO_EINVAL;
	vio_vsock_flush(s->v); /* waiting packets go first, so a response comes before the data */
	const int whole = s->ends ? fits(s, n) : 1;
	if (whole < 0)
		return whole;
	const size_t done = whole ? send_all(s, p, n) : 0;
	s->blocked = done < n;
	vio_vsock_flush(s->v);
	return (int64_t)done;
}

/* How many bytes may be read at once: those of one message. Nothing of a message is read before its
 * end is known. */
static size_t readable(const struct vio_vsock_socket *s)
{
	if (!s->ends)
		return s->rx_have;
	return s->have_ends > 0 ? s->ends[s->first_end] - s->fwd_cnt : 0;
}

/* The end of a message is passed when all of it was read. */
static void pass_end(struct vio_vsock_socket *s)
{
	s->at_end = s->have_ends > 0 && s->ends[s->first_end] == s->fwd_cnt;
	if (!s->at_end)
		return;
	s->first_end = (s->first_end + 1) % s->nends;
	s->have_ends--;
}

size_t vio_vsock_receive(struct vio_vsock_socket *s, void *p, size_t n)
{
	uint8_t *to = p;
	size_t done = 0;

	n = least(n, readable(s));
	while (done < n) {
		const size_t piece = least(s->rx_have, s->rx_bytes - s->rx_at);
		const size_t k = least(n - done, piece);

		memcpy(to + done, (const uint8_t *)s->rx + s->rx_at, k);
		s->rx_at = (uint32_t)((s->rx_at + k) % s->rx_bytes);
		s->rx_have -= (uint32_t)k;
		done += k;
	}
	s->fwd_cnt += (uint32_t)done;
	pass_end(s);
	if (s->state == VIO_VSOCK_OPEN && s->fwd_cnt - s->told >= (s->rx_bytes + 1) / 2) {
		s->owed |= VSOCK_OWES_CREDIT;
		vio_vsock_flush(s->v);
	}
	return done;
}

int vio_vsock_shutdown(struct vio_vsock_socket *s, uint8_t directions)
{
	if (s->state != VIO_VSOCK_OPEN)
		return VIO_EINVAL;
	s->shut |= directions & (VIO_VSOCK_NO_RECEIVE | VIO_VSOCK_NO_SEND);
	s->owed |= VSOCK_OWES_SHUTDOWN;
	vio_vsock_flush(s->v);
	return VIO_OK;
}

void vio_vsock_close(struct vio_vsock_socket *s)
{
	if (vio_vsock_shutdown(s, VIO_VSOCK_NO_RECEIVE | VIO_VSOCK_NO_SEND) == VIO_OK)
		s->state = VIO_VSOCK_CLOSING;
	else if (s->state == VIO_VSOCK_CONNECTING)
		vio_vsock_reset(s);
}

void vio_vsock_reset(struct vio_vsock_socket *s)
{
	if (s->state == VIO_VSOCK_CLOSED)
		return;
	vio_vsock_refuse_socket(s);
	vio_vsock_end(s, VIO_OK);
	vio_vsock_flush(s->v);
}
