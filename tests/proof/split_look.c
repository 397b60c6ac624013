/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_publish(), vq_arm(), vq_disarm() and vq_has_used() of a split ring: any size, state, device.
 */
#include "tests/proof/split_state.h"

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void published(const struct vq_split *before)
{
	const bool any = before->avail_next != before->avail_idx;
	const bool notify = vq_publish(&q);

	place();
	claim_that(s->avail_idx == before->avail_next, "all that was submitted is published");
	claim_that(!any || was_stored(0, &s->avail->idx, (uint16_t)s->avail_idx),
		   "the device sees the index");
	claim_that(any || (!notify && loads == 0), "without a request nobody is notified");
}

static void armed(const struct vq_split *before)
{
	const bool work = vq_arm(&q);

	place();
	claim_that(work || !s->broken, "a broken ring does not let anybody sleep");
	claim_that(!before->event_idx || before->broken ||
			   was_stored(0, used_event(s), (uint16_t)s->used_idx),
		   "the next completion notifies");
}

int main(void)
{
	any_split_ring();
	const unsigned other = nondet_unsigned();
	assume(other < size);
	const uint32_t word = s->priv[other].word;
	const struct vq before = q;

	switch (nondet_unsigned() % 4) {
	case 0: published(&before.ring.split); break;
	case 1: armed(&before.ring.split); break;
	case 2: vq_disarm(&q); break;
	default: claim_that(vq_has_used(&q) || !s->broken, "a broken ring has work");
	}
	claim_that(state_holds(in_flight, heads), "the invariant holds again");
	claim_that(s->priv[other].word == word && s->free == before.ring.split.free &&
			   s->first_free == before.ring.split.first_free &&
			   s->used_idx == before.ring.split.used_idx &&
			   s->broken == before.ring.split.broken,
		   "no request has changed");
	frame_holds(&before);
	return 0;
}
