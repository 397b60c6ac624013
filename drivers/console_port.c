/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports of a console: bytes out, bytes in. */
#include "drivers/console_internal.h"

#include <string.h>

enum { SIZE_LIMIT = 4096 };

bool vio_console_give(struct vio_queue *q, struct console_buffer b, vio_dma *at, void *cookie)
{
	const struct vio_platform *p = q->dev->platform;
	struct vq_seg seg = { .len = b.len };
	const bool write = b.dir == VIO_FROM_DEVICE;

	seg.addr = p->map(p->ctx, b.bytes, b.len, b.dir);
	if (vio_dma_error(seg.addr) < 0)
		return false;
	if (vio_queue_submit(q, &seg, !write, write, cookie) < 0) {
		p->unmap(p->ctx, seg.addr, b.bytes, b.len, b.dir);
		return false;
	}
	*at = seg.addr;
	return true;
}

void vio_console_take(struct vio_queue *q, struct console_buffer b, vio_dma at)
{
	const struct vio_platform *p = q->dev->platform;

	p->unmap(p->ctx, at, b.bytes, b.len, b.dir);
}

unsigned vio_console_ports(const struct vio_console *c)
{
	return c->nports ? c->nports : 1;
}

bool vio_console_open(const struct vio_console *c, unsigned port)
{
	if (port >= c->nports || c->dev->state != VIO_LIVE)
		return false;
	return !vio_has(c->dev, VIO_CONSOLE_F_MULTIPORT) || c->port[port].host_open;
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

static struct console_buffer tx_buffer(struct vio_console_tx *b)
{
	return (struct console_buffer){ b->bytes, b->len, VIO_TO_DEVICE };
}

static void free_block(struct vio_console_tx *b, bool lost)
{
	struct vio_console_port *p = b->port;

	p->unsent -= b->len;
	if (lost)
		p->console->lost += b->len;
	b->owner = VIO_BLOCK_IDLE;
}

/* The used length is not looked at: legacy devices report anything (5.3.6.1.1). */
static void transmitted(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_console_tx *b = cookie;

	(void)written;
	vio_console_take(q, tx_buffer(b), b->at);
	b->port->sent--;
	free_block(b, err != VIO_OK);
}

static void send(struct vio_console_port *p)
{
	struct vio_console_tx *b = p->filling;

	p->filling = NULL;
	if (vio_console_give(&p->tx_queue, tx_buffer(b), &b->at, b)) {
		b->owner = VIO_BLOCK_DEVICE;
		p->sent++;
	} else {
		free_block(b, true);
	}
}

/* The block to write into; no more are begun than the ring has descriptors for. */
static struct vio_console_tx *fill(struct vio_console_port *p)
{
	unsigned i;

	if (p->filling || p->sent >= vq_size(&p->tx_queue.vq))
		return p->filling;
	for (i = 0; i < VIO_CONSOLE_TX_BLOCKS; i++) {
		struct vio_console_tx *b = &p->tx[i];

		if (b->owner != VIO_BLOCK_IDLE)
			continue;
		b->owner = VIO_BLOCK_OURS;
		b->port = p;
		b->len = 0;
		p->filling = b;
		return b;
	}
	return NULL;
}

size_t vio_console_write(struct vio_console *c, unsigned port, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;
	struct vio_console_port *p;
	struct vio_console_tx *b;
	size_t done = 0;

	if (!vio_console_open(c, port))
		return 0;
	p = &c->port[port];
	while (done < n && (b = fill(p)) != NULL) {
		const size_t room = sizeof b->bytes - b->len;
		const size_t part = n - done < room ? n - done : room;

		memcpy(b->bytes + b->len, from + done, part);
		b->len = (uint16_t)(b->len + part);
		p->unsent += part;
		done += part;
		if (part == room)
			send(p);
	}
	vio_queue_kick(&p->tx_queue);
	return done;
}

/* What was written for a host that is away waits for it. */
void vio_console_flush(struct vio_console *c, unsigned port)
{
	struct vio_console_port *p;

	if (port >= c->nports)
		return;
	p = &c->port[port];
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
	struct vio_console_tx *b = p->filling;

	p->filling = NULL;
	if (b)
		free_block(b, true);
}

/* ---- Receive ---- */

static struct console_buffer rx_buffer(struct vio_console_rx *b)
{
	return (struct console_buffer){ b->bytes, sizeof b->bytes, VIO_FROM_DEVICE };
}

/* Every idle block goes to the device; one that cannot go now is tried again the next time. */
static void refill(struct vio_console_port *p)
{
	unsigned i;

	for (i = 0; i < VIO_CONSOLE_RX_BLOCKS; i++) {
		struct vio_console_rx *b = &p->rx[i];

		if (b->owner != VIO_BLOCK_IDLE)
			continue;
		b->port = p;
		if (vio_console_give(&p->rx_queue, rx_buffer(b), &b->at, b))
			b->owner = VIO_BLOCK_DEVICE;
	}
}

static void received(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_console_rx *b = cookie;
	struct vio_console_port *p = b->port;

	vio_console_take(q, rx_buffer(b), b->at);
	b->owner = VIO_BLOCK_IDLE;
	if (err != VIO_OK)
		return;
	if (written == 0 || written > sizeof b->bytes) {
		refill(p);
		return;
	}
	b->owner = VIO_BLOCK_OURS;
	b->len = (uint16_t)written;
	b->taken = 0;
	p->ready[p->ready_count++] = b;
}

static void forget_oldest(struct vio_console_port *p)
{
	unsigned i;

	for (i = 1; i < p->ready_count; i++)
		p->ready[i - 1] = p->ready[i];
	p->ready_count--;
}

size_t vio_console_read(struct vio_console *c, unsigned port, void *bytes, size_t n)
{
	struct vio_console_port *p;
	uint8_t *to = bytes;
	size_t done = 0;

	if (port >= c->nports)
		return 0;
	p = &c->port[port];
	while (done < n && p->ready_count != 0) {
		struct vio_console_rx *b = p->ready[0];
		const size_t left = (size_t)(b->len - b->taken);
		const size_t part = n - done < left ? n - done : left;

		memcpy(to + done, b->bytes + b->taken, part);
		b->taken = (uint16_t)(b->taken + part);
		done += part;
		if (part < left)
			break;
		b->owner = VIO_BLOCK_IDLE;
		forget_oldest(p);
	}
	if (c->dev->state == VIO_LIVE)
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

/* Port 0 has queues 0 and 1; 2 and 3 are the control queues; port n has 2n+2 and 2n+3 (5.3.2). */
int console_port_start(struct vio_console *c, unsigned n)
{
	struct vio_console_port *p = &c->port[n];
	const uint16_t index = (uint16_t)(n == 0 ? 0 : 2 * n + 2);
	int rc;

	p->console = c;
	rc = vio_queue_open(c->dev, &p->rx_queue, index, VIO_CONSOLE_RX_BLOCKS, p->rx_priv,
			    received);
	if (rc == VIO_OK)
		rc = vio_queue_open(c->dev, &p->tx_queue, (uint16_t)(index + 1),
				    VIO_CONSOLE_TX_BLOCKS, p->tx_priv, transmitted);
	if (rc < 0)
		return rc;
	refill(p);
	return vq_free(&p->rx_queue.vq) < vq_size(&p->rx_queue.vq) || p->ready_count != 0
		       ? VIO_OK
		       : VIO_EADDR;
}
