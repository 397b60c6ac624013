/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-balloon (virtio 1.4, 5.5). */
#ifndef MODEL_BALLOON_H
#define MODEL_BALLOON_H

#include "tests/model/model.h"

enum {
	MODEL_BALLOON_MUST_TELL = 0,
	MODEL_BALLOON_STATS = 1,
	MODEL_BALLOON_ON_OOM = 2,
	MODEL_BALLOON_HINT = 3,
	MODEL_BALLOON_POISON = 4,
	MODEL_BALLOON_REPORT = 5,
	MODEL_BALLOON_ALL = 0x3f,

	MODEL_BALLOON_PAGES = 1024,
	MODEL_BALLOON_TAGS = 16,
	MODEL_BALLOON_LOG = 64,
	MODEL_BALLOON_DONE = 1, /* hint ids */
};

extern const struct model_class model_balloon_class;

struct model_balloon_range {
	uint64_t addr;
	uint64_t len;
};

struct model_balloon {
	/* What the device does late, or in another way than other devices. */
	bool hold;	/* keep the requests */
	bool odd_queue; /* as QEMU: reports are queue 3 if there are no hints */
	/* What the driver did. */
	uint32_t page[MODEL_BALLOON_PAGES]; /* in the balloon */
	unsigned npages, batches;
	uint16_t tag[MODEL_BALLOON_TAGS];
	uint64_t value[MODEL_BALLOON_TAGS];
	unsigned nstats;
	struct model_balloon_range range[MODEL_BALLOON_LOG]; /* reports and hints, in order */
	unsigned nranges;
	uint32_t id[MODEL_BALLOON_LOG]; /* the ids of hints in their order; 0 for the end */
	unsigned nids;
	/* Private. */
	unsigned old; /* number of pages from before the last reset */
	bool stats_here, poison_set, in_round;
	uint16_t stats_head;
};

/* Fill `cfg`: class, state, queues of `max` descriptors as the features say, config space. */
void model_balloon_config(struct model_config *cfg, struct model_balloon *b, uint32_t version,
			  uint64_t features, uint32_t max);

/* The host asks for `pages` pages. */
void model_balloon_ask(struct model *m, uint32_t pages);

/* The host begins a round of hints with this id, or ends it (MODEL_BALLOON_DONE, 0). */
void model_balloon_hint(struct model *m, uint32_t id);

/* The host wants new statistics. False: the driver gave none. */
bool model_balloon_ask_stats(struct model *m);

/* The number of pages in the balloon, as the driver reports it. */
uint32_t model_balloon_actual(const struct model *m);

#endif
