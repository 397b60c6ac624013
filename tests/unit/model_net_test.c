/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of virtio-net is judged: each broken rule is seen, and what is right passes. Buffers
 * are written by hand into queues without registers. */
#include "tests/unit/model_rig.h"

#include "tests/model/net.h"

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
	memset(&net, 0, sizeof net);
	b->ring = r->host.platform.ring_memory(&r->host, 4096, RIG_PAGE, &at);
	b->bytes = b->ring + 2048;
	b->bytes_at = at.addr + 2048;
	model_net_config(&cfg, &net, r->version, features, SIZE);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.accepted = features & ~(UINT64_C(1) << MODEL_NET_F_MTU);
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

static uint64_t modern(const struct rig *r)
{
	return r->version == 2 ? UINT64_C(1) << VERSION_1 : UINT64_C(1) << ANY_LAYOUT;
}

/* A frame of `len` bytes, header included, with one byte of the header set. */
static void transmit(struct rig *r, uint64_t features, uint32_t len, unsigned at, uint8_t value)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_TX, features);
	b.bytes[at] = value;
	part(&b, 0, len, false);
	go(&b);
}

static void receive(struct rig *r, uint64_t features, uint32_t len)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_RX, features);
	part(&b, 0, len, true);
	go(&b);
}

static void good_both(struct rig *r)
{
	struct bench b;

	transmit(r, modern(r), 100, 0, 0);
	assert_int_equal(net.nsent, 1);
	assert_int_equal(net.sent[0].n, r->version == 1 ? 90 : 88);
	receive(r, modern(r), 1526);
	assert_int_equal(net.rx_room, 1526);
	open_bench(&b, r, MODEL_NET_TX, 0);
	part(&b, 0, 10, false);
	part(&b, 10, 60, false);
	go(&b);
	assert_int_equal(net.sent[0].n, 60);
}

static void header_together(struct rig *r)
{
	transmit(r, 0, 100, 0, 0);
}

static void rx_header_together(struct rig *r)
{
	receive(r, 0, 1526);
}

static void runt(struct rig *r)
{
	transmit(r, modern(r), r->version == 1 ? 23 : 25, 0, 0);
}

static void too_long(struct rig *r)
{
	transmit(r, modern(r), r->version == 1 ? 1525 : 1527, 0, 0);
}

static void beyond_the_mtu(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_TX, modern(r) | UINT64_C(1) << MODEL_NET_F_MTU);
	r->model.cfg.config[MODEL_NET_MTU] = 100;
	r->model.cfg.config[MODEL_NET_MTU + 1] = 0;
	part(&b, 0, 12 + 14 + 101, false);
	go(&b);
}

static void needs_csum(struct rig *r)
{
	transmit(r, modern(r), 100, 0, 1);
}

static void data_valid(struct rig *r)
{
	transmit(r, modern(r), 100, 0, 2);
}

static void segmented(struct rig *r)
{
	transmit(r, modern(r), 100, 1, 1);
}

static void num_buffers(struct rig *r)
{
	transmit(r, modern(r), 100, 10, 1);
}

static void small_buffer(struct rig *r)
{
	receive(r, modern(r), 1525);
}

static void writable_frame(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_TX, modern(r));
	part(&b, 0, 100, true);
	go(&b);
}

static void readable_buffer(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_RX, modern(r));
	part(&b, 0, 1526, false);
	go(&b);
}

static void third_queue(struct rig *r)
{
	const char *rule;

	model_net_class.role(&r->model, 2, &rule);
}

static const struct rig_case cases[] = {
	{ "frames both ways", NULL, ON_BOTH, good_both },
	{ "header and frame together", "net-leg-010", ON_1, header_together },
	{ "header and buffer together", "net-leg-010", ON_1, rx_header_together },
	{ "frame without a link header", "net-tx-003", ON_BOTH, runt },
	{ "frame of 1515 bytes", "net-009", ON_BOTH, too_long },
	{ "frame beyond the MTU", "net-009", ON_BOTH, beyond_the_mtu },
	{ "NEEDS_CSUM without CSUM", "net-tx-005", ON_BOTH, needs_csum },
	{ "DATA_VALID on transmit", "net-tx-047", ON_BOTH, data_valid },
	{ "segmentation without the feature", "net-tx-033", ON_BOTH, segmented },
	{ "num_buffers on transmit", "net-tx-004", ON_2, num_buffers },
	{ "receive buffer of 1525 bytes", "net-rxbuf-002", ON_BOTH, small_buffer },
	{ "writable buffer to send", "net-queue", ON_BOTH, writable_frame },
	{ "readable buffer to receive", "net-queue", ON_BOTH, readable_buffer },
	{ "third queue", "net-queue", ON_BOTH, third_queue },
};

int main(void)
{
	return rig_main("model_net", cases, sizeof cases / sizeof *cases);
}
