/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of the model itself: a device, and a driver made of single register
 * accesses, so that each test can break one rule and no other. Broken rules are
 * recorded instead of ending the test.
 */
#ifndef MODEL_RIG_H
#define MODEL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/host_platform.h"

enum {
	RIG_SIZE = 4, /* of queue 0; queue 1 has none */
	RIG_PAGE = 4096,
	RIG_BYTES = 1024, /* buffers */
};

struct rig {
	uint32_t version;
	struct host_platform host;
	struct model model;
	struct model_config config; /* change it before rig_probe() */
	uint8_t *ring;
	uint64_t ring_at, desc, avail, used;
	uint8_t *bytes;
	uint64_t bytes_at;
	uint16_t avail_idx;
	/* Rules broken so far, the first ones by id. */
	const char *broken[8];
	unsigned nbroken;
};

/* One broken rule (or none: NULL), on the versions that it holds for. */
struct rig_case {
	const char *name;
	const char *rule;
	unsigned versions; /* bit 0: version 1, bit 1: version 2 */
	void (*run)(struct rig *r);
};
enum { ON_1 = 1, ON_2 = 2, ON_BOTH = 3 };

/* Run all cases as a cmocka group: each must break its rule first, or none. */
int rig_main(const char *group, const struct rig_case *cases, unsigned n);

/* The registers. */
uint32_t rd(struct rig *r, uint32_t off);
void wr(struct rig *r, uint32_t off, uint32_t v);

/* A correct driver, step by step. Each function also does the steps before it. */
void rig_probe(struct rig *r);	  /* MagicValue, Version, DeviceID */
void rig_reset(struct rig *r);	  /* Status 0, read back; ACKNOWLEDGE, DRIVER */
void rig_features(struct rig *r); /* read, accept, FEATURES_OK and read back (version 2) */
void rig_accept(struct rig *r, uint64_t features); /* rig_features() with a mask */
void rig_queue(struct rig *r);			   /* queue 0 is live */
void rig_live(struct rig *r);			   /* DRIVER_OK */

/* Parts of rig_queue(). */
void rig_select(struct rig *r); /* QueueSel 0, in use?, QueueSizeMax */
void rig_size_and_areas(struct rig *r);
void rig_start_queue(struct rig *r); /* QueueReady 1 or QueuePFN */

/* Write a descriptor, or make a head available, without a notification. */
void rig_desc(struct rig *r, unsigned i, uint32_t off, uint32_t len, uint16_t flags, uint16_t next);
void rig_desc_at(uint8_t *table, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
		 uint16_t next);
void rig_avail(struct rig *r, uint16_t head);
void rig_avail_idx(struct rig *r, uint16_t idx);
void rig_avail_flags(struct rig *r, uint16_t flags);
void rig_used_event(struct rig *r, uint16_t at);

/* One chain of a readable and a writable descriptor, 0 and 1, made available. */
void rig_submit(struct rig *r);
void rig_kick(struct rig *r);
struct mq *rig_ring(struct rig *r); /* the model's queue 0 */

#endif
