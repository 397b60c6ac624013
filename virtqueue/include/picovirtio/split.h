/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a split ring (virtio 1.4, 2.7): descriptor table, available ring and used ring.
 * Drivers use picovirtio/virtqueue.h with vq_format_split; picovirtio/split_desc.h has the calls
 * for single descriptors.
 */
#ifndef VIO_SPLIT_H
#define VIO_SPLIT_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields with which the rings of all formats begin. */
struct vq_common {
	struct vio_queue_areas areas;
	unsigned free; /* number of free descriptors */
	bool broken;
};

struct vq_split_desc;
struct vq_split_avail;
struct vq_split_used;

/* A split ring, in memory of the caller. The fields are private. */
struct vq_split {
	/* As in struct vq_common. */
	struct vio_queue_areas areas;
	unsigned free; /* number of free descriptors */
	bool broken;
	struct vq_split_desc *desc;
	struct vq_split_avail *avail;
	struct vq_split_used *used;
	uint32_t *link; /* [size] free list and chains */
	uint16_t size;
	size_t mask; /* size - 1 */
	size_t first_free;
	/* Free-running indices, of which the low 16 bits are valid. The device has the requests
	 * from used_idx to avail_idx. Those from avail_idx to avail_next are not published yet.
	 * Those from used_idx to used_seen have come back and were not reaped yet. */
	unsigned avail_next, avail_idx, used_idx, used_seen;
	uint16_t drained; /* vq_drain() has returned the heads below this number */
	unsigned ended;	  /* IN_ORDER: requests of a used batch that were not returned yet */
	bool event_idx;
};

#ifdef __cplusplus
}
#endif
#endif
