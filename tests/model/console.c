/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-console: ports and their bytes (virtio 1.4, 5.3). */
#include "tests/model/console_private.h"

#include <stdlib.h>
#include <string.h>

/* 5.3.4. The order of cols and rows is disputed: the published text has cols first. */
static const struct model_field fields[] = {
	{ 0, 2, 1u << MODEL_CONSOLE_F_SIZE, false, false },	 /* cols */
	{ 2, 2, 1u << MODEL_CONSOLE_F_SIZE, false, false },	 /* rows */
	{ 4, 4, 1u << MODEL_CONSOLE_F_MULTIPORT, false, false }, /* max_nr_ports */
	{ 8, 4, 1u << MODEL_CONSOLE_F_EMERG_WRITE, true, true }, /* emerg_wr */
};

enum { CONFIG_MAX_NR_PORTS = 4, CONFIG_EMERG_WR = 8, CONFIG_BYTES = 12 };

unsigned model_console_rx(unsigned port)
{
	return port == 0 ? 0 : 2 * port + 2;
}

unsigned model_console_tx(unsigned port)
{
	return port == 0 ? 1 : 2 * port + 3;
}

bool model_console_multiport(const struct model *m)
{
	return m->accepted >> MODEL_CONSOLE_F_MULTIPORT & 1;
}

/* 5.3.2: receive queues have even numbers, transmit queues odd ones. */
static enum mq_role console_role(const struct model *m, unsigned queue, const char **rule)
{
	if (queue >= 2 && !model_console_multiport(m))
		model_fail("con-011", "5.3.2", "queue %u without MULTIPORT", queue);
	*rule = queue % 2 ? "con-004" : "con-003";
	return queue % 2 ? MQ_READABLE_ONLY : MQ_WRITABLE_ONLY;
}

static void keep(struct model_port *p, struct mq *q, const struct mq_chain *c)
{
	const size_t n = (size_t)c->readable;

	if (p->out_len + n > p->out_room) {
		p->out_room = 2 * (p->out_len + n);
		p->out = realloc(p->out, p->out_room);
	}
	p->out_len += mq_read(q, c, 0, p->out + p->out_len, n);
	p->tx_buffers++;
}

unsigned model_console_drain_tx(struct model *m, unsigned port, unsigned buffers)
{
	struct model_console *c = m->cfg.state;
	const unsigned queue = model_console_tx(port);
	struct mq_chain chain;
	unsigned n = 0;

	while (n < buffers && mq_take(&m->queue[queue], &chain)) {
		keep(&c->port[port], &m->queue[queue], &chain);
		model_complete(m, queue, chain.head, c->tx_len);
		n++;
	}
	return n;
}

size_t model_console_send(struct model *m, unsigned port, const void *p, size_t n)
{
	const unsigned queue = model_console_rx(port);
	struct mq *q = &m->queue[queue];
	const uint8_t *bytes = p;
	struct mq_chain c;
	size_t done = 0;

	while (done < n && mq_take(q, &c)) {
		const size_t k = mq_write(q, &c, 0, bytes + done, n - done);

		model_complete(m, queue, c.head, (uint32_t)k);
		done += k;
	}
	return done;
}

bool model_console_send_claim(struct model *m, unsigned port, uint32_t len)
{
	const unsigned queue = model_console_rx(port);
	struct mq_chain c;

	if (!mq_take(&m->queue[queue], &c))
		return false;
	model_complete(m, queue, c.head, len);
	return true;
}

static void console_serve(struct model *m, unsigned queue)
{
	struct model_console *c = m->cfg.state;

	if (queue == MODEL_CONTROL_TX)
		model_console_serve_control(m);
	else if (queue == MODEL_CONTROL_RX)
		model_console_send_pending(m);
	else if (queue % 2 == 0)
		mq_look(&m->queue[queue]);
	else if (!c->hold_tx)
		model_console_drain_tx(m, queue == 1 ? 0 : (queue - 3) / 2, UINT32_MAX);
}

/* 5.3.5: one character, at any time. */
static void console_config_written(struct model *m, uint32_t off, uint32_t value)
{
	struct model_console *c = m->cfg.state;

	if (off == CONFIG_EMERG_WR && c->emergency_len < sizeof(c->emergency))
		c->emergency[c->emergency_len++] = (uint8_t)value;
}

static void console_reset(struct model *m)
{
	struct model_console *c = m->cfg.state;

	c->device_ready = false;
	model_console_forget_pending(c);
	for (unsigned i = 0; i < MODEL_CONSOLE_PORTS; i++)
		c->port[i].ready = c->port[i].guest_open = c->port[i].open_owed = false;
}

const struct model_class model_console_class = {
	.name = "console",
	.device_id = 3,
	.features = 7,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = console_role,
	.serve = console_serve,
	.reset = console_reset,
	.config_written = console_config_written,
	.check = model_console_check,
};

void model_console_init(struct model_console *c)
{
	memset(c, 0, sizeof(*c));
	c->port[0].exists = true;
}

void model_console_free(struct model_console *c)
{
	model_console_forget_pending(c);
	for (unsigned i = 0; i < MODEL_CONSOLE_PORTS; i++)
		free(c->port[i].out);
}

void model_console_config(struct model_config *cfg, struct model_console *c, uint32_t version,
			  uint64_t features, uint32_t max)
{
	unsigned ports = 1;

	for (unsigned i = 0; i < MODEL_CONSOLE_PORTS; i++) {
		if (c->port[i].exists)
			ports = i + 1;
	}
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_console_class,
		.state = c,
		.features = features,
		.queue_max = { max, max },
		.config = { 80, 0, 25, 0, (uint8_t)ports },
		.config_bytes = CONFIG_BYTES,
	};
	if (features >> MODEL_CONSOLE_F_MULTIPORT & 1) {
		for (unsigned i = 2; i < 2 * ports + 2; i++)
			cfg->queue_max[i] = max;
	}
}
