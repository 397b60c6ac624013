/* SPDX-License-Identifier: BSD-2-Clause */
/* The rings: what is available, what was used (virtio 1.4, 2.7.6, 2.7.8). */
#include "tests/model/queue_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t mq_avail_slot(const struct mq *q, uint16_t index)
{
	return q->set.avail + 4 + 2 * (uint64_t)(index % q->set.size);
}

uint64_t mq_used_slot(const struct mq *q, uint16_t index)
{
	return q->set.used + 4 + 8 * (uint64_t)(index % q->set.size);
}

static bool zeroed(struct model_memory *mem, uint64_t addr, uint64_t len)
{
	const uint8_t *p = mem->at(mem->ctx, addr, len, true);

	if (!p) {
		model_fail("resfeat-005", "6.1",
			   "the device cannot reach ring memory at 0x%" PRIx64, addr);
		return true;
	}
	for (uint64_t i = 0; i < len; i++) {
		if (p[i])
			return false;
	}
	return true;
}

uint64_t mq_area_bytes(const struct mq_setup *s, unsigned area, uint64_t n)
{
	if (area == 0)
		return 16 * n;
	if (s->packed)
		return 4;
	return area == 1 ? 6 + 2 * n : 6 + 8 * n;
}

/* Alignment (2.8.10) and zeroed memory. */
static void check_packed_areas(const struct mq_setup *s)
{
	if (s->desc % 16 || s->avail % 4 || s->used % 4)
		model_fail("packed-001", "2.8.10.1",
			   "areas at 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64
			   " are not aligned to 16, 4 and 4",
			   s->desc, s->avail, s->used);
	if (!zeroed(s->memory, s->desc, mq_area_bytes(s, 0, s->driver_size)) ||
	    !zeroed(s->memory, s->avail, 4) || !zeroed(s->memory, s->used, 4))
		model_fail("packed-003", "2.8.1", "ring memory is not zeroed");
}

/* Alignment (2.7) and zeroed memory (4.2.3.2 step 4, 4.2.4 for version 1). */
static void check_areas(const struct mq_setup *s)
{
	const uint64_t n = s->driver_size;

	if (s->desc % 16 || s->avail % 2 || s->used % 4)
		model_fail("split-001", "2.7",
			   "areas at 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64
			   " are not aligned to 16, 2 and 4",
			   s->desc, s->avail, s->used);
	if (!zeroed(s->memory, s->desc, 16 * n) || !zeroed(s->memory, s->avail, 6 + 2 * n))
		model_fail(s->legacy ? "mmio-leg-007" : "mmio-init-007",
			   s->legacy ? "4.2.4" : "4.2.3.2", "ring memory is not zeroed");
	if (!zeroed(s->memory, s->used, 6 + 8 * n))
		model_fail("split-020", "2.7.10.1", "the used ring is not zeroed");
}

static bool overlap(uint64_t a, uint64_t alen, uint64_t b, uint64_t blen)
{
	return a < b + blen && b < a + alen;
}

static void check_areas_apart(const struct mq_setup *s)
{
	const uint64_t n = s->driver_size, driver = mq_area_bytes(s, 1, n),
		       device = mq_area_bytes(s, 2, n);

	if (overlap(s->desc, 16 * n, s->avail, driver) ||
	    overlap(s->desc, 16 * n, s->used, device) || overlap(s->avail, driver, s->used, device))
		model_fail("mmio-init-007", "4.2.3.2", "the areas of a queue overlap");
	for (const struct mq *q = s->memory->queues; q; q = q->next_queue) {
		const uint64_t k = q->set.driver_size;

		if (overlap(s->desc, 16 * n, q->set.desc, 16 * k) ||
		    overlap(s->used, device, q->set.used, mq_area_bytes(&q->set, 2, k)))
			model_fail("mmio-init-007", "4.2.3.2",
				   "the memory of two live queues overlaps");
	}
}

void mq_open(struct mq *q, const struct mq_setup *s)
{
	const bool forgiving = q->forgiving, batch = q->batch, overwrites = q->overwrites;

	*q = (struct mq){ .set = *s,
			  .forgiving = forgiving,
			  .batch = batch,
			  .overwrites = overwrites,
			  .live = true };
	if (s->driver_size == 0)
		q->set.driver_size = s->size;
	check_areas_apart(&q->set);
	if (s->packed)
		check_packed_areas(&q->set);
	else
		check_areas(&q->set);
	q->place = calloc(s->size, sizeof(*q->place));
	q->head_at = calloc(UINT16_MAX + 1u, sizeof(*q->head_at));
	q->owned = calloc(s->size, sizeof(*q->owned));
	q->next_queue = s->memory->queues;
	s->memory->queues = q;
	mq_ask(q, MQ_ASK_ALWAYS, 0);
}

void mq_close(struct mq *q)
{
	struct mq **p;

	if (!q->live)
		return;
	for (p = &q->set.memory->queues; *p != q; p = &(*p)->next_queue)
		;
	*p = q->next_queue;
	for (uint32_t i = 0; i < q->set.size; i++) {
		free(q->owned[i].seg);
		free(q->owned[i].desc);
	}
	free(q->owned);
	free(q->place);
	free(q->head_at);
	q->place = NULL;
	q->head_at = NULL;
	q->owned = NULL;
	q->outstanding = 0;
	q->live = false;
}

static void check_flags(struct mq *q)
{
	const uint16_t flags = model_load16(q->set.memory, q->set.avail);

	if (q->set.event_idx && flags != 0)
		model_fail("split-015", "2.7.7.1", "avail.flags is %u with EVENT_IDX", flags);
	else if (flags > 1)
		model_fail("split-013", "2.7.7.1", "avail.flags is %u", flags);
}

static void look_split(struct mq *q)
{
	const uint16_t idx = model_load16(q->set.memory, q->set.avail + 2);
	const uint16_t ahead = (uint16_t)(idx - q->seen);

	check_flags(q);
	if (ahead > q->set.size) {
		model_fail("split-012", "2.7.6.1",
			   "avail.idx went from %u to %u in a ring of %" PRIu32, q->seen, idx,
			   q->set.size);
		return;
	}
	while (q->seen != idx) {
		const uint16_t slot = q->seen++;
		const uint16_t head = model_load16(q->set.memory, mq_avail_slot(q, slot));

		mq_own(q, head, slot);
	}
	q->checked = idx;
	mq_ask_again(q);
}

unsigned mq_look(struct mq *q)
{
	if (q->set.packed)
		mq_packed_look(q);
	else
		look_split(q);
	return (uint16_t)(q->seen - q->next);
}

/* The next available chain that was not completed, or NULL. */
static struct mq_owned *next_chain(struct mq *q)
{
	for (; q->next != q->seen; q->next++) {
		const uint16_t head = q->head_at[q->next];

		/* Skip a head that mq_own() refused, and one that a lie has completed. */
		if (head < q->set.size && q->owned[head].out && !q->owned[head].taken &&
		    q->owned[head].slot == q->next)
			return &q->owned[head];
	}
	return NULL;
}

bool mq_take(struct mq *q, struct mq_chain *c)
{
	if (!q->live || mq_look(q) == 0)
		return false;
	struct mq_owned *o = next_chain(q);
	if (!o)
		return false;
	if (q->set.packed)
		mq_packed_verify_places(q);
	else if (model_load16(q->set.memory, mq_avail_slot(q, q->next)) != o->chain.head)
		model_fail("cleanup-001", "2.7.13.1",
			   "the available ring was changed behind avail.idx");
	mq_verify_chain(q, o);
	o->taken = true;
	q->next++;
	q->taken++;
	*c = o->chain;
	return true;
}

void mq_put_used(struct mq *q, uint32_t id, uint32_t len)
{
	const unsigned n = id < q->set.size ? q->owned[id].count : 0;

	mq_put_batch(q, id, len, 1, n ? n : 1);
}

void mq_set_used_idx(struct mq *q, uint16_t idx)
{
	q->used = idx;
	model_store16(q->set.memory, q->set.used + 2, idx);
}

bool mq_answer(struct mq *q, uint32_t len)
{
	return mq_answer_batch(q, 1, len);
}
