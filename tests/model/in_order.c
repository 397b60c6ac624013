/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which chains a used entry completes (virtio 1.4, 2.7.8, 2.8.8): one chain, or with IN_ORDER also
 * the chains before it.
 */
#include "tests/model/queue_private.h"

#include <stdio.h>
#include <stdlib.h>

/* The i-th of the chains whose completion the driver does not know yet. */
static uint16_t untold(const struct mq *q, unsigned i)
{
	return q->owned[(q->told + i) % q->set.size].turn;
}

void mq_put_batch(struct mq *q, uint32_t id, uint32_t len, unsigned chains, unsigned descs)
{
	if (q->set.packed) {
		mq_packed_put_used(q, (uint16_t)id, len, descs);
		return;
	}
	model_store32(q->set.memory, mq_used_slot(q, q->used), id);
	model_store32(q->set.memory, mq_used_slot(q, q->used) + 4, len);
	mq_set_used_idx(q, (uint16_t)(q->used + chains));
}

/* Complete `head`, and with IN_ORDER also all chains that are held back. */
static bool tell(struct mq *q, uint16_t head, uint32_t len)
{
	const unsigned chains = q->held + 1;
	const uint16_t at = q->used;
	unsigned descs = q->owned[head].count;

	for (unsigned i = 0; i < q->held; i++) {
		const uint16_t h = untold(q, i);

		mq_verify_chain(q, &q->owned[h]);
		descs += q->owned[h].count;
		mq_disown(q, h);
	}
	mq_disown(q, head);
	bool due = q->set.packed && mq_packed_interrupt_due(q, descs);
	mq_put_batch(q, head, len, chains, descs);
	due = due || (!q->set.packed && mq_interrupt_due(q, at, chains));
	q->told += chains;
	q->held = 0;
	q->interrupts_wanted += due;
	return due;
}

bool mq_complete(struct mq *q, uint16_t head, uint32_t len)
{
	if (!q->live || head >= q->set.size || !q->owned[head].taken) {
		fprintf(stderr, "model: a test completes %u, which was not taken\n", head);
		abort();
	}
	if (q->set.in_order && !q->forgiving && head != untold(q, q->held)) {
		fprintf(stderr, "model: a test completes %u out of order\n", head);
		abort();
	}
	mq_verify_chain(q, &q->owned[head]);
	if (q->overwrites)
		mq_overwrite(q, &q->owned[head].chain);
	q->completed++;
	/* The driver takes a chain without a length of its own as completely used (2.7.9). */
	if (q->set.in_order && q->batch && len == q->owned[head].chain.writable) {
		q->held++;
		return false;
	}
	return tell(q, head, len);
}

bool mq_flush(struct mq *q)
{
	if (!q->live || q->held == 0)
		return false;
	uint16_t last = untold(q, --q->held);
	mq_verify_chain(q, &q->owned[last]);
	return tell(q, last, (uint32_t)q->owned[last].chain.writable);
}

void mq_check_place(struct mq *q, uint16_t head)
{
	const uint64_t next = q->desc_seen % q->set.size;

	if (q->set.in_order && head != next)
		model_fail("ring-order", "2.7.5.2",
			   "a chain begins at descriptor %u, not after the one before, at %u", head,
			   (unsigned)next);
}

/* This needs no state of the model except the ring. */
bool mq_answer_batch(struct mq *q, unsigned chains, uint32_t len)
{
	const uint16_t avail = model_load16(q->set.memory, q->set.avail + 2);

	if (q->set.packed)
		return mq_packed_answer(q, chains, len);
	if ((uint16_t)(avail - q->used) < chains)
		return false;
	uint16_t id =
		model_load16(q->set.memory, mq_avail_slot(q, (uint16_t)(q->used + chains - 1)));
	mq_put_batch(q, id, len, chains, 0);
	return true;
}

uint16_t mq_next_data(struct mq *q)
{
	return q->set.packed ? mq_packed_next(q) : model_load16(q->set.memory, q->set.avail + 2);
}
