/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: memory and life cycle. */
#include <picovirtio/driver.h>
#include "drivers/blk/blk_internal.h"

enum {
	DEVICE_TYPE = 2,
	RING_MAX = 32768,
};

struct vio_blk *vio_blk_of(struct vio_device *d)
{
	return d && d->driver == &vio_blk_driver ? blk_of(d) : NULL;
}

/* ---- Memory ---- */

static void choose(struct vio_blk *b, const struct vio_blk_options *o)
{
	unsigned ring = VIO_BLK_RING;

	b->requests = o->requests ? o->requests : VIO_BLK_REQUESTS;
	b->segs = o->segs ? o->segs : VIO_BLK_SEGS;
	b->queues = o->queues ? o->queues : VIO_BLK_QUEUES;
	if (!PICOVIRTIO_BLK_EXTRAS)
		b->queues = 1;
	else if (!o->queues && b->queues > b->requests)
		b->queues = b->requests;
	while (ring < b->requests && ring < RING_MAX)
		ring *= 2;
	b->ring = o->ring ? o->ring : (uint16_t)ring;
}

static void carve(struct vio_blk *b, struct vio_room *room)
{
	const size_t queues = PICOVIRTIO_BLK_EXTRAS ? b->queues : 1;

	b->queue = vio_room_take(room, queues * sizeof(struct vio_queue));
	b->priv = vio_room_take(room, queues * VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(b->ring)));
	b->slot = vio_room_take(room, b->requests * sizeof(struct vio_blk_slot));
	b->free = NULL;
	for (unsigned i = 0; i < b->requests; i++) {
		struct vio_blk_slot *s = &b->slot[i];

		s->buf = vio_room_take(room, (b->segs + BLK_AROUND) * sizeof(struct vio_buf));
		s->table.len = vio_room_take(room, (b->segs + BLK_AROUND) * sizeof(uint32_t));
		s->table.max = (uint16_t)(b->segs + BLK_AROUND);
		s->device.buf = s->buf;
		s->device.table = &s->table;
		s->next = b->free;
		b->free = s;
	}
}

int vio_blk_init(struct vio_blk *b, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_blk_options *o)
{
	static const struct vio_blk_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	choose(b, o);
	if (b->segs > VIO_BLK_SEGS || b->requests > RING_MAX || b->queues > b->requests ||
	    b->ring < BLK_LEAST || !vio_is_power_of_two(b->ring, RING_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(
		&room, p, o->memory, o->bytes,
		VIO_BLK_MEMORY((size_t)b->requests, b->segs, b->queues, (size_t)b->ring));
	if (rc < 0)
		return rc;
	carve(b, &room);
	vio_device_init(&b->device, t, p, &vio_blk_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_blk_init(blk_of(d), t, p, options);
}

/* ---- Life cycle ---- */

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share_memory(struct vio_blk *b)
{
	const size_t each = BLK_AT_TABLE + 16 * (size_t)(b->segs + BLK_AROUND);
	vio_dma at;

	if (b->slot[0].shared)
		return VIO_OK;
	uint8_t *mem = vio_device_ring_memory(&b->device, b->requests * each, 16, &at);
	if (!mem)
		return VIO_ENOMEM;
	for (unsigned i = 0; i < b->requests; i++) {
		struct vio_blk_slot *s = &b->slot[i];

		s->shared = mem + i * each;
		s->table.table = s->shared + BLK_AT_TABLE;
		s->table.at.addr = at.addr + i * each + BLK_AT_TABLE;
		s->buf[0].seg.len = sizeof(struct blk_header);
		s->buf[0].seg.addr.addr = at.addr + i * each + BLK_AT_HEADER;
	}
	return VIO_OK;
}

static int open_queue(struct vio_blk *b, uint16_t i)
{
	const struct vio_queue_options o = {
		.index = i,
		.max = b->ring,
		.least = BLK_LEAST,
		.priv = b->priv + i * VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(b->ring)),
		.request_done = vio_blk_done,
		.timeout = BLK_TIMEOUT_NS,
		.resettable = true, /* requests do not depend on each other */
	};

	return vio_queue_open(&b->device, &b->queue[i], &o);
}

static int start(struct vio_device *d)
{
	struct vio_blk *b = blk_of(d);

	b->turn = b->queue;
	vio_blk_forget(b);
	int rc = vio_blk_count_queues(b);
	for (uint16_t i = 0; i < blk_queues(b) && rc == VIO_OK; i++)
		rc = open_queue(b, i);
	if (rc == VIO_OK)
		rc = share_memory(b);
	return rc < 0 ? rc : vio_blk_read_config(b);
}

const struct vio_driver vio_blk_driver = {
	.name = "virtio-blk",
	.device_type = DEVICE_TYPE,
	.features = {
		.wanted = VIO_BLK_F_SIZE_MAX | VIO_BLK_F_SEG_MAX | VIO_BLK_F_RO |
			  VIO_BLK_F_BLK_SIZE | VIO_BLK_F_FLUSH | BLK_EXTRAS,
		.harmless = VIO_BLK_F_GEOMETRY,
	},
	.state_size = sizeof(struct vio_blk),
	.init = init,
	.screen = vio_blk_screen,
	.start = start,
	.config_changed = vio_blk_config_changed,
};
