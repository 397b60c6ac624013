/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_submit_indirect() of a packed ring: any size, any table; with FLIES any state in which a
 * descriptor is in flight, otherwise any other state. */
#include "tests/proof/packed_state.h"

/* Is this position, in this lap, `n` descriptors behind the next used one? */
static bool stands_at(unsigned n, unsigned position, unsigned lap)
{
	const unsigned at = p->used + n;
	const bool wraps = at >= size, first = (p->used_lap == DESC_LAP) != wraps;

	return position == (wraps ? at - size : at) &&
	       (lap & DESC_LAP) == (first ? DESC_AVAIL : DESC_USED);
}

/* From the next used descriptor on come those that the device has, then those of the next publish,
 * then the free ones. */
static bool places_hold(void)
{
	return p->broken || (stands_at(p->shown + p->pending, p->next, p->lap) &&
			     (p->pending == 0 || stands_at(p->shown, p->batch, p->batch_flags)));
}

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

/* The descriptor leads to the table. Its flags are kept for the publish if it is the first one of
 * the batch. */
static void leads_to(const struct vq_packed *before, const struct vq_indirect *t)
{
	struct vq_packed_desc *const to = &p->desc[before->next];
	const struct vq_packed_desc d = *to;
	const unsigned flags = DESC_INDIRECT | before->lap;

	claim_that(d.addr == t->at.addr && d.len == t->count * 16 && d.id == before->first_id,
		   "the descriptor leads to the table");
	if (before->pending != 0)
		claim_that(stores == 1 && was_stored(0, &to->flags, flags), "its flags are stored");
	else
		claim_that(stores == 0 && p->batch == before->next && p->batch_flags == flags,
			   "its flags are kept for the publish");
}

static void it_was_queued(const struct vq_packed *before, const struct vq_indirect *t,
			  const void *cookie, uint32_t next_id)
{
	const struct vq_private own = p->priv[before->first_id];

	place();
	claim_that(t->count >= 1 && t->count <= q.table_max && before->free > 0, "it may be");
	claim_that(own.cookie == cookie && own.writable == t->writable, "it is known");
	claim_that(p->pending == before->pending + 1 && p->free == before->free - 1,
		   "its descriptor waits for the publish");
	claim_that(p->first_id == next_id, "the free ids begin at the next one");
	leads_to(before, t);
	in_flight++;
	claim_that(own.word == 1 << COUNT_SHIFT && word_holds(own.word), "its word holds");
}

static void it_was_refused(const struct vq_packed *before, int rc)
{
	place();
	claim_that(p->free == before->free && p->first_id == before->first_id &&
			   p->next == before->next && p->pending == before->pending &&
			   p->lap == before->lap && stores == 0,
		   "nothing has changed");
	claim_that(rc == VIO_EINVAL || rc == VIO_ENOTSUP || rc == VIO_EFULL || rc == VIO_EDEVICE,
		   "the result is one of four errors");
}

/* Each request in flight has a descriptor at least, so while one is free, an id is. */
static void any_free_id(void)
{
	assume(p->free == 0 || (p->first_id < size && word_holds(p->priv[p->first_id].word) &&
				p->priv[p->first_id].word >> COUNT_SHIFT == 0));
}

int main(void)
{
	const struct vq_indirect t = { .at = { nondet_u64() },
				       .count = nondet_unsigned(),
				       .writable = nondet_u32() };
	int request;

	any_packed_ring();
	assume(places_hold());
	any_free_id();
	const unsigned other = nondet_unsigned(), nth = nondet_unsigned();
	assume(other < size && other != p->first_id && word_holds(p->priv[other].word));
#ifdef FLIES
	assume(nth < p->shown + p->pending); /* a descriptor in flight */
#else
	assume(nth < size && p->shown + p->pending == 0); /* none is in flight */
#endif
	const unsigned at = p->used + nth, there = at >= size ? at - size : at;
	const struct vq_packed_desc desc = p->desc[there];
	const uint32_t word = p->priv[other].word,
		       next_id = p->free ? p->priv[p->first_id].word : 0;
	const struct vq before = q;
	const int rc = vq_submit_indirect(&q, &t, &request);

	if (rc == VIO_OK)
		it_was_queued(&before.ring.packed, &t, &request, next_id);
	else
		it_was_refused(&before.ring.packed, rc);
	claim_that(state_holds(in_flight) && places_hold(), "the invariant holds again");
	claim_that(p->priv[other].word == word && word_holds(word), "no other word changes");
#ifdef FLIES
	const struct vq_packed_desc after = p->desc[there];
	claim_that(after.addr == desc.addr && after.len == desc.len && after.id == desc.id,
		   "no descriptor in flight changes");
#endif
	claim_that(p->shown == before.ring.packed.shown && p->used == before.ring.packed.used &&
			   p->broken == before.ring.packed.broken && loads == 0,
		   "nothing is published or looked at");
	frame_holds(&before);
	return 0;
}
