/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a notification (virtio 1.4, 2.7.10) or an interrupt (2.7.7) is wanted. */
#include "tests/model/queue_private.h"

/* A value of avail_event that the driver must not read without EVENT_IDX (split-021). */
enum { MQ_JUNK_EVENT = 0xa5a5 };

static uint64_t avail_event_at(const struct mq *q)
{
	return q->set.used + 4 + 8ull * q->set.size;
}

static uint64_t used_event_at(const struct mq *q)
{
	return q->set.avail + 4 + 2ull * q->set.size;
}

bool mq_asked(const struct mq *q, uint16_t from, uint16_t to)
{
	if (from == to)
		return false;
	if (!q->set.event_idx)
		return !q->flags_no_notify;
	/* Is avail_event one of from, from + 1, ... to - 1? (2.7.10.1) */
	return (uint16_t)(q->avail_event - from) < (uint16_t)(to - from);
}

static uint16_t avail_idx(struct mq *q)
{
	return model_load16(q->set.memory, q->set.avail + 2);
}

void mq_check_notified(struct mq *q)
{
	if (!q->live || q->forgiving)
		return;
	if (q->set.packed) {
		mq_packed_check_notified(q);
		return;
	}
	uint16_t idx = avail_idx(q);
	if (mq_asked(q, q->checked, idx))
		model_fail(q->set.event_idx ? "split-025" : "split-023", "2.7.10.1",
			   "no notification for available indices %u to %u", q->checked, idx);
	q->checked = idx;
}

static void kicked_split(struct mq *q)
{
	const uint16_t idx = avail_idx(q);

	if (!mq_asked(q, q->checked, idx))
		q->unasked_kicks++;
	q->kicked = q->checked = idx;
}

void mq_kicked(struct mq *q)
{
	q->kicks++;
	if (q->set.packed)
		mq_packed_kicked(q);
	else
		kicked_split(q);
	if (!q->forgiving)
		mq_look(q);
}

void mq_ask_again(struct mq *q)
{
	if (!q->set.event_idx || q->ask == MQ_ASK_AT)
		return;
	/* The index of the entry that was just passed is reached again only after 65536 others. */
	q->avail_event = (uint16_t)(q->ask == MQ_ASK_ALWAYS ? q->seen : q->seen - 1);
	model_store16(q->set.memory, avail_event_at(q), q->avail_event);
}

void mq_ask(struct mq *q, enum mq_ask what, uint16_t at)
{
	mq_check_notified(q);
	q->ask = what;
	if (q->set.packed) {
		mq_packed_ask(q, what == MQ_ASK_AT ? at : mq_event_at(q, 0));
		return;
	}
	if (q->set.event_idx) {
		q->avail_event = at;
		model_store16(q->set.memory, avail_event_at(q), at);
		/* Its bit 0 must be ignored now (split-024). */
		model_store16(q->set.memory, q->set.used, q->mislead);
		mq_ask_again(q);
		return;
	}
	q->flags_no_notify = what == MQ_ASK_NEVER;
	model_store16(q->set.memory, q->set.used, q->flags_no_notify);
	model_store16(q->set.memory, avail_event_at(q), MQ_JUNK_EVENT);
}

bool mq_interrupt_due(struct mq *q, uint16_t at, unsigned chains)
{
	if (q->set.event_idx)
		return (uint16_t)(model_load16(q->set.memory, used_event_at(q)) - at) < chains;
	return (model_load16(q->set.memory, q->set.avail) & 1) == 0;
}
