/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any state of a packed ring of any size that satisfies the invariant. Ring and tables are
 * allocated to exactly that size, so an access outside is seen.
 *
 * The invariant is the one above struct vq_packed (picovirtio/packed.h). word_holds() is its part
 * Words, state_holds() its parts Counters and Broken; packed_order.h has Order, and packed_table.c
 * has Places. The sum over all words is a ghost: `in_flight` descriptors. Words is assumed at the
 * words that a function looks at, and at one more, any word. With ORDERED the queue has IN_ORDER.
 */
#ifndef PACKED_STATE_H
#define PACKED_STATE_H

#include "tests/proof/device.h"

#include "virtqueue/packed.c"
#include "virtqueue/virtqueue.c"

#include <stdlib.h>

static struct vq q;
static struct vq_packed *const p = &q.ring.packed;
static unsigned size, in_flight;
static uint32_t suppression[2]; /* driver, device */

/* The word of an id in flight has a count and the mark OLD at most; that of a free id has the next
 * one. */
static bool word_holds(uint32_t word)
{
	const unsigned count = word >> COUNT_SHIFT;

	return count ? count <= in_flight && (word & 0xffff & ~OLD) == 0 : word <= size;
}

static bool state_holds(unsigned flying)
{
	if (p->used >= size || p->next >= size || p->first_id > size || p->batch >= size)
		return false;
	if ((p->used_lap != 0 && p->used_lap != DESC_LAP) ||
	    (p->lap != DESC_AVAIL && p->lap != DESC_USED))
		return false;
	if (p->broken)
		return p->free == 0 && p->shown == 0 && p->pending == 0 && p->ended == 0;
	return p->free <= size && p->shown <= size && p->pending <= size &&
	       p->free + p->shown + p->pending == size && p->shown + p->pending == flying &&
	       p->ended <= p->shown;
}

static void any_packed_ring(void)
{
	size = nondet_unsigned();
	assume(size >= 1 && size <= SIZE_MAX_DESC);
	p->size = size;
	p->desc = malloc(sizeof(struct vq_packed_desc) * (size_t)size);
	p->driver = &suppression[0];
	p->device = &suppression[1];
	p->priv = malloc(sizeof(struct vq_private) * (size_t)size);
	assume(p->desc && p->priv);
	q.format = &vq_format_packed;
#ifdef ORDERED
	q.order = vq_format_packed.in_order;
	p->ended = nondet_unsigned();
#else
	q.order = vq_format_packed.any_order;
#endif
	q.publish = vq_format_packed.publish;
	q.size = (uint16_t)size;
	q.table_max = nondet_bool() ? size : 0;
	q.strict_len = nondet_bool();
	q.clamped = nondet_u32();
	p->event_idx = nondet_bool();
	p->marks_written = nondet_bool();
	p->broken = nondet_bool();
	p->free = nondet_unsigned();
	p->shown = nondet_unsigned();
	p->pending = nondet_unsigned();
	p->first_id = nondet_unsigned();
	p->next = nondet_unsigned();
	p->batch = nondet_unsigned();
	p->used = nondet_unsigned();
	p->lap = nondet_u16();
	p->batch_flags = nondet_u16();
	p->used_lap = nondet_u16();
	in_flight = nondet_unsigned();
	assume(in_flight <= size && state_holds(in_flight));
}

/* Nothing but the fields that change while a ring is used has changed. */
static void frame_holds(const struct vq *before)
{
	claim_that(q.size == before->size && q.order.reap == before->order.reap &&
			   q.publish == before->publish && q.table_max == before->table_max,
		   "the queue is where it was");
	claim_that(p->desc == before->ring.packed.desc && p->driver == &suppression[0] &&
			   p->device == &suppression[1] && p->priv == before->ring.packed.priv &&
			   p->size == size && p->event_idx == before->ring.packed.event_idx,
		   "the ring is where it was");
}

#endif
