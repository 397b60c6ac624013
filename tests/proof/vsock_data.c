/* SPDX-License-Identifier: BSD-2-Clause */
/* take_credit() and take_data() of virtio-vsock: any packet, any connection. */
#include "tests/proof/device.h"

#include <string.h>

#define memcpy(to, from, n) copied(to, from, n)

/* What is copied does not matter, only from where and to where. */
static void copied(void *to, const void *from, size_t n)
{
	claim_that(n == 0 || __CPROVER_w_ok(to, n), "a copy stays in the buffer");
	claim_that(n == 0 || __CPROVER_r_ok(from, n), "a copy stays in the packet");
}

#include "drivers/vsock/vsock_receive.c"

#include <stdlib.h>

static bool ended;

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

void vio_vsock_refuse_socket(struct vio_vsock_socket *s)
{
	(void)s;
}

void vio_vsock_end(struct vio_vsock_socket *s, int err)
{
	s->state = VIO_VSOCK_CLOSED;
	s->err = err;
	ended = true;
}

static bool socket_holds(const struct vio_vsock_socket *s)
{
	return s->rx_at < s->rx_bytes && s->rx_have <= s->rx_bytes &&
	       (!s->ends || (s->first_end < s->nends && s->have_ends <= s->nends));
}

static void it_was_stored(const struct vio_vsock_socket *before, const struct vio_vsock_socket *s,
			  const struct packet *k)
{
	place();
	claim_that(s->rx_have == before->rx_have + k->len && s->rx_cnt == before->rx_cnt + k->len,
		   "all of it was stored");
	claim_that(!(s->peer_shut & VIO_VSOCK_NO_SEND), "the peer may send");
}

static void the_peer_was_wrong(const struct vio_vsock_socket *s)
{
	place();
	claim_that(s->err == VIO_EFORMAT || s->err == VIO_EFULL, "the connection ended");
}

int main(void)
{
	struct vio_vsock_socket s = { .rx_bytes = nondet_u32(),
				      .rx_at = nondet_u32(),
				      .rx_have = nondet_u32(),
				      .rx_cnt = nondet_u32(),
				      .nends = nondet_u32(),
				      .first_end = nondet_u32(),
				      .have_ends = nondet_u32(),
				      .tx_cnt = nondet_u32(),
				      .peer_fwd = nondet_u32(),
				      .peer_shut = (uint8_t)nondet_u16(),
				      .state = VIO_VSOCK_OPEN };
	struct packet k = { .len = nondet_u32(),
			    .flags = nondet_u32(),
			    .fwd_cnt = nondet_u32(),
			    .buf_alloc = nondet_u32() };

	s.rx = malloc(s.rx_bytes);
	s.ends = nondet_bool() ? malloc(sizeof(uint32_t) * (size_t)s.nends) : NULL;
	k.data = malloc(k.len);
	assume(s.rx && k.data && socket_holds(&s));
	const struct vio_vsock_socket before = s;
	if (!take_credit(&s, &k)) {
		claim_that(s.peer_fwd == before.peer_fwd, "a count that shrinks is not taken");
		return 0;
	}
	claim_that(s.tx_cnt - s.peer_fwd <= before.tx_cnt - before.peer_fwd,
		   "no more is on its way than before");
	take_data(&s, &k);
	if (ended)
		the_peer_was_wrong(&s);
	else
		it_was_stored(&before, &s, &k);
	claim_that(socket_holds(&s), "the invariant holds again");
	return 0;
}
