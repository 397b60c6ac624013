/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor of the timed benchmark: the least that a driver can do. A split ring is built once, and
 * published again and again. Nothing is checked or mapped. The library's time is divided by the
 * floor's. Do not use this as an example of a driver.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <picovirtio/mmio.h>

enum { FLOOR_DEPTH_MAX = 128, FLOOR_SEGS = 3 };

/* A segment of a request; those that the device writes come last. */
struct floor_seg {
	const void *p;
	uint32_t len; /* 0: the request has no such segment */
	bool written;
};

/* Build request `i` of a batch. The device owns no request of it. */
void floor_build(unsigned i, const struct floor_seg seg[FLOOR_SEGS]);

/* Take a device of version 2 from its driver, which has stopped it, for batches of the first
 * `depth` requests, a power of two. False: the device does not agree. */
bool floor_open(struct vio_mmio *m, uint16_t queue, unsigned depth);

/* Publish the batch, and wait until the device has used it. False: it did not answer. */
bool floor_batch(void);

/* Reset the device. */
void floor_close(void);

#endif
