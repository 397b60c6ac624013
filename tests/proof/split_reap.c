/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_reap() of a split ring: any size, any state, any device. */
#include "tests/proof/split_state.h"

static unsigned id = UINT32_MAX;
static uint32_t word; /* of the head that the device names */

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	if (loaded_at[loads - 1] == &s->used->idx || id != UINT32_MAX)
		return;
	id = (unsigned)value;
	if (id < size) {
		word = s->priv[id].word;
		assume(word_holds(word));
	}
}

static void one_came_back(const struct vq_split *before, const struct vq_done *d)
{
	const unsigned n = word >> COUNT_SHIFT;

	place();
	claim_that(!before->broken && !s->broken, "a whole ring");
	claim_that(id < size && n != 0, "the head was in flight");
	claim_that(s->priv[id].word >> COUNT_SHIFT == 0, "it is in flight no more");
	claim_that((s->priv[id].word & 0xffff) < size, "its word has an index of the table");
	claim_that(d->cookie == s->priv[id].cookie, "the cookie is that of the request");
	claim_that(d->written <= s->priv[id].writable, "the length is no longer than the request");
	claim_that(s->free == before->free + n, "its descriptors are free");
	claim_that(s->used_idx == before->used_idx + 1, "one step");
	claim_that(state_holds(in_flight - n, heads - 1), "the invariant holds again");
}

static void nothing_came(const struct vq_split *before)
{
	place();
	claim_that(!s->broken && s->free == before->free && s->used_idx == before->used_idx &&
			   s->used_seen == before->used_seen && s->first_free == before->first_free,
		   "nothing has changed");
	claim_that(state_holds(in_flight, heads), "the invariant holds");
}

static void the_ring_broke(void)
{
	place();
	claim_that(s->broken, "it says so");
	claim_that(state_holds(in_flight, heads), "the invariant of a broken ring holds");
}

int main(void)
{
	any_split_ring();
	const unsigned other = nondet_unsigned();
	assume(other < size && word_holds(s->priv[other].word));
	const uint32_t others = s->priv[other].word;
	const struct vq before = q;
	struct vq_done d = { 0 };
	const int rc = vq_reap(&q, &d);

	claim_that(rc == 1 || rc == 0 || rc == VIO_EDEVICE, "the result is one of three");
	claim_that(!before.ring.split.broken || rc == VIO_EDEVICE, "a broken ring stays broken");
	if (rc == 1)
		one_came_back(&before.ring.split, &d);
	else if (rc == 0)
		nothing_came(&before.ring.split);
	else
		the_ring_broke();
	claim_that((rc == 1 && other == id) || s->priv[other].word == others,
		   "no other word changes");
	claim_that(s->avail_idx == before.ring.split.avail_idx, "nothing is published");
	frame_holds(&before);
	return 0;
}
