/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk for code that waits. Every wait is bounded, and the memory of a request in flight is
 * not reused. */
#include <picovirtio/loop.h>
#include "drivers/blk/blk_internal.h"

/* The longest sleep in nanoseconds. It is short because interrupts may not arrive. */
#define SLEEP_NS UINT64_C(10000000)

struct waiting {
	const struct vio_blk *b;
	const struct vio_blk_request *r;
};

static bool has_ended_or_failed(void *arg)
{
	struct waiting *w = arg;

	return !w->r->busy || w->b->device.state != VIO_LIVE;
}

int vio_blk_wait(struct vio_blk *b, struct vio_blk_request *r, uint64_t timeout)
{
	struct vio_loop l = { .platform = b->device.platform,
			      .devices = &b->device,
			      .alone = true,
			      .longest = SLEEP_NS };
	struct waiting w = { b, r };
	const int rc = vio_blk_submit(b, r);

	if (rc < 0)
		return rc;
	vio_blk_kick(b);
	vio_loop_wait(&l, has_ended_or_failed, &w, timeout);
	if (!r->busy)
		return r->err;
	return b->device.state == VIO_LIVE ? VIO_ETIMEDOUT : VIO_EDEVICE;
}

static int own(struct vio_blk *b, enum vio_blk_op op, uint64_t sector,
	       const struct vio_blk_seg *seg, uint64_t timeout)
{
	if (b->own.busy)
		return VIO_EBUSY;
	b->own = (struct vio_blk_request){
		.op = op, .sector = sector, .seg = seg, .nseg = seg ? 1 : 0
	};
	return vio_blk_wait(b, &b->own, timeout);
}

int vio_blk_read(struct vio_blk *b, uint64_t sector, void *p, uint32_t bytes, uint64_t timeout)
{
	const struct vio_blk_seg seg = { p, bytes };

	return own(b, VIO_BLK_READ, sector, &seg, timeout);
}

int vio_blk_write(struct vio_blk *b, uint64_t sector, const void *p, uint32_t bytes,
		  uint64_t timeout)
{
	/* The memory is only read; struct vio_blk_seg has no const. */
	const struct vio_blk_seg seg = { (void *)(uintptr_t)p, bytes };

	return own(b, VIO_BLK_WRITE, sector, &seg, timeout);
}

int vio_blk_flush(struct vio_blk *b, uint64_t timeout)
{
	return own(b, VIO_BLK_FLUSH, 0, NULL, timeout);
}
