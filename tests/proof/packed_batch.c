/* SPDX-License-Identifier: BSD-2-Clause */
/* The batch that a used descriptor completes with IN_ORDER (claim_batch() of a packed ring): any
 * size, any state, any device. */
#include "tests/proof/packed_order.h"

static struct chain named = { .id = UINT32_MAX }; /* by the device */
static struct chain other;

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	if (loaded_at[loads - 1] != &p->desc[p->used].id)
		return;
	named.id = (unsigned)value;
	if (named.id < size) {
		named = chain_of(named.id);
		assume(chain_holds(&named) && in_order(&named, &other));
	}
}

static void one_came_back(const struct vq_packed *before)
{
	place();
	claim_that(!before->broken && !p->broken, "a whole ring");
	claim_that(named.id < size && named.n != 0 && p->ended == named.at + named.n,
		   "the batch ends with the request that the device names");
	claim_that(p->ended <= before->shown, "the device had all of the batch");
	claim_that(chain_holds(&other), "a request is in the batch or is not");
}

static void nothing_came(void)
{
	place();
	claim_that(!p->broken && p->ended == 0, "nothing has changed");
}

static void the_ring_broke(const struct vq_packed *before)
{
	place();
	claim_that(p->broken, "it says so");
	claim_that(before->broken || named.id >= size || named.n == 0 ||
			   named.at + named.n > before->shown || q.strict_len,
		   "there is a reason");
}

int main(void)
{
	any_ordered_ring();
	const unsigned id = nondet_unsigned();
	assume(p->ended == 0 && id < size);
	other = chain_of(id);
	assume(p->broken || chain_holds(&other));
	const struct vq_private was = p->priv[id];
	const struct vq before = q;
	const int rc = claim_batch(&q);
	const struct vq_private own = p->priv[id];

	claim_that(rc == 1 || rc == 0 || rc == VIO_EDEVICE, "the result is one of three");
	claim_that(!before.ring.packed.broken || rc == VIO_EDEVICE, "a broken ring stays broken");
	if (rc == 1)
		one_came_back(&before.ring.packed);
	else if (rc == 0)
		nothing_came();
	else
		the_ring_broke(&before.ring.packed);
	claim_that(state_holds(in_flight), "the invariant holds again");
	claim_that(own.word == was.word && own.cookie == was.cookie &&
			   (own.writable == was.writable ||
			    (rc == 1 && id == named.id && own.writable <= was.writable)),
		   "no request changes, except that the last one wrote less");
	claim_that(p->used == before.ring.packed.used && p->next == before.ring.packed.next &&
			   (p->broken || (p->free == before.ring.packed.free &&
					  p->shown == before.ring.packed.shown)),
		   "nothing is free yet");
	frame_holds(&before);
	return 0;
}
