/* SPDX-License-Identifier: BSD-2-Clause */
/* What a ring format provides to virtqueue.c. Internal to virtqueue/. */
#ifndef VIO_FORMAT_H
#define VIO_FORMAT_H

#include <picovirtio/barrier.h>
#include <picovirtio/virtqueue.h>

struct vq_format {
	int (*layout)(uint16_t size, size_t used_align, struct vq_layout *out);
	/* Start at index 0. The memory has this layout and is zeroed. All fields of `q` are set
	 * except `ring`; in `ring` only the areas are set, and the rest is 0. cfg->priv is zeroed,
	 * too. */
	void (*start)(struct vq *q, const struct vq_config *cfg, const struct vq_layout *l);
	/* An entry of an indirect table has 16 bytes. In both formats it begins with the 64-bit
	 * address and the 32-bit length. These three values make the last four bytes: the flag
	 * WRITE; what all entries but the last have; and what is added to that with each entry,
	 * which is the number of the next one. */
	uint32_t table_write, table_more, table_next;
	struct vq_order_ops any_order, in_order;
	/* These do what the functions of virtqueue.h of the same names say. */
	bool (*publish)(struct vq *q);
	uint16_t (*next)(const struct vq *q);
	bool (*has_used)(const struct vq *q);
	bool (*arm)(struct vq *q);
	void (*disarm)(struct vq *q);
	int (*drain)(struct vq *q, void **cookie);
};

/*
 * The checks that every format does. They are inline because a busy queue does them for each
 * segment, request and completion.
 */

/* The bytes of a segment (2.7.5.2). An empty segment counts as 2^32 bytes, so that the check of the
 * sum, which must be below 2^32, refuses it. */
static inline uint64_t vq_bytes(uint32_t len)
{
	return (uint64_t)(len - 1u) + 1;
}

/* The segment `i`, counted from `seg` on. */
static inline const struct vq_seg *vq_seg_at(const struct vq_seg *seg, size_t stride, size_t i)
{
	return (const void *)((const char *)seg + i * stride);
}

/* The segment before `seg`. */
static inline const struct vq_seg *vq_seg_before(const struct vq_seg *seg, size_t stride)
{
	return (const void *)((const char *)seg - stride);
}

/* The bytes of `n` segments. 2^32 or more: they are too long, or one of them is empty. */
static inline uint64_t vq_sum(const struct vq_seg *seg, size_t stride, unsigned n)
{
	uint64_t sum = 0;

	for (; n > 0; n--, seg = vq_seg_at(seg, stride, 1))
		sum += vq_bytes(seg->len);
	return sum;
}

/* Is there memory, and is it aligned for the CPU and for the device? */
static inline bool vq_memory_fits(const struct vq_config *cfg, const struct vq_layout *l)
{
	return cfg->mem && !(((uintptr_t)cfg->mem | cfg->mem_dma.addr) & (l->align - 1));
}

/* The device addresses of the three areas. */
static inline struct vio_queue_areas vq_areas_at(vio_dma mem, const struct vq_layout *l)
{
	return (struct vio_queue_areas){ { mem.addr + l->desc },
					 { mem.addr + l->driver },
					 { mem.addr + l->device } };
}

/* The error for a request of `n` segments, where a format has too few free descriptors for it. A
 * format needs no other check of `n`: it computes n - 1, which wraps for 0, and a broken queue has
 * no free descriptors. */
int vq_refusal(const struct vq *q, uint64_t n);

/* Can this table be queued at all? If not, vq_table_refusal() returns the error. */
int vq_table_refusal(const struct vq *q);
static inline bool vq_table_fits(const struct vq *q, const struct vq_indirect *t)
{
	return t->count - 1u < q->table_max;
}

/* Can the device have written `*len` bytes? Some good devices report wrong lengths (2.7.8.2), so a
 * length that is too large is clamped and counted. It is an error only with strict_len. */
static inline bool vq_believe(struct vq *q, const struct vq_private *own, uint32_t *len)
{
	const uint32_t most = own->writable;

	if (*len > most) {
		if (q->strict_len)
			return false;
		q->clamped++;
		*len = most;
	}
	return true;
}

/* While the request of a head or buffer id is in flight, the bits of its private word from this one
 * on are the number of descriptors of the request. Otherwise they are 0. OLD is the mark of
 * vq_old() in the word of a request in flight; submit writes the whole word, and so removes it. */
enum { COUNT_SHIFT = 16, OLD = 1 << 15 };

/* For drain: find the next request that is in flight, at `*from` or behind it, and set `*from`
 * behind that request. */
int vq_take_in_flight(const struct vq *q, uint16_t *from, void **cookie);

/*
 * Accesses to memory that the device may access at the same time. Each is one load or one store,
 * which is done exactly once. They order nothing; the barriers do that.
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
 * Ring indices count from 0 to 65535 and begin again at 0 (2.7.13). All arithmetic with them is
 * here, modulo 2^16.
 */
static inline uint16_t idx_sub(size_t a, size_t b)
{
	return (uint16_t)(a - b);
}

/* Did the index pass `event` on its way from `old` to `now` (2.7.7.2, 2.7.10)? The differences are
 * compared in the upper half of a word, which takes fewer instructions. */
static inline bool idx_passed(unsigned event, size_t now, size_t old)
{
	return (uint32_t)(now - event - 1) << 16 < (uint32_t)(now - old) << 16;
}

#endif
