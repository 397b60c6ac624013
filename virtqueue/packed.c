/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packed ring (virtio 1.4, 2.8).
 *
 * Two flags of a descriptor say which side owns it, compared with the wrap counter of the side that
 * looks, here called the lap. Position, lap and the word of each buffer id are private. The word of
 * an id in use has the number of descriptors from COUNT_SHIFT on; that of a free id is the next
 * free id. The size need not be a power of two, so a position wraps by a comparison.
 *
 * The descriptors submitted since the last publish are a batch. The flags of its first descriptor
 * are written last. A device reads in order, so until then it sees none of the batch.
 */
#include "virtqueue/format.h"

enum { DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4 };
enum { DESC_AVAIL = 1 << 7, DESC_USED = 1 << 15, DESC_LAP = DESC_AVAIL | DESC_USED };

/* Event suppression (2.8.14): position and lap (bit 15) in the lower half, the mode above. */
enum { EVENT_ENABLE = 0, EVENT_DISABLE = 1, EVENT_DESC = 2, EVENT_MODE = 3 };
enum { EVENT_MODE_SHIFT = 16, EVENT_LAP = 1 << 15, EVENT_BYTES = 4 };

struct vq_packed_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t id, flags;
};

_Static_assert(sizeof(struct vq_packed_desc) == 16, "2.8.13");

static int packed_layout(uint16_t size, size_t used_align, struct vq_layout *out)
{
	(void)used_align; /* the alignment matters for the legacy split ring only */
	*out = (struct vq_layout){
		.align = 16,
		.driver = 16u * (size_t)size,
		.device = 16u * (size_t)size + EVENT_BYTES,
		.bytes = VQ_PACKED_BYTES((size_t)size),
	};
	return VIO_OK;
}

static void packed_start(struct vq *q, const struct vq_config *cfg, const struct vq_layout *l)
{
	struct vq_packed *const p = &q->ring.packed;
	unsigned char *const mem = cfg->mem;

	p->desc = (void *)mem;
	p->driver = (void *)(mem + l->driver);
	p->device = (void *)(mem + l->device);
	p->priv = cfg->priv;
	p->size = cfg->size;
	p->free = cfg->size;
	p->lap = DESC_AVAIL;
	p->used_lap = DESC_LAP;
	p->event_idx = cfg->event_idx;
	for (unsigned i = 0; i < cfg->size; i++)
		p->priv[i].word = i + 1;
}

/* Break the ring: nothing is free, shown or pending any more, so that the busy paths need no check
 * of their own for a broken ring. */
static int packed_break(struct vq_packed *p)
{
	p->broken = true;
	p->free = p->shown = p->pending = p->ended = 0;
	return VIO_EDEVICE;
}

/* The descriptor that submit fills next, and its lap. */
struct filling {
	struct vq_packed_desc *at;
	unsigned lap;
};

static inline struct filling begin(const struct vq_packed *p)
{
	return (struct filling){ &p->desc[p->next], p->lap };
}

/* Fill the next descriptor except for its flags. Returns the flags, including those of the lap. */
static inline uint16_t fill(const struct filling *f, struct vq_seg seg, unsigned id, unsigned flags)
{
	f->at->addr = seg.addr.addr;
	f->at->len = seg.len;
	f->at->id = (uint16_t)id;
	return (uint16_t)(flags | f->lap);
}

static inline void step(const struct vq_packed *p, struct filling *f)
{
	if (++f->at == p->desc + p->size) {
		f->at = p->desc;
		f->lap ^= DESC_LAP;
	}
}

/* All `n` descriptors before `f` are filled, except for the flags of the first one, which must be
 * written last (2.8.8). */
static inline void push(struct vq *q, const struct filling *f, uint16_t flags, unsigned n,
			void *cookie, uint32_t writable)
{
	struct vq_packed *const p = &q->ring.packed;
	struct vq_private *const own = &p->priv[p->first_id];

	if (p->pending == 0) {
		p->batch = p->next;
		p->batch_flags = flags;
	} else {
		shared_store16(&p->desc[p->next].flags, flags);
	}
	p->next = (unsigned)(f->at - p->desc);
	p->lap = (uint16_t)f->lap;
	p->pending += n;
	p->free -= n;
	p->first_id = own->word;
	*own = (struct vq_private){ cookie, writable, n << COUNT_SHIFT };
}

static int packed_submit(struct vq *q, const struct vq_seg *seg, size_t stride, unsigned nread,
			 unsigned nwrite, void *cookie)
{
	const struct vq_packed *const p = &q->ring.packed;
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n - 1 >= p->free)
		return vq_refusal(q, n);
	/* This check comes before the first write. A descriptor with the flags of this lap that is
	 * not part of a request would become visible with the descriptor before it. */
	const uint64_t readable = vq_sum(seg, stride, nread),
		       total = vq_sum(seg, stride, (unsigned)n);
	if (total > UINT32_MAX)
		return VIO_EINVAL;
	struct filling f = begin(p);
	const unsigned id = p->first_id, last = (unsigned)n - 1;
	const uint16_t first =
		fill(&f, *seg, id, (nread ? 0u : DESC_WRITE) | (last ? DESC_NEXT : 0u));
	step(p, &f);
	for (unsigned k = 1; k <= last; k++) {
		const unsigned flags = (k >= nread ? DESC_WRITE : 0u) | (k < last ? DESC_NEXT : 0u);

		shared_store16(&f.at->flags, fill(&f, *vq_seg_at(seg, stride, k), id, flags));
		step(p, &f);
	}
	push(q, &f, first, (unsigned)n, cookie, (uint32_t)(total - readable));
	return VIO_OK;
}

static int packed_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	const struct vq_packed *const p = &q->ring.packed;
	struct filling f = begin(p);

	if (!vq_table_fits(q, t))
		return vq_table_refusal(q);
	if (p->free == 0)
		return vq_refusal(q, 1);
	const struct vq_seg table = { t->at, t->count * (uint32_t)sizeof(struct vq_packed_desc) };
	const uint16_t flags = fill(&f, table, p->first_id, DESC_INDIRECT);
	step(p, &f);
	push(q, &f, flags, 1, cookie, t->writable);
	return VIO_OK;
}

/* IN_ORDER: an id is the position of the first descriptor, so the oldest request is known. */
static int packed_submit_in_order(struct vq *q, const struct vq_seg *seg, size_t stride,
				  unsigned nread, unsigned nwrite, void *cookie)
{
	const int rc = packed_submit(q, seg, stride, nread, nwrite, cookie);

	q->ring.packed.first_id = q->ring.packed.next;
	return rc;
}

static int packed_indirect_in_order(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	const int rc = packed_submit_indirect(q, t, cookie);

	q->ring.packed.first_id = q->ring.packed.next;
	return rc;
}

/* Does the device want a notification for one of the `n` descriptors from the batch on? A position
 * beyond the end of the ring is wrong, but decides about this notification only. */
static bool wants(const struct vq_packed *p, unsigned n)
{
	/* One load, since the mode and the position belong together. */
	const uint32_t ask = shared_load32(p->device);
	const unsigned mode = ask >> EVENT_MODE_SHIFT & EVENT_MODE;

	/* Mode 3 is reserved, and mode 2 without EVENT_IDX: notify, which is always allowed. */
	if (mode != EVENT_DESC || !p->event_idx)
		return mode != EVENT_DISABLE;
	const bool same_lap = !(ask & EVENT_LAP) == !(p->batch_flags & DESC_AVAIL);
	return (ask & (EVENT_LAP - 1u)) + (same_lap ? 0 : p->size) - p->batch < n;
}

static uint16_t packed_next(const struct vq *q)
{
	const struct vq_packed *const p = &q->ring.packed;
	const unsigned at = p->pending ? p->batch : p->next,
		       lap = p->pending ? p->batch_flags : p->lap;

	return (uint16_t)(at | (lap & DESC_AVAIL ? EVENT_LAP : 0u));
}

static bool packed_publish(struct vq *q)
{
	struct vq_packed *const p = &q->ring.packed;
	const unsigned n = p->pending;

	if (n == 0)
		return false;
	vio_wmb(); /* the descriptors of the batch before the flags that open it (2.8.21.3) */
	shared_store16(&p->desc[p->batch].flags, p->batch_flags);
	p->shown += n;
	p->pending = 0;
	vio_mb(); /* the flags before the load of the device's event suppression (2.8.21.3.1) */
	return wants(p, n);
}

/* Do these flags mark a used descriptor? For a broken ring the answer is always yes. */
static inline bool is_used(const struct vq_packed *p, unsigned flags)
{
	return (flags & DESC_LAP) == p->used_lap || p->broken;
}

static inline uint16_t flags_of_next_used(const struct vq_packed *p)
{
	return shared_load16(&p->desc[p->used].flags);
}

/* The used length to believe. Without WRITE there is none (2.8.4), but some devices never set
 * WRITE. Until a device has set it once, a length without WRITE is believed if it fits. */
static inline uint32_t used_len(struct vq_packed *p, unsigned flags, uint32_t len, uint32_t most)
{
	if (flags & DESC_WRITE)
		p->marks_written = true;
	else if (p->marks_written || len > most)
		return 0;
	return len;
}

/* The device has returned `n` descriptors. */
static inline void give_back(struct vq_packed *p, unsigned n)
{
	p->free += n;
	p->shown -= n;
	p->used += n;
	if (p->used >= p->size) {
		p->used -= p->size;
		p->used_lap ^= DESC_LAP;
	}
}

struct claim {
	unsigned id, n; /* n: number of descriptors */
	struct vq_private *own;
	uint32_t len;
};

/* Check the next used descriptor, and free nothing yet: 1, 0 or an error. After an error the caller
 * breaks the ring, and the request stays in flight for drain. */
__attribute__((always_inline)) static inline int claim(struct vq *q, struct claim *c)
{
	struct vq_packed *const p = &q->ring.packed;
	const unsigned flags = flags_of_next_used(p);

	if (!is_used(p, flags))
		return 0;
	vio_rmb(); /* the flags before the rest of the descriptor, and the buffers */
	const struct vq_packed_desc *const d = &p->desc[p->used];
	c->id = shared_load16(&d->id);
	if (c->id >= p->size)
		return VIO_EDEVICE;
	c->own = &p->priv[c->id];
	c->n = c->own->word >> COUNT_SHIFT;
	/* For an idle id n is 0, and n - 1 wraps. If nothing is shown, every n is too large. */
	if (c->n - 1 >= p->shown)
		return VIO_EDEVICE;
	c->len = used_len(p, flags, shared_load32(&d->len), c->own->writable);
	if (!vq_believe(q, c->own, &c->len))
		return VIO_EDEVICE;
	return 1;
}

static int packed_reap(struct vq *q, struct vq_done *done)
{
	struct vq_packed *const p = &q->ring.packed;
	struct claim c;
	const int rc = claim(q, &c);

	if (rc < 0)
		return packed_break(p);
	if (rc == 0)
		return 0;
	/* There may be more: each descriptor is a look of its own. */
	*done = (struct vq_done){ c.own->cookie, c.len, true };
	c.own->word = p->first_id;
	p->first_id = c.id;
	give_back(p, c.n);
	return 1;
}

/*
 * IN_ORDER (2.8.8): one used descriptor, at the position of the first request of a batch, completes
 * the batch and names its last request. The next used descriptor comes behind the whole batch. The
 * length belongs to the last request; the others report all their writable bytes.
 */
static int claim_batch(struct vq *q)
{
	struct vq_packed *const p = &q->ring.packed;
	struct claim c;
	const int rc = claim(q, &c);

	if (rc < 0)
		return packed_break(p);
	if (rc == 0)
		return 0;
	const unsigned before = c.id < p->used ? c.id + p->size - p->used : c.id - p->used;
	if (before > p->shown - c.n)
		return packed_break(p); /* more descriptors than the device was given */
	c.own->writable = c.len;
	p->ended = before + c.n;
	return 1;
}

static int packed_reap_in_order(struct vq *q, struct vq_done *done)
{
	struct vq_packed *const p = &q->ring.packed;

	if (p->ended == 0) {
		const int rc = claim_batch(q);
		if (rc != 1)
			return rc;
	}
	struct vq_private *const own = &p->priv[p->used];
	const unsigned n = own->word >> COUNT_SHIFT;
	*done = (struct vq_done){ own->cookie, own->writable, true };
	own->word = 0;
	p->ended -= n;
	give_back(p, n);
	return 1;
}

static bool packed_has_used(const struct vq *q)
{
	const struct vq_packed *const p = &q->ring.packed;

	return is_used(p, flags_of_next_used(p)) || p->ended;
}

static bool packed_arm(struct vq *q)
{
	struct vq_packed *const p = &q->ring.packed;
	uint32_t ask = EVENT_ENABLE;

	if (p->broken)
		return true;
	if (p->event_idx)
		ask = (uint32_t)EVENT_DESC << EVENT_MODE_SHIFT | p->used |
		      (p->used_lap ? EVENT_LAP : 0u);
	shared_store32(p->driver, ask); /* one store: mode and position belong together */
	vio_mb(); /* the request for a notification before the look at the ring: otherwise a
		     completion between the two would wake nobody */
	return packed_has_used(q);
}

static void packed_disarm(struct vq *q)
{
	if (!q->ring.packed.broken)
		shared_store32(q->ring.packed.driver, (uint32_t)EVENT_DISABLE << EVENT_MODE_SHIFT);
}

static int packed_drain(struct vq *q, void **cookie)
{
	struct vq_packed *const p = &q->ring.packed;

	(void)packed_break(p);
	return vq_take_in_flight(q, &p->drained, cookie);
}

const struct vq_format vq_format_packed = {
	.layout = packed_layout,
	.start = packed_start,
	/* Entries have no links: the length of the table says how many there are (2.8.7). */
	.table_write = (uint32_t)DESC_WRITE << 16,
	.any_order = { .submit = packed_submit,
		       .submit_indirect = packed_submit_indirect,
		       .reap = packed_reap },
	.in_order = { .submit = PICOVIRTIO_EXTENSIONS ? packed_submit_in_order : NULL,
		      .submit_indirect = PICOVIRTIO_EXTENSIONS ? packed_indirect_in_order : NULL,
		      .reap = PICOVIRTIO_EXTENSIONS ? packed_reap_in_order : NULL },
	.publish = packed_publish,
	.next = packed_next,
	.has_used = packed_has_used,
	.arm = packed_arm,
	.disarm = packed_disarm,
	.drain = packed_drain,
};
