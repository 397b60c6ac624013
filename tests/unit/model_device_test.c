/* SPDX-License-Identifier: BSD-2-Clause */
/* The device classes of the model: console with its control queues, entropy. Queues
 * are opened on memory of the test's own, without registers. */
#include "tests/unit/model_rig.h"

#include "tests/model/console.h"
#include "tests/model/rng.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 8, QUEUE_BYTES = 512, BUFFERS = 2048 };

/* A console (or another class) with queues 0 to 3, driven by hand. */
struct bench {
	struct model_console console;
	struct rig *rig;
	uint8_t *ring;
	uint64_t ring_at;
	uint8_t *bytes;
	uint64_t bytes_at;
	uint16_t idx[4];
};

static void open_bench(struct bench *b, struct rig *r, const struct model_config *cfg)
{
	struct model *m = &r->model;
	vio_dma at;

	b->rig = r;
	b->ring = r->host.platform.ring_memory(&r->host, 4 * QUEUE_BYTES, RIG_PAGE, &at);
	b->ring_at = at.addr;
	b->bytes = calloc(1, BUFFERS);
	b->bytes_at = host_give(&r->host, b->bytes, BUFFERS).addr;
	model_init(m, cfg);
	m->cfg.memory = &r->host.memory;
	m->accepted = cfg->features;
	m->status = 1 | 2 | 8 | 4;
	for (unsigned i = 0; i < 4 && cfg->queue_max[i]; i++) {
		struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };

		s.desc = b->ring_at + QUEUE_BYTES * i;
		s.avail = s.desc + 16 * SIZE;
		s.used = s.avail + 24;
		s.role = cfg->cls->role(m, i, &s.role_rule);
		mq_open(&m->queue[i], &s);
	}
}

static void close_bench(struct bench *b)
{
	model_done(&b->rig->model);
	model_console_free(&b->console);
	free(b->bytes);
}

/* Give the device one buffer, at the same place in memory as its descriptor's number. */
static uint8_t *give(struct bench *b, unsigned queue, unsigned i, uint32_t len, bool write)
{
	uint8_t *ring = b->ring + QUEUE_BYTES * queue;
	const unsigned off = 512 * queue + 64 * i;
	const uint16_t idx = b->idx[queue]++;

	rig_desc_at(ring, i, b->bytes_at + off, len, write ? 2 : 0, 0);
	ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = (uint8_t)i;
	ring[16 * SIZE + 2] = (uint8_t)b->idx[queue];
	return b->bytes + off;
}

static void kick(struct bench *b, unsigned queue)
{
	mq_kicked(&b->rig->model.queue[queue]);
	b->rig->model.kicked[queue] = true;
	model_run(&b->rig->model);
}

static void message(struct bench *b, unsigned i, uint8_t id, uint8_t event, uint8_t value)
{
	const uint8_t text[8] = { id, 0, 0, 0, event, 0, value, 0 };

	memcpy(b->bytes + 512 * 3 + 64 * i, text, 8);
	give(b, 3, i, 8, false);
	kick(b, 3);
}

static void console(struct bench *b, struct rig *r, bool multiport)
{
	struct model_config cfg;

	memset(b, 0, sizeof(*b));
	model_console_init(&b->console);
	b->console.port[0].console = true;
	b->console.port[0].name = "first";
	model_console_config(&cfg, &b->console, 2, multiport ? 2 : 0, SIZE);
	open_bench(b, r, &cfg);
}

static void good_console_bytes(struct rig *r)
{
	struct bench b;

	console(&b, r, false);
	uint8_t *in = give(&b, 0, 0, 4, true);
	give(&b, 0, 1, 4, true);
	kick(&b, 0);
	assert_int_equal(model_console_send(&r->model, 0, "hello, world", 12), 8);
	assert_memory_equal(in, "hell", 4);
	assert_int_equal(r->model.interrupt_status, 1);
	memcpy(b.bytes + 512, "out", 3);
	give(&b, 1, 0, 3, false);
	kick(&b, 1);
	assert_int_equal(b.console.port[0].out_len, 3);
	assert_memory_equal(b.console.port[0].out, "out", 3);
	model_check(&r->model);
	close_bench(&b);
}

static void good_handshake(struct rig *r)
{
	struct bench b;
	uint8_t *in[5];

	console(&b, r, true);
	for (unsigned i = 0; i < 5; i++)
		in[i] = give(&b, 2, i, 64, true);
	kick(&b, 2);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	assert_memory_equal(in[0], "\0\0\0\0\1\0\1\0", 8);
	message(&b, 1, 0, MODEL_CTL_PORT_READY, 1);
	assert_memory_equal(in[1], "\0\0\0\0\4\0\1\0", 8);
	assert_memory_equal(in[2], "\0\0\0\0\7\0\1\0first", 13);
	message(&b, 2, 0, MODEL_CTL_PORT_OPEN, 1);
	assert_true(b.console.port[0].guest_open && b.console.ngot == 3);
	model_check(&r->model);
	close_bench(&b);
}

static void good_emergency(struct rig *r)
{
	struct model_config cfg;
	struct model_console c;

	model_console_init(&c);
	model_console_config(&cfg, &c, r->version, 4, SIZE);
	cfg.memory = &r->host.memory;
	r->config = cfg;
	rig_probe(r);
	model_write(&r->model, 0x108, 4, '!');
	assert_int_equal(c.emergency_len, 1);
	assert_int_equal(c.emergency[0], '!');
}

static void good_entropy(struct rig *r)
{
	struct model_rng rng = { .at_most = 3, .next = 7 };
	struct model_config cfg;
	struct bench b = { 0 };

	model_rng_config(&cfg, &rng, 2, 0, SIZE);
	open_bench(&b, r, &cfg);
	uint8_t *in = give(&b, 0, 0, 16, true);
	kick(&b, 0);
	assert_memory_equal(in, "\7\10\11\0", 4);
	assert_int_equal(model_load32(&r->host.memory, r->model.queue[0].set.used + 8), 3);
	close_bench(&b);
}

static void readable_entropy(struct rig *r)
{
	struct model_rng rng = { 0 };
	struct model_config cfg;
	struct bench b = { 0 };

	model_rng_config(&cfg, &rng, 2, 0, SIZE);
	open_bench(&b, r, &cfg);
	give(&b, 0, 0, 16, false);
	kick(&b, 0);
	close_bench(&b);
}

static void readable_receive_buffer(struct rig *r)
{
	struct bench b;

	console(&b, r, false);
	give(&b, 0, 0, 16, false);
	kick(&b, 0);
	close_bench(&b);
}

static void writable_transmit_buffer(struct rig *r)
{
	struct bench b;

	console(&b, r, false);
	give(&b, 1, 0, 16, true);
	kick(&b, 1);
	close_bench(&b);
}

static void control_without_multiport(struct rig *r)
{
	const char *rule;
	struct bench b;

	console(&b, r, false);
	b.rig->model.cfg.cls->role(&r->model, 2, &rule);
	close_bench(&b);
}

static void port_before_device_ready(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_PORT_READY, 1);
	close_bench(&b);
}

static void never_device_ready(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	model_check(&r->model);
	close_bench(&b);
}

static void console_port_not_answered(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	message(&b, 1, 0, MODEL_CTL_PORT_READY, 1);
	model_check(&r->model);
	close_bench(&b);
}

static void console_port_answered_0(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	message(&b, 1, 0, MODEL_CTL_PORT_READY, 1);
	message(&b, 2, 0, MODEL_CTL_PORT_OPEN, 0);
	close_bench(&b);
}

static void unknown_port(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	message(&b, 1, 3, MODEL_CTL_PORT_READY, 1);
	close_bench(&b);
}

static void event_of_the_device(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	message(&b, 1, 0, MODEL_CTL_RESIZE, 0);
	close_bench(&b);
}

static void control_of_two_descriptors(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	r->model.cfg.version = 1;
	rig_desc_at(b.ring + QUEUE_BYTES * 3, 0, b.bytes_at, 4, 1, 1);
	rig_desc_at(b.ring + QUEUE_BYTES * 3, 1, b.bytes_at + 4, 4, 0, 0);
	b.bytes[6] = 1;
	b.ring[QUEUE_BYTES * 3 + 16 * SIZE + 2] = 1;
	kick(&b, 3);
	close_bench(&b);
}

static void port_open_before_ready(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	message(&b, 0, 0, MODEL_CTL_DEVICE_READY, 1);
	message(&b, 1, 0, MODEL_CTL_PORT_OPEN, 1);
	close_bench(&b);
}

static void short_control_message(struct rig *r)
{
	struct bench b;

	console(&b, r, true);
	give(&b, 3, 0, 7, false);
	kick(&b, 3);
	close_bench(&b);
}

static const struct rig_case cases[] = {
	{ "console bytes both ways", NULL, ON_2, good_console_bytes },
	{ "control handshake", NULL, ON_2, good_handshake },
	{ "con-002 emergency write at any time", NULL, ON_BOTH, good_emergency },
	{ "entropy", NULL, ON_2, good_entropy },
	{ "readable buffer for entropy", "rng-001", ON_2, readable_entropy },
	{ "readable buffer to receive", "con-003", ON_2, readable_receive_buffer },
	{ "writable buffer to transmit", "con-004", ON_2, writable_transmit_buffer },
	{ "control queue without MULTIPORT", "con-011", ON_2, control_without_multiport },
	{ "PORT_READY before DEVICE_READY", "con-007", ON_2, port_before_device_ready },
	{ "DEVICE_READY never sent", "con-007", ON_2, never_device_ready },
	{ "CONSOLE_PORT not answered", "con-009", ON_2, console_port_not_answered },
	{ "CONSOLE_PORT answered with 0", "con-010", ON_2, console_port_answered_0 },
	{ "port that does not exist", "console-port", ON_2, unknown_port },
	{ "event that is the device's", "console-event", ON_2, event_of_the_device },
	{ "control message of two parts", "con-leg-004", ON_2, control_of_two_descriptors },
	{ "PORT_OPEN before PORT_READY", "console-port", ON_2, port_open_before_ready },
	{ "control message of 7 bytes", "console-event", ON_2, short_control_message },
};

int main(void)
{
	return rig_main("model_device", cases, sizeof(cases) / sizeof(*cases));
}
