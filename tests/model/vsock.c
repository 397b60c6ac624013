/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/vsock.h"

#include <inttypes.h>
#include <string.h>

enum { AT_CID = 0, CONFIG_BYTES = 8, EVENT_BYTES = 4, RESET = 0 };

static const struct model_field fields[] = { { AT_CID, 8, 0, false, false } };

static uint64_t get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static void put(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

struct model_vsock_conn *model_vsock_find(struct model_vsock *v, uint32_t guest_port,
					  uint32_t host_port)
{
	for (unsigned i = 0; i < MODEL_VSOCK_CONNS; i++) {
		struct model_vsock_conn *c = &v->conn[i];

		if (c->guest_port == guest_port && c->host_port == host_port)
			return c;
	}
	return NULL;
}

static struct model_vsock_conn *begin(struct model_vsock *v, uint32_t guest_port,
				      uint32_t host_port)
{
	struct model_vsock_conn *c = model_vsock_find(v, guest_port, host_port);

	c = c ? c : model_vsock_find(v, 0, 0);
	if (c)
		*c = (struct model_vsock_conn){ .guest_port = guest_port, .host_port = host_port };
	return c;
}

/* ---- From the driver ---- */

static void parse(const uint8_t *h, struct model_vsock_packet *k)
{
	*k = (struct model_vsock_packet){
		.from = get(h, 8),
		.to = get(h + 8, 8),
		.from_port = (uint32_t)get(h + 16, 4),
		.to_port = (uint32_t)get(h + 20, 4),
		.len = (uint32_t)get(h + 24, 4),
		.type = (uint16_t)get(h + 28, 2),
		.op = (uint16_t)get(h + 30, 2),
		.flags = (uint32_t)get(h + 32, 4),
		.buf_alloc = (uint32_t)get(h + 36, 4),
		.fwd_cnt = (uint32_t)get(h + 40, 4),
	};
}

static bool knows(const struct model *m, uint16_t type)
{
	return type == MODEL_VSOCK_STREAM ||
	       (type == MODEL_VSOCK_SEQPACKET && (m->accepted >> MODEL_VSOCK_F_SEQPACKET & 1));
}

static void check_packet(struct model *m, const struct mq_chain *c,
			 const struct model_vsock_packet *k)
{
	struct model_vsock *v = m->cfg.state;

	if (c->readable != MODEL_VSOCK_HEADER + (uint64_t)k->len)
		model_fail("vsock-packet", "5.10.6", "a packet of %" PRIu64 " bytes", c->readable);
	if (k->op < MODEL_VSOCK_REQUEST || k->op > MODEL_VSOCK_ASK ||
	    (k->len > 0 && k->op != MODEL_VSOCK_RW))
		model_fail("vsock-packet", "5.10.6", "operation %u with %" PRIu32 " bytes", k->op,
			   k->len);
	if (k->from != get(m->cfg.config, 8))
		model_fail("vsock-004", "5.10.6.4", "a packet from CID %" PRIu64, k->from);
	if (!knows(m, k->type) && k->op != MODEL_VSOCK_RST)
		model_fail("vsock-004", "5.10.6.4", "a packet of type %u", k->type);
	if (k->op == MODEL_VSOCK_RST && v->rst_owed && k->from_port == v->rst_port)
		v->rst_owed = false;
}

/* The data stays within the credit, and the reported credit is correct (5.10.6.3). */
static void check_credit(struct model_vsock *v, const struct model_vsock_packet *k)
{
	struct model_vsock_conn *c = model_vsock_find(v, k->from_port, k->to_port);

	if (k->op == MODEL_VSOCK_RST || !c || c->guest_port == 0)
		return;
	if (k->buf_alloc == 0 || k->fwd_cnt - c->guest_read > c->sent - c->guest_read)
		model_fail("vsock-003", "5.10.6.3", "room %" PRIu32 ", %" PRIu32 " bytes read",
			   k->buf_alloc, k->fwd_cnt);
	c->guest_read = k->fwd_cnt;
	c->guest_room = k->buf_alloc;
	if (k->op != MODEL_VSOCK_RW)
		return;
	c->got += k->len;
	if (c->got - c->read > c->room)
		model_fail("vsock-003", "5.10.6.3", "%" PRIu32 " bytes beyond the credit",
			   c->got - c->read - c->room);
}

static void take(struct model *m, const struct mq_chain *c)
{
	struct model_vsock *v = m->cfg.state;
	uint8_t h[MODEL_VSOCK_HEADER] = { 0 };
	struct model_vsock_packet k;

	mq_read(&m->queue[1], c, 0, h, sizeof(h));
	parse(h, &k);
	check_packet(m, c, &k);
	if (k.op == MODEL_VSOCK_REQUEST)
		begin(v, k.from_port, k.to_port);
	check_credit(v, &k);
	v->ndata += (uint32_t)mq_read(&m->queue[1], c, MODEL_VSOCK_HEADER, v->data + v->ndata,
				      MODEL_VSOCK_DATA - v->ndata);
	if (v->nlog < MODEL_VSOCK_LOG)
		v->log[v->nlog++] = k;
	model_complete(m, 1, c->head, 0);
}

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static void vsock_serve(struct model *m, unsigned queue)
{
	struct model_vsock *v = m->cfg.state;
	struct mq_chain c;

	if (queue == 0)
		v->rx_most = most(v->rx_most, mq_look(&m->queue[0]));
	if (queue == 2)
		v->event_most = most(v->event_most, mq_look(&m->queue[2]));
	while (queue == 1 && !v->hold && mq_take(&m->queue[1], &c))
		take(m, &c);
}

/* ---- To the driver ---- */

static void note_sent(struct model *m, const struct model_vsock_packet *k)
{
	struct model_vsock *v = m->cfg.state;
	struct model_vsock_conn *c = model_vsock_find(v, k->to_port, k->from_port);

	if (!knows(m, k->type) && k->op != MODEL_VSOCK_RST) {
		v->rst_owed = true;
		v->rst_port = k->to_port;
		return;
	}
	if (k->op == MODEL_VSOCK_REQUEST)
		c = begin(v, k->to_port, k->from_port);
	if (!c)
		return;
	c->room = k->buf_alloc;
	c->read = k->fwd_cnt;
	c->sent += k->op == MODEL_VSOCK_RW ? k->len : 0;
}

bool model_vsock_send_cut(struct model *m, const struct model_vsock_packet *k, const void *data,
			  uint32_t bytes)
{
	uint8_t h[MODEL_VSOCK_HEADER];
	struct mq *q = &m->queue[0];
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	put(h, k->from, 8);
	put(h + 8, k->to, 8);
	put(h + 16, k->from_port, 4);
	put(h + 20, k->to_port, 4);
	put(h + 24, k->len, 4);
	put(h + 28, k->type, 2);
	put(h + 30, k->op, 2);
	put(h + 32, k->flags, 4);
	put(h + 36, k->buf_alloc, 4);
	put(h + 40, k->fwd_cnt, 4);
	mq_write(q, &c, 0, h, sizeof(h));
	if (data)
		mq_write(q, &c, sizeof(h), data, k->len);
	model_complete(m, 0, c.head, bytes);
	return true;
}

bool model_vsock_send(struct model *m, const struct model_vsock_packet *k, const void *data)
{
	if (!model_vsock_send_cut(m, k, data, MODEL_VSOCK_HEADER + k->len))
		return false;
	note_sent(m, k);
	return true;
}

bool model_vsock_event(struct model *m, uint32_t id, uint32_t bytes)
{
	struct mq *q = &m->queue[2];
	uint8_t p[EVENT_BYTES];
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	if (c.writable < EVENT_BYTES)
		model_fail("vsock-005", "5.10.6.6", "an event buffer of %" PRIu64 " bytes",
			   c.writable);
	put(p, id, EVENT_BYTES);
	mq_write(q, &c, 0, p, bytes < EVENT_BYTES ? bytes : EVENT_BYTES);
	model_complete(m, 2, c.head, bytes);
	return true;
}

void model_vsock_move(struct model *m, uint64_t cid)
{
	struct model_vsock *v = m->cfg.state;

	put(m->cfg.config + AT_CID, cid, 8);
	memset(v->conn, 0, sizeof(v->conn));
	v->cid_owed = true;
	model_vsock_event(m, RESET, EVENT_BYTES);
}

/* ---- The device ---- */

static void vsock_config_read(struct model *m, uint32_t off, unsigned width)
{
	struct model_vsock *v = m->cfg.state;

	(void)off;
	(void)width;
	v->cid_owed = false;
}

static enum mq_role vsock_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = "vsock-packet";
	return queue == 1 ? MQ_READABLE_ONLY : MQ_WRITABLE_ONLY;
}

static void vsock_reset(struct model *m)
{
	struct model_vsock *v = m->cfg.state;

	memset(v->conn, 0, sizeof(v->conn));
	v->rx_most = v->event_most = 0;
	v->cid_owed = v->rst_owed = false;
}

static void vsock_check(struct model *m)
{
	const struct model_vsock *v = m->cfg.state;

	if (m->queue[0].live && mq_look(&m->queue[0]) < v->rx_most)
		model_fail("vsock-002", "5.10.6.2", "not all buffers are given again");
	if (m->queue[2].live && mq_look(&m->queue[2]) < v->event_most)
		model_fail("vsock-005", "5.10.6.6", "not all event buffers are given again");
	if (v->cid_owed)
		model_fail("vsock-005", "5.10.6.6", "the CID was not read again");
	if (v->rst_owed && !v->hold)
		model_fail("vsock-004", "5.10.6.4", "an unknown type was not answered by RST");
}

const struct model_class model_vsock_class = {
	.name = "vsock",
	.device_id = 19,
	.features = 7,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = vsock_role,
	.serve = vsock_serve,
	.reset = vsock_reset,
	.config_read = vsock_config_read,
	.check = vsock_check,
};

void model_vsock_config(struct model_config *cfg, struct model_vsock *v, uint32_t version,
			uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_vsock_class,
		.state = v,
		.features = features,
		.queue_max = { max, max, max },
		.config_bytes = CONFIG_BYTES,
	};
	put(cfg->config + AT_CID, MODEL_VSOCK_CID, 8);
}
