/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of one virtqueue, split or packed (virtio 1.4, 2.7, 2.8), strict. It works with
 * the register file of model.h, or alone, for tests of virtqueue/:
 *
 *     mq_open                the ring is live
 *     mq_kicked              a notification came (what vq_publish() returned)
 *     mq_check_notified      a requested notification did not come: rule broken
 *     mq_take                the next available chain
 *     mq_write, mq_read      its bytes
 *     mq_complete            give it back; true: the driver wants an interrupt
 *     mq_close               device reset
 *
 * From the moment the device sees a chain until it completes it, the chain's descriptors, its
 * indirect table and its bytes must stay as they are, and no other chain of any live queue may
 * overlap what the device may write.
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include "tests/model/memory.h"
#include "tests/model/rule.h"

/* What may be in the chains of a queue (by device class). */
enum mq_role {
	MQ_ANY,
	MQ_WRITABLE_ONLY, /* receive queues, entropy */
	MQ_READABLE_ONLY, /* transmit queues */
};

struct mq_setup {
	struct model_memory *memory;
	uint32_t size;		    /* ring size in use */
	uint32_t driver_size;	    /* the size for which the driver set up memory; 0: the same */
	uint64_t desc, avail, used; /* device addresses of the three areas; packed: ring, event
				       suppression of the driver, and of the device */
	bool event_idx, indirect, packed, in_order; /* negotiated */
	bool legacy;				    /* version 1 rules */
	enum mq_role role;
	const char *role_rule; /* id of the rule behind `role` */
};

struct mq_seg {
	uint64_t addr;
	uint32_t len;
	bool write;
};

/* One chain; valid until it is completed or the queue closed. */
struct mq_chain {
	uint16_t head; /* packed: the buffer id */
	bool indirect;
	unsigned nseg;
	const struct mq_seg *seg;
	uint64_t readable, writable; /* bytes */
};

/* When the device asks for a notification. */
enum mq_ask {
	MQ_ASK_ALWAYS, /* for every new chain (the default) */
	MQ_ASK_NEVER,
	MQ_ASK_AT, /* EVENT_IDX: when the chain at mq_event_at() appears; packed: the descriptor */
};

struct mq_owned; /* private */
struct mq_place;

struct mq {
	struct mq_setup set;
	bool live;
	uint16_t seen;	      /* available index up to which chains were looked at */
	uint16_t next;	      /* available index of the next chain to take */
	uint16_t used;	      /* used index of the device */
	uint16_t kicked;      /* available index when the last notification came */
	uint16_t checked;     /* available index up to which notifications were checked */
	uint16_t avail_event; /* the latest request for a notification, see mq_ask() */
	bool flags_no_notify;
	enum mq_ask ask;
	bool mislead; /* set what the driver must ignore: used.flags with EVENT_IDX (split-024);
			 packed: NEXT in used descriptors, and a length where there is none */
	bool no_write_flag; /* packed: used descriptors without WRITE, as some devices write them */
	bool batch; /* IN_ORDER: hold a completely used chain back until mq_flush(), or until one
		       that is not completely used completes both */
	bool overwrites; /* overwrite the device-readable bytes of a chain before it is completed */
	bool forgiving;	 /* do not check bytes and descriptors; mq_scribble() sets this */
	unsigned outstanding; /* chains seen and not completed */
	/* Counters. */
	unsigned long kicks, unasked_kicks, taken, completed, interrupts_wanted;
	struct mq_owned *owned; /* [size] by head; private */
	/* Packed: descriptors since the start, looked at, used, checked for notifications. `seen`
	 * and `next` count chains then. */
	uint64_t desc_seen, desc_used, desc_checked;
	/* IN_ORDER: chains since the start, those whose completion the driver knows, and later ones
	 * that are held back. Split rings then count desc_seen as well. */
	uint64_t chains, told;
	unsigned held;
	struct mq_place *place; /* [size] of the ring; private */
	uint16_t *head_at;	/* [65536] the head that came at this available index; private */
	struct mq *next_queue;
};

/* Start the ring at index 0. Memory must be aligned, reachable and zeroed. */
void mq_open(struct mq *q, const struct mq_setup *s);

/* The device was reset: the driver owns everything again. */
void mq_close(struct mq *q);

/* A notification arrived. Counts those that the device did not ask for. */
void mq_kicked(struct mq *q);

/* Call this when the driver has done its turn, before the device looks: did every notification
 * arrive that the device asked for? Rules split-023 and split-025. */
void mq_check_notified(struct mq *q);

/* Ask for notifications: used.flags, or avail_event if EVENT_IDX was negotiated; packed:
 * the device event suppression, and `at` is place and lap. */
void mq_ask(struct mq *q, enum mq_ask what, uint16_t at);

/* The argument `at` of mq_ask() for a place `ahead` chains (packed: descriptors) after those that
 * were looked at. */
uint16_t mq_event_at(const struct mq *q, unsigned ahead);

/* Look at the available ring and check all new chains. Returns the number of chains that were not
 * taken yet. */
unsigned mq_look(struct mq *q);

/* Take the next available chain; false: there is none. */
bool mq_take(struct mq *q, struct mq_chain *c);

/* Copy from the readable bytes of a chain, or to the writable ones, from byte `off` on. Returns the
 * number of bytes that were copied. */
size_t mq_read(struct mq *q, const struct mq_chain *c, size_t off, void *dst, size_t n);
size_t mq_write(struct mq *q, const struct mq_chain *c, size_t off, const void *src, size_t n);

/* A lie: overwrite the bytes that the device may only read. */
void mq_overwrite(struct mq *q, const struct mq_chain *c);

/* Give a taken chain back, `len` bytes written. True: an interrupt is due (2.7.7). */
bool mq_complete(struct mq *q, uint16_t head, uint32_t len);

/* Complete the chains that are held back (`batch`). Returns as mq_complete(). */
bool mq_flush(struct mq *q);

/* The upper half of QueueNotify that is correct now with NOTIFICATION_DATA (2.9). */
uint16_t mq_next_data(struct mq *q);

/* Check that nothing that the device owns has changed: rule cleanup-001. mq_complete() checks only
 * its chain; call this at the end of a scenario. */
void mq_verify(struct mq *q);

/* ---- Lies. They do not change the state of the model, except MQ_LEN_*, which complete a chain.
 * ---- */

enum mq_lie {
	MQ_ID_TOO_BIG,	   /* used id == size (HD-SPLIT-04) */
	MQ_ID_HIGH_BITS,   /* right id in the low 16 bits, garbage above (HD-SPLIT-05) */
	MQ_ID_IDLE,	   /* a descriptor that is in no chain (HD-SPLIT-06) */
	MQ_ID_NOT_HEAD,	   /* the second descriptor of a chain (HD-SPLIT-07) */
	MQ_ID_TWICE,	   /* one completion, twice (HD-SPLIT-08) */
	MQ_STALE_ENTRIES,  /* index ahead within bounds over old entries (HD-SPLIT-03) */
	MQ_ONE_TOO_MANY,   /* all chains complete, and one more entry (HD-SPLIT-01) */
	MQ_IDX_AHEAD_SIZE, /* index ahead by the ring size (HD-SPLIT-01) */
	MQ_IDX_AHEAD_HALF, /* index ahead by 0x8000 (HD-SPLIT-01) */
	MQ_IDX_BACK,	   /* index goes backwards (HD-SPLIT-02) */
	MQ_LEN_OVER,	   /* one byte more than was writable (HD-SPLIT-09) */
	MQ_LEN_HUGE,	   /* length 0xffffffff (HD-SPLIT-09) */
	MQ_OUT_OF_ORDER,   /* IN_ORDER: the second chain completes alone, before the first */
	MQ_BATCH_AGAIN,	   /* IN_ORDER: one entry completes two chains, and then the first one
			      completes again */
	MQ_LIES
};

/* The name of the lie, for messages. */
const char *mq_lie_name(enum mq_lie what);

/* The number of correct completions before the lie, if two chains are in flight. */
unsigned mq_true_part(const struct mq *q, enum mq_lie what);

/* Carry out a lie. False: it is not possible now. Most need a chain in flight, MQ_ID_NOT_HEAD one
 * of two direct descriptors, and MQ_ID_IDLE and MQ_STALE_ENTRIES free descriptors. */
bool mq_lie(struct mq *q, enum mq_lie what);

/* Raw tools for lies: write a used entry and move the index, or the index alone. */
void mq_put_used(struct mq *q, uint32_t id, uint32_t len);
void mq_set_used_idx(struct mq *q, uint16_t idx);

/* Complete the next chain of the ring without the checks of the model, for rings that mq_scribble()
 * changed. False: there is none. */
bool mq_answer(struct mq *q, uint32_t len);

/* The same for several chains, with one used entry (IN_ORDER). */
bool mq_answer_batch(struct mq *q, unsigned chains, uint32_t len);

/* True if this ring can have such a lie. Packed rings have no used index, and their ids have 16
 * bits and name whole chains. */
bool mq_lie_fits(const struct mq *q, enum mq_lie what);

/* Overwrite one byte that the device can reach: of rings, tables, or buffers in flight. */
void mq_scribble(struct mq *q, uint32_t random);

#endif
