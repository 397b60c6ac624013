/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_submit_indirect() of a split ring: any size, any state, any table. */
#include "tests/proof/split_state.h"

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void it_was_queued(const struct vq_split *before, const struct vq_indirect *t,
			  const void *cookie)
{
	const size_t head = before->first_free;
	const struct vq_split_desc d = s->desc[head];
	const struct vq_private own = s->priv[head];

	place();
	claim_that(t->count >= 1 && t->count <= q.table_max && before->free > 0, "it may be");
	claim_that(d.addr == t->at.addr && d.len == t->count * 16 &&
			   d.flags == VQ_SPLIT_DESC_INDIRECT,
		   "the descriptor leads to the table");
	claim_that(own.cookie == cookie && own.writable == t->writable, "it is known");
	claim_that(stores == 1 && was_stored(0, &s->avail->ring[before->avail_next & (size - 1)],
					     (uint16_t)head),
		   "the device gets its head");
	claim_that(s->free == before->free - 1 && s->avail_next == before->avail_next + 1,
		   "one descriptor");
	in_flight++;
	heads++;
	claim_that(own.word >> COUNT_SHIFT == 1 && word_holds(own.word), "its word holds");
	claim_that((own.word & INDEX) == head, "the chain is one descriptor");
}

static void it_was_refused(const struct vq_split *before, int rc)
{
	place();
	claim_that(s->free == before->free && s->first_free == before->first_free &&
			   s->avail_next == before->avail_next && stores == 0,
		   "nothing has changed");
	claim_that(rc == VIO_EINVAL || rc == VIO_ENOTSUP || rc == VIO_EFULL || rc == VIO_EDEVICE,
		   "the result is one of four errors");
}

int main(void)
{
	any_split_ring();
	const unsigned other = nondet_unsigned();
	const uint32_t free_word = s->priv[s->first_free].word;
	assume(word_holds(free_word) && (s->free == 0 || free_word >> COUNT_SHIFT == 0));
	assume(other < size && other != s->first_free);
	const uint32_t others = s->priv[other].word;
	assume(word_holds(others));
	const struct vq before = q;
	const struct vq_indirect t = { .at = { nondet_u64() },
				       .count = nondet_unsigned(),
				       .writable = nondet_u32() };
	int request;
	const int rc = vq_submit_indirect(&q, &t, &request);

	if (rc == VIO_OK)
		it_was_queued(&before.ring.split, &t, &request);
	else
		it_was_refused(&before.ring.split, rc);
	claim_that(state_holds(in_flight, heads), "the invariant holds again");
	claim_that(s->priv[other].word == others && word_holds(others), "no other word changes");
	claim_that(s->avail_idx == before.ring.split.avail_idx &&
			   s->broken == before.ring.split.broken && loads == 0,
		   "nothing is published or looked at");
	frame_holds(&before);
	return 0;
}
