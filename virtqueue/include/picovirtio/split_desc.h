/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The split ring at the level of single descriptors (virtio 1.4, 2.7). It is for tests, for ports
 * of other virtio code, and for teaching. Drivers use picovirtio/virtqueue.h, which does not need
 * these functions.
 *
 * The order of one request:
 *     vq_split_alloc_desc   allocate a descriptor for each segment
 *     vq_split_write_desc   write address, length, flags and next
 *     vq_split_push_avail   put the head of the chain into the available ring
 *     vq_split_publish      make it visible to the device; true: notify the device
 *     vq_split_poll_used    get the head back, with the used length
 *     vq_split_free_chain   free the descriptors of the chain
 *
 * The free list and the links of chains are in private memory. Nothing is read back from the
 * descriptor table or the available ring. As in virtqueue.h there is one owner, no allocation and
 * no waiting. Do not use these functions with IN_ORDER, which prescribes the order of descriptors.
 */
#ifndef VIO_SPLIT_DESC_H
#define VIO_SPLIT_DESC_H

#include <picovirtio/split.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VQ_SPLIT_SIZE_MAX = 32768,  /* largest ring (2.7) */
	VQ_SPLIT_DESC_NEXT = 1,	    /* the chain continues at `next` */
	VQ_SPLIT_DESC_WRITE = 2,    /* the device writes the buffer; otherwise it reads it */
	VQ_SPLIT_DESC_INDIRECT = 4, /* the buffer is a table of descriptors */
};

struct vq_split_config {
	uint16_t device_size;  /* QueueSizeMax as read from the device */
	bool size_fixed;       /* the device supports device_size only: a device without a size
				  register, or one that ignores QueueSize */
	uint16_t max_size;     /* number of descriptors for which `mem` and `priv` have room */
	uint16_t default_size; /* used if device_size is 0 or above max_size; at most max_size */
	bool event_idx;	       /* VIRTIO_F_EVENT_IDX was negotiated */
	size_t used_align;     /* alignment of the used ring: 4, or the legacy QueueAlign */
	void *mem; /* VQ_SPLIT_BYTES(max_size, used_align) bytes; zeroed by vq_split_create() */
	vio_dma mem_dma;	 /* the device address of `mem`; may be above 4 GiB */
	struct vq_private *priv; /* max_size entries, out of the device's reach */
};

/*
 * The size that vq_split_create() will use, or an error. If the device allows a choice, a
 * device_size of 0 or above max_size becomes default_size, and one that is not a power of two (2.7)
 * is rounded down.
 *
 * VIO_ERANGE  size_fixed is set, and device_size is 0, above max_size or not a power of two
 * VIO_EINVAL  default_size or max_size is 0 or above 32768, default_size is not a power of two, or
 *             default_size is above max_size
 */
int vq_split_choose_size(const struct vq_split_config *c);

/* Prepare an empty ring, with all indices 0. `c` is copied; its memory stays in use. Errors as
 * vq_split_choose_size(). VIO_EINVAL also means that memory is missing, or that its CPU address or
 * device address is not aligned. */
int vq_split_create(struct vq_split *s, const struct vq_split_config *c);

/*
 * End the use of a ring, and return its `mem` for other use. Every later call on the ring fails.
 * Call this only after a reset of the device (2.4.2), since until then the device may still write
 * to the memory. NULL: the ring was not created, or dropped before.
 */
void *vq_split_drop(struct vq_split *s);

/* The address of the ring in units of `page_size` bytes, for the legacy QueuePFN. Errors as
 * vio_pfn(). */
int vq_split_pfn(const struct vq_split *s, uint32_t page_size, uint32_t *pfn);

/* The device addresses of descriptor table, available ring and used ring. */
vio_dma vq_split_phys_desc(const struct vq_split *s);
vio_dma vq_split_phys_avail(const struct vq_split *s);
vio_dma vq_split_phys_used(const struct vq_split *s);

uint16_t vq_split_size(const struct vq_split *s);

/* Allocate a descriptor, and return its index. VIO_EFULL: no descriptor is free. */
int vq_split_alloc_desc(struct vq_split *s);

/*
 * Free a descriptor. Do not free a descriptor in the middle of a chain that the device owns; the
 * function does not detect every such call. VIO_EINVAL: there is no such descriptor, it is free
 * already, or it is the head of a chain that the device owns.
 */
int vq_split_free_desc(struct vq_split *s, uint16_t i);

/*
 * Free a chain, from its head along the links of vq_split_write_desc(). Returns the number of
 * descriptors. VIO_EINVAL: as vq_split_free_desc(); nothing was freed.
 */
int vq_split_free_chain(struct vq_split *s, uint16_t head);

/*
 * Write an allocated descriptor. `next` is used only with VQ_SPLIT_DESC_NEXT. VIO_EINVAL: the
 * descriptor is not allocated, `next` is not allocated or equals `i`, the length is 0, a flag is
 * unknown, NEXT and INDIRECT are combined (2.7.5.3.1), or the descriptor is the head of a chain in
 * flight.
 */
int vq_split_write_desc(struct vq_split *s, uint16_t i, vio_dma addr, uint32_t len, uint16_t flags,
			uint16_t next);

/*
 * Put the head of a chain into the available ring. The device sees it after vq_split_publish().
 * VIO_EINVAL: the head is not allocated, was pushed before, or its links form a loop. VIO_EDEVICE:
 * the ring is broken.
 */
int vq_split_push_avail(struct vq_split *s, uint16_t head);

/* Make all pushed heads visible to the device. True: notify the device (2.7.13.4). */
bool vq_split_publish(struct vq_split *s);

/*
 * Take one entry from the used ring. 1: `*head` and `*written` are filled. The descriptors stay
 * allocated until vq_split_free_chain(). `*written` is not checked, and may exceed the writable
 * bytes. 0: there is no entry. VIO_EDEVICE: the used index ran ahead of the heads in flight, or the
 * id is not in flight; the ring is now broken.
 */
int vq_split_poll_used(struct vq_split *s, uint16_t *head, uint32_t *written);

/* True if vq_split_poll_used() has an entry, or an error, to return. Takes nothing from the ring.
 */
bool vq_split_has_used(const struct vq_split *s);

/*
 * Ask for a notification about the next used entry (2.7.7, 2.7.10). True: an entry is there
 * already, or the ring is broken; poll instead of sleeping.
 */
bool vq_split_arm(struct vq_split *s);

/* Tell the device that no notifications are needed. This is a hint; some may still arrive. */
void vq_split_disarm(struct vq_split *s);

#ifdef __cplusplus
}
#endif
#endif
