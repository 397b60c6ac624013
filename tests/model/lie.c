/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that lies about its used ring. */
#include "tests/model/queue_private.h"

static const char *const names[MQ_LIES] = {
	[MQ_ID_TOO_BIG] = "id too big",
	[MQ_ID_HIGH_BITS] = "id with garbage above 16 bits",
	[MQ_ID_IDLE] = "id of an idle descriptor",
	[MQ_ID_NOT_HEAD] = "id that is not a head",
	[MQ_ID_TWICE] = "id twice",
	[MQ_STALE_ENTRIES] = "index over stale entries",
	[MQ_ONE_TOO_MANY] = "more completions than requests",
	[MQ_IDX_AHEAD_SIZE] = "index ahead by the ring size",
	[MQ_IDX_AHEAD_HALF] = "index ahead by 0x8000",
	[MQ_IDX_BACK] = "index going backwards",
	[MQ_LEN_OVER] = "length over the writable bytes",
	[MQ_LEN_HUGE] = "length of all ones",
	[MQ_OUT_OF_ORDER] = "id out of order",
	[MQ_BATCH_AGAIN] = "id of a batch that has ended",
};

const char *mq_lie_name(enum mq_lie what)
{
	return what < MQ_LIES ? names[what] : "no such lie";
}

/* The chain that is in flight for the longest time, or NULL. */
static const struct mq_owned *first_out(const struct mq *q)
{
	const struct mq_owned *first = NULL;

	for (uint32_t h = 0; h < q->set.size; h++) {
		const struct mq_owned *o = &q->owned[h];

		if (o->out &&
		    (!first || (uint16_t)(q->seen - o->slot) > (uint16_t)(q->seen - first->slot)))
			first = o;
	}
	return first;
}

static bool tell_idle(struct mq *q)
{
	for (uint32_t i = q->set.size; i-- > 0;) {
		if (q->owned[i].owner == 0 && !q->owned[i].out) {
			mq_put_used(q, i, 0);
			return true;
		}
	}
	return false;
}

static bool tell_not_head(struct mq *q)
{
	for (uint32_t i = 0; i < q->set.size; i++) {
		if (q->owned[i].owner != 0 && q->owned[i].owner != i + 1) {
			mq_put_used(q, i, 0);
			return true;
		}
	}
	return false;
}

/* Move the index over an entry of an earlier lap, whose id must not be in flight now. */
static bool tell_stale(struct mq *q)
{
	const uint32_t id = model_load32(q->set.memory, mq_used_slot(q, q->used));

	if (q->outstanding == 0 || id >= q->set.size || q->owned[id].out)
		return false;
	mq_set_used_idx(q, (uint16_t)(q->used + 1));
	return true;
}

static bool tell_one_too_many(struct mq *q, uint16_t again)
{
	for (uint32_t h = 0; h < q->set.size; h++) {
		if (q->owned[h].out)
			mq_put_used(q, h, 0);
	}
	mq_put_used(q, again, 0);
	return true;
}

static bool tell_index(struct mq *q, uint16_t by)
{
	if (by <= q->outstanding)
		return false;
	mq_set_used_idx(q, (uint16_t)(q->used + by));
	return true;
}

static bool tell_twice(struct mq *q, uint16_t head)
{
	if (q->outstanding < 2)
		return false;
	mq_put_used(q, head, 0);
	mq_put_used(q, head, 0);
	return true;
}

static bool tell_batch(struct mq *q, enum mq_lie what, uint16_t first)
{
	const uint16_t second = q->owned[(q->told + 1) % q->set.size].turn;

	if (q->outstanding < 2)
		return false;
	if (what == MQ_OUT_OF_ORDER) {
		mq_put_used(q, second, 0);
		return true;
	}
	mq_put_batch(q, second, 0, 2, q->owned[first].count + q->owned[second].count);
	mq_put_used(q, first, 0);
	return true;
}

/* The completion itself is correct. */
static bool tell_length(struct mq *q, uint16_t head, uint32_t len)
{
	mq_disown(q, head);
	q->told++;
	mq_put_used(q, head, len);
	return true;
}

static bool tell_about(struct mq *q, enum mq_lie what, const struct mq_owned *o)
{
	const uint16_t head = o->chain.head;

	switch (what) {
	case MQ_ID_HIGH_BITS: mq_put_used(q, head | 0x10000u, 0); return true;
	case MQ_ID_TWICE: return tell_twice(q, head);
	case MQ_ONE_TOO_MANY: return tell_one_too_many(q, head);
	case MQ_LEN_OVER: return tell_length(q, head, (uint32_t)(o->chain.writable + 1));
	case MQ_LEN_HUGE: return tell_length(q, head, UINT32_MAX);
	case MQ_OUT_OF_ORDER:
	case MQ_BATCH_AGAIN: return tell_batch(q, what, head);
	default: return false;
	}
}

/* With IN_ORDER old entries may happen to be correct. On a packed ring an id out of order looks
 * like the end of a batch. */
bool mq_lie_fits(const struct mq *q, enum mq_lie what)
{
	switch (what) {
	case MQ_ID_HIGH_BITS:
	case MQ_ID_NOT_HEAD:
	case MQ_STALE_ENTRIES:
	case MQ_IDX_AHEAD_SIZE:
	case MQ_IDX_AHEAD_HALF:
	case MQ_IDX_BACK: return !q->set.packed && !(q->set.in_order && what == MQ_STALE_ENTRIES);
	case MQ_OUT_OF_ORDER: return q->set.in_order && !q->set.packed;
	case MQ_BATCH_AGAIN: return q->set.in_order;
	default: return true;
	}
}

unsigned mq_true_part(const struct mq *q, enum mq_lie what)
{
	if (what == MQ_ID_TWICE)
		return 1;
	/* The used index of a split ring shows at once that there is one entry too many. */
	return (what == MQ_ONE_TOO_MANY || what == MQ_BATCH_AGAIN) && q->set.packed ? 2 : 0;
}

bool mq_lie(struct mq *q, enum mq_lie what)
{
	const struct mq_owned *o;

	if (!mq_lie_fits(q, what))
		return false;
	mq_look(q);
	o = first_out(q);
	switch (what) {
	case MQ_ID_TOO_BIG: mq_put_used(q, q->set.size, 0); return true;
	case MQ_ID_IDLE: return tell_idle(q);
	case MQ_ID_NOT_HEAD: return tell_not_head(q);
	case MQ_STALE_ENTRIES: return tell_stale(q);
	case MQ_IDX_AHEAD_SIZE: return tell_index(q, (uint16_t)q->set.size);
	case MQ_IDX_AHEAD_HALF: return tell_index(q, 0x8000);
	case MQ_IDX_BACK: return tell_index(q, 0xffff);
	default: return o && tell_about(q, what, o);
	}
}

static void flip(struct mq *q, uint64_t addr, uint8_t bits)
{
	struct model_memory *mem = q->set.memory;
	uint8_t *p = mem->at(mem->ctx, addr, 1, true);

	if (p)
		*p ^= bits;
}

/* Overwrite a byte of a chain: in its descriptors, its table or its buffers. */
static void scribble_chain(struct mq *q, uint32_t random)
{
	const struct mq_owned *o = &q->owned[random % q->set.size];
	const unsigned pick = random >> 16;

	if (!o->out || o->ndesc == 0 || o->chain.nseg == 0)
		return;
	if (pick & 1) {
		flip(q, o->desc[pick % o->ndesc].at + (random >> 8) % 16, (uint8_t)(random >> 24));
	} else {
		const struct mq_seg *s = &o->seg[pick % o->chain.nseg];

		if (s->write)
			flip(q, s->addr + pick % s->len, (uint8_t)(random >> 24));
	}
}

static void scribble_packed(struct mq *q, uint32_t random, uint32_t where)
{
	const uint8_t bits = (uint8_t)(random >> 24 | 1);
	const uint64_t at = q->set.desc + 16 * (q->desc_used % q->set.size);

	switch (random & 7) {
	case 0:
	case 1: flip(q, q->set.desc + where % (16 * q->set.size), bits); break;
	case 2: flip(q, q->set.avail + where % 4, bits); break;
	case 3: flip(q, q->set.used + where % 4, bits); break;
	case 4: scribble_chain(q, where); break;
	case 5: flip(q, at + 15, MQ_USED >> 8); break; /* now it is used, or not any more */
	case 6: flip(q, at + 14, MQ_AVAIL); break;
	default: flip(q, at + where % 16, bits); break;
	}
}

void mq_scribble(struct mq *q, uint32_t random)
{
	const uint32_t n = q->set.size, where = random >> 4, bits = random >> 24 | 1;

	q->forgiving = true;
	if (q->set.packed) {
		scribble_packed(q, random, where);
		return;
	}
	switch (random & 15) {
	case 0:
	case 1: flip(q, q->set.desc + where % (16 * n), (uint8_t)bits); break;
	case 2:
	case 3: flip(q, q->set.avail + where % (6 + 2 * n), (uint8_t)bits); break;
	case 4:
	case 5: scribble_chain(q, where); break;
	case 6: flip(q, q->set.used + 2, (uint8_t)(bits & 3)); break; /* used.idx, a little */
	default: flip(q, q->set.used + where % (6 + 8 * n), (uint8_t)bits); break;
	}
}
