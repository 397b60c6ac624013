/* SPDX-License-Identifier: BSD-2-Clause */
/* The control queues of a console with MULTIPORT (5.3.6.2): which ports exist, and which are
 * open. */
#include "drivers/console/console_internal.h"

#include <string.h>

enum {
	CONTROL_RX = 2,
	CONTROL_TX = 3,
};

/* The events of 5.3.6.2. */
enum event {
	DEVICE_READY = 0,
	PORT_ADD = 1,
	PORT_REMOVE = 2,
	PORT_READY = 3,
	CONSOLE_PORT = 4,
	RESIZE = 5,
	PORT_OPEN = 6,
	PORT_NAME = 7,
};

/* A control message. It is little-endian in both register versions (picovirtio/io.h). */
struct message {
	uint32_t id;
	uint16_t event, value;
};

_Static_assert(sizeof(struct message) == VIO_CONSOLE_CTL_HEADER, "5.3.6.2");

/* ---- Driver to host ---- */

static bool say(struct vio_console *c, uint32_t id, enum event event)
{
	const struct message m = { .id = id, .event = (uint16_t)event, .value = 1 };
	struct vio_console_control *ctl = c->control;

	for (unsigned i = 0; i < VIO_CONSOLE_CTL_MESSAGES; i++) {
		struct vio_console_block *b = &ctl->out[i];

		if (b->owner != VIO_BLOCK_IDLE)
			continue;
		memcpy(b->bytes, &m, sizeof(m));
		return vio_console_give(&ctl->tx_queue, b, sizeof(m), false);
	}
	return false;
}

/*
 * Notify the receive queue once more, now that the host knows that the port is open. QEMU reads
 * input that waits in a chardev multiplexer only at this notification. If a descriptor is available
 * without it, QEMU overruns the multiplexer's buffer.
 */
static void invite(struct vio_console_port *p)
{
	vio_queue_kick(&p->console->control->tx_queue);
	vio_queue_nudge(&p->rx_queue);
}

/* Send the messages that are due, as far as there is room. The others stay due. */
static void say_what_is_due(struct vio_console *c)
{
	if (c->control->say_hello)
		c->control->say_hello = !say(c, 0, DEVICE_READY);
	for (unsigned i = 0; i < c->nports; i++) {
		struct vio_console_port *p = &c->port[i];

		if (p->say_ready)
			p->say_ready = !say(c, i, PORT_READY);
		if (!p->say_ready && p->say_open && say(c, i, PORT_OPEN)) {
			p->say_open = false;
			p->guest_open = true;
			invite(p);
		}
	}
}

static void sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	/* The device had nothing to write; some devices report a length all the same (2.7.8.2). */
	(void)written;
	((struct vio_console_block *)(void *)r)->owner = VIO_BLOCK_IDLE;
	if (err == VIO_OK)
		say_what_is_due(console_of(q->dev));
}

/* ---- Host to driver ---- */

static void port_add(struct vio_console_port *p)
{
	if (p->added)
		return;
	p->added = true;
	p->say_ready = true;
}

static void port_remove(struct vio_console_port *p)
{
	p->added = false;
	p->host_open = false;
	p->guest_open = false;
	p->say_ready = false;
	p->say_open = false;
	p->name[0] = '\0';
	vio_console_drop_unsent(p);
}

/* Our end of a port is always open. The host is told so once its own end is open. */
static void port_open(struct vio_console_port *p, uint16_t value)
{
	p->host_open = value != 0;
	if (p->host_open && !p->guest_open)
		p->say_open = true;
}

static void port_name(struct vio_console_port *p, const uint8_t *name, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < VIO_CONSOLE_NAME_MAX && name[i] != '\0'; i++)
		p->name[i] = name[i] >= 0x20 && name[i] <= 0x7e ? (char)name[i] : '?';
	p->name[i] = '\0';
}

/* The specification defines this order of columns and rows. Devices differ, see console.h. */
static void resize(struct vio_console *c, const uint8_t *body, size_t len)
{
	uint16_t size[2];

	if (len < sizeof(size))
		return;
	memcpy(size, body, sizeof(size));
	vio_console_set_size(c, size[0], size[1]);
}

/* Ignores invalid messages: a port that does not exist, an event of the other direction. */
static void handle(struct vio_console *c, const struct message *m, const uint8_t *body, size_t len)
{
	if (m->id >= c->nports)
		return;
	struct vio_console_port *p = &c->port[m->id];
	if (m->event == PORT_ADD)
		port_add(p);
	if (!p->added)
		return;
	switch (m->event) {
	case PORT_REMOVE: port_remove(p); break;
	case CONSOLE_PORT: p->say_open = true; break; /* to be answered every time (5.3.6.2.2) */
	case RESIZE:
		if (m->id == 0)
			resize(c, body, len);
		break;
	case PORT_OPEN: port_open(p, m->value); break;
	case PORT_NAME: port_name(p, body, len); break;
	default: break;
	}
}

/* Give every idle buffer to the device. A buffer that it cannot take now is tried again next
 * time. */
static void listen(struct vio_console *c)
{
	for (unsigned i = 0; i < VIO_CONSOLE_CTL_MESSAGES; i++) {
		struct vio_console_block *b = &c->control->in[i];

		if (b->owner == VIO_BLOCK_IDLE)
			vio_console_give(&c->control->rx_queue, b, VIO_CONSOLE_CTL_BYTES, true);
	}
}

/* The message is copied before it is looked at. No more is read than the device wrote. Not inlined,
 * so that the copy is not on the stack when messages are sent. */
__attribute__((noinline)) static void take(struct vio_console *c,
					   const struct vio_console_block *in, uint32_t written)
{
	uint8_t copy[VIO_CONSOLE_CTL_BYTES];
	struct message m;

	if (written < sizeof(m) || written > sizeof(copy))
		return;
	memcpy(copy, in->bytes, written);
	memcpy(&m, copy, sizeof(m));
	handle(c, &m, copy + sizeof(m), written - sizeof(m));
}

static void heard(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_console *c = console_of(q->dev);
	struct vio_console_block *in = (struct vio_console_block *)(void *)r;

	in->owner = VIO_BLOCK_IDLE;
	if (err != VIO_OK)
		return;
	take(c, in, written);
	listen(c);
	say_what_is_due(c);
}

/* ---- Life cycle ---- */

int vio_console_control_start(struct vio_console *c)
{
	struct vio_console_control *ctl = c->control;
	const struct vio_queue_options rx = { .index = CONTROL_RX,
					      .max = VIO_CONSOLE_CTL_MESSAGES,
					      .priv = ctl->rx_priv,
					      .request_done = heard };
	const struct vio_queue_options tx = { .index = CONTROL_TX,
					      .max = VIO_CONSOLE_CTL_MESSAGES,
					      .priv = ctl->tx_priv,
					      .request_done = sent,
					      .timeout = PATIENCE_NS,
					      .patient = true };
	int rc = vio_queue_open(&c->device, &ctl->rx_queue, &rx);

	if (rc == VIO_OK)
		rc = vio_queue_open(&c->device, &ctl->tx_queue, &tx);
	if (rc < 0)
		return rc;
	listen(c);
	return vq_free(&ctl->rx_queue.vq) < vq_size(&ctl->rx_queue.vq) ? VIO_OK : VIO_EADDR;
}

/* Is there a message that the host has not taken yet, or that is still due? */
static bool unread(const struct vio_console *c)
{
	bool some = c->control->say_hello;

	for (unsigned i = 0; i < VIO_CONSOLE_CTL_MESSAGES; i++)
		some |= c->control->out[i].owner != VIO_BLOCK_IDLE;
	return some;
}

bool vio_console_awaited(const struct vio_console *c, unsigned port)
{
	return port < c->nports && c->device.state == VIO_LIVE && !vio_console_open(c, port) &&
	       (c->port[port].added || unread(c));
}

void vio_console_control_ready(struct vio_console *c)
{
	c->control->say_hello = true;
	say_what_is_due(c);
}

void vio_console_control_stopped(struct vio_console *c)
{
	for (unsigned i = 0; i < c->ports; i++)
		port_remove(&c->port[i]);
}
