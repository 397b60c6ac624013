/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of the split ring (virtio 1.4, 2.7), inline and without checks of the
 * caller: split.c puts them together for whole requests, split_desc.c adds the checks for
 * single descriptors. Internal to those two.
 *
 * link[i] is the INDEX of another descriptor. On the free list, the end of which is
 * known from the count, it is the next one; in a chain it is what the caller of
 * push_head() wants. ALLOCATED marks what vq_split_alloc_desc() handed out. The bits
 * from COUNT_SHIFT on are 0, except for the head of a chain that was pushed and has not
 * come back, which is thereby known to be in flight: the number of its descriptors.
 */
#ifndef VIO_SPLIT_STEPS_H
#define VIO_SPLIT_STEPS_H

#include <picovirtio/split_desc.h>
#include "virtqueue/format.h"

enum { NO_INTERRUPT = 1 }; /* avail->flags */
enum { NO_NOTIFY = 1 };	   /* used->flags */

enum { INDEX = 0x7fff, ALLOCATED = 0x8000 };

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

/* In split.c. layout: as vq_layout(). start: as vq_format.start,
 * with `s` 0 but for its areas. */
int vq_split_layout(uint16_t size, size_t used_align, struct vq_layout *out);
void vq_split_start(struct vq_split *s, const struct vq_config *cfg, const struct vq_layout *l,
		    uint32_t *link);

static inline uint16_t *used_event(const struct vq_split *s)
{
	return &s->avail->ring[s->size];
}

static inline const uint16_t *avail_event(const struct vq_split *s)
{
	return (const uint16_t *)(const void *)&s->used->ring[s->size];
}

/* Fill a descriptor that the device does not own. */
static inline void fill(struct vq_split_desc *d, struct vq_seg seg, unsigned flags, size_t next)
{
	d->addr = seg.addr.addr;
	d->len = seg.len;
	d->flags = (uint16_t)flags;
	d->next = (uint16_t)next;
}

/* The first `n` descriptors off the free list, which begins at `rest` from now on. */
static inline void take_free(struct vq_split *s, unsigned n, size_t rest)
{
	s->first_free = rest;
	s->free -= n;
}

/* `n` descriptors, linked from `first` to `last`, to the front of the free list. */
static inline void give_free(struct vq_split *s, size_t first, size_t last, unsigned n)
{
	s->link[last] = (uint32_t)s->first_free;
	s->first_free = first;
	s->free += n;
}

/* A chain of `n` descriptors into the available ring, not visible before publish; `link`
 * comes back with its head. Each head is in there once, so that the ring cannot overflow. */
static inline void push_head(struct vq_split *s, size_t head, unsigned n, size_t link)
{
	s->link[head] = (n << COUNT_SHIFT) + (uint32_t)link;
	shared_store16(&s->avail->ring[s->avail_next & s->mask], (uint16_t)head);
	s->avail_next++;
}

static inline bool is_in_flight(const struct vq_split *s, unsigned i)
{
	return s->link[i] >> COUNT_SHIFT != 0;
}

/* In split.c. The end of this ring: nothing is free, nothing waits to be published,
 * nothing has come back, so that the busy paths need no test of their own for it.
 * Returns VIO_EDEVICE. */
int vq_split_break(struct vq_split *s);

/* Look for more on the used ring, of which `at` is next: 1, 0 or VIO_EDEVICE. */
static inline int look_used(struct vq_split *s, unsigned at)
{
	if (s->broken)
		return VIO_EDEVICE;
	const uint16_t ready = idx_sub(shared_load16(&s->used->idx), at);
	if (ready == 0)
		return 0;
	if (ready > idx_sub(s->avail_idx, at))
		return VIO_EDEVICE; /* more than the device was given */
	vio_rmb(); /* the index before the entries that it covers, and the buffers */
	s->used_seen = at + ready;
	return 1;
}

/* A completion: the head was found in flight, the length is unchecked. */
struct vq_split_claim {
	size_t head, link;
	unsigned n; /* as push_head() was told */
	uint32_t len;
};

/*
 * Take one entry off the used ring: 1, 0 or VIO_EDEVICE, upon which the caller calls
 * vq_split_break(). The head stays in flight until the caller sets its link. Here and
 * in look_used() something of the device's is believed: each word is loaded once,
 * checked, used.
 */
static inline int take_used(struct vq_split *s, struct vq_split_claim *c)
{
	const unsigned at = s->used_idx;
	if (at == s->used_seen) {
		const int rc = look_used(s, at);
		if (rc != 1)
			return rc;
	}
	const struct vq_split_elem *const e = &s->used->ring[at & s->mask];
	c->head = shared_load32(&e->id);
	if (c->head > s->mask)
		return VIO_EDEVICE;
	const uint32_t link = s->link[c->head];
	c->n = link >> COUNT_SHIFT;
	if (c->n == 0)
		return VIO_EDEVICE; /* not the head of a chain that is out */
	c->link = (uint16_t)link;
	c->len = shared_load32(&e->len);
	s->used_idx++;
	return 1;
}

#endif
