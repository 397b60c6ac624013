/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A platform that copies each buffer through a fixed pool of memory. It is for devices that cannot
 * reach all of RAM (behind an IOMMU with one window, or with too few address lines), and for
 * machines whose caches are not coherent. The pool is ring memory of the platform below, which CPU
 * and device see without cache maintenance. Data of the CPU and data of a device never share a
 * cache line.
 *
 *     static struct vio_bounce_run runs[512];
 *     static struct vio_bounce b;
 *     vio_bounce_init(&b, &board_platform, &(struct vio_bounce_pool){ 256, 512, runs });
 *     device.platform = &b.platform;
 *
 * Each map() copies the buffer. Each unmap() of a buffer that the device writes copies it back.
 * There is no heap, and no function waits: if the pool is full, map() returns VIO_DMA_FULL.
 */
#ifndef VIO_BOUNCE_H
#define VIO_BOUNCE_H

#include <picovirtio/platform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One mapped buffer, stored at the index of its first unit. Private. */
struct vio_bounce_run {
	void *va;
	size_t len;
	enum vio_dir dir;
	uint32_t units; /* in this buffer; 0 for its other units, and for free units */
	bool taken;
};

struct vio_bounce_pool {
	uint32_t
		unit; /* bytes of a unit: a power of two, at least 64. A buffer takes whole units */
	uint32_t units;		     /* number of units; a buffer takes consecutive ones */
	struct vio_bounce_run *runs; /* [units], in use for ever; keep out of the device's reach */
};

struct vio_bounce {
	struct vio_platform platform; /* for struct vio_device */
	const struct vio_platform *inner;
	struct vio_bounce_pool pool;
	uint8_t *mem; /* private */
	vio_dma at;
	/*
	 * Counters. used: units in use now. most: the most units that were in use at once. full:
	 * calls of map() that found the pool full. bad: calls of unmap() for a buffer that is not
	 * mapped; this is a bug of the driver, and such a call is ignored.
	 */
	uint32_t used, most, full, bad;
};

/*
 * Set up `b` on top of `inner`. Call it once: the memory of the pool is never freed. VIO_EINVAL:
 * the size or the number of units is invalid, or the pool would have 4 GiB or more. VIO_ENOMEM:
 * `inner` has too little ring memory.
 */
int vio_bounce_init(struct vio_bounce *b, const struct vio_platform *inner,
		    const struct vio_bounce_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
