/* SPDX-License-Identifier: BSD-2-Clause */
/* What a ring format owes virtqueue.c. Internal to virtqueue/. */
#ifndef VIO_FORMAT_H
#define VIO_FORMAT_H

#include <picovirtio/barrier.h>
#include <picovirtio/virtqueue.h>

/* How requests go in and come out, in any order or, with IN_ORDER, in that one. As the functions of
 * virtqueue.h, which only pass the call on. */
struct vq_order_ops {
	int (*submit)(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
		      void *cookie);
	int (*submit_indirect)(struct vq *q, const struct vq_indirect *t, void *cookie);
	int (*reap)(struct vq *q, struct vq_done *done);
};

struct vq_format {
	int (*layout)(uint16_t size, size_t used_align, struct vq_layout *out);
	/* Start at index 0 in zeroed memory of this layout; `q` is filled but for its ring, of
	 * which all but the areas is 0. `priv` has one word for each descriptor. */
	void (*start)(struct vq *q, const struct vq_config *cfg, const struct vq_layout *l,
		      uint32_t *priv);
	/* An entry of an indirect table has 16 bytes. In each format it begins with the 64-bit
	 * address and the 32-bit length. The rest: the flag WRITE, and for all but the last what
	 * leads to the next one, as a flag and the place that its number is added at. */
	uint32_t table_write, table_more, table_next;
	struct vq_order_ops any_order, in_order;
	/* As the functions of virtqueue.h. */
	bool (*publish)(struct vq *q);
	uint16_t (*next)(const struct vq *q);
	bool (*has_used)(const struct vq *q);
	bool (*arm)(struct vq *q);
	void (*disarm)(struct vq *q);
	int (*drain)(struct vq *q, void **cookie);
};

/*
 * What every format checks. Inline, as a busy queue passes here for each segment,
 * request and completion; written here and nowhere else.
 */

/* The bytes of a segment (2.7.5.2). An empty one counts as 2^32, so that the test
 * of the sum, which has to be below that, finds it. */
static inline uint64_t vq_bytes(uint32_t len)
{
	return (uint64_t)(len - 1u) + 1;
}

/* The bytes of `n` segments. 2^32 and more: too many, or one of them is empty. */
static inline uint64_t vq_sum(const struct vq_seg *seg, unsigned n)
{
	uint64_t sum = 0;

	for (const struct vq_seg *const end = seg + n; seg != end; seg++)
		sum += vq_bytes(seg->len);
	return sum;
}

/* Is there memory, aligned on both sides? */
static inline bool vq_memory_fits(const struct vq_config *cfg, const struct vq_layout *l)
{
	return cfg->mem && !(((uintptr_t)cfg->mem | cfg->mem_dma.addr) & (l->align - 1));
}

/* Where the device finds them. */
static inline struct vio_queue_areas vq_areas_at(vio_dma mem, const struct vq_layout *l)
{
	return (struct vio_queue_areas){ { mem.addr + l->desc },
					 { mem.addr + l->driver },
					 { mem.addr + l->device } };
}

/* Where the formats have too few descriptors for `n` segments. They need no other
 * test of `n` in the busy path: 0 wraps, and a broken queue has no descriptors. */
int vq_refusal(const struct vq *q, uint64_t n);

/* Can this table be queued at all? If not, vq_table_refusal() says why. */
int vq_table_refusal(const struct vq *q);
static inline bool vq_table_fits(const struct vq *q, const struct vq_indirect *t)
{
	return t->count - 1u < q->table_max;
}

/* Can the device have written `*len` bytes? Honest devices get the length wrong (2.7.8.2): it is
 * clamped and counted, and fatal only where asked for. */
static inline bool vq_believe(struct vq *q, size_t id, uint32_t *len)
{
	const uint32_t most = q->writable[id];

	if (*len > most) {
		if (q->strict_len)
			return false;
		q->clamped++;
		*len = most;
	}
	return true;
}

/* A completion that was claimed, to its owner. */
static inline void vq_deliver(const struct vq *q, size_t id, uint32_t len, struct vq_done *done)
{
	done->written = len;
	done->cookie = q->cookie[id];
}

/* The private word of a head or buffer id has from this bit on the number of descriptors of
 * its request while that is out, and 0 otherwise. */
enum { COUNT_SHIFT = 16 };

/* For drain: the next request that is out, from `*from` on, which goes on behind it. */
int vq_take_in_flight(const struct vq *q, const uint32_t *word, uint16_t *from, void **cookie);

/*
 * Single accesses to memory that the device may touch at the same time: each is
 * one load or store, made exactly once. Ordering is the barriers' business.
 */
static inline uint16_t shared_load16(const uint16_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline uint32_t shared_load32(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline void shared_store16(uint16_t *p, uint16_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

static inline void shared_store32(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

/*
 * Ring indices run freely through 0..65535 (2.7.13): their arithmetic is modulo
 * 2^16, and all of it is here.
 */
static inline uint16_t idx_sub(unsigned a, unsigned b)
{
	return (uint16_t)(a - b);
}

/* Did the index pass `event` on its way from `old` to `now` (2.7.7.2, 2.7.10)? */
static inline bool idx_passed(unsigned event, unsigned now, unsigned old)
{
	return idx_sub(now, event + 1) < idx_sub(now, old);
}

#endif
