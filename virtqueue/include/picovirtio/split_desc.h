/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The split ring at the level of single descriptors (virtio 1.4, 2.7), for code
 * that wants to see each of them: tests, ports of other stacks, teaching. Drivers
 * use picovirtio/virtqueue.h, which does not need this annex.
 *
 * The order of one request:
 *     vq_split_alloc_desc   once for each segment
 *     vq_split_write_desc   address, length, flags, next
 *     vq_split_push_avail   the head goes into the available ring
 *     vq_split_publish      the device may look; true: notify it
 *     vq_split_poll_used    the head comes back, with the bytes written
 *     vq_split_free_chain   its descriptors are free again
 *
 * Free list and chain links live in private memory; nothing is ever read back
 * from the descriptor table or the available ring. Same rules as virtqueue.h: one
 * owner, no allocation, no waiting. Not with IN_ORDER: where descriptors are is then no
 * choice of the caller's.
 */
#ifndef VIO_SPLIT_DESC_H
#define VIO_SPLIT_DESC_H

#include <picovirtio/split.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VQ_SPLIT_SIZE_MAX = 32768,  /* 2.7 */
	VQ_SPLIT_DESC_NEXT = 1,	    /* the chain continues at `next` */
	VQ_SPLIT_DESC_WRITE = 2,    /* the device writes; else it reads */
	VQ_SPLIT_DESC_INDIRECT = 4, /* `addr` is a table of descriptors */
};

struct vq_split_config {
	uint16_t device_size;  /* QueueSizeMax as read from the device */
	bool size_fixed;       /* the device takes no other size than device_size: legacy devices
				  without a size register, and those that ignore QueueSize */
	uint16_t max_size;     /* descriptors that `mem` and `link` have room for */
	uint16_t default_size; /* used where device_size is 0 or above max_size; <= max_size */
	bool event_idx;	       /* VIRTIO_F_EVENT_IDX was negotiated */
	size_t used_align;     /* 4, or the legacy QueueAlign */
	void *mem;	       /* VQ_SPLIT_BYTES(max_size, used_align), zeroed by create */
	vio_dma mem_dma;       /* the same as the device sees it; may be above 4 GiB */
	uint32_t *link;	       /* private, max_size entries */
};

/*
 * The size that vq_split_create() will take, or an error. A device_size of 0 or
 * above max_size becomes default_size where the device allows a choice. One that
 * is no power of two (2.7) is rounded down under the same condition.
 * VIO_ERANGE: size_fixed, and its size is 0, above max_size or no power of two.
 * VIO_EINVAL: default_size or max_size is 0, above 32768, no power of two
 * (default_size), or default_size is above max_size.
 */
int vq_split_choose_size(const struct vq_split_config *c);

/* Prepare an empty ring at index 0. Errors as vq_split_choose_size(), and
 * VIO_EINVAL for memory that is missing or not aligned on either side. */
int vq_split_create(struct vq_split *s, const struct vq_split_config *c);

/*
 * The end: returns the `mem` that create was given, for reuse, and leaves a ring
 * on which every call fails. Only after the device has been reset (2.4.2): until
 * then it may still write there. NULL: not created, or dropped before.
 */
void *vq_split_drop(struct vq_split *s);

/* Ring address in units of `page_size`, for the legacy QueuePFN; see vio_pfn(). */
int vq_split_pfn(const struct vq_split *s, uint32_t page_size, uint32_t *pfn);

/* 64-bit device addresses of descriptor table, available ring and used ring. */
vio_dma vq_split_phys_desc(const struct vq_split *s);
vio_dma vq_split_phys_avail(const struct vq_split *s);
vio_dma vq_split_phys_used(const struct vq_split *s);

uint16_t vq_split_size(const struct vq_split *s);

/* Take one descriptor off the free list: its index. VIO_EFULL: none left. */
int vq_split_alloc_desc(struct vq_split *s);

/*
 * Give one descriptor back. VIO_EINVAL: no such descriptor, free already, or the
 * head of a request that the device owns. A descriptor inside such a chain is the
 * caller's to leave alone; freeing it is refused where it can be seen.
 */
int vq_split_free_desc(struct vq_split *s, uint16_t i);

/*
 * Give back a chain by its head, along the links that vq_split_write_desc() was
 * told. Returns the number of descriptors. VIO_EINVAL: as vq_split_free_desc();
 * nothing was freed.
 */
int vq_split_free_chain(struct vq_split *s, uint16_t head);

/*
 * Fill an allocated descriptor. `next` counts only with VQ_SPLIT_DESC_NEXT.
 * VIO_EINVAL: not allocated, `next` not allocated or `i` itself, length 0, unknown
 * flags, NEXT together with INDIRECT (2.7.5.3.1), or head of a request in flight.
 */
int vq_split_write_desc(struct vq_split *s, uint16_t i, vio_dma addr, uint32_t len, uint16_t flags,
			uint16_t next);

/*
 * Put a head into the available ring; the device sees it after
 * vq_split_publish(). VIO_EINVAL: not allocated, pushed before, or its links
 * loop. VIO_EDEVICE: the ring is broken.
 */
int vq_split_push_avail(struct vq_split *s, uint16_t head);

/* Show all pushed heads to the device; true: notify it (2.7.13.4). */
bool vq_split_publish(struct vq_split *s);

/*
 * Take one entry off the used ring. 1: `*head` and `*written` (unchecked: it may
 * exceed what was writable) are filled; the descriptors stay allocated until
 * vq_split_free_chain(). 0: none. VIO_EDEVICE: the index ran ahead of the heads
 * that are out, or the id is none of them; the ring is broken from now on.
 */
int vq_split_poll_used(struct vq_split *s, uint16_t *head, uint32_t *written);

/* Has the device used anything that was not polled yet? Consumes nothing; true on
 * a broken ring, as poll_used has something to say. */
bool vq_split_has_used(const struct vq_split *s);

/*
 * Ask for a notification on the next used entry (2.7.7, 2.7.10). Returns true if
 * one is here already (or the ring is broken): do not sleep, poll.
 */
bool vq_split_arm(struct vq_split *s);

/* Advise that no notifications are needed: a hint, spurious ones may come. */
void vq_split_disarm(struct vq_split *s);

#ifdef __cplusplus
}
#endif
#endif
