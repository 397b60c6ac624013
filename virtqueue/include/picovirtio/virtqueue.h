/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtqueue (virtio 1.4, 2.6), split or packed. Requests go in, completions come out.
 *
 * The queue does not use a transport or a platform. The caller passes memory and device addresses.
 * The queue returns whether the device wants a notification, and the caller sends it.
 *
 * A queue has one owner; only the owner calls these functions, and an interrupt handler calls none
 * of them. The functions allocate nothing and do not wait. They trust no value from memory that the
 * device can write: all state of the queue is in private memory.
 *
 *     vq_submit, vq_submit, ...   queue requests, which the device does not see yet
 *     vq_publish                  make all of them visible; true: notify the device
 *     vq_reap until it returns 0  take completions
 *     vq_arm                      before a sleep: ask for a notification, then look once more
 *     (device reset) vq_drain     take back the requests that did not complete
 */
#ifndef VIO_VIRTQUEUE_H
#define VIO_VIRTQUEUE_H

#include <picovirtio/types.h>
#include <picovirtio/packed.h>
#include <picovirtio/split.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A run of memory that is mapped for the device and contiguous for it. */
struct vq_seg {
	vio_dma addr;
	uint32_t len; /* bytes, > 0 */
};

/*
 * A ring format, for vq_config.format. Formats are const data, so an image contains only the
 * formats that it names.
 */
struct vq_format;
extern const struct vq_format vq_format_split;	/* virtio 1.4, 2.7 */
extern const struct vq_format vq_format_packed; /* 2.8 */

/* Size, alignment and offsets, in bytes, of the memory that the queue shares with the device. */
struct vq_layout {
	size_t bytes, align;
	size_t desc, driver, device; /* offsets of the three areas */
};

struct vq_config {
	const struct vq_format *format;
	uint16_t size;	   /* descriptors, 1..32768; split: a power of two */
	bool event_idx;	   /* VIRTIO_F_EVENT_IDX was negotiated */
	bool indirect;	   /* VIRTIO_F_INDIRECT_DESC was negotiated */
	bool in_order;	   /* VIRTIO_F_IN_ORDER was negotiated; needs PICOVIRTIO_EXTENSIONS */
	bool strict_len;   /* a used length beyond the writable bytes breaks the queue; if false, it
			      is clamped and counted */
	size_t used_align; /* split: alignment of the used ring, 4 or the legacy QueueAlign */
	void *mem;	   /* coherent memory of vq_get_layout().bytes bytes; vq_init() zeroes it */
	vio_dma mem_dma;   /* the device address of `mem` */
	void *priv;	   /* VQ_PRIVATE_BYTES(size) bytes, aligned as a pointer; out of the
			      device's reach if the machine can protect it */
};

struct vq_done {
	void *cookie; /* the argument of vq_submit() */
	/* The bytes that the device reports as written, at most the writable bytes of the request.
	 * Some devices report wrong lengths (2.7.8.2); do not rely on it for a reply of fixed size.
	 * With IN_ORDER one used entry may complete a batch. The device then reports a length only
	 * for the last request, and earlier ones report all their writable bytes (2.7.9, 2.8.8). */
	uint32_t written;
	/* False: the look at the ring that found this completion found no further one, so the next
	 * vq_reap() would look anew. Always true on a packed ring, where each one is a look. */
	bool more;
};

struct vq;
struct vq_indirect;

/* Private: how a format submits and reaps, in any order or with IN_ORDER. The functions below only
 * call these; submit() is vq_submit_strided(). */
struct vq_order_ops {
	int (*submit)(struct vq *q, const struct vq_seg *seg, size_t stride, unsigned nread,
		      unsigned nwrite, void *cookie);
	int (*submit_indirect)(struct vq *q, const struct vq_indirect *t, void *cookie);
	int (*reap)(struct vq *q, struct vq_done *done);
};

/* A queue, in memory of the caller. Its fields are private; you may read `clamped`. */
struct vq {
	union {
		struct vq_common common; /* each of the others begins with these fields */
		struct vq_split split;
		struct vq_packed packed;
	} ring;
	/* Copies of what the format has, so that a busy queue calls them at once. */
	struct vq_order_ops order;
	bool (*publish)(struct vq *q);
	const struct vq_format *format;
	uint32_t clamped;   /* number of used lengths beyond the writable bytes */
	uint16_t size;	    /* number of descriptors */
	unsigned table_max; /* most segments in an indirect table; 0: not negotiated */
	bool strict_len;
};

/* The result of vq_get_layout() in bytes for the split format, as a constant for static storage.
 * `used_align` is 4 for a modern device, and QueueAlign (4096) for a legacy one. */
#define VQ_SPLIT_BYTES(size, used_align)                                                           \
	(((16u * (size) + 2u * (3u + (size)) + (used_align)-1u) & ~((size_t)(used_align)-1u)) +    \
	 6u + 8u * (size))

/* The same for the packed format. */
#define VQ_PACKED_BYTES(size) (16u * (size) + 8u)

/* Bytes of private memory for a queue of `size` descriptors. */
#define VQ_PRIVATE_BYTES(size) ((size) * sizeof(struct vq_private))

/*
 * The memory of a split queue as a type, for static storage (in C only). A packed queue needs less.
 * The compiler checks `size` and `used_align`. `ring` is padded to a multiple of `used_align`.
 *
 *     static VQ_STATIC(64, 4) rx;
 *     struct vq_config cfg = { .size = 64, .used_align = 4, .mem = rx.ring, .priv = rx.priv, ... };
 *
 * If all queues are static, the linker's map shows the memory of all queues.
 */
#define VQ_STATIC(size, used_align)                                                                \
	struct {                                                                                   \
		_Static_assert((size) > 0 && (size) <= 32768 && ((size) & ((size)-1)) == 0,        \
			       "VQ_STATIC: the size is no power of two up to 32768 (2.7)");        \
		_Static_assert((used_align) >= 4 && ((used_align) & ((used_align)-1)) == 0,        \
			       "VQ_STATIC: the alignment is no power of two from 4 on");           \
		_Alignas(16) _Alignas(used_align)                                                  \
			uint8_t ring[(VQ_SPLIT_BYTES(size, used_align) + (used_align)-1u) /        \
				     (used_align) * (used_align)];                                 \
		void *priv[(VQ_PRIVATE_BYTES(size) + sizeof(void *) - 1) / sizeof(void *)];        \
	}

/*
 * Compute the shared memory that a queue needs. VIO_EINVAL: `size` is 0, above 32768, or (split)
 * not a power of two; or `used_align` is below 4 or not a power of two.
 */
int vq_get_layout(const struct vq_format *format, uint16_t size, size_t used_align,
		  struct vq_layout *out);

/*
 * Prepare an empty queue. `cfg` is copied; `cfg->mem` and `cfg->priv` stay in use until the device
 * has been reset. After a reset call this again for a new start. VIO_EINVAL: the size or alignment
 * is invalid, memory is missing, or its CPU address or device address is not aligned.
 */
int vq_init(struct vq *q, const struct vq_config *cfg);

/* The addresses of the queue, for the transport's queue_set(). */
struct vio_queue_areas vq_areas(const struct vq *q);

/* The number of descriptors, and the number of free ones (0 if the queue is broken). */
static inline uint16_t vq_size(const struct vq *q)
{
	return q->size;
}

static inline uint16_t vq_free(const struct vq *q)
{
	return (uint16_t)q->ring.common.free;
}

/*
 * Queue one request: `nread` segments that the device reads, then `nwrite` segments that it writes
 * (2.7.4.2). On an error nothing was queued. The array is copied. The memory of the segments
 * belongs to the device until vq_reap() or vq_drain() returns `cookie`.
 *
 * VIO_EINVAL   there is no segment, there are more segments than descriptors in the ring, a segment
 *              has length 0, or all segments together have 2^32 bytes or more (2.7.5.2)
 * VIO_EFULL    not enough descriptors are free now
 * VIO_EDEVICE  the queue is broken
 */
static inline int vq_submit(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
			    void *cookie)
{
	return q->order.submit(q, seg, sizeof(*seg), nread, nwrite, cookie);
}

/* As vq_submit(), for segments that are members of larger structs: `seg` is the first one, and each
 * begins `stride` bytes after the one before. */
static inline int vq_submit_strided(struct vq *q, const struct vq_seg *seg, size_t stride,
				    unsigned nread, unsigned nwrite, void *cookie)
{
	return q->order.submit(q, seg, stride, nread, nwrite, cookie);
}

/*
 * An indirect table (2.7.5.3). A request with a table takes one descriptor of the ring. A driver
 * can build a table once, and submit it many times with other addresses. The caller fills the first
 * four fields; the rest is private.
 */
struct vq_indirect {
	void *table;   /* 16 * max bytes, aligned to 16, mapped with VIO_TO_DEVICE */
	vio_dma at;    /* the device address of `table` */
	uint32_t *len; /* [max] private copy of the lengths */
	uint16_t max;  /* most segments */
	unsigned nread, count;
	uint32_t total, writable;
};

/*
 * Write the whole table. Do not call this while a request with this table is in flight, since the
 * table then belongs to the device. VIO_EINVAL: as vq_submit(), or there are more than `max`
 * segments, or more than the ring has descriptors (2.7.5.3.1); the table is not built.
 */
int vq_indirect_build(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
		      unsigned nread, unsigned nwrite);

/* As vq_indirect_build(), for segments as vq_submit_strided() takes them. */
int vq_indirect_build_strided(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
			      size_t stride, unsigned nread, unsigned nwrite);

/* Change the address of segment `i`, which exists, of a built table. Do not call this while a
 * request with this table is in flight. */
static inline void vq_indirect_move(struct vq_indirect *t, unsigned i, vio_dma at)
{
	/* An entry has 16 bytes, and begins with the address (2.7.5, 2.8.5). */
	((uint64_t *)t->table)[2 * i] = at.addr;
}

/* The same, checked. VIO_EINVAL: there is no such segment, or its length differs; build the table
 * again for another length. */
static inline int vq_indirect_set(struct vq_indirect *t, unsigned i, struct vq_seg seg)
{
	if (i >= t->count || seg.len != t->len[i])
		return VIO_EINVAL;
	vq_indirect_move(t, i, seg.addr);
	return VIO_OK;
}

/*
 * Queue a built table as one request. The table and the memory of its segments belong to the device
 * until `cookie` comes back. VIO_ENOTSUP: INDIRECT_DESC was not negotiated. VIO_EINVAL: the table
 * is not built. Other errors as vq_submit().
 */
static inline int vq_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	return q->order.submit_indirect(q, t, cookie);
}

/*
 * Make all submitted requests visible to the device, in one step. True: the device asked for a
 * notification, and the caller must send it (2.7.13). False: no notification is needed, nothing was
 * submitted, or the queue is broken.
 */
static inline bool vq_publish(struct vq *q)
{
	return q->publish(q);
}

/*
 * The position of the next request, for a notification with NOTIFICATION_DATA (2.9). Split: the
 * available index. Packed: the offset in the ring, with the wrap counter in bit 15. The value
 * changes only with a publish that makes requests visible.
 */
uint16_t vq_next(const struct vq *q);

/*
 * Take one completion. 1: `*done` is filled, and the memory of the request belongs to the caller
 * again. 0: there is none yet. With IN_ORDER completions come in the order of vq_submit(), and an
 * id also completes every request before it.
 *
 * VIO_EDEVICE: the device broke the protocol, and the queue is now broken; reset the device and
 * call vq_drain(). The device returned an id that is not in flight, moved its index beyond the
 * published requests, reported more bytes than are writable (strict_len), or returned an id that
 * its index does not cover (IN_ORDER). A request that is submitted but not published counts as in
 * flight.
 */
static inline int vq_reap(struct vq *q, struct vq_done *done)
{
	return q->order.reap(q, done);
}

/* True if vq_reap() has a completion, or an error, to return. Takes nothing from the queue. */
bool vq_has_used(const struct vq *q);

/*
 * Ask for a notification about the next completion. True: a completion is there already, or the
 * queue is broken; call vq_reap() instead of sleeping.
 */
bool vq_arm(struct vq *q);

/* Tell the device that no notifications are needed. This is a hint; some may still arrive. */
void vq_disarm(struct vq *q);

/*
 * For a watch that looks for requests that never come back. Returns how many of the requests that
 * were in flight at an earlier call are still in flight. That call is the latest one that returned
 * 0. The function looks at every descriptor's private word, so call it once per time-out.
 */
unsigned vq_old(struct vq *q);

/*
 * After a device reset: take back the requests that did not complete, one per call. 1: `*cookie` is
 * filled. 0: there are no more. The first call breaks the queue; vq_init() prepares it again.
 */
int vq_drain(struct vq *q, void **cookie);

#ifdef __cplusplus
}
#endif
#endif
