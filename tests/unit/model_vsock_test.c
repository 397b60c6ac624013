/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-vsock: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/vsock.h"

#include <string.h>

enum { SIZE = 8, GUEST_PORT = 1000, HOST_PORT = 80 };

static struct model_vsock vsock;
static uint16_t idx;

/* One queue, on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&vsock, 0, sizeof(vsock));
	model_vsock_config(&cfg, &vsock, 2, 1, SIZE);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 24;
	s.role = cfg.cls->role(&r->model, queue, &s.role_rule);
	mq_open(&r->model.queue[queue], &s);
	idx = 0;
}

static void submit(struct rig *r, unsigned queue, uint32_t bytes, uint16_t flags)
{
	const uint16_t head = idx % SIZE;

	rig_desc_at(r->ring, head, r->bytes_at + 128 * head, bytes, flags, 0);
	r->ring[16 * SIZE + 4 + 2 * head] = (uint8_t)head;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
}

static void put(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* A packet of the driver, with `len` bytes of data. */
static void send(struct rig *r, uint16_t type, uint16_t op, uint32_t len, uint32_t fwd_cnt)
{
	uint8_t *p = r->bytes + 128 * (idx % SIZE);

	memset(p, 0, 128);
	p[0] = MODEL_VSOCK_CID;
	p[8] = MODEL_VSOCK_HOST;
	put(p + 16, GUEST_PORT);
	put(p + 20, HOST_PORT);
	put(p + 24, len);
	put(p + 28, type | (uint32_t)op << 16);
	put(p + 36, 100);
	put(p + 40, fwd_cnt);
	submit(r, 1, MODEL_VSOCK_HEADER + len, 0);
}

static void good_packets(struct rig *r)
{
	open_queue(r, 1);
	send(r, 1, MODEL_VSOCK_REQUEST, 0, 0);
	struct model_vsock_conn *c = model_vsock_find(&vsock, GUEST_PORT, HOST_PORT);
	c->room = 10;
	c->sent = 5;
	send(r, 1, MODEL_VSOCK_RW, 10, 5);
	c->read = 3;
	send(r, 1, MODEL_VSOCK_RW, 3, 5);
	send(r, 7, MODEL_VSOCK_RST, 0, 0);
	assert_int_equal(vsock.nlog, 4);
	assert_int_equal(vsock.ndata, 13);
	model_check(&r->model);
}

static void beyond_the_credit(struct rig *r)
{
	open_queue(r, 1);
	send(r, 1, MODEL_VSOCK_REQUEST, 0, 0);
	model_vsock_find(&vsock, GUEST_PORT, HOST_PORT)->room = 9;
	send(r, 1, MODEL_VSOCK_RW, 10, 0);
}

static void read_what_was_not_sent(struct rig *r)
{
	open_queue(r, 1);
	send(r, 1, MODEL_VSOCK_REQUEST, 0, 0);
	send(r, 1, MODEL_VSOCK_UPDATE, 0, 1);
}

static void other_cid(struct rig *r)
{
	open_queue(r, 1);
	r->model.cfg.config[0]++;
	send(r, 1, MODEL_VSOCK_REQUEST, 0, 0);
}

static void other_type(struct rig *r)
{
	open_queue(r, 1);
	send(r, 2, MODEL_VSOCK_REQUEST, 0, 0);
}

static void unknown_operation(struct rig *r)
{
	open_queue(r, 1);
	send(r, 1, 8, 0, 0);
}

static void data_in_a_request(struct rig *r)
{
	open_queue(r, 1);
	send(r, 1, MODEL_VSOCK_REQUEST, 4, 0);
}

static void cut_packet(struct rig *r)
{
	open_queue(r, 1);
	r->bytes[30] = MODEL_VSOCK_RW;
	r->bytes[28] = 1;
	r->bytes[24] = 4;
	r->bytes[0] = MODEL_VSOCK_CID;
	submit(r, 1, MODEL_VSOCK_HEADER + 3, 0);
}

static void buffer_not_given_again(struct rig *r)
{
	const struct model_vsock_packet k = { .type = 1, .op = MODEL_VSOCK_RW };

	open_queue(r, 0);
	submit(r, 0, 64, 2);
	assert_true(model_vsock_send(&r->model, &k, NULL));
	model_check(&r->model);
}

static void event_not_given_again(struct rig *r)
{
	open_queue(r, 2);
	submit(r, 2, 4, 2);
	assert_true(model_vsock_event(&r->model, 1, 4));
	model_check(&r->model);
}

static void short_event(struct rig *r)
{
	open_queue(r, 2);
	submit(r, 2, 3, 2);
	model_vsock_event(&r->model, 1, 4);
}

static void cid_not_read(struct rig *r)
{
	open_queue(r, 2);
	submit(r, 2, 4, 2);
	submit(r, 2, 4, 2);
	model_vsock_move(&r->model, 50);
	vsock.event_most = 1;
	model_check(&r->model);
}

static void type_not_answered(struct rig *r)
{
	const struct model_vsock_packet k = { .type = 9, .op = MODEL_VSOCK_REQUEST };

	open_queue(r, 0);
	submit(r, 0, 64, 2);
	submit(r, 0, 64, 2);
	vsock.rx_most = 1;
	model_vsock_send(&r->model, &k, NULL);
	model_check(&r->model);
}

static const struct rig_case cases[] = {
	{ "packets", NULL, ON_2, good_packets },
	{ "data beyond the credit", "vsock-003", ON_2, beyond_the_credit },
	{ "read of what was not sent", "vsock-003", ON_2, read_what_was_not_sent },
	{ "packet from another CID", "vsock-004", ON_2, other_cid },
	{ "packet of another type", "vsock-004", ON_2, other_type },
	{ "unknown type without an answer", "vsock-004", ON_2, type_not_answered },
	{ "unknown operation", "vsock-packet", ON_2, unknown_operation },
	{ "request with data", "vsock-packet", ON_2, data_in_a_request },
	{ "packet that is cut", "vsock-packet", ON_2, cut_packet },
	{ "buffer not given again", "vsock-002", ON_2, buffer_not_given_again },
	{ "event buffer not given again", "vsock-005", ON_2, event_not_given_again },
	{ "event buffer of 3 bytes", "vsock-005", ON_2, short_event },
	{ "CID not read again", "vsock-005", ON_2, cid_not_read },
};

int main(void)
{
	return rig_main("model_vsock", cases, sizeof(cases) / sizeof(*cases));
}
