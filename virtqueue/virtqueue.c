/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of a virtqueue that does not depend on the ring format. */
#include "virtqueue/format.h"

#include <string.h> /* memset */

enum { SIZE_MAX_DESC = 32768 };

/* An entry of an indirect table. */
struct entry {
	uint64_t addr;
	uint32_t len, rest;
};

_Static_assert(sizeof(struct entry) == 16, "2.7.5");

int vq_get_layout(const struct vq_format *format, uint16_t size, size_t used_align,
		  struct vq_layout *out)
{
	if (!format || size == 0 || size > SIZE_MAX_DESC)
		return VIO_EINVAL;
	return format->layout(size, used_align, out);
}

int vq_init(struct vq *q, const struct vq_config *cfg)
{
	struct vq_layout l;

	if (vq_get_layout(cfg->format, cfg->size, cfg->used_align, &l) != VIO_OK)
		return VIO_EINVAL;
	if (!PICOVIRTIO_EXTENSIONS && cfg->in_order)
		return VIO_EINVAL;
	if (!cfg->priv || (uintptr_t)cfg->priv % sizeof(void *) != 0 || !vq_memory_fits(cfg, &l))
		return VIO_EINVAL;

	memset(cfg->mem, 0, l.bytes);
	memset(cfg->priv, 0, VQ_PRIVATE_BYTES((size_t)cfg->size));
	memset(q, 0, sizeof(*q));
	q->ring.common.areas = vq_areas_at(cfg->mem_dma, &l);
	q->format = cfg->format;
	q->order = PICOVIRTIO_EXTENSIONS && cfg->in_order ? cfg->format->in_order
							  : cfg->format->any_order;
	q->publish = cfg->format->publish;
	q->size = cfg->size;
	q->table_max = cfg->indirect ? cfg->size : 0;
	q->strict_len = cfg->strict_len;
	cfg->format->start(q, cfg, &l);
	return VIO_OK;
}

struct vio_queue_areas vq_areas(const struct vq *q)
{
	const struct vio_queue_areas *const a = &q->ring.common.areas;

	/* One by one: if compilers copy the whole struct for size, they call memcpy(). */
	return (struct vio_queue_areas){ a->desc, a->driver, a->device };
}

int vq_refusal(const struct vq *q, uint64_t n)
{
	if (q->ring.common.broken)
		return VIO_EDEVICE;
	return n == 0 || n > q->size ? VIO_EINVAL : VIO_EFULL;
}

int vq_table_refusal(const struct vq *q)
{
	return q->table_max ? VIO_EINVAL : VIO_ENOTSUP;
}

int vq_take_in_flight(const struct vq *q, uint16_t *from, void **cookie)
{
	while (*from < q->size) {
		const struct vq_private *const own = &q->ring.common.priv[(*from)++];

		if (own->word >> COUNT_SHIFT != 0) {
			*cookie = own->cookie;
			return 1;
		}
	}
	return 0;
}

unsigned vq_old(struct vq *q)
{
	struct vq_private *const priv = q->ring.common.priv;
	unsigned n = 0;

	for (unsigned i = 0; i < q->size; i++)
		n += priv[i].word >> COUNT_SHIFT != 0 && (priv[i].word & OLD);
	if (n != 0)
		return n;
	for (unsigned i = 0; i < q->size; i++)
		priv[i].word |= priv[i].word >> COUNT_SHIFT ? OLD : 0u;
	return 0;
}

int vq_indirect_build(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
		      unsigned nread, unsigned nwrite)
{
	return vq_indirect_build_strided(q, t, seg, sizeof(*seg), nread, nwrite);
}

int vq_indirect_build_strided(const struct vq *q, struct vq_indirect *t, const struct vq_seg *seg,
			      size_t stride, unsigned nread, unsigned nwrite)
{
	const uint64_t n = (uint64_t)nread + nwrite;

	if (n == 0 || n > t->max || n > q->size || !t->len || !t->table)
		return VIO_EINVAL;
	if ((((uintptr_t)t->table) | t->at.addr) % sizeof(struct entry) != 0)
		return VIO_EINVAL;
	const struct vq_seg *const writes = vq_seg_at(seg, stride, nread), *const end = vq_seg_at(
										   seg, stride,
										   (size_t)n);
	uint64_t total = 0, readable = 0;
	struct entry *e = t->table;
	uint32_t *len = t->len, more = q->format->table_more;

	for (const struct vq_seg *next; seg != end; seg = next) {
		uint32_t rest = q->format->table_write;

		total += vq_bytes(seg->len);
		if (seg < writes) {
			readable = total;
			rest = 0;
		}
		more += q->format->table_next;
		next = vq_seg_at(seg, stride, 1);
		if (next != end)
			rest |= more;
		*e++ = (struct entry){ seg->addr.addr, seg->len, rest };
		*len++ = seg->len;
	}
	t->nread = nread;
	t->count = total > UINT32_MAX ? 0 : (unsigned)n; /* 0: the table cannot be submitted */
	t->total = (uint32_t)total;
	t->writable = (uint32_t)(total - readable);
	return t->count == 0 ? VIO_EINVAL : VIO_OK;
}

uint16_t vq_next(const struct vq *q)
{
	return q->format->next(q);
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
