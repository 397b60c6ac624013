/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtqueue: requests go in, completions come out (virtio 1.4, 2.6).
 *
 * The queue knows neither transport nor platform: it is handed memory, it
 * speaks device addresses, and it RETURNS whether the device wants a
 * notification instead of sending one. That is what makes it testable alone.
 *
 * Not thread-safe and not interrupt-safe: one owner, the event loop. Never
 * allocates, never blocks, never trusts a value read from memory that the
 * device can write: all bookkeeping is private.
 *
 *     vq_submit, vq_submit, ...   requests, invisible to the device
 *     vq_publish                  visible, all at once; true: notify the device
 *     vq_reap until it returns 0  completions
 *     vq_arm                      before sleeping: ask first, look second
 *     (device reset) vq_drain     the requests that never came back
 */
#ifndef VIO_VIRTQUEUE_H
#define VIO_VIRTQUEUE_H

#include <picovirtio/types.h>
#include <picovirtio/packed.h>
#include <picovirtio/split.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run of memory that is contiguous for the device, already mapped for it. */
struct vq_seg {
	vio_dma addr;
	uint32_t len; /* bytes, > 0 */
};

/*
 * A ring format, for vq_config.format; const data, so that only the formats
 * that an image names are linked into it.
 */
struct vq_format;
extern const struct vq_format vq_format_split;	/* virtio 1.4, 2.7 */
extern const struct vq_format vq_format_packed; /* 2.8 */

/* Sizes and offsets, in bytes, of the memory shared with the device. */
struct vq_layout {
	size_t bytes, align;
	size_t desc, driver, device; /* offsets of the three areas */
};

struct vq_config {
	const struct vq_format *format;
	uint16_t size;	   /* descriptors, 1..32768; split: a power of two */
	bool event_idx;	   /* VIRTIO_F_EVENT_IDX was negotiated */
	bool indirect;	   /* VIRTIO_F_INDIRECT_DESC was negotiated */
	bool in_order;	   /* VIRTIO_F_IN_ORDER was negotiated */
	bool strict_len;   /* a used length beyond the writable bytes breaks the
			      queue; otherwise it is clamped and counted */
	size_t used_align; /* split: alignment of the used ring: 4, or the legacy
			      QueueAlign */
	void *mem;	   /* coherent memory, vq_layout().bytes; vq_init() zeroes it */
	vio_dma mem_dma;   /* the same memory as the device sees it */
	void *priv;	   /* VQ_PRIVATE_BYTES(size), aligned as a pointer; out of the
			      device's reach where the machine can do that */
};

struct vq_done {
	void *cookie;	  /* what vq_submit() was given */
	uint32_t written; /* bytes the device says it wrote, at most the writable
			     bytes submitted. A hint: never needed for a reply of
			     fixed size, wrong on some devices (2.7.8.2). With
			     IN_ORDER all of them where the device ended the
			     request with a later one, of which alone it told a
			     length (2.7.9, 2.8.8) */
};

/* Caller-allocated so that firmware needs no heap; the fields are private. */
struct vq {
	union {
		struct vq_any any; /* with which each of them begins */
		struct vq_split split;
		struct vq_packed packed;
	} ring;
	const struct vq_format *format;
	const struct vq_busy *busy;
	void **cookie;	    /* [size] by head descriptor or buffer id */
	uint32_t *writable; /* [size] bytes the device may write, by the same */
	uint32_t clamped;   /* used lengths that went beyond the writable bytes */
	uint16_t size;	    /* descriptors */
	unsigned table_max; /* segments in an indirect table; 0: not negotiated */
	bool strict_len;
};

/* Bytes of vq_layout() for the split format, as a constant for static storage.
 * `used_align` is 4 for a modern device, 4096 (QueueAlign) for a legacy one. */
#define VQ_SPLIT_BYTES(size, used_align)                                                           \
	(((16u * (size) + 2u * (3u + (size)) + (used_align)-1u) & ~((size_t)(used_align)-1u)) +    \
	 6u + 8u * (size))

/* The same for the packed format. */
#define VQ_PACKED_BYTES(size) (16u * (size) + 8u)

/* Bytes of private bookkeeping for a queue of `size` descriptors. */
#define VQ_PRIVATE_BYTES(size) ((size) * (sizeof(void *) + 2 * sizeof(uint32_t)))

/*
 * The memory of a split queue (a packed one needs less) as a type, for static storage (in C):
 * `ring`, padded to whole units of `used_align`, and `priv`. The size is checked by the compiler.
 *
 *     static VQ_STATIC(64, 4) rx;
 *     struct vq_config cfg = { .size = 64, .used_align = 4, .mem = rx.ring, .priv = rx.priv, ... };
 *
 * Without a heap and without an arena, the linker then says what all queues take together.
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
 * Compute the shared memory that a queue needs. VIO_EINVAL: `size` is 0, above
 * 32768 or (split) no power of two; `used_align` is below 4 or no power of two.
 */
int vq_layout(const struct vq_format *format, uint16_t size, size_t used_align,
	      struct vq_layout *out);

/*
 * Prepare `q`, empty, at index 0. `cfg` is copied; `cfg->mem` and `cfg->priv`
 * stay in use until the device has been reset. Call it again to start anew after
 * a reset. VIO_EINVAL: size or alignment impossible, memory missing or not
 * aligned on either side.
 */
int vq_init(struct vq *q, const struct vq_config *cfg);

/* Where the device finds the queue: for the transport's queue_set(). */
struct vio_queue_areas vq_areas(const struct vq *q);

/* Descriptors of the ring, and how many of them are free: none on a broken queue. */
uint16_t vq_size(const struct vq *q);
uint16_t vq_free(const struct vq *q);

/*
 * Queue one request: `nread` segments the device reads, then `nwrite` segments
 * it writes (2.7.4.2). All or nothing. The segment array is copied; the memory
 * behind the segments belongs to the device until vq_reap() or vq_drain()
 * returns `cookie`.
 *
 * VIO_EINVAL   no segments, more than the ring has descriptors, a segment of
 *              length 0, or 2^32 bytes and more in all (2.7.5.2)
 * VIO_EFULL    not enough free descriptors now; nothing was queued
 * VIO_EDEVICE  the queue is broken
 */
int vq_submit(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
	      void *cookie);

/*
 * An indirect table (2.7.5.3): a request of many segments that takes one
 * descriptor of the ring, and that a driver can build once and submit again and
 * again, rewriting only what changes. Fill the first four fields, all of them
 * for `max` entries; the rest is private.
 */
struct vq_indirect {
	void *table;   /* 16 * max bytes, aligned to 16, mapped TO_DEVICE */
	vio_dma at;    /* the same as the device sees it */
	uint32_t *len; /* [max] private copy of the lengths */
	uint16_t max;
	unsigned nread, count;
	uint32_t total, writable;
};

/*
 * Write the whole table. Not while a request with it is in flight: it is the
 * device's then. VIO_EINVAL: as vq_submit(), or more than `max` segments, or
 * more than the ring has descriptors (2.7.5.3.1); the table is not built then.
 */
int vq_indirect_build(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
		      unsigned nread, unsigned nwrite);

/* Another address for segment `i` of a built table; not while a request with it is in flight.
 * VIO_EINVAL: no such segment, or the length differs: build the table again. */
int vq_indirect_set(struct vq_indirect *t, unsigned i, struct vq_seg seg);

/*
 * Queue a built table as one request. It and the memory behind its segments
 * belong to the device until `cookie` comes back. VIO_ENOTSUP: INDIRECT_DESC was
 * not negotiated. VIO_EINVAL: the table was not built. Else as vq_submit().
 */
int vq_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie);

/*
 * Make everything submitted so far visible to the device, in one step. Returns
 * true if the device asked to be notified: the caller must do it (2.7.13).
 * False with nothing submitted, and on a broken queue.
 */
bool vq_publish(struct vq *q);

/*
 * Where the next request will become visible, for the notification of a device with
 * NOTIFICATION_DATA (2.9): split: the available index; packed: the place in the ring, with the wrap
 * counter in bit 15. The same until the next publish that has something to show.
 */
uint16_t vq_next(const struct vq *q);

/*
 * Take one completion. 1: `*done` is filled and its memory is the caller's
 * again. 0: none yet. VIO_EDEVICE: the device returned an id that is not in
 * flight (one that is submitted and not published yet counts as in flight), moved its
 * index further than requests are published, or (strict_len) wrote more than it was
 * given; the queue is broken from now on, and only a device reset and vq_drain() help.
 * With IN_ORDER completions come in the order of vq_submit(), and an id ends every request
 * before it as well: VIO_EDEVICE where the device's index does not cover all of them.
 */
int vq_reap(struct vq *q, struct vq_done *done);

/* Is a completion waiting? Consumes nothing; true on a broken queue. */
bool vq_has_used(const struct vq *q);

/*
 * Ask for a notification on the next completion. Returns true if one is here
 * already (or the queue is broken): do not sleep, reap.
 */
bool vq_arm(struct vq *q);

/* Advise that no notifications are needed: a hint, spurious ones may come. */
void vq_disarm(struct vq *q);

/*
 * After a device reset only: hand back requests that never completed, one per
 * call: 1 and `*cookie`; 0 when none is left. The queue is dead (broken) from
 * the first call on; vq_init() revives it.
 */
int vq_drain(struct vq *q, void **cookie);

#ifdef __cplusplus
}
#endif
#endif
