/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the queue model share. */
#ifndef MODEL_QUEUE_PRIVATE_H
#define MODEL_QUEUE_PRIVATE_H

#include "tests/model/queue.h"

enum { MQ_NEXT = 1, MQ_WRITE = 2, MQ_INDIRECT = 4, MQ_DESC_BYTES = 16 };
enum { MQ_AVAIL = 1 << 7, MQ_USED = 1 << 15 }; /* packed */

/* One descriptor as it was when the device first saw it. */
struct mq_snapshot {
	uint64_t at;
	uint8_t bytes[MQ_DESC_BYTES];
};

/* Packed: a place of the ring as it was when the device first saw it. */
struct mq_place {
	uint8_t bytes[MQ_DESC_BYTES];
};

/* What the device owns, by head descriptor. The arrays grow, and are kept for the next chain. */
struct mq_owned {
	bool out, taken;
	uint16_t slot;	/* the available index of the chain */
	unsigned count; /* descriptors of the ring */
	struct mq_chain chain;
	struct mq_seg *seg;
	struct mq_snapshot *desc;
	unsigned ndesc, seg_room, desc_room;
	uint64_t hash; /* of all bytes of the segments */
	/* These two belong to the index, not to this head: */
	uint16_t turn;	/* [chains since the start % size] the head of that chain */
	uint16_t owner; /* [descriptor] 1 + head of the chain that it is part of, or 0 */
};

/* Walk the chain at `head`, checking every descriptor; fills `o`. */
void mq_walk(struct mq *q, struct mq_owned *o, uint16_t head);

/* Packed: the list of `n` descriptors at desc_seen. */
void mq_walk_list(struct mq *q, struct mq_owned *o, uint16_t id, unsigned n);
void mq_own_list(struct mq *q, uint16_t id, unsigned n);

/* The device first sees `head`, at available index `slot`. */
void mq_own(struct mq *q, uint16_t head, uint16_t slot);
void mq_disown(struct mq *q, uint16_t head);

/* Check that one chain has not changed. */
void mq_verify_chain(struct mq *q, const struct mq_owned *o);

/* The device itself has changed the bytes of a chain. */
void mq_rehash(struct mq *q, struct mq_owned *o);

/* Does the device want to be notified of chains at available indices [from, to)? */
bool mq_asked(const struct mq *q, uint16_t from, uint16_t to);

/* The device has looked up to q->seen: move avail_event there, if the device asks for every chain.
 */
void mq_ask_again(struct mq *q);

/* Is an interrupt due for the used entries from index `at` on? */
bool mq_interrupt_due(struct mq *q, uint16_t at, unsigned chains);

/* Write a used entry or descriptor for this many chains, with this many descriptors in all. */
void mq_put_batch(struct mq *q, uint32_t id, uint32_t len, unsigned chains, unsigned descs);

/* IN_ORDER on a split ring: check that the chain begins where the previous one ended. */
void mq_check_place(struct mq *q, uint16_t head);

/* Bytes of area 0 (descriptors), 1 (driver) and 2 (device) of a ring of `n`. */
uint64_t mq_area_bytes(const struct mq_setup *s, unsigned area, uint64_t n);

/* Of packed rings: what the functions of queue.h and above do for them. */
void mq_packed_look(struct mq *q);
void mq_packed_verify_places(struct mq *q);
void mq_packed_put_used(struct mq *q, uint16_t id, uint32_t len, unsigned n);
bool mq_packed_answer(struct mq *q, unsigned chains, uint32_t len);
uint16_t mq_packed_next(const struct mq *q);
bool mq_packed_interrupt_due(struct mq *q, unsigned n);
void mq_packed_check_notified(struct mq *q);
void mq_packed_kicked(struct mq *q);
void mq_packed_ask(struct mq *q, uint16_t at);

uint64_t mq_avail_slot(const struct mq *q, uint16_t index);
uint64_t mq_used_slot(const struct mq *q, uint16_t index);

#endif
