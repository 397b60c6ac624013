/* SPDX-License-Identifier: BSD-2-Clause */
/* The control queues of a console with several ports (virtio 1.4, 5.3.6.2). */
#include "tests/model/console_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CONTROL_BYTES = 8 };

struct model_message {
	struct model_message *next;
	size_t len;
	uint8_t bytes[];
};

void model_console_forget_pending(struct model_console *c)
{
	while (c->pending) {
		struct model_message *next = c->pending->next;

		free(c->pending);
		c->pending = next;
	}
}

void model_console_send_pending(struct model *m)
{
	struct model_console *c = m->cfg.state;
	struct mq *q = &m->queue[MODEL_CONTROL_RX];
	struct mq_chain chain;

	while (c->pending && mq_take(q, &chain)) {
		struct model_message *msg = c->pending;
		const size_t n = mq_write(q, &chain, 0, msg->bytes, msg->len);

		c->pending = msg->next;
		free(msg);
		model_complete(m, MODEL_CONTROL_RX, chain.head, (uint32_t)n);
	}
}

void model_console_control_raw(struct model *m, const void *p, size_t n)
{
	struct model_console *c = m->cfg.state;
	struct model_message *msg = malloc(sizeof(*msg) + n), **last = &c->pending;

	msg->next = NULL;
	msg->len = n;
	if (n)
		memcpy(msg->bytes, p, n);
	while (*last)
		last = &(*last)->next;
	*last = msg;
	model_console_send_pending(m);
}

void model_console_control(struct model *m, uint32_t id, uint16_t event, uint16_t value,
			   const void *extra, size_t n)
{
	struct model_console *c = m->cfg.state;
	uint8_t b[CONTROL_BYTES + 256] = { (uint8_t)id,		(uint8_t)(id >> 8),
					   (uint8_t)(id >> 16), (uint8_t)(id >> 24),
					   (uint8_t)event,	(uint8_t)(event >> 8),
					   (uint8_t)value,	(uint8_t)(value >> 8) };

	if (n > 256)
		n = 256;
	if (n)
		memcpy(b + CONTROL_BYTES, extra, n);
	if (id < MODEL_CONSOLE_PORTS && event == MODEL_CTL_DEVICE_ADD)
		c->port[id].exists = true;
	if (id < MODEL_CONSOLE_PORTS && event == MODEL_CTL_DEVICE_REMOVE)
		c->port[id].exists = c->port[id].open_owed = false;
	if (id < MODEL_CONSOLE_PORTS && event == MODEL_CTL_CONSOLE_PORT)
		c->port[id].open_owed = true;
	model_console_control_raw(m, b, CONTROL_BYTES + n);
}

static void device_ready(struct model *m, struct model_console *c)
{
	c->device_ready = true;
	for (unsigned i = 0; i < MODEL_CONSOLE_PORTS && !c->no_handshake; i++) {
		if (c->port[i].exists)
			model_console_control(m, i, MODEL_CTL_DEVICE_ADD, 1, NULL, 0);
	}
}

static void port_ready(struct model *m, struct model_console *c, uint32_t id)
{
	struct model_port *p = &c->port[id];

	p->ready = true;
	if (c->no_handshake)
		return;
	if (p->console)
		model_console_control(m, id, MODEL_CTL_CONSOLE_PORT, 1, NULL, 0);
	if (p->name)
		model_console_control(m, id, MODEL_CTL_PORT_NAME, 1, p->name, strlen(p->name));
	if (p->host_open)
		model_console_control(m, id, MODEL_CTL_PORT_OPEN, 1, NULL, 0);
}

/* 5.3.6.2.1: the answer to CONSOLE_PORT is PORT_OPEN with 1. */
static void port_open(struct model_port *p, const struct model_control *msg)
{
	if (p->open_owed && msg->value != 1)
		model_fail("con-010", "5.3.6.2.1", "PORT_OPEN %u answers CONSOLE_PORT", msg->value);
	if (!p->ready)
		model_fail("console-port", "5.3.6.2",
			   "PORT_OPEN of port %" PRIu32 " before PORT_READY", msg->id);
	p->open_owed = false;
	p->guest_open = msg->value != 0;
}

static void got(struct model *m, const struct model_control *msg)
{
	struct model_console *c = m->cfg.state;

	if (c->ngot < MODEL_CONSOLE_MESSAGES)
		c->got[c->ngot++] = *msg;
	if (msg->event == MODEL_CTL_DEVICE_READY) {
		if (msg->value == 1)
			device_ready(m, c);
		return;
	}
	if (!c->device_ready)
		model_fail("con-007", "5.3.6.2.1", "event %u before DEVICE_READY", msg->event);
	if (msg->id >= MODEL_CONSOLE_PORTS || !c->port[msg->id].exists)
		model_fail("console-port", "5.3.6.2",
			   "event %u for port %" PRIu32 ", which does not exist", msg->event,
			   msg->id);
	else if (msg->event == MODEL_CTL_PORT_READY && msg->value == 1)
		port_ready(m, c, msg->id);
	else if (msg->event == MODEL_CTL_PORT_OPEN)
		port_open(&c->port[msg->id], msg);
	else if (msg->event != MODEL_CTL_PORT_READY)
		model_fail("console-event", "5.3.6.2", "event %u is not the driver's", msg->event);
}

void model_console_serve_control(struct model *m)
{
	const bool one = m->cfg.version == 1 && !(m->accepted >> 27 & 1);
	struct mq *q = &m->queue[MODEL_CONTROL_TX];
	struct mq_chain chain;

	while (mq_take(q, &chain)) {
		uint8_t b[CONTROL_BYTES] = { 0 };
		struct model_control msg;

		if (mq_read(q, &chain, 0, b, sizeof(b)) < sizeof(b))
			model_fail("console-event", "5.3.6.2",
				   "a control message of %" PRIu64 " bytes", chain.readable);
		if (one && chain.nseg != 1)
			model_fail("con-leg-004", "5.3.6.3", "a control message of %u descriptors",
				   chain.nseg);
		msg.id = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
		msg.event = (uint16_t)(b[4] | b[5] << 8);
		msg.value = (uint16_t)(b[6] | b[7] << 8);
		model_complete(m, MODEL_CONTROL_TX, chain.head, 0);
		got(m, &msg);
	}
}

/* What the driver must still send at the end. */
void model_console_check(struct model *m)
{
	struct model_console *c = m->cfg.state;

	if (!model_console_multiport(m) || !m->queue[MODEL_CONTROL_TX].live)
		return;
	if (!c->device_ready)
		model_fail("con-007", "5.3.6.2.1", "DEVICE_READY was never sent");
	for (unsigned i = 0; i < MODEL_CONSOLE_PORTS; i++) {
		if (c->port[i].open_owed)
			model_fail("con-009", "5.3.6.2.1",
				   "CONSOLE_PORT of port %u was not answered", i);
	}
}
