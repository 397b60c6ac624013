/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A platform whose buffers go through a fixed pool: for devices that do not reach all of RAM
 * (behind an IOMMU with one window, or short of address lines), and for machines whose caches are
 * not coherent. The pool comes from the ring memory of the platform it stands on, which
 * both sides see without cache maintenance; so nothing has to be cleaned or invalidated, and no
 * cache line is shared by data of the CPU and data of a device.
 *
 *     static struct vio_bounce_run runs[512];
 *     static struct vio_bounce b;
 *     vio_bounce_init(&b, &board_platform, &(struct vio_bounce_pool){ 256, 512, runs });
 *     device.platform = &b.platform;
 *
 * Costs a copy of each buffer at map() and, of those that the device writes, at unmap(). No heap;
 * nothing waits: where the pool is full, map() says so (VIO_DMA_FULL).
 */
#ifndef VIO_BOUNCE_H
#define VIO_BOUNCE_H

#include <picovirtio/platform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was given away, by its first unit; private. */
struct vio_bounce_run {
	void *va;
	size_t len;
	enum vio_dir dir;
	uint32_t units; /* of this run; in its other units, and in free ones, 0 */
	bool taken;
};

struct vio_bounce_pool {
	uint32_t unit;	/* bytes, a power of two from 64 on: a buffer takes whole units */
	uint32_t units; /* how many; each buffer lies in a row of them */
	struct vio_bounce_run *runs; /* [units], stays in use; out of the device's reach */
};

struct vio_bounce {
	struct vio_platform platform; /* for struct vio_device */
	const struct vio_platform *inner;
	struct vio_bounce_pool pool;
	uint8_t *mem; /* private */
	vio_dma at;
	/* Counters, for people: units now and at most, maps that found no room, and unmaps of what
	 * was not mapped so (a bug of the driver; nothing was done). */
	uint32_t used, most, full, bad;
};

/*
 * Set up `b` over `inner`, once: its memory is never given back. VIO_EINVAL: unit or number
 * impossible, or 4 GiB and more in all. VIO_ENOMEM: `inner` has no ring memory for it.
 */
int vio_bounce_init(struct vio_bounce *b, const struct vio_platform *inner,
		    const struct vio_bounce_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
