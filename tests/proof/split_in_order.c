/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_reap() of a split ring with IN_ORDER, in a batch (split_batch.c): any size, any state. */
#include "tests/proof/split_order.h"

/* Is called instead of claim_batch(), which is for the end of a batch (proof.py). */
int no_look(struct vq *queue)
{
	(void)queue;
	claim_that(false, "in a batch there is no look at the ring");
	assume(false);
	return 0;
}

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void one_came_back(const struct vq_split *before, const struct vq_private *own,
			  const struct vq_done *d)
{
	place();
	claim_that(first.n != 0 && d->cookie == own->cookie && d->written == own->writable,
		   "it is the oldest request");
	claim_that(s->free == before->free + first.n, "its descriptors are free");
	claim_that(s->ended == before->ended - 1, "the batch has one less");
	claim_that(d->more == (s->ended != 0 || s->used_idx != s->used_seen), "there is more");
	in_flight -= first.n;
	heads--;
	first_rank++;
	const struct chain oldest_now = chain_of(wrap(oldest(s)));
	claim_that(is_first(&oldest_now), "the next chain is the oldest one");
}

/* The invariant at any chain, and at the one behind it. */
static void others_hold(const struct chain *was, const struct chain *next_was)
{
	struct chain other = chain_of(was->head);
	const struct chain next = chain_of(next_was->head);
	const bool flies = was->n != 0 && was->head != first.head;

	claim_that(other.word == was->word || was->head == first.head, "no other word changes");
	claim_that(!flies || other.at == was->at - first.n, "no other chain moves");
	if (flies)
		other.at = was->at - first.n; /* a shorter formula for the solver */
	claim_that(chain_holds(&other), "the words hold again");
	claim_that(is_behind(&other, &next), "the chains are behind each other");
}

int main(void)
{
	any_ordered_ring();
	assume(s->ended != 0);
	const struct chain second = behind(&first), other = chain_of(wrap(nondet_unsigned())),
			   next = behind(&other);
	assume(is_behind(&first, &second) && chain_holds(&other) && is_behind(&other, &next) &&
	       in_order(&first, &other) && in_order(&first, &next));
	const struct vq_private own = s->priv[first.head];
	const struct vq before = q;
	struct vq_done d = { 0 };
	const int rc = vq_reap(&q, &d);

	claim_that(rc == 1 && !s->broken && loads == 0, "a request comes back");
	one_came_back(&before.ring.split, &own, &d);
	others_hold(&other, &next);
	claim_that(state_holds(in_flight, heads), "the invariant holds again");
	claim_that(s->first_free == before.ring.split.first_free &&
			   s->avail_idx == before.ring.split.avail_idx &&
			   s->used_idx == before.ring.split.used_idx &&
			   s->used_seen == before.ring.split.used_seen,
		   "nothing is published or looked at");
	frame_holds(&before);
	return 0;
}
