/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of the split ring (virtio 1.4, 2.7), inline and without checks of the caller. split.c
 * composes them for whole requests; split_desc.c adds the checks for single descriptors. Internal
 * to these two files.
 *
 * priv[i].word is a link: the INDEX of another descriptor. On the free list it is the next free
 * descriptor; the number of free descriptors says where the list ends. In a chain its meaning is up
 * to the caller of push_head(). ALLOCATED marks a descriptor that vq_split_alloc_desc() returned;
 * it is the bit that has the name OLD in queues of whole requests. The bits from COUNT_SHIFT on are
 * the number of descriptors of a chain, in the word of its head, while the chain is in flight. In
 * all other words they are 0.
 */
#ifndef VIO_SPLIT_STEPS_H
#define VIO_SPLIT_STEPS_H

#include <picovirtio/split_desc.h>
#include "virtqueue/format.h"

enum { NO_INTERRUPT = 1 }; /* avail->flags */
enum { NO_NOTIFY = 1 };	   /* used->flags */

enum { INDEX = 0x7fff, ALLOCATED = OLD };

struct vq_split_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

struct vq_split_avail {
	uint16_t flags, idx;
	uint16_t ring[]; /* [size], then used_event */
};

struct vq_split_used {
	uint16_t flags, idx;
	struct vq_split_elem {
		uint32_t id, len;
	} ring[]; /* [size], then uint16_t avail_event */
};

_Static_assert(sizeof(struct vq_split_desc) == 16, "2.7.5");
_Static_assert(sizeof(struct vq_split_elem) == 8, "2.7.8");

/* In split.c. vq_split_layout() does what vq_get_layout() does. vq_split_start() is
 * vq_format.start; all of `s` is 0 except the areas. */
int vq_split_layout(uint16_t size, size_t used_align, struct vq_layout *out);
void vq_split_start(struct vq_split *s, const struct vq_config *cfg, const struct vq_layout *l);

static inline uint16_t *used_event(const struct vq_split *s)
{
	return &s->avail->ring[s->size];
}

/* Fill a descriptor that the device does not own. */
static inline void fill(struct vq_split_desc *d, struct vq_seg seg, unsigned flags, size_t next)
{
	d->addr = seg.addr.addr;
	d->len = seg.len;
	d->flags = (uint16_t)flags;
	d->next = (uint16_t)next;
}

/* Take the first `n` descriptors off the free list, which then begins at `rest`. */
static inline void take_free(struct vq_split *s, unsigned n, uint32_t rest)
{
	s->first_free = (uint16_t)rest;
	s->free -= n;
}

/* Put `n` descriptors, which are linked from `first` to `last`, at the front of the free list. */
static inline void give_free(struct vq_split *s, size_t first, struct vq_private *last, size_t n)
{
	last->word = s->first_free;
	s->first_free = (uint16_t)first;
	s->free += (uint32_t)n;
}

/* Put a chain of `n` descriptors, where `own` is of its head, into the available ring. It is not
 * visible before the publish. take_used() returns the word of the head. Each head is in the ring
 * once at most, so the ring cannot overflow. */
static inline void push_head(struct vq_split *s, struct vq_private *own, uint32_t head, unsigned n,
			     uint32_t link)
{
	const size_t at = s->avail_next;

	own->word = (n << COUNT_SHIFT) + link;
	shared_store16(&s->avail->ring[at & s->mask], (uint16_t)head);
	s->avail_next = at + 1;
}

static inline bool is_in_flight(const struct vq_split *s, unsigned i)
{
	return s->priv[i].word >> COUNT_SHIFT != 0;
}

/* In split.c. Breaks the ring: nothing is free, nothing waits to be published, and nothing has come
 * back, so that the busy paths need no check of their own for a broken ring. Returns VIO_EDEVICE.
 */
int vq_split_break(struct vq_split *s);

/* Look for new entries in the used ring, where `at` is the next one. Returns 1, 0 or
 * VIO_EDEVICE. */
__attribute__((always_inline)) static inline int look_used(struct vq_split *s, size_t at)
{
	if (s->broken)
		return VIO_EDEVICE;
	const size_t ready = idx_sub(shared_load16(&s->used->idx), at);
	if (ready == 0)
		return 0;
	if (ready > s->avail_idx - at)
		return VIO_EDEVICE; /* more entries than the device was given */
	vio_rmb(); /* the index before the entries that it covers, and the buffers */
	s->used_seen = at + ready;
	return 1;
}

/* A completion. Its head is in flight; its length is not checked yet. */
struct vq_split_claim {
	size_t head;
	struct vq_private *own; /* of the head */
	size_t word;		/* its private word */
	size_t n;		/* the argument of push_head() */
	uint32_t len;
};

/*
 * Take one entry off the used ring. Returns 1, 0 or VIO_EDEVICE; after VIO_EDEVICE the caller calls
 * vq_split_break(). The head stays in flight until the caller sets its link. This function and
 * look_used() are the only ones that use numbers of the device. Each number is loaded once,
 * checked, and then used.
 */
__attribute__((always_inline)) static inline int take_used(struct vq_split *s,
							   struct vq_split_claim *c)
{
	const size_t at = s->used_idx;
	if (at == s->used_seen) {
		const int rc = look_used(s, at);
		if (rc != 1)
			return rc;
	}
	const struct vq_split_elem *const e = &s->used->ring[at & s->mask];
	c->head = shared_load32(&e->id);
	if (c->head >= s->size)
		return VIO_EDEVICE;
	c->own = &s->priv[c->head];
	c->word = c->own->word;
	c->n = c->word >> COUNT_SHIFT;
	if (c->n == 0)
		return VIO_EDEVICE; /* this is not the head of a chain in flight */
	c->len = shared_load32(&e->len);
	s->used_idx = at + 1;
	return 1;
}

#endif
