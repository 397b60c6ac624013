/* SPDX-License-Identifier: BSD-2-Clause */
/* Receiving in virtio-net, a step a run: any header, any used length, any frame that is any part of
 * the way together, and up to BUFFERS buffers in any state. BEGIN: the first buffer of a frame.
 * APPEND: a further one. ADVANCE: the end of the frame, if it has come. Without these:
 * vio_net_received(), in which any frame comes out of those steps. */
#include "tests/proof/bytes.h"

#define memcpy(to, from, n) copied(to, from, n)

#include "drivers/net/net_receive.c"

#include <stdlib.h>

enum { BUFFERS = 3 };

static struct vio_net n;
static struct vio_net_buffer buffer[BUFFERS];
static unsigned refusals, frames, steps;

/* For sum(). */
uint16_t any_sum(const uint8_t *p, size_t bytes)
{
	claim_that(__CPROVER_r_ok(p, bytes), "a checksum is over the frame");
	return nondet_u16();
}

int vio_net_give(struct vio_net *net, struct vio_queue *q, struct vio_net_buffer *b,
		 uint8_t *header)
{
	claim_that(net == &n && q == &n.rx_queue && header == b->data, "a buffer of this device");
	claim_that(!b->out && !b->busy, "a buffer that nobody uses is given");
	b->out = nondet_bool();
	return b->out ? VIO_OK : VIO_EFULL;
}

int vio_device_refuse(struct vio_device *d, struct vio_problem p)
{
	claim_that(d == &n.device, "this device");
	refusals++;
	return p.err;
}

bool vq_has_used(const struct vq *q)
{
	claim_that(q == &n.rx_queue.vq, "this queue");
	return nondet_bool();
}

static void it_was_passed_on(const uint8_t *p, size_t bytes)
{
	place();
	claim_that(__CPROVER_r_ok(p, bytes), "a frame lies in its memory");
	claim_that(bytes >= VIO_NET_LINK_BYTES, "a frame has a link header");
	claim_that(n.room && p == n.room ? n.room_busy : bytes <= VIO_NET_FRAME_MAX,
		   "it has its limit");
}

static void frame(void *arg, const uint8_t *p, size_t bytes)
{
	(void)arg;
	frames++;
	it_was_passed_on(p, bytes);
}

/* A frame whose first buffers have come lies in its first buffer, or in the memory for large
 * frames. */
static bool join_holds(const struct vio_net_join *j)
{
	const bool in_room = n.room && j->to == n.room;

	return j->first->busy && !j->first->out &&
	       (in_room ? j->most == n.room_bytes && !n.room_busy
			: j->to == j->first->data + n.header && j->most == VIO_NET_FRAME_MAX) &&
	       (j->bytes <= j->most || j->drop);
}

static void any_device(void)
{
	n.rx = buffer;
	n.rx_buffers = BUFFERS;
	n.header = nondet_bool() ? 10 : 12;
	n.room_bytes = nondet_u32();
	assume(n.room_bytes >= VIO_NET_FRAME_MAX);
	n.room = nondet_bool() ? malloc(n.room_bytes) : NULL;
	n.room_busy = nondet_bool();
	n.frame = nondet_bool() ? frame : NULL;
	n.clamped = nondet_u32();
	n.rx_queue.vq.clamped = nondet_u32();
	n.device.features = nondet_u64();
	n.starved = nondet_bool();
	n.rx_queue.dev = &n.device;
	n.rx_queue.kicks = nondet_u32();
	for (unsigned i = 0; i < BUFFERS; i++) {
		buffer[i].data = malloc(VIO_NET_BUFFER_BYTES);
		buffer[i].out = nondet_bool();
		buffer[i].busy = nondet_bool();
		buffer[i].given = nondet_u32();
		assume(!buffer[i].out || !buffer[i].busy);
	}
}

static void any_join(void)
{
	struct vio_net_join *const j = &n.join;

	j->first = &buffer[0];
	j->to = n.room && nondet_bool() ? n.room : buffer[0].data + n.header;
	j->bytes = nondet_u32();
	j->most = nondet_bool() ? n.room_bytes : VIO_NET_FRAME_MAX;
	j->left = nondet_u16();
	j->drop = nondet_bool();
	j->joined = nondet_bool();
	j->flags = (uint8_t)nondet_u16();
	j->csum_start = nondet_u16();
	j->csum_offset = nondet_u16();
	assume(join_holds(j));
}

/* For begin(), append() and advance(). */
void a_begin(struct vio_net *net, struct vio_net_buffer *b, uint32_t written, bool cut)
{
	(void)cut;
	claim_that(net == &n && n.join.left == 0, "no frame waits for its buffers");
	claim_that(!b->out && written <= VIO_NET_BUFFER_BYTES, "the buffer came back");
	steps++;
	any_join();
}

void an_append(struct vio_net *net, struct vio_net_buffer *b, uint32_t written, bool cut)
{
	(void)cut;
	claim_that(net == &n && n.join.left != 0, "a frame waits for its buffers");
	claim_that(!b->out && written <= VIO_NET_BUFFER_BYTES, "the buffer came back");
	steps++;
	any_join();
}

void an_advance(struct vio_net *net)
{
	claim_that(net == &n && steps == 1 && join_holds(&n.join), "after one buffer");
	steps++;
}

static void it_was_begun(uint32_t written)
{
	place();
	claim_that(join_holds(&n.join), "the invariant holds");
	claim_that(n.join.left < BUFFERS, "it waits for buffers that the device has");
	claim_that(n.join.drop || written >= n.header, "it has a header");
	claim_that(n.join.drop || n.join.bytes == written - n.header, "the rest is data");
}

static void it_was_appended(size_t before, uint16_t left, uint32_t written)
{
	place();
	claim_that(join_holds(&n.join), "the invariant holds again");
	claim_that(n.join.bytes == before + written && n.join.left == left - 1, "all of it");
}

static void it_came(bool twice)
{
	place();
	claim_that(refusals == twice, "an old id is refused");
	claim_that(steps == (twice ? 0 : 2), "a new one is taken");
}

int main(void)
{
	const uint32_t written = nondet_u32();

	any_device();
	/* The queue does not believe more than the length of the buffer. */
	assume(written <= VIO_NET_BUFFER_BYTES);
#if defined(BEGIN)
	assume(!buffer[1].out && !buffer[1].busy);
	begin(&n, &buffer[1], written, nondet_bool());
	it_was_begun(written);
#elif defined(APPEND)
	any_join();
	const size_t before = n.join.bytes;
	const uint16_t left = n.join.left;
	assume(left > 0);
	append(&n, &buffer[1], written, nondet_bool());
	it_was_appended(before, left, written);
#elif defined(ADVANCE)
	any_join();
	advance(&n);
	claim_that(frames <= 1, "a frame is passed on once");
#else
	any_join();
	assume(buffer[1].out);
	const bool twice = buffer[1].given == net_publishes(&n.rx_queue);
	vio_net_received(&n.rx_queue, &buffer[1].request, VIO_OK, written);
	it_came(twice);
#endif
	return 0;
}
