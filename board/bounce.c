/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/bounce.h>

#include <string.h> /* memcpy, memset */

enum { UNIT_MIN = 64 }; /* two buffers share no cache line */

static uint32_t units_for(const struct vio_bounce *b, size_t len)
{
	return (uint32_t)(len / b->pool.unit + (len % b->pool.unit != 0));
}

/* The first of `n` free units in a row, or pool.units if there are none. */
static uint32_t find_room(const struct vio_bounce *b, uint32_t n)
{
	uint32_t i, row = 0;

	for (i = 0; i < b->pool.units; i++) {
		row = b->pool.runs[i].taken ? 0 : row + 1;
		if (row == n)
			return i + 1 - n;
	}
	return b->pool.units;
}

static void mark(struct vio_bounce *b, uint32_t first, uint32_t n, bool taken)
{
	for (uint32_t i = first; i < first + n; i++)
		b->pool.runs[i] = (struct vio_bounce_run){ .taken = taken };
	b->used = taken ? b->used + n : b->used - n;
	if (b->used > b->most)
		b->most = b->used;
}

/* Copies in both directions, so that bytes which the device does not write keep their value. */
static vio_dma map(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	struct vio_bounce *b = ctx;

	if (len == 0 || len > (size_t)b->pool.unit * b->pool.units)
		return VIO_DMA_NONE;
	uint32_t n = units_for(b, len);
	uint32_t first = find_room(b, n);
	if (first == b->pool.units) {
		b->full++;
		return VIO_DMA_FULL;
	}
	mark(b, first, n, true);
	b->pool.runs[first] = (struct vio_bounce_run){ va, len, dir, n, true };
	size_t off = (size_t)first * b->pool.unit;
	memcpy(b->mem + off, va, len);
	return (vio_dma){ b->at.addr + off };
}

/* The run that begins at `at`, or NULL. */
static struct vio_bounce_run *run_at(const struct vio_bounce *b, vio_dma at)
{
	const uint64_t off = at.addr - b->at.addr; /* very large if `at` lies below the pool */

	if (off / b->pool.unit >= b->pool.units || off % b->pool.unit != 0)
		return NULL;
	return &b->pool.runs[off / b->pool.unit];
}

/* Free units are cleared, because a device can read the whole pool. */
static void unmap(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir)
{
	struct vio_bounce *b = ctx;
	const struct vio_bounce_run *r = run_at(b, at);

	if (!r || r->units == 0 || r->va != va || r->len != len || r->dir != dir) {
		b->bad++;
		return;
	}
	uint8_t *mem = b->mem + (at.addr - b->at.addr);
	if (dir == VIO_FROM_DEVICE)
		memcpy(va, mem, len);
	memset(mem, 0, len);
	mark(b, (uint32_t)(r - b->pool.runs), r->units, false);
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	const struct vio_bounce *b = ctx;

	return b->inner->ring_memory(b->inner->ctx, len, align, at);
}

static void *memory(void *ctx, size_t len, size_t align)
{
	const struct vio_bounce *b = ctx;

	return b->inner->memory ? b->inner->memory(b->inner->ctx, len, align) : NULL;
}

static uint64_t now(void *ctx)
{
	const struct vio_bounce *b = ctx;

	return b->inner->now(b->inner->ctx);
}

static bool idle(void *ctx, uint64_t deadline)
{
	const struct vio_bounce *b = ctx;

	return b->inner->idle(b->inner->ctx, deadline);
}

int vio_bounce_init(struct vio_bounce *b, const struct vio_platform *inner,
		    const struct vio_bounce_pool *pool)
{
	const uint64_t bytes = (uint64_t)pool->unit * pool->units;

	if (!pool->runs || pool->unit < UNIT_MIN || (pool->unit & (pool->unit - 1)) != 0 ||
	    bytes == 0 || bytes > UINT32_MAX)
		return VIO_EINVAL;
	*b = (struct vio_bounce){ .inner = inner, .pool = *pool };
	b->platform = (struct vio_platform){ .ctx = b,
					     .map = map,
					     .unmap = unmap,
					     .ring_memory = ring_memory,
					     .memory = memory,
					     .now = now,
					     .idle = idle };
	b->mem = inner->ring_memory(inner->ctx, (size_t)bytes, pool->unit, &b->at);
	if (!b->mem)
		return VIO_ENOMEM;
	memset(pool->runs, 0, pool->units * sizeof(*pool->runs));
	return VIO_OK;
}
