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

/*
 * A packed ring, within struct vq. The fields are private.
 *
 * Its invariant holds between any two calls of virtqueue.h, whatever the device does. The README of
 * tests/proof says which calls are proved to keep it.
 *
 * Words     The word of an id in flight has the number of its descriptors, which is not 0, and may
 *           have the mark of vq_old(). The word of any other id has the next free id, or `size`.
 *           While a descriptor is free, first_id is a free id.
 * Counters  The descriptors that are free, shown and pending are together `size`. Those that are
 *           shown or pending are the descriptors of all ids in flight.
 * Places    From `used` on, around the end of the ring, come the shown descriptors, then from
 *           `batch` on the pending ones, then from `next` on the free ones. A lap changes where its
 *           position passes the end of the ring.
 * Order     With IN_ORDER an id is the position of its first descriptor, and first_id is `next`.
 *           The word of an id that is not in flight does not matter. The requests in flight lie
 *           one behind the other from `used` on. The `ended` descriptors are the first of those
 *           shown. No request lies partly in the ended or shown ones.
 * Broken    A broken ring has nothing free, shown, pending or ended. Its words still tell which
 *           requests were in flight.
 */
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
