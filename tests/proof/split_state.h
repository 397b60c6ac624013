/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any state of a split ring of any size that satisfies the invariant. Rings and tables are
 * allocated to exactly that size, so an access outside is seen.
 *
 * The invariant is the one above struct vq_split (picovirtio/split.h). word_holds() is its part
 * Words, state_holds() its parts Counters and Broken; split_order.h has Order. Sums over all words
 * are ghosts: `in_flight` descriptors in `heads` chains. Words is assumed at the words that a
 * function looks at, and at one more, any word. With ORDERED the queue has IN_ORDER.
 */
#ifndef SPLIT_STATE_H
#define SPLIT_STATE_H

#include "tests/proof/device.h"

#include "virtqueue/split.c"
#include "virtqueue/virtqueue.c"

#include <stdlib.h>

static struct vq q;
static struct vq_split *const s = &q.ring.split;
static unsigned size, in_flight, heads;

/* Each word has an index of the table; that of a head in flight has a count, and the other heads
 * have the rest of the descriptors in flight. */
static bool word_holds(uint32_t word)
{
	const unsigned count = word >> COUNT_SHIFT, rest = in_flight - count;

	if ((word & INDEX) >= size)
		return false;
	return count == 0 ? !(word & OLD)
			  : (count <= in_flight && heads > 0 && rest >= heads - 1 &&
			     (heads > 1 || rest == 0));
}

static bool state_holds(unsigned flying, unsigned chains)
{
	if (s->first_free >= size)
		return false;
	if (s->broken)
		return s->free == 0 && s->ended == 0 && s->used_seen == s->used_idx &&
		       s->avail_next == s->avail_idx;
	const size_t due = chains - s->ended; /* the used ring has not told of these */

	return s->free + flying == size && chains <= flying && (flying == 0 || chains > 0) &&
	       s->ended <= chains && s->avail_next - s->used_idx == due &&
	       s->avail_idx - s->used_idx <= due &&
	       s->used_seen - s->used_idx <= s->avail_idx - s->used_idx;
}

static void any_split_ring(void)
{
	size = 1u << (nondet_unsigned() % 16);
	s->size = (uint16_t)size;
	s->mask = size - 1;
	s->desc = malloc(sizeof(struct vq_split_desc) * (size_t)size);
	s->avail = malloc(2 * (3 + (size_t)size));
	s->used = malloc(6 + 8 * (size_t)size);
	s->priv = malloc(sizeof(struct vq_private) * (size_t)size);
	assume(s->desc && s->avail && s->used && s->priv);
	s->avail_event = (const uint16_t *)(const void *)&s->used->ring[size];
	q.format = &vq_format_split;
#ifdef ORDERED
	q.order = vq_format_split.in_order;
	s->ended = nondet_unsigned();
#else
	q.order = vq_format_split.any_order;
#endif
	q.publish = vq_format_split.publish;
	q.size = (uint16_t)size;
	q.table_max = nondet_bool() ? size : 0;
	q.strict_len = nondet_bool();
	q.clamped = nondet_u32();
	s->event_idx = nondet_bool();
	s->broken = nondet_bool();
	s->free = nondet_unsigned();
	s->first_free = nondet_u16();
	s->avail_next = nondet_u64();
	s->avail_idx = nondet_u64();
	s->used_idx = nondet_u64();
	s->used_seen = nondet_u64();
	in_flight = nondet_unsigned();
	heads = nondet_unsigned();
	assume(in_flight <= size && state_holds(in_flight, heads));
}

/* Nothing but the fields that change while a ring is used has changed. */
static void frame_holds(const struct vq *before)
{
	claim_that(q.size == before->size && q.order.reap == before->order.reap &&
			   q.publish == before->publish && q.table_max == before->table_max,
		   "the queue is where it was");
	claim_that(s->desc == before->ring.split.desc && s->avail == before->ring.split.avail &&
			   s->used == before->ring.split.used &&
			   s->avail_event == before->ring.split.avail_event &&
			   s->priv == before->ring.split.priv && s->size == size &&
			   s->mask == size - 1 && s->event_idx == before->ring.split.event_idx,
		   "the ring is where it was");
}

#endif
