/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of the split ring (virtio 1.4, 2.7), inline and without checks of the
 * caller: split.c adds those for the descriptor-level interface, split_format.c
 * puts the same steps together for whole requests. Internal to those two.
 *
 * link[i] is the index of the next descriptor, on the free list or in a chain. A
 * link to itself ends a chain; the end of the free list is known from the count.
 * ALLOCATED marks what vq_split_alloc_desc() handed out, IN_FLIGHT the head of a
 * chain that was pushed and has not come back.
 */
#ifndef VIO_SPLIT_STEPS_H
#define VIO_SPLIT_STEPS_H

#include "virtqueue/ring.h"

enum { NO_INTERRUPT = 1 }; /* avail->flags */
enum { NO_NOTIFY = 1 };	   /* used->flags */

static const uint32_t IN_FLIGHT = 0x80000000, ALLOCATED = 0x40000000, INDEX = 0xffff;

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

/* In split.c. layout: as vq_layout(). open: as vq_split_create(), the size decided. */
int vq_split_layout(uint16_t size, size_t used_align, struct vq_layout *out);
int vq_split_open(struct vq_split *s, const struct vq_split_config *c, uint16_t size);

static inline uint16_t *used_event(const struct vq_split *s)
{
	return &s->avail->ring[s->size];
}

static inline const uint16_t *avail_event(const struct vq_split *s)
{
	return (const uint16_t *)(const void *)&s->used->ring[s->size];
}

/* Fill a descriptor that the device does not own. */
static inline void fill(struct vq_split_desc *d, struct vq_seg seg, unsigned flags, unsigned next)
{
	d->addr = seg.addr.addr;
	d->len = seg.len;
	d->flags = (uint16_t)flags;
	d->next = (uint16_t)next;
}

/* The first `n` descriptors off the free list, which begins at `rest` from now on. */
static inline void take_free(struct vq_split *s, unsigned n, unsigned rest)
{
	s->first_free = rest;
	s->free -= n;
}

/* `n` descriptors, linked from `head` to `tail`, to the front of the free list. */
static inline void give_free(struct vq_split *s, unsigned head, unsigned tail, unsigned n)
{
	s->link[tail] = s->first_free;
	s->first_free = head;
	s->free += n;
}

/* A chain, linked from `head` to `next` and on, into the available ring; not visible
 * before publish. Each head is in there once, so that the ring cannot overflow. */
static inline void push_head(struct vq_split *s, unsigned head, unsigned next)
{
	s->link[head] = IN_FLIGHT | next;
	shared_store16(&s->avail->ring[s->avail_next & s->mask], (uint16_t)head);
	s->avail_next++;
}

static inline bool is_in_flight(const struct vq_split *s, unsigned i)
{
	return (s->link[i] & IN_FLIGHT) != 0;
}

/* In split.c. The end of this ring: nothing is free, nothing waits to be published,
 * nothing has come back, so that the busy paths need no test of their own for it.
 * Returns VIO_EDEVICE. */
int vq_split_break(struct vq_split *s);

/* Look for more on the used ring: 1, 0 or VIO_EDEVICE. */
static inline int look_used(struct vq_split *s)
{
	if (s->broken)
		return VIO_EDEVICE;
	const uint16_t ready = idx_sub(shared_load16(&s->used->idx), s->used_idx);
	if (ready == 0)
		return 0;
	if (ready > idx_sub(s->avail_idx, s->used_idx))
		return VIO_EDEVICE; /* more than the device was given */
	vio_rmb(); /* the index before the entries that it covers, and the buffers */
	s->used_seen = s->used_idx + ready;
	return 1;
}

/* A completion: the head was found in flight, the length is unchecked. */
struct vq_split_claim {
	unsigned head;
	unsigned next; /* link of the head, without IN_FLIGHT */
	uint32_t len;
};

/*
 * Take one entry off the used ring: 1, 0 or VIO_EDEVICE, upon which the caller calls
 * vq_split_break(). The head stays IN_FLIGHT for the caller to clear. Here and in
 * look_used() something of the device's is believed: each word is loaded once,
 * checked, used.
 */
static inline int take_used(struct vq_split *s, struct vq_split_claim *c)
{
	if (s->used_idx == s->used_seen) {
		const int rc = look_used(s);
		if (rc != 1)
			return rc;
	}
	const struct vq_split_elem *const e = &s->used->ring[s->used_idx & s->mask];
	c->head = shared_load32(&e->id);
	if (c->head > s->mask)
		return VIO_EDEVICE;
	c->next = s->link[c->head] ^ IN_FLIGHT;
	if (c->next & IN_FLIGHT)
		return VIO_EDEVICE;
	c->len = shared_load32(&e->len);
	s->used_idx++;
	return 1;
}

#endif
