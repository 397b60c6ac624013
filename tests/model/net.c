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
	FRAME_MOST = 1514, /* without the MTU feature */
	RX_ROOM = 1526,
	SEGMENT_MOST = LINK + 65535,
	CONFIG_BYTES = 12,
};

/* 5.1.4. The field for the address exists without its feature too, but has no meaning then. */
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
	*rule = "net-queue";
	if (queue == MODEL_NET_CONTROL && has(m, MODEL_NET_F_CTRL_VQ))
		return MQ_ANY;
	if (queue > MODEL_NET_TX)
		model_fail("net-queue", "5.1.2", "queue %u without MQ and CTRL_VQ", queue);
	return queue % 2 ? MQ_READABLE_ONLY : MQ_WRITABLE_ONLY;
}

/* 5.1.6.5: without ANY_LAYOUT the header has a descriptor of its own. */
static void check_layout(const struct model *m, const struct mq_chain *c)
{
	if (has(m, VERSION_1) || has(m, ANY_LAYOUT))
		return;
	if (c->nseg < 2 || c->seg[0].len != model_net_header_bytes(m))
		model_fail("net-leg-010", "5.1.6.5", "%u segments, the first of %" PRIu32 " bytes",
			   c->nseg, c->nseg ? c->seg[0].len : 0);
}

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

uint16_t model_net_sum(const uint8_t *p, size_t n, uint32_t seed)
{
	uint64_t s = seed;

	for (size_t i = 0; i < n; i++)
		s += i % 2 ? p[i] : (uint64_t)p[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static size_t mtu(const struct model *m)
{
	return has(m, MODEL_NET_F_MTU) ? le16(m->cfg.config + MODEL_NET_MTU) : FRAME_MOST - LINK;
}

/* The checks of 5.1.6.2.1 that do not depend on the frame. */
static void check_flags(const struct model *m, const struct model_net_header *h)
{
	if (h->flags & ~1u)
		model_fail("net-tx-047", "5.1.6.2.1", "flags 0x%x on transmit", h->flags);
	else if (h->flags && !has(m, MODEL_NET_F_CSUM))
		model_fail("net-tx-005", "5.1.6.2.1", "flags 0x%x without CSUM", h->flags);
	if (h->gso_type > 1 || (h->gso_type && !has(m, MODEL_NET_F_HOST_TSO4)))
		model_fail("net-tx-033", "5.1.6.2.1", "gso_type %u", h->gso_type);
	if (model_net_header_bytes(m) == HEADER && h->num_buffers)
		model_fail("net-tx-004", "5.1.6.2.1", "num_buffers %u", h->num_buffers);
}

/* The sum of the pseudo-header of TCP or UDP over IPv4 (RFC 793), which the driver puts into the
 * checksum field. */
static uint16_t pseudo(const uint8_t *f, size_t start, size_t n)
{
	return model_net_sum(f + LINK + 12, 8, f[LINK + 9] + (uint32_t)(n - start));
}

/* 5.1.6.2.1: the device completes the checksum that the driver has begun. */
static void complete(struct model_net_frame *f)
{
	const size_t start = f->header.csum_start, at = start + f->header.csum_offset;
	uint8_t *b = f->bytes;
	uint16_t s;

	if (start < LINK || at + 2 > f->n) {
		model_fail("net-tx-032", "5.1.6.2.1",
			   "a checksum at %zu, from %zu on, of %zu bytes", at, start, f->n);
		return;
	}
	if (b[12] == 8 && b[13] == 0 && (b[LINK + 9] == 6 || b[LINK + 9] == 17) &&
	    ((unsigned)b[at] << 8 | b[at + 1]) != pseudo(b, start, f->n))
		model_fail("net-tx-031", "5.1.6.2.1", "0x%02x%02x is not the pseudo-header's sum",
			   b[at], b[at + 1]);
	s = (uint16_t)~model_net_sum(b + start, f->n - start, 0);
	b[at] = (uint8_t)(s >> 8);
	b[at + 1] = (uint8_t)s;
}

static void check_segment(const struct model *m, const struct model_net_frame *f)
{
	const struct model_net_header *h = &f->header;
	const size_t tcp = h->csum_start;

	if (!(h->flags & 1)) {
		model_fail("net-tx-034", "5.1.6.2.1", "a segment with its checksum");
		return;
	}
	size_t real = tcp + 20 <= f->n ? tcp + (size_t)(f->bytes[tcp + 12] >> 4) * 4 : f->n;
	if (h->gso_size == 0)
		model_fail("net-tx-035", "5.1.6.2.1", "pieces of no bytes");
	if (h->hdr_len < real || h->hdr_len > f->n)
		model_fail("net-tx-037", "5.1.6.2.1", "hdr_len %u of %zu", h->hdr_len, real);
	else if ((size_t)h->hdr_len + h->gso_size > LINK + mtu(m))
		model_fail("net-009", "5.1.4.2", "pieces of %u bytes", h->hdr_len + h->gso_size);
	if (tcp + 20 <= f->n && f->bytes[tcp + 13] & 0x80)
		model_fail("net-tx-016", "5.1.6.2.1", "CWR in a segment without HOST_ECN");
}

static void read_header(struct model_net_header *h, const uint8_t *b)
{
	*h = (struct model_net_header){ .flags = b[0],
					.gso_type = b[1],
					.hdr_len = le16(b + 2),
					.gso_size = le16(b + 4),
					.csum_start = le16(b + 6),
					.csum_offset = le16(b + 8),
					.num_buffers = le16(b + 10) };
}

static void take_frame(struct model *m, struct mq *q, const struct mq_chain *c)
{
	struct model_net *n = m->cfg.state;
	struct model_net_frame *f = &n->sent[n->nsent % MODEL_NET_FRAMES];
	const size_t header = model_net_header_bytes(m);
	const uint64_t len = c->readable - header;
	uint8_t h[HEADER] = { 0 };

	check_layout(m, c);
	if (c->readable < header + LINK) {
		model_fail("net-tx-003", "5.1.6.2", "%" PRIu64 " bytes, header included",
			   c->readable);
		return;
	}
	mq_read(q, c, 0, h, header);
	read_header(&f->header, h);
	check_flags(m, &f->header);
	if (len > (f->header.gso_type ? SEGMENT_MOST : LINK + mtu(m)))
		model_fail("net-009", "5.1.4.2", "a frame of %" PRIu64 " bytes", len);
	f->n = mq_read(q, c, header, f->bytes, len < MODEL_NET_BYTES ? len : MODEL_NET_BYTES);
	if (f->header.gso_type)
		check_segment(m, f);
	if (f->header.flags & 1 && len <= MODEL_NET_BYTES)
		complete(f);
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

/* 5.1.6.3.1: a buffer holds the largest frame, or, with MRG_RXBUF, at least the header. */
static void check_room(struct model *m, const struct mq_chain *c)
{
	check_layout(m, c);
	if (has(m, MODEL_NET_F_MRG_RXBUF) && c->writable < HEADER)
		model_fail("net-rxbuf-003", "5.1.6.3.1", "a buffer of %" PRIu64 " bytes",
			   c->writable);
	else if (!has(m, MODEL_NET_F_MRG_RXBUF) && c->writable < RX_ROOM)
		model_fail("net-rxbuf-002", "5.1.6.3.1", "a buffer of %" PRIu64 " bytes",
			   c->writable);
}

static void write_header(struct model *m, const struct mq_chain *c,
			 const struct model_net_header *h)
{
	uint8_t b[HEADER] = { h->flags, h->gso_type };
	const uint16_t rest[5] = { h->hdr_len, h->gso_size, h->csum_start, h->csum_offset,
				   h->num_buffers };

	for (unsigned i = 0; i < 5; i++) {
		b[2 + 2 * i] = (uint8_t)rest[i];
		b[3 + 2 * i] = (uint8_t)(rest[i] >> 8);
	}
	mq_write(&m->queue[MODEL_NET_RX], c, 0, b, model_net_header_bytes(m));
}

bool model_net_receive_as(struct model *m, const struct model_net_header *h, const void *frame,
			  size_t n, uint32_t len)
{
	struct model_net *net = m->cfg.state;
	struct mq *q = &m->queue[MODEL_NET_RX];
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	check_room(m, &c);
	net->rx_segments = c.nseg;
	net->rx_room = c.writable;
	write_header(m, &c, h);
	mq_write(q, &c, model_net_header_bytes(m), frame, n);
	model_complete(m, MODEL_NET_RX, c.head, len);
	return true;
}

bool model_net_receive_parts(struct model *m, const struct model_net_header *h, const void *frame,
			     const uint32_t *part, unsigned count)
{
	struct mq *q = &m->queue[MODEL_NET_RX];
	const uint8_t *from = frame;
	uint16_t head[MODEL_NET_FRAMES];

	if (count > MODEL_NET_FRAMES || mq_look(q) < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		const size_t off = i == 0 ? model_net_header_bytes(m) : 0;
		struct mq_chain c;

		mq_take(q, &c);
		check_room(m, &c);
		if (i == 0)
			write_header(m, &c, h);
		mq_write(q, &c, off, from, part[i]);
		from += part[i];
		head[i] = c.head;
	}
	for (unsigned i = 0; i < count; i++)
		model_complete(m, MODEL_NET_RX, head[i],
			       part[i] + (i == 0 ? (uint32_t)model_net_header_bytes(m) : 0));
	return true;
}

/* Each buffer but the last is filled (5.1.6.4.1), and all have the same size. Without MRG_RXBUF
 * num_buffers, if it exists, is 1 (5.1.6.4). */
bool model_net_receive(struct model *m, const void *frame, size_t n)
{
	struct model_net_header h = { .num_buffers = 0 };
	uint32_t part[MODEL_NET_FRAMES];
	uint32_t room = (uint32_t)(RX_ROOM - model_net_header_bytes(m));

	do {
		part[h.num_buffers] = n < room ? (uint32_t)n : room;
		n -= part[h.num_buffers++];
		room = RX_ROOM;
	} while (n > 0 && has(m, MODEL_NET_F_MRG_RXBUF));
	if (h.num_buffers == 1)
		return model_net_receive_as(m, &h, frame, part[0],
					    (uint32_t)(model_net_header_bytes(m) + part[0]));
	return model_net_receive_parts(m, &h, frame, part, h.num_buffers);
}

static void net_serve(struct model *m, unsigned queue)
{
	struct model_net *n = m->cfg.state;

	if (queue == MODEL_NET_RX)
		mq_look(&m->queue[queue]);
	else if (queue == MODEL_NET_TX && !n->hold_tx)
		model_net_drain(m);
	else if (queue == MODEL_NET_CONTROL && !n->hold_control)
		model_net_control_drain(m);
}

/* 5.1.6.5: reset filters and address to those of the device. */
static void net_reset(struct model *m)
{
	struct model_net *n = m->cfg.state;

	n->control = (struct model_net_control){ .commands = n->control.commands };
	m->cfg.config[MODEL_NET_STATUS] &= (uint8_t)~2;
}

void model_net_set_link(struct model *m, bool up)
{
	const uint8_t status[2] = { (uint8_t)((m->cfg.config[MODEL_NET_STATUS] & 2) | up) };

	model_config_change(m, MODEL_NET_STATUS, status, sizeof(status));
}

void model_net_announce(struct model *m)
{
	const uint8_t status[2] = { m->cfg.config[MODEL_NET_STATUS] | 2 };

	model_config_change(m, MODEL_NET_STATUS, status, sizeof(status));
}

const struct model_class model_net_class = {
	.name = "network",
	.device_id = 1,
	.features = 0xffffff,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.dependencies = dependencies,
	.ndependencies = sizeof(dependencies) / sizeof(*dependencies),
	.role = net_role,
	.serve = net_serve,
	.reset = net_reset,
};

void model_net_config(struct model_config *cfg, struct model_net *n, uint32_t version,
		      uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_net_class,
		.state = n,
		.features = features,
		.queue_max = { max, max, features & BIT(MODEL_NET_F_CTRL_VQ) ? max : 0 },
		.config = { 0x52, 0x54, 0, 0x12, 0x34, 0x56, 1, 0, 1, 0, 1500 & 255, 1500 >> 8 },
		.config_bytes = CONFIG_BYTES,
	};
}
