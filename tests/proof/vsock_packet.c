/* SPDX-License-Identifier: BSD-2-Clause */
/* deliver() of virtio-vsock: any packet of any length, with one connection and one listener of any
 * kind. take_data() is proved by vsock_data; here it says that it may be called. */
#include "tests/proof/bytes.h"

#include "drivers/vsock/vsock_receive.c"

#include <stdlib.h>

static struct vio_vsock v;
static struct vio_vsock_socket socket, fresh;
static struct vio_vsock_listener listener;
static const uint8_t *bytes;
static uint32_t written;
static unsigned refusals, begun, ended, taken;

static bool lies_within(const struct packet *k)
{
	return k->data == bytes + VIO_VSOCK_HEADER && written >= VIO_VSOCK_HEADER &&
	       k->len <= written - VIO_VSOCK_HEADER;
}

/* For take_data(). */
void data_came(struct vio_vsock_socket *s, const struct packet *k)
{
	claim_that(s == &socket && k->op == VSOCK_RW && s->state != VIO_VSOCK_CONNECTING,
		   "data of the connection");
	claim_that(lies_within(k) && __CPROVER_r_ok(k->data, k->len), "data lies in the packet");
	taken++;
}

void vio_vsock_refuse(struct vio_vsock *vsock, const struct vio_vsock_refusal *r)
{
	(void)r;
	claim_that(vsock == &v, "this device");
	refusals++;
}

void vio_vsock_refuse_socket(const struct vio_vsock_socket *s)
{
	claim_that(s == &socket, "the connection is refused");
}

void vio_vsock_begin(struct vio_vsock *vsock, struct vio_vsock_socket *s,
		     enum vio_vsock_state state)
{
	claim_that(vsock == &v && s == &fresh && s->state == VIO_VSOCK_CLOSED,
		   "only a closed socket is begun");
	claim_that(s->rx && s->rx_bytes > 0, "it has memory");
	s->state = state;
	begun++;
}

void vio_vsock_end(struct vio_vsock_socket *s, int err)
{
	claim_that(s == &socket, "the connection ends");
	s->state = VIO_VSOCK_CLOSED;
	s->err = err;
	ended++;
}

void vio_vsock_changed(struct vio_vsock_socket *s)
{
	claim_that(s == &socket || s == &fresh, "its owner is told");
}

static struct vio_vsock_socket *accept_one(struct vio_vsock_listener *l)
{
	claim_that(l == &listener, "this listener");
	return nondet_bool() ? &fresh : NULL;
}

static void a_packet_came(const struct vio_vsock_socket *before)
{
	place();
	claim_that(written >= VIO_VSOCK_HEADER, "a packet has a header");
	claim_that(begun + refusals <= 1 && taken + ended <= 1, "one thing happens");
	claim_that(ended || socket.tx_cnt - socket.peer_fwd <= before->tx_cnt - before->peer_fwd,
		   "no more is on its way than before");
	claim_that(taken == 0 || before->state >= VIO_VSOCK_OPEN, "the connection was open");
}

static void it_was_invalid(const struct vio_vsock_socket *before)
{
	place();
	claim_that(begun + taken + ended == 0 && socket.state == before->state &&
			   socket.peer_fwd == before->peer_fwd && socket.owed == before->owed,
		   "no connection changes");
}

static void any_socket(struct vio_vsock_socket *s)
{
	s->rx_bytes = nondet_u32();
	s->rx = nondet_bool() ? malloc(s->rx_bytes) : NULL;
	s->nends = nondet_u32();
	s->ends = nondet_bool() ? malloc(sizeof(uint32_t) * (size_t)s->nends) : NULL;
	s->state = (enum vio_vsock_state)(nondet_unsigned() % (VIO_VSOCK_CLOSING + 1));
	s->peer = nondet_u64();
	s->peer_port = nondet_u32();
	s->port = nondet_u32();
	s->tx_cnt = nondet_u32();
	s->peer_fwd = nondet_u32();
	s->peer_shut = (uint8_t)(nondet_u16() & 3);
	s->shut = (uint8_t)(nondet_u16() & 3);
}

int main(void)
{
	written = nondet_u32();
	bytes = malloc(written);
	any_socket(&socket);
	any_socket(&fresh);
	assume(socket.state != VIO_VSOCK_CLOSED); /* those that are closed are in no list */
	v.cid = nondet_u64();
	v.device.features = nondet_u64();
	v.sockets = nondet_bool() ? &socket : NULL;
	listener.port = nondet_u32();
	listener.messages = nondet_bool();
	listener.accept = accept_one;
	v.listeners = nondet_bool() ? &listener : NULL;
	const struct vio_vsock_socket before = socket;

	if (deliver(&v, bytes, written))
		a_packet_came(&before);
	else
		it_was_invalid(&before);
	return 0;
}
