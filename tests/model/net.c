/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-net, strict about headers, buffers and what was negotiated. */
#include "tests/model/net.h"

#include <inttypes.h>
#include <string.h>

#define BIT(n) (UINT64_C(1) << (n))

enum {
	ANY_LAYOUT = 27,
	VERSION_1 = 32,
	HEADER_OLD = 10,
	HEADER = 12,
	LINK = 14,
	FRAME_MOST = 1514,
	RX_ROOM = 1526,
	CONFIG_BYTES = 12,
};

/* 5.1.4. The address is there without its feature too, but says nothing then. */
static const struct model_field fields[] = {
	{ 0, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 1, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 2, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 3, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 4, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 5, 1, BIT(MODEL_NET_F_MAC), false, false },
	{ 6, 2, BIT(MODEL_NET_F_STATUS), false, false },
	{ 8, 2, BIT(MODEL_NET_F_MQ), false, false },
	{ 10, 2, BIT(MODEL_NET_F_MTU), false, false },
};

/* 5.1.3.1, of the bits that are 0 to 23. */
static const struct model_dependency dependencies[] = {
	{ 7, 1 },  { 8, 1 },   { 9, 7 },   { 10, 1 },  { 11, 0 },  { 12, 0 },  { 13, 11 },
	{ 14, 0 }, { 18, 17 }, { 19, 17 }, { 20, 17 }, { 21, 17 }, { 22, 17 }, { 23, 17 },
};

static bool has(const struct model *m, unsigned bit)
{
	return m->accepted >> bit & 1;
}

size_t model_net_header_bytes(const struct model *m)
{
	return has(m, VERSION_1) || has(m, MODEL_NET_F_MRG_RXBUF) ? HEADER : HEADER_OLD;
}

static enum mq_role net_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = "net-queue";
	if (queue > MODEL_NET_TX)
		model_fail("net-queue", "5.1.2", "queue %u without MQ and CTRL_VQ", queue);
	return queue % 2 ? MQ_READABLE_ONLY : MQ_WRITABLE_ONLY;
}

/* 5.1.6.5: without ANY_LAYOUT the header stands alone. */
static void check_layout(const struct model *m, const struct mq_chain *c)
{
	if (has(m, VERSION_1) || has(m, ANY_LAYOUT))
		return;
	if (c->nseg < 2 || c->seg[0].len != model_net_header_bytes(m))
		model_fail("net-leg-010", "5.1.6.5", "%u segments, the first of %" PRIu32 " bytes",
			   c->nseg, c->seg[0].len);
}

/* 5.1.6.2.1, with no offload negotiated: all is 0. csum_* and hdr_len speak of nothing then. */
static void check_header(const struct model *m, const uint8_t *h)
{
	if (h[0] & ~1u)
		model_fail("net-tx-047", "5.1.6.2.1", "flags 0x%x on transmit", h[0]);
	else if (h[0] && !has(m, MODEL_NET_F_CSUM))
		model_fail("net-tx-005", "5.1.6.2.1", "flags 0x%x without CSUM", h[0]);
	if (h[1] && !has(m, MODEL_NET_F_HOST_TSO4))
		model_fail("net-tx-033", "5.1.6.2.1", "gso_type %u", h[1]);
	if (model_net_header_bytes(m) == HEADER && (h[10] || h[11]))
		model_fail("net-tx-004", "5.1.6.2.1", "num_buffers %u", h[10] | h[11] << 8);
}

static size_t frame_most(const struct model *m)
{
	const uint8_t *mtu = m->cfg.config + MODEL_NET_MTU;

	if (!(m->cfg.features & BIT(MODEL_NET_F_MTU)) || mtu[0] + 256u * mtu[1] < 68)
		return FRAME_MOST;
	return LINK + mtu[0] + 256u * mtu[1];
}

static void take_frame(struct model *m, struct mq *q, const struct mq_chain *c)
{
	struct model_net *n = m->cfg.state;
	struct model_net_frame *f = &n->sent[n->nsent % MODEL_NET_FRAMES];
	const size_t header = model_net_header_bytes(m);
	uint8_t h[HEADER] = { 0 };

	check_layout(m, c);
	if (c->readable < header + LINK) {
		model_fail("net-tx-003", "5.1.6.2", "%" PRIu64 " bytes, header included",
			   c->readable);
		return;
	}
	if (c->readable > header + frame_most(m))
		model_fail("net-009", "5.1.4.2", "a frame of %" PRIu64 " bytes",
			   c->readable - header);
	mq_read(q, c, 0, h, header);
	check_header(m, h);
	f->n = mq_read(q, c, header, f->bytes,
		       c->readable - header < MODEL_NET_BYTES ? c->readable - header
							      : MODEL_NET_BYTES);
	n->nsent++;
}

unsigned model_net_drain(struct model *m)
{
	struct model_net *n = m->cfg.state;
	struct mq *q = &m->queue[MODEL_NET_TX];
	uint16_t head[MODEL_NET_FRAMES];
	struct mq_chain c;
	unsigned taken = 0;

	while (taken < MODEL_NET_FRAMES && mq_take(q, &c)) {
		take_frame(m, q, &c);
		head[taken++] = c.head;
	}
	for (unsigned i = 0; i < taken; i++)
		model_complete(m, MODEL_NET_TX, head[n->reversed ? taken - 1 - i : i], n->tx_len);
	return taken;
}

/* 5.1.6.3.1: a buffer has room for the largest frame. */
static void check_room(struct model *m, const struct mq_chain *c)
{
	check_layout(m, c);
	if (c->writable < RX_ROOM)
		model_fail("net-rxbuf-002", "5.1.6.3.1", "a buffer of %" PRIu64 " bytes",
			   c->writable);
}

bool model_net_receive_as(struct model *m, const struct model_net_header *h, const void *frame,
			  size_t n, uint32_t len)
{
	struct model_net *net = m->cfg.state;
	struct mq *q = &m->queue[MODEL_NET_RX];
	const size_t header = model_net_header_bytes(m);
	uint8_t b[HEADER] = { h->flags, h->gso_type };
	const uint16_t rest[5] = { h->hdr_len, h->gso_size, h->csum_start, h->csum_offset,
				   h->num_buffers };
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	check_room(m, &c);
	net->rx_segments = c.nseg;
	net->rx_room = c.writable;
	for (unsigned i = 0; i < 5; i++) {
		b[2 + 2 * i] = (uint8_t)rest[i];
		b[3 + 2 * i] = (uint8_t)(rest[i] >> 8);
	}
	mq_write(q, &c, 0, b, header);
	mq_write(q, &c, header, frame, n);
	model_complete(m, MODEL_NET_RX, c.head, len);
	return true;
}

/* A device without MRG_RXBUF says 1 where it has the field (5.1.6.4). */
bool model_net_receive(struct model *m, const void *frame, size_t n)
{
	const struct model_net_header h = { .num_buffers = 1 };

	return model_net_receive_as(m, &h, frame, n, (uint32_t)(model_net_header_bytes(m) + n));
}

static void net_serve(struct model *m, unsigned queue)
{
	struct model_net *n = m->cfg.state;

	if (queue == MODEL_NET_RX)
		mq_look(&m->queue[queue]);
	else if (!n->hold_tx)
		model_net_drain(m);
}

void model_net_set_link(struct model *m, bool up)
{
	const uint8_t status[2] = { up };

	model_config_change(m, MODEL_NET_STATUS, status, sizeof status);
}

const struct model_class model_net_class = {
	.name = "network",
	.device_id = 1,
	.features = 0xffffff,
	.fields = fields,
	.nfields = sizeof fields / sizeof *fields,
	.dependencies = dependencies,
	.ndependencies = sizeof dependencies / sizeof *dependencies,
	.role = net_role,
	.serve = net_serve,
};

void model_net_config(struct model_config *cfg, struct model_net *n, uint32_t version,
		      uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_net_class,
		.state = n,
		.features = features,
		.queue_max = { max, max },
		.config = { 0x52, 0x54, 0, 0x12, 0x34, 0x56, 1, 0, 1, 0, 1500 & 255, 1500 >> 8 },
		.config_bytes = CONFIG_BYTES,
	};
}
