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

/* Where submit has got to on the free list. */
struct filling {
	unsigned last, next;
	uint64_t bytes;
};

/* `n` segments into free descriptors, which stay free. */
static inline void fill_free(struct vq_split *s, struct filling *f, const struct vq_seg *seg,
			     unsigned n, unsigned flags)
{
	for (const struct vq_seg *const end = seg + n; seg != end; seg++) {
		f->bytes += vq_bytes(seg->len);
		f->last = f->next;
		f->next = s->link[f->last];
		fill(&s->desc[f->last], *seg, flags | VQ_SPLIT_DESC_NEXT, f->next);
	}
}

static int split_submit(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
			void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n - 1 >= s->free)
		return vq_refusal(q, n, s->broken);
	struct filling f = { .next = s->first_free };
	q->cookie[f.next] = cookie;
	fill_free(s, &f, seg, nread, 0);
	q->writable[s->first_free] = (uint32_t)f.bytes; /* the readable ones, so far */
	fill_free(s, &f, seg + nread, nwrite, VQ_SPLIT_DESC_WRITE);
	if (f.bytes > UINT32_MAX)
		return VIO_EINVAL;
	const unsigned head = s->first_free;
	q->writable[head] = (uint32_t)f.bytes - q->writable[head];
	s->desc[f.last].flags = nwrite ? VQ_SPLIT_DESC_WRITE : 0;
	s->link[f.last] = f.last;
	take_free(s, nread + nwrite, f.next);
	push_head(s, head, s->link[head]);
	return VIO_OK;
}

static int split_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	struct vq_split *const s = &q->ring.split;
	const unsigned i = s->first_free;

	if (!vq_table_fits(q, t))
		return q->table_max ? VIO_EINVAL : VIO_ENOTSUP;
	if (s->free == 0)
		return vq_refusal(q, 1, s->broken);
	const struct vq_seg table = { t->at, t->count * (uint32_t)sizeof(struct vq_split_desc) };
	fill(&s->desc[i], table, VQ_SPLIT_DESC_INDIRECT, 0);
	take_free(s, 1, s->link[i]);
	push_head(s, i, i);
	q->cookie[i] = cookie;
	q->writable[i] = t->writable;
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

/* The descriptors of a chain that goes on after its head. Its own function, as the
 * busy path is shorter without. */
__attribute__((noinline)) static int give_chain(struct vq_split *s, unsigned head, unsigned next)
{
	uint32_t *const link = s->link;
	unsigned n = 2;

	link[head] = next; /* no longer in flight */
	for (; link[next] != next; n++)
		next = link[next];
	give_free(s, head, next, n);
	return 1;
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
		return vq_split_break(s); /* it stays in flight: a request for drain */
	if (c.next != c.head)
		return give_chain(s, c.head, c.next);
	give_free(s, c.head, c.head, 1);
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
	for (; s->drained < s->size; s->drained++) {
		if (!is_in_flight(s, s->drained))
			continue;
		s->link[s->drained] &= ~IN_FLIGHT;
		*cookie = q->cookie[s->drained];
		return 1;
	}
	return 0;
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
