/* SPDX-License-Identifier: BSD-2-Clause */
/* What the device owns must not change (virtio 1.4, 3.3.1): descriptors and bytes. No second buffer
 * may overlap memory that the device may write. */
#include "tests/model/queue_private.h"

#include <inttypes.h>
#include <string.h>

static bool overlaps(const struct mq_seg *a, const struct mq_seg *b)
{
	return a->addr < b->addr + b->len && b->addr < a->addr + a->len;
}

static void clash(const struct mq_seg *s)
{
	model_fail("cleanup-001", "3.3.1",
		   "the buffer at 0x%" PRIx64 " (%" PRIu32
		   " bytes) overlaps one that the device owns",
		   s->addr, s->len);
}

static void check_against_chain(const struct mq_seg *s, const struct mq_owned *o)
{
	for (unsigned i = 0; i < o->chain.nseg; i++) {
		if ((s->write || o->seg[i].write) && overlaps(s, &o->seg[i]))
			clash(s);
	}
	for (unsigned i = 0; i < o->ndesc && s->write; i++) {
		const struct mq_seg d = { o->desc[i].at, MQ_DESC_BYTES, false };

		if (overlaps(s, &d))
			clash(s);
	}
}

/* No buffer that the device may write overlaps a live ring either. */
static void check_against_rings(const struct mq_seg *s, const struct mq *q)
{
	const uint64_t at[3] = { q->set.desc, q->set.avail, q->set.used };

	for (unsigned i = 0; i < 3 && s->write; i++) {
		const uint64_t bytes = mq_area_bytes(&q->set, i, q->set.size);

		if (overlaps(s, &(struct mq_seg){ at[i], (uint32_t)bytes, false }))
			clash(s);
	}
}

static void check_apart(struct mq *q, const struct mq_owned *fresh)
{
	for (unsigned i = 0; i < fresh->chain.nseg; i++) {
		const struct mq_seg *s = &fresh->seg[i];

		for (unsigned k = 0; k < i; k++) {
			if ((s->write || fresh->seg[k].write) && overlaps(s, &fresh->seg[k]))
				clash(s);
		}
		for (const struct mq *o = q->set.memory->queues; o; o = o->next_queue) {
			check_against_rings(s, o);
			for (uint32_t h = 0; h < o->set.size && o->outstanding; h++) {
				if (o->owned[h].out && &o->owned[h] != fresh)
					check_against_chain(s, &o->owned[h]);
			}
		}
	}
}

/* A checksum (FNV-1a), which changes with any byte. It need not resist an attacker. */
static uint64_t hash_chain(struct mq *q, const struct mq_owned *o)
{
	struct model_memory *mem = q->set.memory;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (unsigned i = 0; i < o->chain.nseg; i++) {
		const struct mq_seg *s = &o->seg[i];
		const uint8_t *p = mem->at(mem->ctx, s->addr, s->len, s->write);

		for (uint32_t k = 0; p && k < s->len; k++)
			h = (h ^ p[k]) * UINT64_C(0x100000001b3);
	}
	return h;
}

void mq_rehash(struct mq *q, struct mq_owned *o)
{
	if (!q->forgiving)
		o->hash = hash_chain(q, o);
}

/* Direct descriptors are marked, so that no other chain may run through them. */
static void mark(struct mq *q, const struct mq_owned *o, uint16_t owner)
{
	for (unsigned i = 0; i < o->ndesc; i++) {
		const uint64_t off = o->desc[i].at - q->set.desc;

		if (o->desc[i].at >= q->set.desc && off < 16ull * q->set.size)
			q->owned[off / 16].owner = owner;
	}
}

/* From now on the device owns this chain, which was checked. */
static void take_over(struct mq *q, struct mq_owned *o, uint16_t slot)
{
	q->head_at[slot] = o->chain.head;
	q->owned[q->chains++ % q->set.size].turn = o->chain.head;
	o->slot = slot;
	o->taken = false;
	check_apart(q, o);
	o->out = true;
	q->outstanding++;
	mq_rehash(q, o);
}

void mq_own(struct mq *q, uint16_t head, uint16_t slot)
{
	q->head_at[slot] = UINT16_MAX;
	if (head >= q->set.size) {
		model_fail("ring-index", "2.7.6", "available entry %u in a ring of %" PRIu32, head,
			   q->set.size);
		return;
	}
	struct mq_owned *o = &q->owned[head];
	if (o->out) {
		model_fail("cleanup-001", "3.3.1",
			   "head %u is available again while the device owns it", head);
		return;
	}
	mq_check_place(q, head);
	mq_walk(q, o, head);
	o->count = o->chain.indirect ? 1 : o->ndesc;
	q->desc_seen += o->count;
	take_over(q, o, slot);
	mark(q, o, (uint16_t)(head + 1));
}

void mq_own_list(struct mq *q, uint16_t id, unsigned n)
{
	struct mq_owned *o = &q->owned[id];

	mq_walk_list(q, o, id, n);
	o->count = n;
	take_over(q, o, q->seen);
}

void mq_disown(struct mq *q, uint16_t head)
{
	struct mq_owned *o = &q->owned[head];

	mark(q, o, 0);
	o->out = o->taken = false;
	q->outstanding--;
}

void mq_verify_chain(struct mq *q, const struct mq_owned *o)
{
	if (q->forgiving)
		return;
	for (unsigned i = 0; i < o->ndesc; i++) {
		uint8_t now[MQ_DESC_BYTES];

		model_load(q->set.memory, o->desc[i].at, now, sizeof(now));
		if (memcmp(now, o->desc[i].bytes, sizeof(now)) != 0) {
			model_fail("cleanup-001", "3.3.1",
				   "a descriptor of chain %u was changed while the device owns it",
				   o->chain.head);
			return;
		}
	}
	if (hash_chain(q, o) != o->hash)
		model_fail("cleanup-001", "3.3.1",
			   "bytes of chain %u were changed while the device owns them",
			   o->chain.head);
}

void mq_verify(struct mq *q)
{
	if (!q->live || q->forgiving)
		return;
	mq_look(q);
	if (q->set.packed)
		mq_packed_verify_places(q);
	for (uint32_t h = 0; h < q->set.size; h++) {
		const struct mq_owned *o = &q->owned[h];

		if (!o->out)
			continue;
		mq_verify_chain(q, o);
		if (!q->set.packed && !o->taken &&
		    model_load16(q->set.memory, mq_avail_slot(q, o->slot)) != o->chain.head)
			model_fail("cleanup-001", "3.3.1",
				   "the available ring was changed behind avail.idx");
	}
}
