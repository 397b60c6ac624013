/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a packed ring (virtio 1.4, 2.8): one descriptor ring that driver and device both
 * write, and one event suppression structure for each of them. Drivers use picovirtio/virtqueue.h
 * with vq_format_packed.
 */
#ifndef VIO_PACKED_H
#define VIO_PACKED_H

#include <picovirtio/split.h> /* struct vq_private */

#ifdef __cplusplus
extern "C" {
#endif

/*
 * 1: packed rings are built in, and used if RING_PACKED was negotiated. 0: the feature is never
 * accepted, nothing refers to vq_format_packed, and the linker leaves the format out.
 */
#ifndef PICOVIRTIO_PACKED
#define PICOVIRTIO_PACKED 1
#endif

struct vq_packed_desc;

/* A packed ring, within struct vq. The fields are private. */
struct vq_packed {
	/* As in struct vq_common. */
	struct vio_queue_areas areas;
	struct vq_private *priv; /* `word`: the next free id, or the request in flight */
	unsigned free;		 /* free descriptors; each buffer id in flight uses at least one */
	bool broken;
	struct vq_packed_desc *desc;
	uint32_t *driver;	/* event suppression of the driver */
	const uint32_t *device; /* event suppression of the device */
	unsigned size;		/* descriptors of the ring */
	unsigned first_id;	/* the first free buffer id */
	unsigned shown;		/* number of descriptors that the device has */
	unsigned pending;	/* number of descriptors in the next publish, from `batch` on */
	unsigned ended; /* IN_ORDER: descriptors of a used batch that were not returned yet */
	unsigned next, batch, used; /* positions: to write, to publish, to be used next */
	uint16_t lap;		    /* AVAIL and USED bits that make a descriptor available now */
	uint16_t batch_flags;	    /* flags of the first descriptor of the batch */
	uint16_t used_lap;	    /* AVAIL and USED bits of the next used descriptor */
	uint16_t drained;	    /* vq_drain() has returned the ids below this number */
	bool event_idx;
	bool marks_written; /* the device sets WRITE in used descriptors with a valid length */
};

#ifdef __cplusplus
}
#endif
#endif
