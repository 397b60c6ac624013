/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_submit() of a split ring: any size, any state, NREAD and NWRITE segments of any kind. */
#include "tests/proof/split_state.h"

enum { SEGMENTS = 3 };

static struct vq_seg seg[SEGMENTS];
static unsigned free_list[SEGMENTS]; /* the descriptors at its front */

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

/* The free list: `free` descriptors, all different, none of which is in flight. */
static void any_request(unsigned n)
{
	for (unsigned k = 0; k < n; k++) {
		const unsigned i = k ? s->priv[free_list[k - 1]].word & INDEX : s->first_free;
		const uint32_t word = s->priv[i].word;

		assume(word_holds(word) && (k >= s->free || word >> COUNT_SHIFT == 0));
		for (unsigned m = 0; m < k; m++)
			assume(k >= s->free || free_list[m] != i);
		free_list[k] = i;
		seg[k] = (struct vq_seg){ { nondet_u64() }, nondet_u32() };
	}
}

/* The segment `k` is in this descriptor. */
static void one_descriptor(unsigned k, unsigned n)
{
	const struct vq_split_desc d = s->desc[free_list[n - 1 - k]];

	claim_that(seg[k].len != 0 && d.addr == seg[k].addr.addr && d.len == seg[k].len,
		   "a descriptor has its segment");
	claim_that(d.flags == ((k >= NREAD ? VQ_SPLIT_DESC_WRITE : 0) |
			       (k + 1 < n ? VQ_SPLIT_DESC_NEXT : 0)),
		   "and its flags");
	claim_that(k + 1 == n || d.next == free_list[n - 2 - k], "and leads to the next one");
}

static void it_was_queued(const struct vq_split *before, unsigned n, const void *cookie)
{
	const unsigned head = free_list[n - 1];
	const struct vq_private own = s->priv[head];
	uint64_t bytes = 0, writable = 0;

	place();
	for (unsigned k = 0; k < n; k++) {
		one_descriptor(k, n);
		bytes += seg[k].len;
		writable += k >= NREAD ? seg[k].len : 0;
	}
	claim_that(n <= before->free && bytes <= UINT32_MAX, "it may be");
	claim_that(own.cookie == cookie && own.writable == writable, "it is known");
	claim_that(stores == 1 && was_stored(0, &s->avail->ring[before->avail_next & (size - 1)],
					     (uint16_t)head),
		   "the device gets its head");
	claim_that(s->free == before->free - n && s->avail_next == before->avail_next + 1,
		   "its descriptors are taken");
	in_flight += n;
	heads++;
	claim_that(own.word >> COUNT_SHIFT == n && word_holds(own.word), "its word holds");
	claim_that((own.word & INDEX) == free_list[0], "the chain is linked from tail to head");
}

static void it_was_refused(const struct vq_split *before, uint64_t n, int rc)
{
	place();
	claim_that(s->free == before->free && s->first_free == before->first_free &&
			   s->avail_next == before->avail_next && stores == 0,
		   "nothing has changed");
	claim_that(rc == VIO_EINVAL || rc == VIO_EFULL || rc == VIO_EDEVICE,
		   "the result is one of three errors");
	claim_that((rc == VIO_EDEVICE) == s->broken, "a broken ring says so");
	claim_that(rc != VIO_EFULL || (n <= size && n > s->free), "it is full");
}

int main(void)
{
	const uint64_t n = NREAD + NWRITE;
	int request;

	any_split_ring();
	if (n <= SEGMENTS)
		any_request((unsigned)n);
	const unsigned other = nondet_unsigned();
	assume(other < size && word_holds(s->priv[other].word));
	const bool flies = s->priv[other].word >> COUNT_SHIFT != 0;
	const struct vq_private own = s->priv[other];
	const struct vq before = q;
	const int rc = vq_submit(&q, seg, NREAD, NWRITE, &request);

	if (rc == VIO_OK)
		it_was_queued(&before.ring.split, (unsigned)n, &request);
	else
		it_was_refused(&before.ring.split, n, rc);
	claim_that(state_holds(in_flight, heads), "the invariant holds again");
	claim_that(!flies || (s->priv[other].word == own.word && word_holds(own.word) &&
			      s->priv[other].cookie == own.cookie),
		   "no request in flight changes");
	claim_that(s->avail_idx == before.ring.split.avail_idx &&
			   s->broken == before.ring.split.broken && loads == 0,
		   "nothing is published or looked at");
	frame_holds(&before);
	return 0;
}
