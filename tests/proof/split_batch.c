/* SPDX-License-Identifier: BSD-2-Clause */
/* The batch that a used entry completes with IN_ORDER (claim_batch() of a split ring): any size,
 * any state, any device. */
#include "tests/proof/device.h"

static void walk(size_t *i, unsigned *passed);

#include "tests/proof/split_order.h"

static struct chain named; /* by the device */
static bool is_named;

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	if (loaded_at[loads - 1] == &s->used->idx || is_named)
		return;
	is_named = true;
	named.head = (unsigned)value;
	if (named.head < size) {
		named = chain_of(named.head);
		assume(chain_holds(&named) && in_order(&first, &named));
	}
}

/* proof.py puts this in front of the condition of the loop that walks from the oldest chain to the
 * one that the device names. Its invariant: `*i` is the head of a chain, which has `*passed` chains
 * before it, and the named one not fewer. At the first call the walk begins. Then it goes on from
 * any such chain, and after one step the invariant must hold again. Each step passes a chain, so
 * the walk ends. */
static void walk(size_t *i, unsigned *passed)
{
	static struct chain here, next;
	static bool under_way;

	if (!under_way)
		claim_that(*i == first.head && *passed == 0, "the walk begins at the oldest chain");
	else
		claim_that(*i == next.head && *passed == next.rank && next.n != 0 &&
				   next.rank <= named.rank,
			   "the walk passes one chain after the other, and ends");
	assume(!under_way);
	under_way = true;
	here = chain_of(wrap(nondet_unsigned()));
	next = behind(&here);
	assume(here.n != 0 && here.rank <= named.rank && is_behind(&here, &next));
	assume(chain_holds(&here) && in_order(&here, &named));
	*i = here.head;
	*passed = here.rank;
}

static void one_came_back(const struct vq_split *before)
{
	place();
	claim_that(!before->broken && !s->broken, "a whole ring");
	claim_that(named.head < size && named.n != 0 && s->ended == named.rank + 1,
		   "the batch ends with the request that the device names");
	claim_that(s->used_idx - before->used_idx == s->ended &&
			   s->ended <= before->avail_idx - before->used_idx,
		   "the device had all of the batch");
	claim_that(s->free == before->free, "nothing is free yet");
}

static void nothing_came(const struct vq_split *before)
{
	place();
	claim_that(!s->broken && s->free == before->free && s->used_idx == before->used_idx &&
			   s->used_seen == before->used_seen && s->ended == 0,
		   "nothing has changed");
}

static void the_ring_broke(void)
{
	place();
	claim_that(s->broken, "it says so");
}

int main(void)
{
	any_ordered_ring();
	assume(s->ended == 0);
	const unsigned other = wrap(nondet_unsigned());
	const struct vq_private was = s->priv[other];
	const struct vq before = q;
	const int rc = claim_batch(&q);
	const struct vq_private own = s->priv[other];

	claim_that(rc == 1 || rc == 0 || rc == VIO_EDEVICE, "the result is one of three");
	claim_that(!before.ring.split.broken || rc == VIO_EDEVICE, "a broken ring stays broken");
	if (rc == 1)
		one_came_back(&before.ring.split);
	else if (rc == 0)
		nothing_came(&before.ring.split);
	else
		the_ring_broke();
	claim_that(state_holds(in_flight, heads), "the invariant holds again");
	claim_that(own.word == was.word && own.cookie == was.cookie &&
			   (own.writable == was.writable ||
			    (rc == 1 && other == named.head && own.writable <= was.writable)),
		   "no request changes, except that the last one wrote less");
	claim_that(s->first_free == before.ring.split.first_free &&
			   s->avail_idx == before.ring.split.avail_idx,
		   "nothing is published");
	frame_holds(&before);
	return 0;
}
