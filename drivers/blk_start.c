/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: the life cycle. */
#include "drivers/blk_internal.h"
#include <picovirtio/driver.h>

enum {
	DEVICE_TYPE = 2,
	RING_MIN = 3, /* header, data, status */
};

struct vio_blk *vio_blk_of(struct vio_device *d)
{
	return d && d->driver == &vio_blk_driver ? d->driver_state : NULL;
}

/* ---- Life cycle ---- */

/* Ring memory is never given back, so that of the first start serves all others. */
static int share(struct vio_blk *b)
{
	const struct vio_platform *p = b->dev->platform;
	uint8_t *mem;
	vio_dma at;
	unsigned i;

	if (b->slot[0].shared)
		return VIO_OK;
	mem = p->ring_memory(p->ctx, VIO_BLK_REQUESTS * BLK_SHARED_BYTES, 16, &at);
	if (!mem)
		return vio_device_refuse(b->dev, (struct vio_problem){ .cause = VIO_C_NO_MEMORY,
								       .err = VIO_ENOMEM,
								       .want = VIO_BLK_REQUESTS *
									       BLK_SHARED_BYTES });
	for (i = 0; i < VIO_BLK_REQUESTS; i++) {
		struct vio_blk_slot *s = &b->slot[i];

		s->shared = mem + (size_t)i * BLK_SHARED_BYTES;
		s->shared_at.addr = at.addr + (uint64_t)i * BLK_SHARED_BYTES;
		s->table.table = s->shared + BLK_AT_TABLE;
		s->table.at = s->shared_at;
		s->table.len = s->table_len;
		s->table.max = VIO_BLK_SEGS + 2;
	}
	return VIO_OK;
}

static int open_queue(struct vio_blk *b, uint16_t i)
{
	struct vio_queue *q = &b->queue[i];
	const int rc = vio_queue_open(b->dev, q, i, VIO_BLK_QUEUE, b->priv[i], vio_blk_done);

	if (rc < 0)
		return rc;
	q->timeout = BLK_TIMEOUT_NS;
	q->resettable = true; /* requests know nothing of each other */
	if (vq_size(&q->vq) >= RING_MIN)
		return VIO_OK;
	return vio_device_refuse(b->dev, (struct vio_problem){ .cause = VIO_C_QUEUE_SIZE,
							       .queue = i,
							       .err = VIO_ERANGE,
							       .got = vq_size(&q->vq),
							       .want = RING_MIN });
}

static int start(struct vio_device *d, void *state)
{
	struct vio_blk *b = state;
	uint16_t i;
	int rc;

	b->dev = d;
	b->turn = 0;
	rc = vio_blk_count_queues(b);
	for (i = 0; i < b->nqueue && rc == VIO_OK; i++)
		rc = open_queue(b, i);
	if (rc == VIO_OK)
		rc = share(b);
	return rc < 0 ? rc : vio_blk_read_config(b);
}

const struct vio_driver vio_blk_driver = {
	.name = "virtio-blk",
	.device_type = DEVICE_TYPE,
	.features = {
		.wanted = VIO_BLK_F_SIZE_MAX | VIO_BLK_F_SEG_MAX | VIO_BLK_F_RO |
			  VIO_BLK_F_BLK_SIZE | VIO_BLK_F_FLUSH | VIO_BLK_F_TOPOLOGY |
			  VIO_BLK_F_CONFIG_WCE | VIO_BLK_F_DISCARD | VIO_BLK_F_WRITE_ZEROES |
			  VIO_BLK_F_LIFETIME | VIO_BLK_F_SECURE_ERASE | VIO_BLK_F_MQ,
		.harmless = VIO_BLK_F_GEOMETRY,
	},
	.state_size = sizeof(struct vio_blk),
	.screen = vio_blk_screen,
	.start = start,
	.config_changed = vio_blk_config_changed,
};
