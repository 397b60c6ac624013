/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of a virtqueue that no ring format has to know of. */
#include "virtqueue/ring.h"

#include <string.h> /* memset, memcpy */

enum { SIZE_MAX_DESC = 32768, TABLE_ENTRY = 16 };

int vq_layout(const struct vq_format *format, uint16_t size, size_t used_align,
	      struct vq_layout *out)
{
	if (!format || size == 0 || size > SIZE_MAX_DESC)
		return VIO_EINVAL;
	return format->layout(size, used_align, out);
}

int vq_init(struct vq *q, const struct vq_config *cfg)
{
	struct vq_layout l;
	void **const cookie = cfg->priv;

	if (vq_layout(cfg->format, cfg->size, cfg->used_align, &l) != VIO_OK)
		return VIO_EINVAL;
	if (!cfg->priv || (uintptr_t)cfg->priv % sizeof(void *) != 0)
		return VIO_EINVAL;

	/* The widest first, so that each part is aligned. */
	uint32_t *const writable = (uint32_t *)(void *)(cookie + cfg->size);
	memset(cfg->priv, 0, VQ_PRIVATE_BYTES((size_t)cfg->size));
	*q = (struct vq){
		.format = cfg->format,
		.cookie = cookie,
		.writable = writable,
		.size = cfg->size,
		.table_max = cfg->indirect ? cfg->size : 0,
		.strict_len = cfg->strict_len,
	};
	return cfg->format->start(q, cfg, writable + cfg->size);
}

struct vio_queue_areas vq_areas(const struct vq *q)
{
	return q->format->areas(q);
}

uint16_t vq_size(const struct vq *q)
{
	return q->size;
}

uint16_t vq_free(const struct vq *q)
{
	return q->format->free(q);
}

int vq_refusal(const struct vq *q, uint64_t n, bool broken)
{
	if (broken)
		return VIO_EDEVICE;
	return n == 0 || n > q->size ? VIO_EINVAL : VIO_EFULL;
}

int vq_table_refusal(const struct vq *q)
{
	return q->table_max ? VIO_EINVAL : VIO_ENOTSUP;
}

int vq_take_in_flight(const struct vq *q, uint32_t *word, uint16_t *from, void **cookie)
{
	for (; *from < q->size; ++*from) {
		if (word[*from] >> COUNT_SHIFT == 0)
			continue;
		word[*from] = 0; /* no longer in flight */
		*cookie = q->cookie[*from];
		return 1;
	}
	return 0;
}

int vq_submit(struct vq *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite, void *cookie)
{
	return q->format->submit(q, seg, nread, nwrite, cookie);
}

int vq_indirect_build(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
		      unsigned nread, unsigned nwrite)
{
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n == 0 || n > t->max || n > q->size || !t->len || !t->table)
		return VIO_EINVAL;
	if ((((uintptr_t)t->table) | t->at.addr) % TABLE_ENTRY != 0)
		return VIO_EINVAL;
	const uint64_t readable = vq_sum(seg, nread),
		       total = readable + vq_sum(seg + nread, nwrite);
	if (total > UINT32_MAX)
		return VIO_EINVAL;

	for (unsigned k = 0; k < n; k++) {
		q->format->table_entry(t->table, k, seg[k], k >= nread, k + 1 == n);
		t->len[k] = seg[k].len;
	}
	t->nread = nread;
	t->count = (unsigned)n;
	t->total = (uint32_t)total;
	t->writable = (uint32_t)(total - readable);
	return VIO_OK;
}

static unsigned char *entry(const struct vq_indirect *t, unsigned i)
{
	return (unsigned char *)t->table + (size_t)TABLE_ENTRY * i;
}

/* Another length as well: do the sums once more. */
__attribute__((noinline)) static int set_len(struct vq_indirect *t, unsigned i, struct vq_seg seg)
{
	const uint64_t total = t->total - t->len[i] + vq_bytes(seg.len);

	if (total > UINT32_MAX)
		return VIO_EINVAL;
	if (i >= t->nread)
		t->writable = t->writable - t->len[i] + seg.len;
	t->total = (uint32_t)total;
	t->len[i] = seg.len;
	memcpy(entry(t, i), &seg.addr.addr, sizeof(seg.addr.addr));
	memcpy(entry(t, i) + sizeof(seg.addr.addr), &seg.len, sizeof(seg.len));
	return VIO_OK;
}

int vq_indirect_set(struct vq_indirect *t, unsigned i, struct vq_seg seg)
{
	if (i >= t->count)
		return VIO_EINVAL;
	if (seg.len != t->len[i])
		return set_len(t, i, seg);
	memcpy(entry(t, i), &seg.addr.addr, sizeof(seg.addr.addr));
	return VIO_OK;
}

int vq_submit_indirect(struct vq *q, const struct vq_indirect *t, void *cookie)
{
	return q->format->submit_indirect(q, t, cookie);
}

bool vq_publish(struct vq *q)
{
	return q->format->publish(q);
}

int vq_reap(struct vq *q, struct vq_done *done)
{
	return q->format->reap(q, done);
}

bool vq_has_used(const struct vq *q)
{
	return q->format->has_used(q);
}

bool vq_arm(struct vq *q)
{
	return q->format->arm(q);
}

void vq_disarm(struct vq *q)
{
	q->format->disarm(q);
}

int vq_drain(struct vq *q, void **cookie)
{
	return q->format->drain(q, cookie);
}
