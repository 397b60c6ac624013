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

/* What the rings of all formats begin with. */
struct vq_any {
	struct vio_queue_areas areas;
	unsigned free; /* descriptors */
	bool broken;
};

struct vq_split_desc;
struct vq_split_avail;
struct vq_split_used;

/* Caller-allocated; the fields are private. */
struct vq_split {
	/* As in struct vq_any. */
	struct vio_queue_areas areas;
	unsigned free; /* descriptors that can be allocated */
	bool broken;
	struct vq_split_desc *desc;
	struct vq_split_avail *avail;
	struct vq_split_used *used;
	uint32_t *link; /* [size] free list and chains */
	uint16_t size;
	size_t mask; /* size - 1 */
	size_t first_free;
	/* Free-running indices, of which the low 16 bits count: used_idx .. avail_idx
	 * is what the device has, avail_idx .. avail_next what was pushed and not yet
	 * published; used_idx .. used_seen has come back and waits to be polled. */
	unsigned avail_next, avail_idx, used_idx, used_seen;
	uint16_t drained; /* heads below it were handed back by drain */
	unsigned ended;	  /* IN_ORDER: requests of a batch that are still to be handed out */
	bool event_idx;
};

#ifdef __cplusplus
}
#endif
#endif
