/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any state of a packed ring with IN_ORDER: the part Order of the invariant (picovirtio/packed.h).
 * It is assumed at each chain that a function looks at, and between each two of them.
 */
#ifndef PACKED_ORDER_H
#define PACKED_ORDER_H

#define ORDERED
#include "tests/proof/packed_state.h"

/* The word of one id. `at` is the number of descriptors in flight before it. If a chain has this
 * id, `n` is the length of the chain. */
struct chain {
	unsigned id, at, n;
	uint32_t word;
};

static struct chain first; /* the oldest one, if there is one */

static struct chain chain_of(unsigned id)
{
	const uint32_t word = p->priv[id].word;

	return (struct chain){ id, id < p->used ? id + size - p->used : id - p->used,
			       word >> COUNT_SHIFT, word };
}

/* The chain behind this one begins where this one ends. */
static struct chain behind(const struct chain *c)
{
	const unsigned id = c->id + c->n;

	return chain_of(id >= size ? id - size : id);
}

/* A chain lies in the part of the ring that is in flight. Either the device has all of it or
 * nothing, and so has a used batch. */
static bool chain_holds(const struct chain *c)
{
	const unsigned end = c->at + c->n;

	return c->n == 0 ||
	       ((c->word & 0xffff & ~OLD) == 0 && end <= in_flight &&
		(c->at >= p->shown || end <= p->shown) && (c->at >= p->ended || end <= p->ended));
}

static bool is_behind(const struct chain *c, const struct chain *next)
{
	return c->n == 0 || c->at + c->n == in_flight || next->n != 0;
}

/* Of two chains one is before the other. */
static bool in_order(const struct chain *a, const struct chain *b)
{
	return a->id == b->id || a->n == 0 || b->n == 0 || a->at + a->n <= b->at ||
	       b->at + b->n <= a->at;
}

/* If a chain is in flight, the oldest one begins at the next used descriptor. */
static bool is_first(const struct chain *c)
{
	return in_flight == 0 || c->n != 0;
}

static void any_ordered_ring(void)
{
	any_packed_ring();
	first = chain_of(p->used);
	assume(p->broken || (is_first(&first) && chain_holds(&first)));
}

#endif
