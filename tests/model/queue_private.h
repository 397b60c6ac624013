/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the queue model share. */
#ifndef MODEL_QUEUE_PRIVATE_H
#define MODEL_QUEUE_PRIVATE_H

#include "tests/model/queue.h"

enum { MQ_NEXT = 1, MQ_WRITE = 2, MQ_INDIRECT = 4, MQ_DESC_BYTES = 16 };

/* One descriptor as it was when the device first saw it. */
struct mq_snapshot {
	uint64_t at;
	uint8_t bytes[MQ_DESC_BYTES];
};

/* What the device owns, by head descriptor. The arrays grow and are kept. */
struct mq_owned {
	bool out, taken;
	uint16_t slot; /* available index that it came at */
	struct mq_chain chain;
	struct mq_seg *seg;
	struct mq_snapshot *desc;
	unsigned ndesc, seg_room, desc_room;
	uint64_t hash; /* of all bytes of the segments */
	/* Not of this head, but of the index as such: */
	uint16_t head_at; /* [slot % size] the head that was there */
	uint16_t owner;	  /* [descriptor] 1 + head of the chain that it is part of, or 0 */
};

/* Walk the chain at `head`, checking every descriptor; fills `o`. */
void mq_walk(struct mq *q, struct mq_owned *o, uint16_t head);

/* The device sees `head` for the first time, at available index `slot`. */
void mq_own(struct mq *q, uint16_t head, uint16_t slot);
void mq_disown(struct mq *q, uint16_t head);

/* Is one chain as it was given? */
void mq_verify_chain(struct mq *q, const struct mq_owned *o);

/* The bytes of a chain were changed by the device itself. */
void mq_rehash(struct mq *q, struct mq_owned *o);

/* Does the device want to be notified of chains at available indices [from, to)? */
bool mq_asked(const struct mq *q, uint16_t from, uint16_t to);

/* The device has looked up to q->seen: move avail_event along, if it is to follow. */
void mq_ask_again(struct mq *q);

/* Is an interrupt due for the used entry at index `at`? */
bool mq_interrupt_due(struct mq *q, uint16_t at);

uint64_t mq_avail_slot(const struct mq *q, uint16_t index);
uint64_t mq_used_slot(const struct mq *q, uint16_t index);

#endif
