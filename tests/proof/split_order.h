/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any state of a split ring with IN_ORDER: the part Order of the invariant (picovirtio/split.h).
 * The ghost `rank_of` counts the chains in flight: a chain of rank `n` has `n` chains before it.
 * The part is assumed at each chain that a function looks at, and between each two of them.
 */
#ifndef SPLIT_ORDER_H
#define SPLIT_ORDER_H

#define ORDERED
#include "tests/proof/split_state.h"

static uint32_t *rank_of;
static unsigned first_rank;

/* The word of one descriptor. `at` is the number of descriptors in flight before it. If it is the
 * head of a chain, `n` is the length of the chain. */
struct chain {
	unsigned head, at, n, rank;
	uint32_t word;
};

static struct chain first; /* the oldest one, if there is one */

static unsigned wrap(size_t i)
{
	return (unsigned)i & (size - 1);
}

static struct chain chain_of(unsigned head)
{
	const uint32_t word = s->priv[head].word;

	return (struct chain){ head, wrap(head - oldest(s)), word >> COUNT_SHIFT,
			       rank_of[head] - first_rank, word };
}

/* The chain behind this one begins where this one ends. */
static struct chain behind(const struct chain *c)
{
	return chain_of(wrap(c->head + c->n));
}

/* A word that is not of a head leads to the descriptor before it. A head leads to the last
 * descriptor of its chain. The chain lies in the part of the ring that is in flight, and those
 * before and behind it have the rest. */
static bool chain_holds(const struct chain *c)
{
	const unsigned end = c->at + c->n, last = wrap(c->head + c->n - 1);

	if (c->n == 0)
		return c->word == last;
	return (c->word & INDEX) == last && end <= in_flight && c->rank < heads &&
	       heads - c->rank - 1 <= in_flight - end &&
	       (c->rank == heads - 1) == (end == in_flight);
}

static bool is_behind(const struct chain *c, const struct chain *next)
{
	return c->n == 0 || c->rank == heads - 1 || (next->n != 0 && next->rank == c->rank + 1);
}

/* Of two chains one is before the other, by its place and by its rank. */
static bool before(const struct chain *a, const struct chain *b)
{
	return a->rank < b->rank && a->at + a->n <= b->at;
}

static bool in_order(const struct chain *a, const struct chain *b)
{
	return a->head == b->head || a->n == 0 || b->n == 0 || before(a, b) || before(b, a);
}

/* If a chain is in flight, oldest() is the head of the first one. */
static bool is_first(const struct chain *c)
{
	return heads == 0 || (c->n != 0 && c->rank == 0);
}

static void any_ordered_ring(void)
{
	any_split_ring();
	rank_of = malloc(sizeof(*rank_of) * (size_t)size);
	first_rank = nondet_unsigned();
	assume(rank_of);
	first = chain_of(wrap(oldest(s)));
	assume(s->broken || (is_first(&first) && chain_holds(&first)));
}

#endif
