/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of a packed ring (virtio 1.4, 2.8). Places are counted from the start
 * and never wrap here: place in the ring and lap follow from the count.
 */
#include "tests/model/queue_private.h"

#include <inttypes.h>
#include <string.h>

/* Event suppression (2.8.14). */
enum { EV_ENABLE = 0, EV_DISABLE = 1, EV_DESC = 2, EV_MODES = 3, EV_LAP = 0x8000 };
/* The next place, which the driver must not read, and a length. */
enum { MQ_JUNK_PLACE = 0x2a5a };
#define MQ_JUNK_LEN 0xa5a5a5a5

/* 1 in the first lap, 0 in the second, and so on. */
static unsigned lap(const struct mq *q, uint64_t count)
{
	return count / q->set.size % 2 == 0;
}

static uint64_t address(const struct mq *q, uint64_t count)
{
	return q->set.desc + MQ_DESC_BYTES * (count % q->set.size);
}

static uint16_t flags_at(const struct mq *q, uint64_t count)
{
	return model_load16(q->set.memory, address(q, count) + 14);
}

/* Place and lap as in an event word. */
static uint16_t event_of(const struct mq *q, uint64_t count)
{
	return (uint16_t)(count % q->set.size | (lap(q, count) ? EV_LAP : 0));
}

static bool available(const struct mq *q, uint64_t count)
{
	const uint16_t flags = flags_at(q, count);
	const bool now = lap(q, count);

	return count - q->desc_used < q->set.size && ((flags & MQ_AVAIL) != 0) == now &&
	       ((flags & MQ_USED) != 0) != now;
}

/* The number of descriptors that are available and were not looked at yet. */
static uint64_t published(const struct mq *q)
{
	uint64_t count = q->desc_seen;

	while (available(q, count))
		count++;
	return count;
}

/* ---- What the driver wants, and what the device wants ---- */

static void check_event(struct mq *q)
{
	const uint16_t at = model_load16(q->set.memory, q->set.avail);
	const uint16_t mode = model_load16(q->set.memory, q->set.avail + 2);

	if (mode > EV_DESC)
		model_fail("packed-024", "2.8.14", "event flags of the driver are 0x%x", mode);
	else if (mode == EV_DESC && !q->set.event_idx)
		model_fail("packed-024", "2.8.14", "event flags are 2 without EVENT_IDX");
	else if (mode == EV_DESC && (uint32_t)(at & ~EV_LAP) >= q->set.size)
		model_fail("packed-024", "2.8.14", "event at place %u in a ring of %" PRIu32,
			   at & ~EV_LAP, q->set.size);
}

bool mq_packed_interrupt_due(struct mq *q, unsigned n)
{
	const uint16_t at = model_load16(q->set.memory, q->set.avail);
	const uint16_t mode = model_load16(q->set.memory, q->set.avail + 2) & EV_MODES;

	if (mode != EV_DESC)
		return mode != EV_DISABLE;
	for (unsigned i = 0; i < n; i++) {
		if (event_of(q, q->desc_used + i) == at)
			return true;
	}
	return false;
}

static bool asked(const struct mq *q, uint64_t from, uint64_t to)
{
	if (from == to || q->ask == MQ_ASK_NEVER)
		return false;
	if (!q->set.event_idx)
		return true;
	for (; from != to; from++) {
		if (event_of(q, from) == q->avail_event)
			return true;
	}
	return false;
}

uint16_t mq_packed_next(const struct mq *q)
{
	return event_of(q, published(q));
}

void mq_packed_check_notified(struct mq *q)
{
	const uint64_t to = published(q);

	if (asked(q, q->desc_checked, to))
		model_fail("packed-024", "2.8.14",
			   "no notification for descriptors %" PRIu64 " to %" PRIu64,
			   q->desc_checked, to);
	q->desc_checked = to;
}

void mq_packed_kicked(struct mq *q)
{
	const uint64_t to = published(q);

	if (!asked(q, q->desc_checked, to))
		q->unasked_kicks++;
	q->desc_checked = to;
}

uint16_t mq_event_at(const struct mq *q, unsigned ahead)
{
	return q->set.packed ? event_of(q, q->desc_seen + ahead) : (uint16_t)(q->seen + ahead);
}

void mq_packed_ask(struct mq *q, uint16_t at)
{
	uint16_t mode = EV_ENABLE;

	if (q->ask == MQ_ASK_NEVER)
		mode = EV_DISABLE;
	else if (q->set.event_idx)
		mode = EV_DESC;
	q->avail_event = at;
	model_store16(q->set.memory, q->set.used, mode == EV_DESC ? at : MQ_JUNK_PLACE);
	model_store16(q->set.memory, q->set.used + 2, mode);
}

/* ---- Available ---- */

/* The number of descriptors of the list that begins at the first one not seen. 0: the list is
 * invalid. */
static unsigned list_length(struct mq *q)
{
	const uint64_t room = q->desc_used + q->set.size - q->desc_seen;
	unsigned n = 0;

	for (;;) {
		if (!available(q, q->desc_seen + n)) {
			model_fail("packed-013", "2.8.8",
				   "a list was made available before its descriptor %u", n);
			return 0;
		}
		if (!(flags_at(q, q->desc_seen + n++) & MQ_NEXT))
			return n;
		if (n == q->set.size)
			model_fail("packed-009", "2.8.8", "a list longer than the ring");
		else if (n == room)
			model_fail("packed-012", "2.8.8", "a list longer than there is room for");
		else
			continue;
		return 0;
	}
}

/* Check that the driver's descriptors did not change since they were first seen (2.8.6). */
void mq_packed_verify_places(struct mq *q)
{
	for (uint64_t count = q->desc_used; count != q->desc_seen && !q->forgiving; count++) {
		const uint64_t at = address(q, count);
		uint8_t now[MQ_DESC_BYTES];

		model_load(q->set.memory, at, now, sizeof(now));
		if (memcmp(now, q->place[count % q->set.size].bytes, sizeof(now)) == 0)
			continue;
		if (((now[14] & MQ_AVAIL) != 0) != lap(q, count))
			model_fail("packed-004", "2.8.6",
				   "place %" PRIu64 " was filled again before it was used",
				   count % q->set.size);
		else
			model_fail("packed-005", "2.8.6",
				   "place %" PRIu64 " was changed after it was made available",
				   count % q->set.size);
		return;
	}
}

static bool own_list(struct mq *q)
{
	const unsigned n = list_length(q);

	if (n == 0)
		return false;
	uint16_t id = model_load16(q->set.memory, address(q, q->desc_seen + n - 1) + 12);
	for (unsigned i = 0; i < n; i++)
		model_load(q->set.memory, address(q, q->desc_seen + i),
			   q->place[(q->desc_seen + i) % q->set.size].bytes, MQ_DESC_BYTES);
	if (id >= q->set.size)
		model_fail("ring-index", "2.8.1", "buffer id %u in a ring of %" PRIu32, id,
			   q->set.size);
	else if (q->owned[id].out)
		model_fail("packed-022", "2.8.1", "buffer id %u is out already", id);
	else
		mq_own_list(q, id, n);
	q->desc_seen += n;
	q->seen++;
	return true;
}

void mq_packed_look(struct mq *q)
{
	check_event(q);
	while (available(q, q->desc_seen)) {
		q->head_at[q->seen] = UINT16_MAX;
		if (!own_list(q))
			break;
	}
	q->desc_checked = q->desc_seen;
	if (q->ask == MQ_ASK_ALWAYS && q->set.event_idx)
		mq_packed_ask(q, event_of(q, q->desc_seen));
}

/* ---- Used ---- */

void mq_packed_put_used(struct mq *q, uint16_t id, uint32_t len, unsigned n)
{
	struct model_memory *const mem = q->set.memory;
	const uint64_t at = address(q, q->desc_used);
	uint16_t flags = lap(q, q->desc_used) ? MQ_AVAIL | MQ_USED : 0;

	if (len != 0 && !q->no_write_flag)
		flags |= MQ_WRITE;
	else if (q->mislead && len == 0)
		len = MQ_JUNK_LEN; /* without WRITE there is no length (2.8.4) */
	if (q->mislead)
		flags |= MQ_NEXT;	     /* reserved in used descriptors (2.8.5) */
	model_store32(mem, at, MQ_JUNK_LEN); /* an address has no meaning here */
	model_store32(mem, at + 8, len);
	model_store16(mem, at + 12, id);
	model_store16(mem, at + 14, flags);
	q->desc_used += n;
}

bool mq_packed_answer(struct mq *q, unsigned chains, uint32_t len)
{
	unsigned n = 0;

	while (chains-- > 0) {
		if (n >= q->set.size || !available(q, q->desc_used + n))
			return false;
		while (flags_at(q, q->desc_used + n++) & MQ_NEXT && n < q->set.size)
			;
	}
	mq_packed_put_used(q, model_load16(q->set.memory, address(q, q->desc_used + n - 1) + 12),
			   len, n);
	return true;
}
