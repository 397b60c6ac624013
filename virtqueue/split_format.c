/* SPDX-License-Identifier: BSD-2-Clause */
/* The split ring as virtqueue.h wants it: the steps, a whole request at a time. */
#include "virtqueue/split_steps.h"

static int split_start(struct vq *q, const struct vq_config *cfg, uint32_t *priv)
{
	const struct vq_split_config c = {
		.event_idx = cfg->event_idx,
		.used_align = cfg->used_align,
		.mem = cfg->mem,
		.mem_dma = cfg->mem_dma,
		.link = priv,
	};
	return vq_split_open(&q->ring.split, &c, cfg->size);
}

static struct vio_queue_areas split_areas(const struct vq *q)
{
	return q->ring.split.areas;
}

static uint16_t split_free(const struct vq *q)
{
	return (uint16_t)q->ring.split.free;
}

/* The end of a chain that is being filled: it begins at `head`, and goes on where `more`
 * is VQ_SPLIT_DESC_NEXT. */
struct filled {
	size_t head, next_free;
	unsigned more;
	uint64_t bytes;
};

/* Put `n` segments in front of `f`, the last one first: so each descriptor is written
 * once, knowing what follows it. They stay on the free list. */
static inline void fill_free(struct vq_split *s, struct filled *f, const struct vq_seg *seg,
			     size_t n, unsigned flags)
{
	for (const struct vq_seg *at = seg + n; at != seg;) {
		at--;
		f->bytes += vq_bytes(at->len);
		fill(&s->desc[f->next_free], *at, flags | f->more, f->head);
		f->more = VQ_SPLIT_DESC_NEXT;
		f->head = f->next_free;
		f->next_free = s->link[f->head];
	}
}

static int split_submit(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
			void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n - 1 >= s->free)
		return vq_refusal(q, n, s->broken);
	struct filled f = { .next_free = s->first_free };
	fill_free(s, &f, seg + nread, nwrite, VQ_SPLIT_DESC_WRITE);
	const uint32_t writable = (uint32_t)f.bytes;
	fill_free(s, &f, seg, nread, 0);
	if (f.bytes > UINT32_MAX)
		return VIO_EINVAL;
	q->cookie[f.head] = cookie;
	q->writable[f.head] = writable;
	/* Privately the chain stays linked as it was on the free list, from its tail to its
	 * head: the way back needs no walk. */
	push_head(s, f.head, (unsigned)n, s->first_free);
	take_free(s, (unsigned)n, f.next_free);
	return VIO_OK;
}

static int split_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const size_t i = s->first_free;

	if (!vq_table_fits(q, t))
		return vq_table_refusal(q);
	if (s->free == 0)
		return vq_refusal(q, 1, s->broken);
	const struct vq_seg table = { t->at, t->count * (uint32_t)sizeof(struct vq_split_desc) };
	q->cookie[i] = cookie;
	q->writable[i] = t->writable;
	fill(&s->desc[i], table, VQ_SPLIT_DESC_INDIRECT, 0);
	take_free(s, 1, s->link[i]);
	push_head(s, i, 1, i);
	return VIO_OK;
}

static void split_table_entry(void *table, unsigned i, struct vq_seg seg, bool write, bool last)
{
	((struct vq_split_desc *)table)[i] = (struct vq_split_desc){
		.addr = seg.addr.addr,
		.len = seg.len,
		.flags = (uint16_t)((write ? VQ_SPLIT_DESC_WRITE : 0) |
				    (last ? 0 : VQ_SPLIT_DESC_NEXT)),
		.next = last ? 0 : (uint16_t)(i + 1),
	};
}

static bool split_publish(struct vq *q)
{
	return vq_split_publish(&q->ring.split);
}

static int split_reap(struct vq *q, struct vq_done *done)
{
	struct vq_split *const s = &q->ring.split;
	struct vq_split_claim c;
	const int rc = take_used(s, &c);

	if (rc < 0)
		return vq_split_break(s);
	if (rc == 0)
		return 0;
	if (!vq_deliver(q, c.head, c.len, done))
		return vq_split_break(s);  /* it stays in flight: a request for drain */
	give_free(s, c.link, c.head, c.n); /* no longer in flight */
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
	return vq_take_in_flight(q, s->link, &s->drained, cookie);
}

const struct vq_format vq_format_split = {
	.layout = vq_split_layout,
	.start = split_start,
	.areas = split_areas,
	.free = split_free,
	.table_entry = split_table_entry,
	.submit = split_submit,
	.submit_indirect = split_submit_indirect,
	.publish = split_publish,
	.reap = split_reap,
	.has_used = split_has_used,
	.arm = split_arm,
	.disarm = split_disarm,
	.drain = split_drain,
};
