/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_publish(), vq_arm(), vq_disarm() and vq_has_used() of a packed ring: any size, state, device.
 */
#include "tests/proof/packed_state.h"

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void published(const struct vq_packed *before)
{
	const bool notify = vq_publish(&q);

	place();
	claim_that(p->pending == 0 && p->shown == before->shown + before->pending,
		   "all that was submitted is published");
	claim_that(before->pending != 0 || (!notify && loads == 0),
		   "without a request nobody is notified");
}

static void armed(void)
{
	const bool work = vq_arm(&q);

	place();
	claim_that(work || !p->broken, "a broken ring does not let anybody sleep");
}

int main(void)
{
	any_packed_ring();
	const unsigned other = nondet_unsigned();
	assume(other < size);
	const uint32_t word = p->priv[other].word;
	const struct vq before = q;

	switch (nondet_unsigned() % 4) {
	case 0: published(&before.ring.packed); break;
	case 1: armed(); break;
	case 2: vq_disarm(&q); break;
	default: claim_that(vq_has_used(&q) || !p->broken, "a broken ring has work");
	}
	claim_that(state_holds(in_flight), "the invariant holds again");
	claim_that(p->priv[other].word == word && p->free == before.ring.packed.free &&
			   p->first_id == before.ring.packed.first_id &&
			   p->used == before.ring.packed.used &&
			   p->broken == before.ring.packed.broken,
		   "no request has changed");
	frame_holds(&before);
	return 0;
}
