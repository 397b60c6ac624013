/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-blk share; nobody else includes this. */
#ifndef VIO_BLK_INTERNAL_H
#define VIO_BLK_INTERNAL_H

#include <picovirtio/blk.h>

/* While the offer is on the table: is it a disk that we can drive? (5.2.5.1) */
int vio_blk_screen(struct vio_device *d);

/* All of config space into b->info, checked. The queue is open. */
int vio_blk_read_config(struct vio_blk *b);

/* What may change while the device is live. */
void vio_blk_config_changed(struct vio_device *d);

/*
 * What a request shares with the device beside its data: an indirect table, the header, the range
 * of a discard and the status byte. In ring memory, so that no cache line is shared with data
 * of the driver's own; a part of its own for each request in flight, so that one that is slow
 * never meets another's.
 */
enum {
	BLK_AT_TABLE = 0,
	BLK_AT_HEADER = 16 * (VIO_BLK_SEGS + 2),
	BLK_HEADER_BYTES = 16,
	BLK_AT_RANGE = BLK_AT_HEADER + BLK_HEADER_BYTES,
	BLK_RANGE_BYTES = 16,
	BLK_AT_STATUS = BLK_AT_RANGE + BLK_RANGE_BYTES,
	BLK_SHARED_BYTES = BLK_AT_STATUS + 16,
};

/* A disk that is busy with others may take long. While GET_ID alone is out, nothing is lost by a
 * reset, and the device may be one that never answers it. */
#define BLK_TIMEOUT_NS	  UINT64_C(30000000000)
#define BLK_ID_TIMEOUT_NS UINT64_C(1000000000)

/* How a request ended: for the driver's queues. */
void vio_blk_done(struct vio_queue *q, void *cookie, int err, uint32_t written);

/* How many queues are used, into `b->nqueue`; before they are opened. */
int vio_blk_count_queues(struct vio_blk *b);

#endif
