/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packed ring (virtio 1.4, 2.8): one table of descriptors that both sides write,
 * and one word each with which they say when they want to hear of it. Only the state
 * is here; drivers use picovirtio/virtqueue.h with vq_format_packed.
 */
#ifndef VIO_PACKED_H
#define VIO_PACKED_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Are packed rings built in? Drivers open queues of that format where RING_PACKED was
 * negotiated, which it is only if this is not 0. With 0 nothing refers to
 * vq_format_packed, and the linker leaves it out.
 */
#ifndef PICOVIRTIO_PACKED
#define PICOVIRTIO_PACKED 1
#endif

struct vq_packed_desc;

/* Caller-allocated, within struct vq; the fields are private. */
struct vq_packed {
	/* As in struct vq_any. */
	struct vio_queue_areas areas;
	unsigned free; /* descriptors: each buffer id that is out has one at least */
	bool broken;
	struct vq_packed_desc *desc;
	uint32_t *driver;	/* event suppression, written by us */
	const uint32_t *device; /* ... and by the device */
	uint32_t *word;		/* [size] by buffer id: next free id, or what is in flight */
	unsigned size;
	unsigned first_id;	    /* of the free ones */
	unsigned shown;		    /* descriptors that the device has */
	unsigned pending;	    /* ... that it gets with the next publish, from `batch` on */
	unsigned ended;		    /* IN_ORDER: ... of a batch that is still to be handed out */
	unsigned next, batch, used; /* places in the ring: to fill, to show, to come back */
	uint16_t lap;		    /* AVAIL and USED of a descriptor that is made available */
	uint16_t batch_flags;	    /* of the first descriptor of the batch */
	uint16_t used_lap;	    /* AVAIL and USED of the next used descriptor */
	uint16_t drained;	    /* ids below it were handed back by drain */
	bool event_idx;
	bool marks_written; /* the device sets WRITE where a length counts */
};

#ifdef __cplusplus
}
#endif
#endif
