/* SPDX-License-Identifier: BSD-2-Clause */
/* One queue of a modelled network device, and chains written into it by hand. */
#ifndef NET_BENCH_H
#define NET_BENCH_H

#include "tests/model/net.h"
#include "tests/unit/model_rig.h"

#include <string.h>

enum { SIZE = 16, ANY_LAYOUT = 27, VERSION_1 = 32 };

static struct model_net net;

struct bench {
	struct rig *rig;
	uint8_t *ring, *bytes;
	uint64_t bytes_at;
	unsigned queue, n; /* descriptors so far */
};

/* A device with one queue that is live, and 2 KiB for buffers. */
static void open_bench(struct bench *b, struct rig *r, unsigned queue, uint64_t features)
{
	const struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct mq_setup set = s;
	struct model_config cfg;
	vio_dma at;

	*b = (struct bench){ .rig = r, .queue = queue };
	memset(&net, 0, sizeof(net));
	b->ring = r->host.platform.ring_memory(&r->host, 4096, RIG_PAGE, &at);
	b->bytes = b->ring + 2048;
	b->bytes_at = at.addr + 2048;
	model_net_config(&cfg, &net, r->version, features, SIZE);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.accepted = features;
	r->model.status = 1 | 2 | 8 | 4;
	set.desc = at.addr;
	set.avail = set.desc + 16 * SIZE;
	set.used = set.avail + 64;
	set.role = r->model.cfg.cls->role(&r->model, queue, &set.role_rule);
	mq_open(&r->model.queue[queue], &set);
}

static void part(struct bench *b, uint32_t off, uint32_t len, bool write)
{
	if (b->n)
		b->ring[16 * (b->n - 1) + 12] |= 1;
	rig_desc_at(b->ring, b->n, b->bytes_at + off, len, write ? 2 : 0, (uint16_t)(b->n + 1));
	b->n++;
}

/* The chain of all parts goes to the device, which on the receive queue has a frame for it. */
static void go(struct bench *b)
{
	struct model *m = &b->rig->model;

	b->ring[16 * SIZE + 2] = 1;
	mq_kicked(&m->queue[b->queue]);
	m->kicked[b->queue] = true;
	model_run(m);
	if (b->queue == MODEL_NET_RX)
		model_net_receive(m, "a frame of 60 bytes, more or less: it is not looked at here",
				  60);
	model_check(m);
	model_done(m);
}

#endif
