/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports of a console: sending and receiving bytes. */
#include "drivers/console/console_internal.h"

#include <string.h>

enum { SIZE_LIMIT = 4096 };

bool vio_console_give(struct vio_queue *q, struct vio_console_block *b, uint32_t len, bool write)
{
	b->buf.p = b->bytes;
	b->buf.seg.len = len;
	vio_request_set(&b->request, &b->buf, !write, write);
	if (vio_queue_request(q, &b->request) < 0)
		return false;
	b->owner = VIO_BLOCK_DEVICE;
	return true;
}

static struct vio_console_block *block_of(struct vio_request *r)
{
	return (struct vio_console_block *)(void *)r;
}

unsigned vio_console_ports(const struct vio_console *c)
{
	return c->nports ? c->nports : 1;
}

bool vio_console_open(const struct vio_console *c, unsigned port)
{
	if (port >= c->nports || c->device.state != VIO_LIVE)
		return false;
	return !vio_has(&c->device, VIO_CONSOLE_F_MULTIPORT) || c->port[port].host_open;
}

const char *vio_console_name(const struct vio_console *c, unsigned port)
{
	return port < c->nports ? c->port[port].name : "";
}

uint32_t vio_console_lost(const struct vio_console *c)
{
	return c->lost;
}

/* ---- Transmit ---- */

static void free_block(struct vio_console_block *b, bool lost)
{
	struct vio_console_port *p = b->port;

	p->unsent -= b->len;
	if (lost)
		p->console->lost += b->len;
	b->next = p->idle;
	p->idle = b;
}

static struct vio_console_text *send_of(struct vio_request *r)
{
	return (void *)((uint8_t *)r - offsetof(struct vio_console_text, request));
}

static void sent_from_caller(struct vio_console_port *p, struct vio_console_text *s, int err)
{
	p->unsent -= s->buf.seg.len;
	s->busy = false;
	if (s->done)
		s->done(s, err);
}

/* The used length is ignored: legacy devices report any value (5.3.6.1.1). */
static void transmitted(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_console_port *p =
		(void *)((uint8_t *)q - offsetof(struct vio_console_port, tx_queue));

	(void)written;
	p->sent--;
	if ((uintptr_t)r - (uintptr_t)p->tx < p->console->tx_blocks * sizeof(*p->tx))
		free_block(block_of(r), err != VIO_OK);
	else
		sent_from_caller(p, send_of(r), err);
}

static void send(struct vio_console_port *p)
{
	struct vio_console_block *b = p->filling;

	p->filling = NULL;
	if (vio_console_give(&p->tx_queue, b, b->len, false))
		p->sent++;
	else
		free_block(b, true);
}

static bool has_descriptor(const struct vio_console_port *p)
{
	return p->sent < vq_size(&p->tx_queue.vq);
}

/* The block for new text. No more blocks are in use than the ring has descriptors. */
static struct vio_console_block *fill(struct vio_console_port *p)
{
	struct vio_console_block *b = p->idle;

	if (p->filling || !b || !has_descriptor(p))
		return p->filling;
	p->idle = b->next;
	b->len = 0;
	p->filling = b;
	return b;
}

static int send_from_caller(struct vio_console_port *p, struct vio_console_text *s)
{
	if (p->filling)
		send(p);
	if (!has_descriptor(p))
		return VIO_EFULL;
	/* The device only reads the bytes; struct vio_buf has no const. */
	s->buf.p = (void *)(uintptr_t)s->p;
	s->buf.seg.len = s->len;
	vio_request_set(&s->request, &s->buf, 1, 0);
	int rc = vio_queue_request(&p->tx_queue, &s->request);
	if (rc < 0)
		return rc;
	s->busy = true;
	p->sent++;
	p->unsent += s->len;
	return VIO_OK;
}

int vio_console_send(struct vio_console *c, unsigned port, struct vio_console_text *s)
{
	if (c->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (port >= c->nports || s->len == 0)
		return VIO_EINVAL;
	if (s->busy)
		return VIO_EBUSY;
	return vio_console_open(c, port) ? send_from_caller(&c->port[port], s) : VIO_ENODEV;
}

size_t vio_console_write(struct vio_console *c, unsigned port, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;
	struct vio_console_block *b;
	size_t done = 0;

	if (!vio_console_open(c, port))
		return 0;
	struct vio_console_port *p = &c->port[port];
	while (done < n && (b = fill(p))) {
		const size_t room = c->tx_bytes - b->len;
		const size_t part = n - done < room ? n - done : room;

		memcpy(b->bytes + b->len, from + done, part);
		b->len += (uint32_t)part;
		p->unsent += part;
		done += part;
		if (part == room)
			send(p);
	}
	return done;
}

/* Text for a port whose host end is closed waits until it opens. */
void vio_console_flush(struct vio_console *c, unsigned port)
{
	if (port >= c->nports)
		return;
	struct vio_console_port *p = &c->port[port];
	if (p->filling && vio_console_open(c, port))
		send(p);
	vio_queue_kick(&p->tx_queue);
	vio_queue_kick(&p->rx_queue);
}

size_t vio_console_unsent(const struct vio_console *c, unsigned port)
{
	return port < c->nports ? c->port[port].unsent : 0;
}

void vio_console_drop_unsent(struct vio_console_port *p)
{
	struct vio_console_block *b = p->filling;

	p->filling = NULL;
	if (b)
		free_block(b, true);
}

/* ---- Receive ---- */

/* Give every idle block to the device. A block that it cannot take now is tried again next time. */
static void refill(struct vio_console_port *p)
{
	for (unsigned i = 0; i < p->console->rx_blocks; i++) {
		struct vio_console_block *b = &p->rx[i];

		if (b->owner != VIO_BLOCK_IDLE)
			continue;
		b->port = p;
		vio_console_give(&p->rx_queue, b, p->console->rx_bytes, true);
	}
}

static void append(struct vio_console_port *p, struct vio_console_block *b)
{
	struct vio_console_block **end = &p->ready;

	while (*end)
		end = &(*end)->next;
	b->next = NULL;
	*end = b;
}

static void received(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_console_block *b = block_of(r);
	struct vio_console_port *p = b->port;

	(void)q;
	b->owner = VIO_BLOCK_IDLE;
	if (err != VIO_OK)
		return;
	if (written == 0 || written > p->console->rx_bytes) {
		refill(p);
		return;
	}
	b->owner = VIO_BLOCK_OURS;
	b->len = written;
	b->taken = 0;
	append(p, b);
}

size_t vio_console_read(struct vio_console *c, unsigned port, void *bytes, size_t n)
{
	uint8_t *to = bytes;
	size_t done = 0;

	if (port >= c->nports)
		return 0;
	struct vio_console_port *p = &c->port[port];
	while (done < n && p->ready) {
		struct vio_console_block *b = p->ready;
		const size_t left = b->len - b->taken;
		const size_t part = n - done < left ? n - done : left;

		memcpy(to + done, b->bytes + b->taken, part);
		b->taken += (uint32_t)part;
		done += part;
		if (part < left)
			break;
		b->owner = VIO_BLOCK_IDLE;
		p->ready = b->next;
	}
	if (c->device.state == VIO_LIVE)
		refill(p);
	return done;
}

/* ---- Size ---- */

bool vio_console_size(const struct vio_console *c, unsigned *cols, unsigned *rows)
{
	if (c->cols == 0)
		return false;
	*cols = c->cols;
	*rows = c->rows;
	return true;
}

void vio_console_set_size(struct vio_console *c, unsigned cols, unsigned rows)
{
	if (cols == 0 || cols > SIZE_LIMIT || rows == 0 || rows > SIZE_LIMIT)
		return;
	c->cols = (uint16_t)cols;
	c->rows = (uint16_t)rows;
}

/* ---- Life cycle ---- */

int vio_console_port_start(struct vio_console *c, unsigned n)
{
	struct vio_console_port *p = &c->port[n];
	/* Port 0 has queues 0 and 1; 2 and 3 are the control queues (5.3.2). */
	const uint16_t index = (uint16_t)(n == 0 ? 0 : 2 * n + 2);
	const struct vio_queue_options rx = {
		.index = index, .max = c->rx_blocks, .priv = p->rx_priv, .request_done = received
	};
	const struct vio_queue_options tx = { .index = (uint16_t)(index + 1),
					      .max = c->tx_blocks,
					      .priv = p->tx_priv,
					      .request_done = transmitted,
					      .timeout = PATIENCE_NS,
					      .patient = true };
	int rc = vio_queue_open(&c->device, &p->rx_queue, &rx);

	if (rc == VIO_OK)
		rc = vio_queue_open(&c->device, &p->tx_queue, &tx);
	if (rc < 0)
		return rc;
	refill(p);
	return vq_free(&p->rx_queue.vq) < vq_size(&p->rx_queue.vq) || p->ready ? VIO_OK : VIO_EADDR;
}
