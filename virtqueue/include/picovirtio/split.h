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

/* What the driver keeps of a request, by its head descriptor or buffer id, out of the device's
 * reach. The fields are private. */
struct vq_private {
	void *cookie;
	uint32_t writable; /* bytes that the device may write */
	uint32_t word;	   /* free list and chains, as the format does it */
};

/* The fields with which the rings of all formats begin. */
struct vq_common {
	struct vio_queue_areas areas;
	struct vq_private *priv; /* [number of descriptors] */
	unsigned free;		 /* number of free descriptors */
	bool broken;
};

struct vq_split_desc;
struct vq_split_avail;
struct vq_split_used;

/*
 * A split ring, in memory of the caller. The fields are private.
 *
 * Its invariant holds between any two calls of virtqueue.h, whatever the device does. The README of
 * tests/proof says which calls are proved to keep it.
 *
 * Words     Each word has the index of a descriptor. The word of the head of a chain in flight also
 *           has the length of the chain, which is not 0, and may have the mark of vq_old().
 * Counters  The free descriptors and those of all chains in flight are together `size`. The indices
 *           used_idx, used_seen, avail_idx and avail_next follow each other in this order. The
 *           number of chains in flight is avail_next - used_idx, and the `ended` ones in addition.
 *           first_free is the index of a descriptor. The free list begins there and has `free`.
 * Order     With IN_ORDER the chains in flight lie one behind the other in the descriptor table.
 *           The last one ends in front of first_free. The word of a head has the index of the last
 *           descriptor of its chain; any other word has that of the descriptor before it. The
 *           `ended` chains are the oldest ones.
 * Broken    A broken ring has nothing free, unpublished, seen or ended. Its words still tell which
 *           requests were in flight.
 */
struct vq_split {
	/* As in struct vq_common. */
	struct vio_queue_areas areas;
	struct vq_private *priv; /* `word`: free list and chains */
	unsigned free;		 /* number of free descriptors */
	bool broken;
	bool event_idx;
	uint16_t size;
	uint16_t first_free;
	uint16_t drained; /* vq_drain() has returned the heads below this number */
	unsigned ended;	  /* IN_ORDER: requests of a used batch that were not returned yet */
	struct vq_split_desc *desc;
	struct vq_split_avail *avail;
	struct vq_split_used *used;
	const uint16_t *avail_event; /* the index that the device waits for (2.7.10) */
	size_t mask;		     /* size - 1 */
	/* Free-running indices, of which the low 16 bits are valid. The device has the requests
	 * from used_idx to avail_idx. Those from avail_idx to avail_next are not published yet.
	 * Those from used_idx to used_seen have come back and were not reaped yet. */
	size_t avail_next, avail_idx, used_idx, used_seen;
};

#ifdef __cplusplus
}
#endif
#endif
