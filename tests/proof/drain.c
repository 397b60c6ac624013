/* SPDX-License-Identifier: BSD-2-Clause */
/* vq_drain() of a split ring, with -DPACKED of a packed one: any size, any state. */
#include "tests/proof/device.h"

static void search(uint16_t *from);

#ifdef PACKED
#include "tests/proof/packed_state.h"
#define any_ring()   any_packed_ring()
#define ring_holds() state_holds(in_flight)
static uint16_t *const drained = &q.ring.packed.drained;
#else
#include "tests/proof/split_state.h"
#define any_ring()   any_split_ring()
#define ring_holds() state_holds(in_flight, heads)
static uint16_t *const drained = &q.ring.split.drained;
#endif

static unsigned begin_at, other; /* any word */
static struct vq_private others;

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static bool flies(const struct vq_private *own)
{
	return own->word >> COUNT_SHIFT != 0;
}

/* No word from the beginning to this one is of a request in flight. */
static bool search_holds(unsigned at)
{
	return at >= begin_at && at <= size && (other < begin_at || other >= at || !flies(&others));
}

/* proof.py puts this in front of the condition of the loop over the words. At the first call the
 * search begins. Then it goes on from any word that it may reach, and after one step the invariant
 * must hold again. Each step passes a word, so the search ends. */
static void search(uint16_t *from)
{
	static bool under_way;
	static unsigned was;

	claim_that(search_holds(*from), "the search passes no request");
	claim_that(!under_way || *from == was + 1, "the search ends");
	assume(!under_way);
	under_way = true;
	*from = nondet_u16();
	assume(search_holds(*from));
	was = *from;
}

static void one_is_left(const void *cookie)
{
	place();
	claim_that(*drained > begin_at && *drained <= size, "the search goes on behind it");
	const struct vq_private own = q.ring.common.priv[*drained - 1];
	claim_that(flies(&own) && cookie == own.cookie, "the request was in flight");
	claim_that(search_holds(*drained - 1u), "no request was passed");
}

static void none_is_left(void)
{
	place();
	claim_that(*drained == size && search_holds(size), "no request was passed");
}

int main(void)
{
	void *cookie = &cookie;

	any_ring();
	*drained = nondet_u16();
	begin_at = *drained;
	other = nondet_unsigned();
	assume(begin_at <= size && other < size);
	others = q.ring.common.priv[other];
	const struct vq before = q;
	const int rc = vq_drain(&q, &cookie);

	claim_that(rc == 1 || rc == 0, "the result is one of two");
	if (rc == 1)
		one_is_left(cookie);
	else
		none_is_left();
	claim_that(q.ring.common.broken && ring_holds(), "the invariant of a broken ring holds");
	claim_that(q.ring.common.priv[other].word == others.word &&
			   q.ring.common.priv[other].cookie == others.cookie,
		   "no word changes");
	claim_that(loads == 0 && stores == 0, "the device is not asked");
	frame_holds(&before);
	return 0;
}
