/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-net: it reports each broken rule, and accepts a correct driver. The tests
 * write buffers into queues without registers. */
#include "tests/unit/net_bench.h"

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

static void small_merge_buffer(struct rig *r)
{
	receive(r, modern(r) | UINT64_C(1) << MODEL_NET_F_MRG_RXBUF, 11);
}

static void merge_buffer(struct rig *r)
{
	receive(r, modern(r) | UINT64_C(1) << MODEL_NET_F_MRG_RXBUF, 72);
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
	{ "mergeable buffer of 11 bytes", "net-rxbuf-003", ON_BOTH, small_merge_buffer },
	{ "mergeable buffer of 72 bytes", NULL, ON_BOTH, merge_buffer },
	{ "writable buffer to send", "net-queue", ON_BOTH, writable_frame },
	{ "readable buffer to receive", "net-queue", ON_BOTH, readable_buffer },
	{ "third queue", "net-queue", ON_BOTH, third_queue },
};

int main(void)
{
	return rig_main("model_net", cases, sizeof(cases) / sizeof(*cases));
}
