/* SPDX-License-Identifier: BSD-2-Clause */
/* The split ring, one descriptor at a time: the steps of split_steps.h, and checks of the caller.
 * No other file uses this one. */
#include "virtqueue/split_steps.h"

#include <string.h> /* memset */

static bool is_pow2(size_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

int vq_split_choose_size(const struct vq_split_config *c)
{
	if (c->max_size == 0 || c->max_size > VQ_SPLIT_SIZE_MAX)
		return VIO_EINVAL;
	if (!is_pow2(c->default_size) || c->default_size > c->max_size)
		return VIO_EINVAL;
	const bool fits = c->device_size != 0 && c->device_size <= c->max_size;
	if (c->size_fixed)
		return fits && is_pow2(c->device_size) ? c->device_size : VIO_ERANGE;
	if (!fits)
		return c->default_size;
	uint16_t size = 1;
	while (size <= c->device_size / 2)
		size = (uint16_t)(size * 2);
	return size;
}

int vq_split_create(struct vq_split *s, const struct vq_split_config *c)
{
	const int size = vq_split_choose_size(c);
	const struct vq_config cfg = {
		.size = (uint16_t)size,
		.event_idx = c->event_idx,
		.mem = c->mem,
		.mem_dma = c->mem_dma,
		.priv = c->priv,
	};
	struct vq_layout l;

	if (size < 0)
		return size;
	if (vq_split_layout(cfg.size, c->used_align, &l) != VIO_OK || !c->priv ||
	    !vq_memory_fits(&cfg, &l))
		return VIO_EINVAL;
	memset(cfg.mem, 0, l.bytes);
	*s = (struct vq_split){ .areas = vq_areas_at(c->mem_dma, &l) };
	vq_split_start(s, &cfg, &l);
	return VIO_OK;
}

void *vq_split_drop(struct vq_split *s)
{
	void *const mem = s->desc;

	*s = (struct vq_split){ .broken = true,
				.areas = { VIO_DMA_NONE, VIO_DMA_NONE, VIO_DMA_NONE } };
	return mem;
}

int vq_split_pfn(const struct vq_split *s, uint32_t page_size, uint32_t *pfn)
{
	return vio_pfn(s->areas.desc, page_size, pfn);
}

vio_dma vq_split_phys_desc(const struct vq_split *s)
{
	return s->areas.desc;
}

vio_dma vq_split_phys_avail(const struct vq_split *s)
{
	return s->areas.driver;
}

vio_dma vq_split_phys_used(const struct vq_split *s)
{
	return s->areas.device;
}

uint16_t vq_split_size(const struct vq_split *s)
{
	return s->size;
}

int vq_split_alloc_desc(struct vq_split *s)
{
	const uint16_t i = s->first_free;

	if (s->free == 0)
		return VIO_EFULL;
	take_free(s, 1, s->priv[i].word);
	s->priv[i].word = ALLOCATED | i;
	return i;
}

static bool is_allocated(const struct vq_split *s, uint16_t i)
{
	return i < s->size && (s->priv[i].word & ALLOCATED) != 0;
}

/* Is `i` allocated and not the head of a request that the device owns? */
static bool is_ours(const struct vq_split *s, uint16_t i)
{
	return is_allocated(s, i) && !is_in_flight(s, i);
}

/* The number of descriptors of a chain that the device does not own; `*tail` is its end. Otherwise
 * VIO_EINVAL. */
static int chain_length(const struct vq_split *s, uint16_t head, uint16_t *tail)
{
	uint16_t i = head;

	for (int n = 1; n <= s->size && is_ours(s, i); n++) {
		*tail = i;
		i = (uint16_t)(s->priv[i].word & INDEX);
		if (i == *tail)
			return n;
	}
	return VIO_EINVAL;
}

int vq_split_free_desc(struct vq_split *s, uint16_t i)
{
	if (!is_ours(s, i))
		return VIO_EINVAL;
	give_free(s, i, &s->priv[i], 1); /* its own link does not matter */
	return VIO_OK;
}

int vq_split_free_chain(struct vq_split *s, uint16_t head)
{
	uint16_t tail;
	const int n = chain_length(s, head, &tail);

	if (n < 0)
		return n;
	for (unsigned i = head; i != tail; i = s->priv[i].word)
		s->priv[i].word &= INDEX;
	give_free(s, head, &s->priv[tail], (unsigned)n);
	return n;
}

int vq_split_write_desc(struct vq_split *s, uint16_t i, vio_dma addr, uint32_t len, uint16_t flags,
			uint16_t next)
{
	const unsigned known = VQ_SPLIT_DESC_NEXT | VQ_SPLIT_DESC_WRITE | VQ_SPLIT_DESC_INDIRECT;
	const bool more = flags & VQ_SPLIT_DESC_NEXT;

	if (!is_ours(s, i) || len == 0 || (flags & ~known))
		return VIO_EINVAL;
	if (more && ((flags & VQ_SPLIT_DESC_INDIRECT) || !is_allocated(s, next) || next == i))
		return VIO_EINVAL;
	fill(&s->desc[i], (struct vq_seg){ addr, len }, flags, more ? next : 0);
	s->priv[i].word = ALLOCATED | (more ? next : i);
	return VIO_OK;
}

int vq_split_push_avail(struct vq_split *s, uint16_t head)
{
	uint16_t tail;

	if (s->broken)
		return VIO_EDEVICE;
	const int n = chain_length(s, head, &tail);
	if (n < 0)
		return n;
	push_head(s, &s->priv[head], head, (unsigned)n, s->priv[head].word);
	return VIO_OK;
}

int vq_split_poll_used(struct vq_split *s, uint16_t *head, uint32_t *written)
{
	struct vq_split_claim c;
	const int rc = take_used(s, &c);

	if (rc < 0)
		return vq_split_break(s);
	if (rc == 0)
		return 0;
	c.own->word = (uint16_t)c.word;
	*head = (uint16_t)c.head;
	*written = c.len;
	return 1;
}
