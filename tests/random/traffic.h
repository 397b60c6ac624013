/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random traffic between a virtqueue and the model's side of it. The two sides exchange data only
 * through shared memory. Every byte of every request is checked.
 */
#ifndef RANDOM_TRAFFIC_H
#define RANDOM_TRAFFIC_H

#include "tests/host_platform.h"
#include <picovirtio/virtqueue.h>

enum {
	TRAFFIC_SIZE_MAX = 1024,
	TRAFFIC_SEGS = 8, /* of one request */
	TRAFFIC_SEG_BYTES = 32,
	TRAFFIC_BYTES = TRAFFIC_SEGS * TRAFFIC_SEG_BYTES,
};

/* What a queue is like. */
struct traffic_kind {
	bool legacy, packed, event_idx, indirect, in_order;
	bool batch; /* with in_order: one used entry may complete several requests */
	uint16_t size;
	uint16_t start; /* the ring index at which the traffic starts */
	enum host_kind platform;
};

/* One request. Its slot is its cookie, and has memory of its own. */
struct request {
	bool live;	/* submitted, not yet returned */
	bool in_device; /* taken, not yet completed */
	bool table_built;
	bool old; /* vq_old() saw it */
	unsigned nread, nwrite, ndesc;
	uint32_t readable, writable, written;
	uint8_t pattern;
	unsigned long number; /* number of all submitted requests */
	struct vq_seg seg[TRAFFIC_SEGS];
	struct mq_chain chain;
	struct vq_indirect table;
	uint32_t table_len[TRAFFIC_SEGS];
};

struct traffic {
	struct traffic_kind kind;
	struct host_platform host;
	struct vq vq;
	struct mq mq;
	void *ring;
	vio_dma ring_at;
	void *priv;
	uint8_t *bytes, *tables;
	vio_dma bytes_at, tables_at;
	struct request *request; /* [size] */
	unsigned live, used_desc, in_device, completed;
	unsigned held;				 /* completed, but held back from the driver */
	struct request *order[TRAFFIC_SIZE_MAX]; /* as they were taken */
	unsigned long taken, given_back;	 /* of these */
	bool armed, disarmed;
	/* Counters of the whole run. */
	unsigned long submitted, full, reaped, kicks, quiet, interrupts, drained;
};

/* Deterministic: the same seed gives the same traffic on every machine. */
void traffic_seed(uint64_t seed);
uint32_t traffic_random(uint32_t below);

/* Who makes the choices instead; NULL: the numbers of the seed. */
extern uint32_t (*traffic_choose)(uint32_t below);

/* Print what went wrong and where, and stop. */
_Noreturn void traffic_wrong(const struct traffic *t, const char *what, int line);
#define EXPECT(t, condition) ((condition) ? (void)0 : traffic_wrong(t, #condition, __LINE__))

void traffic_open(struct traffic *t, const struct traffic_kind *kind);
void traffic_close(struct traffic *t);

/* Each function is one step of the driver. */
void traffic_submit(struct traffic *t, unsigned max_segs);
void traffic_publish(struct traffic *t);
bool traffic_reap(struct traffic *t); /* false: nothing there */
void traffic_drain(struct traffic *t);

/* Check a cookie that came back: it must be that of a request in flight. */
struct request *traffic_returned(struct traffic *t, void *cookie);

/* Each function is one step of the device. */
void traffic_take(struct traffic *t);
void traffic_complete(struct traffic *t, struct request *r);
void traffic_complete_whole(struct traffic *t, struct request *r); /* all that is writable */
void traffic_flush(struct traffic *t);				   /* completes what is held back */

/* Bring the ring to kind.start with small requests. */
void traffic_cycle(struct traffic *t);

void traffic_honest(struct traffic *t, unsigned steps);

/* A device that writes anything anywhere. Returns whether the queue broke. */
bool traffic_hostile(struct traffic *t, unsigned steps);

#endif
