/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net.h"

#include <string.h>

#include "drivers/driver.h"

enum {
	DEVICE_TYPE = 1,
	RX_QUEUE = 0,
	TX_QUEUE = 1,
	CONFIG_MAC = 0,
	CONFIG_STATUS = 6,
	CONFIG_MTU = 10,
	STATUS_LINK_UP = 1,
	HEADER_LEGACY = 10, /* without num_buffers (5.1.6.1) */
	HEADER_GSO_TYPE = 1,
	MAC_GROUP = 1, /* of the first byte: many stations; no address of one */
	MAC_LOCAL = 2,
	MAC_READS = 8,
};

struct vio_net *vio_net_of(struct vio_device *d)
{
	return d && d->driver == &vio_net_driver ? d->driver_state : NULL;
}

void vio_net_listen(struct vio_net *n, vio_net_frame_fn fn, void *arg)
{
	n->frame = fn;
	n->arg = arg;
}

/* ---- Buffers ---- */

static uint32_t publishes(const struct vio_queue *q)
{
	return q->kicks + q->kicks_saved;
}

/* A buffer has its header first. Legacy devices without ANY_LAYOUT want that in a descriptor of
 * its own (5.1.6.5). */
static int give(struct vio_net *n, struct vio_queue *q, struct vio_net_buffer *b, enum vio_dir dir)
{
	const struct vio_platform *p = n->dev->platform;
	const unsigned nseg = n->header_apart ? 2 : 1;
	struct vq_seg seg[2];
	int rc;

	b->at = p->map(p->ctx, b->data, b->bytes, dir);
	rc = vio_dma_error(b->at);
	if (rc < 0)
		return rc;
	seg[0] = (struct vq_seg){ .addr = b->at, .len = b->bytes };
	if (n->header_apart) {
		seg[0].len = n->header;
		seg[1].addr.addr = b->at.addr + n->header;
		seg[1].len = (uint32_t)b->bytes - n->header;
	}
	rc = dir == VIO_FROM_DEVICE ? vio_queue_submit(q, seg, 0, nseg, b)
				    : vio_queue_submit(q, seg, nseg, 0, b);
	if (rc < 0)
		p->unmap(p->ctx, b->at, b->data, b->bytes, dir);
	b->out = rc == VIO_OK;
	b->given = publishes(q);
	return rc;
}

static void take(struct vio_net *n, struct vio_net_buffer *b, enum vio_dir dir)
{
	const struct vio_platform *p = n->dev->platform;

	p->unmap(p->ctx, b->at, b->data, b->bytes, dir);
	b->out = false;
}

/* ---- Receive ---- */

/* Every idle buffer goes to the device; one that cannot go now is tried again the next time. */
static int refill(struct vio_net *n)
{
	unsigned i;
	int rc = VIO_OK;

	for (i = 0; i < VIO_NET_RX_BUFFERS && rc == VIO_OK; i++) {
		struct vio_net_buffer *b = &n->rx[i];

		if (b->out || b->busy)
			continue;
		b->bytes = VIO_NET_BUFFER_BYTES;
		rc = give(n, &n->rx_queue, b, VIO_FROM_DEVICE);
	}
	return rc;
}

/* A length that went beyond the buffer has been cut to it: what is there is not the frame. */
static bool was_cut(struct vio_net *n)
{
	const uint32_t before = n->clamped;

	n->clamped = n->rx_queue.vq.clamped;
	return n->clamped != before;
}

/*
 * The bytes of a frame, or 0: it is dropped. Of the header only gso_type is looked at: flags and
 * offsets speak of what was not negotiated, and num_buffers of merging (5.1.6.4.1).
 */
static size_t frame_bytes(struct vio_net *n, const struct vio_net_buffer *b, uint32_t written)
{
	const bool cut = was_cut(n);

	if (written < (uint32_t)n->header + VIO_NET_LINK_BYTES) {
		n->counters.rx_short++;
		return 0;
	}
	if (cut || written - n->header > VIO_NET_FRAME_MAX) {
		n->counters.rx_long++;
		return 0;
	}
	if (b->data[HEADER_GSO_TYPE] != 0) {
		n->counters.rx_gso++;
		return 0;
	}
	return written - n->header;
}

/* The buffer is nobody else's while the callback runs, which may poll the device. */
static void pass_on(struct vio_net *n, struct vio_net_buffer *b, size_t len)
{
	if (!n->frame) {
		n->counters.rx_unheard++;
		return;
	}
	n->counters.rx_frames++;
	n->counters.rx_bytes += len;
	b->busy = true;
	n->callbacks++;
	n->frame(n->arg, b->data + n->header, len);
	n->callbacks--;
	b->busy = false;
}

static void received(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_net *n = q->dev->driver_state;
	struct vio_net_buffer *b = cookie;
	size_t len;

	take(n, b, VIO_FROM_DEVICE);
	if (err != VIO_OK)
		return;
	/* The same id twice in a row, the buffer given again in between: the frame is no new one.
	 */
	if (b->given == publishes(q)) {
		vio_device_lied(q->dev, q->index, VIO_NET_UNSEEN);
		return;
	}
	len = frame_bytes(n, b, written);
	if (len != 0)
		pass_on(n, b, len);
	refill(n);
}

/* ---- Transmit ---- */

/* The used length is not looked at: legacy devices report anything (5.1.6.1.1). */
static void transmitted(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_net *n = q->dev->driver_state;
	struct vio_net_buffer *b = cookie;

	(void)written;
	take(n, b, VIO_TO_DEVICE);
	if (err != VIO_OK) {
		n->counters.tx_lost++;
		return;
	}
	n->counters.tx_frames++;
	n->counters.tx_bytes += (uint64_t)b->bytes - n->header;
}

static struct vio_net_buffer *idle_buffer(struct vio_net *n)
{
	unsigned i;

	for (i = 0; i < VIO_NET_TX_BUFFERS; i++) {
		if (!n->tx[i].out)
			return &n->tx[i];
	}
	return NULL;
}

int vio_net_send(struct vio_net *n, const void *frame, size_t len)
{
	struct vio_net_buffer *b;
	int rc = VIO_EFULL;

	if (!n->dev || n->dev->state != VIO_LIVE)
		return VIO_EDEVICE;
	if (len < VIO_NET_LINK_BYTES || len > (size_t)n->mtu + VIO_NET_LINK_BYTES)
		return VIO_EINVAL;
	b = idle_buffer(n);
	if (b) {
		/* No offload was negotiated, so every field of the header is 0 (5.1.6.2.1). */
		memset(b->data, 0, n->header);
		memcpy(b->data + n->header, frame, len);
		b->bytes = (uint16_t)(n->header + len);
		rc = give(n, &n->tx_queue, b, VIO_TO_DEVICE);
	}
	if (rc == VIO_EFULL)
		n->counters.tx_full++;
	if (n->callbacks == 0)
		vio_queue_kick(&n->tx_queue);
	return rc;
}

/* ---- Address, limits, link ---- */

bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES])
{
	memcpy(mac, n->mac, VIO_NET_MAC_BYTES);
	return n->mac_given;
}

void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed)
{
	unsigned i;

	seed *= UINT64_C(0x9e3779b97f4a7c15); /* odd: different seeds stay different */
	for (i = 0; i < VIO_NET_MAC_BYTES; i++)
		mac[i] = (uint8_t)(seed >> (16 + 8 * i));
	mac[0] = (uint8_t)((mac[0] & ~MAC_GROUP) | MAC_LOCAL);
}

unsigned vio_net_mtu(const struct vio_net *n)
{
	return n->mtu;
}

bool vio_net_link(const struct vio_net *n)
{
	return n->up && n->dev && n->dev->state == VIO_LIVE;
}

/* Zero and group addresses are no station's. */
static bool is_station(const uint8_t *mac)
{
	uint8_t any = 0;
	unsigned i;

	for (i = 0; i < VIO_NET_MAC_BYTES; i++)
		any |= mac[i];
	return !(mac[0] & MAC_GROUP) && any != 0;
}

static int read_mac_once(struct vio_net *n, uint8_t *mac)
{
	unsigned i;
	int rc = VIO_OK;

	for (i = 0; i < VIO_NET_MAC_BYTES && rc == VIO_OK; i++)
		rc = vio_device_config(n->dev, CONFIG_MAC + i, &mac[i], 1);
	return rc;
}

static bool same(const uint8_t *a, const uint8_t *b)
{
	unsigned i;

	for (i = 0; i < VIO_NET_MAC_BYTES && a[i] == b[i]; i++)
		;
	return i == VIO_NET_MAC_BYTES;
}

/* Six fields of one byte, that may change between two of them: two passes have to agree
 * (2.5.1, 2.5.3). An address that never settles is as good as none. */
static int read_mac(struct vio_net *n)
{
	uint8_t mac[2][VIO_NET_MAC_BYTES] = { 0 };
	unsigned i = 0;
	int rc;

	n->mac_given = false;
	memset(n->mac, 0, sizeof n->mac);
	if (!vio_has(n->dev, VIO_NET_F_MAC))
		return VIO_OK;
	rc = read_mac_once(n, mac[0]);
	do {
		if (rc == VIO_OK)
			rc = read_mac_once(n, mac[++i % 2]);
	} while (rc == VIO_OK && !same(mac[0], mac[1]) && i < MAC_READS);
	if (rc == VIO_OK && same(mac[0], mac[1]) && is_station(mac[0])) {
		n->mac_given = true;
		memcpy(n->mac, mac[0], sizeof n->mac);
	}
	return rc;
}

/* The field is there as soon as the feature is offered (2.5.1). */
static int read_mtu(struct vio_net *n)
{
	uint16_t mtu;
	int rc;

	n->mtu = VIO_NET_MTU_MOST;
	if (!(n->dev->offered & ~n->dev->without & VIO_NET_F_MTU))
		return VIO_OK;
	rc = vio_device_config(n->dev, CONFIG_MTU, &mtu, sizeof mtu);
	if (rc == VIO_OK && mtu >= VIO_NET_MTU_LEAST && mtu < VIO_NET_MTU_MOST)
		n->mtu = mtu;
	return rc;
}

/* ---- Life cycle ---- */

/* Queues are looked at in the order they are opened in: buffers that were sent are free again when
 * what comes in is answered. */
static int open_queues(struct vio_net *n)
{
	const unsigned least = n->header_apart ? 2 : 1;
	int rc = vio_queue_open(n->dev, &n->tx_queue, TX_QUEUE, VIO_NET_TX_RING, n->tx_priv,
				transmitted);

	n->tx_queue.resettable = true; /* frames may get lost */
	if (rc == VIO_OK)
		rc = vio_queue_open(n->dev, &n->rx_queue, RX_QUEUE, VIO_NET_RX_RING, n->rx_priv,
				    received);
	if (rc == VIO_OK && (vq_size(&n->rx_queue.vq) < least || vq_size(&n->tx_queue.vq) < least))
		rc = VIO_ERANGE;
	return rc;
}

/* A ring that takes only some of the buffers is no error; one that got none is. */
static int first_fill(struct vio_net *n)
{
	const int rc = refill(n);

	n->clamped = 0;
	return n->rx[0].out ? VIO_OK : rc;
}

static int start(struct vio_device *d, void *state)
{
	struct vio_net *n = state;
	int rc;

	n->dev = d;
	n->up = true;
	n->header = vio_has(d, VIO_F_VERSION_1) ? VIO_NET_HEADER_MAX : HEADER_LEGACY;
	n->header_apart = !vio_has(d, VIO_F_VERSION_1 | VIO_F_ANY_LAYOUT);
	rc = read_mac(n);
	if (rc == VIO_OK)
		rc = read_mtu(n);
	if (rc == VIO_OK)
		rc = open_queues(n);
	return rc == VIO_OK ? first_fill(n) : rc;
}

/* A status that cannot be read leaves the link as it was. Buffers that could not be given when
 * they came back get another chance here. */
static void config_changed(struct vio_device *d)
{
	struct vio_net *n = d->driver_state;
	uint16_t status;

	refill(n);
	if (vio_has(d, VIO_NET_F_STATUS) &&
	    vio_device_config(d, CONFIG_STATUS, &status, sizeof status) == VIO_OK)
		n->up = (status & STATUS_LINK_UP) != 0;
}

const struct vio_driver vio_net_driver = {
	.name = "virtio-net",
	.device_type = DEVICE_TYPE,
	.features = { .wanted = VIO_NET_F_MAC | VIO_NET_F_STATUS },
	.state_size = sizeof(struct vio_net),
	.start = start,
	.config_changed = config_changed,
};
