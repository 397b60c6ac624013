/* SPDX-License-Identifier: BSD-2-Clause */
/* The split ring (virtio 1.4, 2.7): whole requests. */
#include "virtqueue/split_steps.h"

int vq_split_layout(uint16_t size, size_t used_align, struct vq_layout *out)
{
	const size_t n = size, avail_end = 16 * n + 2 * (3 + n);

	/* Neither is 0 here, so this test passes for powers of two only. */
	if ((n & (n - 1)) || (used_align & (used_align - 1)) || used_align < 4)
		return VIO_EINVAL;
	out->align = used_align > 16 ? used_align : 16;
	out->desc = 0;
	out->driver = 16 * n;
	out->device = (avail_end + used_align - 1) & ~(used_align - 1);
	out->bytes = out->device + 6 + 8 * n;
	return VIO_OK;
}

void vq_split_start(struct vq_split *s, const struct vq_config *cfg, const struct vq_layout *l)
{
	unsigned char *const mem = cfg->mem;

	s->desc = (void *)(mem + l->desc);
	s->avail = (void *)(mem + l->driver);
	s->used = (void *)(mem + l->device);
	s->priv = cfg->priv;
	s->avail_event = (const uint16_t *)(const void *)&s->used->ring[cfg->size];
	s->size = cfg->size;
	s->mask = (size_t)cfg->size - 1;
	s->free = cfg->size;
	s->event_idx = cfg->event_idx;
	/* With IN_ORDER each link leads to the descriptor before (SIZE_MAX is -1). */
	const size_t next = cfg->in_order ? SIZE_MAX : 1;
	for (size_t i = cfg->size; i-- > 0;)
		s->priv[i].word = (uint32_t)((i + next) & s->mask);
}

/* Not inlined, so that the busy paths end in a jump to it. */
__attribute__((noinline)) int vq_split_break(struct vq_split *s)
{
	s->broken = true;
	s->free = s->ended = 0;
	s->avail_next = s->avail_idx;
	s->used_seen = s->used_idx;
	return VIO_EDEVICE;
}

bool vq_split_publish(struct vq_split *s)
{
	const size_t old = s->avail_idx, now = s->avail_next;

	if (now == old)
		return false;
	vio_wmb(); /* the descriptors and ring entries before the index that covers them */
	shared_store16(&s->avail->idx, (uint16_t)now);
	s->avail_idx = now;
	vio_mb(); /* the index before the load of the device's suppression field (2.7.13.4.1) */
	if (!s->event_idx)
		return !(shared_load16(&s->used->flags) & NO_NOTIFY);
	return idx_passed(shared_load16(s->avail_event), now, old);
}

bool vq_split_has_used(const struct vq_split *s)
{
	return s->broken || s->ended || idx_sub(shared_load16(&s->used->idx), s->used_idx) != 0;
}

bool vq_split_arm(struct vq_split *s)
{
	if (s->broken)
		return true;
	if (s->event_idx)
		shared_store16(used_event(s), (uint16_t)s->used_idx);
	else
		shared_store16(&s->avail->flags, 0);
	vio_mb(); /* the request for a notification before the look at the ring: otherwise an entry
		     between the two would wake nobody */
	return vq_split_has_used(s);
}

void vq_split_disarm(struct vq_split *s)
{
	/* With EVENT_IDX the flags stay 0 (2.7.7.1). The device then sends one notification for the
	 * latest event that was asked for, and none after it before the index has wrapped. */
	if (!s->broken && !s->event_idx)
		shared_store16(&s->avail->flags, NO_INTERRUPT);
}

static void split_start(struct vq *q, const struct vq_config *cfg, const struct vq_layout *l)
{
	vq_split_start(&q->ring.split, cfg, l);
}

/* The part of a chain that is filled. It begins at `head`. `more` is the flag for a descriptor in
 * front of it: VQ_SPLIT_DESC_NEXT, or 0 as long as the part is empty. */
struct filled {
	uint32_t head, next_free;
	unsigned more;
	uint64_t bytes;
};

/* Put `n` segments in front of `f`, the last one first. The next descriptor is then always known,
 * so each descriptor is written once. The descriptors stay on the free list. */
__attribute__((always_inline)) static inline void fill_free(struct vq_split *s, struct filled *f,
							    const struct vq_seg *seg, size_t stride,
							    size_t n, unsigned flags)
{
	for (const struct vq_seg *at = vq_seg_at(seg, stride, n); at != seg;) {
		at = vq_seg_before(at, stride);
		f->bytes += vq_bytes(at->len);
		fill(&s->desc[f->next_free], *at, flags | f->more, f->head);
		f->more = VQ_SPLIT_DESC_NEXT;
		f->head = f->next_free;
		f->next_free = s->priv[f->head].word;
	}
}

static int split_submit(struct vq *q, const struct vq_seg *seg, size_t stride, unsigned nread,
			unsigned nwrite, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n - 1 >= s->free)
		return vq_refusal(q, n);
	struct filled f = { .next_free = s->first_free };
	fill_free(s, &f, vq_seg_at(seg, stride, nread), stride, nwrite, VQ_SPLIT_DESC_WRITE);
	const uint32_t writable = (uint32_t)f.bytes;
	fill_free(s, &f, seg, stride, nread, 0);
	if (f.bytes > UINT32_MAX)
		return VIO_EINVAL;
	struct vq_private *const own = &s->priv[f.head];
	own->cookie = cookie;
	own->writable = writable;
	/* In the private links the chain stays linked as it was on the free list, from its tail to
	 * its head. Freeing it therefore needs no walk. */
	push_head(s, own, f.head, (unsigned)n, s->first_free);
	take_free(s, (unsigned)n, f.next_free);
	return VIO_OK;
}

static int split_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const uint32_t i = s->first_free;

	if (!vq_table_fits(q, t))
		return vq_table_refusal(q);
	if (s->free == 0)
		return vq_refusal(q, 1);
	const struct vq_seg table = { t->at, t->count * (uint32_t)sizeof(struct vq_split_desc) };
	struct vq_private *const own = &s->priv[i];
	take_free(s, 1, own->word);
	fill(&s->desc[i], table, VQ_SPLIT_DESC_INDIRECT, 0);
	own->cookie = cookie;
	own->writable = t->writable;
	push_head(s, own, i, 1, i);
	return VIO_OK;
}

/*
 * IN_ORDER: descriptors are taken in the order of the table, from the first one on (2.7.5.2). The
 * chains in flight follow each other from the oldest one to first_free, so it is known which chain
 * completes next. The link of `i` is the descriptor before it; for the head of a chain in flight it
 * is the last descriptor of the chain.
 */
static size_t oldest(const struct vq_split *s)
{
	return (s->first_free + s->free) & s->mask;
}

static size_t after(const struct vq_split *s, size_t head)
{
	return (head + (s->priv[head].word >> COUNT_SHIFT)) & s->mask;
}

/* Ends a submit, which pushed `n` descriptors from `head` on, or nothing. */
static int settle(struct vq_split *s, size_t head, unsigned n, int rc)
{
	s->first_free = (uint16_t)((rc == VIO_OK ? head + n : head) & s->mask);
	return rc;
}

/* A chain is filled from its end on, so its last descriptor is the first that is taken. */
static int split_submit_in_order(struct vq *q, const struct vq_seg *seg, size_t stride,
				 unsigned nread, unsigned nwrite, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const size_t head = s->first_free;
	const unsigned n = nread + nwrite;

	s->first_free = (uint16_t)((head + n - 1) & s->mask);
	return settle(s, head, n, split_submit(q, seg, stride, nread, nwrite, cookie));
}

static int split_indirect_in_order(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const size_t head = s->first_free;

	return settle(s, head, 1, split_submit_indirect(q, t, cookie));
}

static uint16_t split_next(const struct vq *q)
{
	return (uint16_t)q->ring.split.avail_idx;
}

static bool split_publish(struct vq *q)
{
	return vq_split_publish(&q->ring.split);
}

/* Look at the next used entry and check its id and length; free nothing yet. Returns 1, 0 or an
 * error. After an error the caller breaks the ring, and the request stays in flight for drain. */
__attribute__((always_inline)) static inline int claim(struct vq *q, struct vq_split_claim *c)
{
	const int rc = take_used(&q->ring.split, c);

	return rc == 1 && !vq_believe(q, c->own, &c->len) ? VIO_EDEVICE : rc;
}

static int split_reap(struct vq *q, struct vq_done *done)
{
	struct vq_split *const s = &q->ring.split;
	struct vq_split_claim c;
	const int rc = claim(q, &c);

	if (rc < 0)
		return vq_split_break(s);
	if (rc == 0)
		return 0;
	*done = (struct vq_done){ c.own->cookie, c.len, s->used_idx != s->used_seen };
	give_free(s, c.word & INDEX, c.own, c.n); /* no longer in flight */
	return 1;
}

/*
 * IN_ORDER (2.7.9): one used entry completes a batch. It names the last request of the batch. The
 * index has moved by the number of requests in it, and the next entry stands where it would stand
 * without batches. The length belongs to the last request; the other requests report all their
 * writable bytes.
 */
static int claim_batch(struct vq *q)
{
	struct vq_split *const s = &q->ring.split;
	struct vq_split_claim c;
	const int rc = claim(q, &c);
	unsigned before = 0;

	if (rc < 0)
		return vq_split_break(s);
	if (rc == 0)
		return 0;
	for (size_t i = oldest(s); i != c.head; i = after(s, i))
		before++;
	if (before > s->used_seen - s->used_idx)
		return vq_split_break(s); /* the index does not cover all requests of the batch */
	c.own->writable = c.len;
	s->used_idx += before;
	s->ended = before + 1;
	return 1;
}

static int split_reap_in_order(struct vq *q, struct vq_done *done)
{
	struct vq_split *const s = &q->ring.split;

	if (s->ended == 0) {
		const int rc = claim_batch(q);
		if (rc != 1)
			return rc;
	}
	const size_t i = oldest(s);
	struct vq_private *const own = &s->priv[i];
	s->free += own->word >> COUNT_SHIFT;
	own->word = (uint32_t)((i - 1) & s->mask);
	s->ended--;
	*done = (struct vq_done){ own->cookie, own->writable,
				  s->ended != 0 || s->used_idx != s->used_seen };
	return 1;
}

static bool split_has_used(const struct vq *q)
{
	return vq_split_has_used(&q->ring.split);
}

static bool split_arm(struct vq *q)
{
	return vq_split_arm(&q->ring.split);
}

static void split_disarm(struct vq *q)
{
	vq_split_disarm(&q->ring.split);
}

static int split_drain(struct vq *q, void **cookie)
{
	struct vq_split *const s = &q->ring.split;

	(void)vq_split_break(s);
	return vq_take_in_flight(q, &s->drained, cookie);
}

const struct vq_format vq_format_split = {
	.layout = vq_split_layout,
	.start = split_start,
	.table_write = VQ_SPLIT_DESC_WRITE,
	.table_more = VQ_SPLIT_DESC_NEXT,
	.table_next = 1 << 16,
	.any_order = { .submit = split_submit,
		       .submit_indirect = split_submit_indirect,
		       .reap = split_reap },
	.in_order = { .submit = PICOVIRTIO_EXTENSIONS ? split_submit_in_order : NULL,
		      .submit_indirect = PICOVIRTIO_EXTENSIONS ? split_indirect_in_order : NULL,
		      .reap = PICOVIRTIO_EXTENSIONS ? split_reap_in_order : NULL },
	.publish = split_publish,
	.next = split_next,
	.has_used = split_has_used,
	.arm = split_arm,
	.disarm = split_disarm,
	.drain = split_drain,
};
