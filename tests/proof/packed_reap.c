/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_reap() of a packed ring: any size, any state, any device. */
#include "tests/proof/packed_state.h"

static unsigned id = UINT32_MAX;
static uint32_t word; /* of the id that the device names */

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	if (loaded_at[loads - 1] != &p->desc[p->used].id)
		return;
	id = (unsigned)value;
	if (id < size) {
		word = p->priv[id].word;
		assume(word_holds(word));
	}
}

static void one_came_back(const struct vq_packed *before, const struct vq_done *d)
{
	const unsigned n = word >> COUNT_SHIFT, at = before->used + n;

	place();
	claim_that(!before->broken && !p->broken, "a whole ring");
	claim_that(id < size && n != 0 && n <= before->shown, "the device had the request");
	claim_that(p->priv[id].word >> COUNT_SHIFT == 0 && p->priv[id].word <= size,
		   "the id is free, and its word holds");
	claim_that(d->cookie == p->priv[id].cookie, "the cookie is that of the request");
	claim_that(d->written <= p->priv[id].writable, "the length is no longer than the request");
	claim_that(p->free == before->free + n && p->shown == before->shown - n,
		   "its descriptors are free");
	claim_that(p->used == (at >= size ? at - size : at) &&
			   (p->used_lap != before->used_lap) == (at >= size),
		   "the next one stands behind it");
	claim_that(state_holds(in_flight - n), "the invariant holds again");
}

static void nothing_came(const struct vq_packed *before)
{
	place();
	claim_that(!p->broken && p->free == before->free && p->shown == before->shown &&
			   p->used == before->used && p->first_id == before->first_id,
		   "nothing has changed");
	claim_that(state_holds(in_flight), "the invariant holds");
}

static void the_ring_broke(void)
{
	place();
	claim_that(p->broken, "it says so");
	claim_that(state_holds(in_flight), "the invariant of a broken ring holds");
}

int main(void)
{
	any_packed_ring();
	const unsigned other = nondet_unsigned();
	assume(other < size && word_holds(p->priv[other].word));
	const uint32_t others = p->priv[other].word;
	const struct vq before = q;
	struct vq_done d = { 0 };
	const int rc = vq_reap(&q, &d);

	claim_that(rc == 1 || rc == 0 || rc == VIO_EDEVICE, "the result is one of three");
	claim_that(!before.ring.packed.broken || rc == VIO_EDEVICE, "a broken ring stays broken");
	if (rc == 1)
		one_came_back(&before.ring.packed, &d);
	else if (rc == 0)
		nothing_came(&before.ring.packed);
	else
		the_ring_broke();
	claim_that((rc == 1 && other == id) || p->priv[other].word == others,
		   "no other word changes");
	claim_that(p->next == before.ring.packed.next &&
			   p->pending == (p->broken ? 0 : before.ring.packed.pending),
		   "nothing is published");
	frame_holds(&before);
	return 0;
}
