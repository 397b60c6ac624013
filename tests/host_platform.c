/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/host_platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum what { MAP_TO, MAP_FROM, RING, GIVEN, PRIVATE };

struct host_mapping {
	uint8_t *va;
	uint8_t *memory; /* HOST_CACHE: what the device sees */
	uint64_t addr, len;
	enum what what;
};

#define OFFSET (UINT64_C(1) << 60)
enum { PAGE = 4096, GAP = 2 * PAGE, POISON = 0xa7, BOUNCE_UNITS = 1024, BOUNCE_UNIT = 128 };

/* One of the calls that are told to fail. */
static bool fails(uint32_t *nth)
{
	if (*nth == 0 || *nth == MODEL_NEVER)
		return *nth != 0;
	return --*nth == 0;
}

/* The device's address of `va`; on HOST_LOW and HOST_HIGH a fresh one with a gap
 * behind it, at the same place within a page (and within `align`). */
static uint64_t address_of(struct host_platform *p, const void *va, uint64_t len, uint64_t align)
{
	const uint64_t host = (uintptr_t)va;

	if (p->kind == HOST_IDENTITY)
		return host;
	if (p->kind == HOST_OFFSET)
		return host + OFFSET;
	uint64_t addr = ((p->next_address + align - 1) & ~(align - 1)) + host % align;
	p->next_address = (addr + len + GAP) & ~(uint64_t)(PAGE - 1);
	return addr;
}

static vio_dma add(struct host_platform *p, void *va, uint64_t len, uint64_t align, enum what what)
{
	const uint64_t addr = address_of(p, va, len, align);

	p->mapping = realloc(p->mapping, (p->nmapping + 1) * sizeof(*p->mapping));
	p->mapping[p->nmapping++] = (struct host_mapping){ va, NULL, addr, len, what };
	return (vio_dma){ addr };
}

static void stop(const char *why, const void *va, uint64_t len)
{
	fflush(NULL);
	fprintf(stderr, "host: %" PRIu64 " bytes at %p: %s\n", len, va, why);
	abort();
}

static bool is_buffer(const struct host_mapping *m)
{
	return m->what == MAP_TO || m->what == MAP_FROM;
}

/* One line of a cache cannot be the device's in two ways at once. */
static void check_alone(const struct host_platform *p, const struct host_mapping *fresh)
{
	for (size_t i = 0; i < p->nmapping; i++) {
		const struct host_mapping *m = &p->mapping[i];

		if (m != fresh && is_buffer(m) && m->va < fresh->va + fresh->len &&
		    fresh->va < m->va + m->len && (m->what == MAP_FROM || fresh->what == MAP_FROM))
			stop("mapped twice", fresh->va, fresh->len);
	}
}

/* Clean: memory has what the CPU wrote. Invalidate: the cache has nothing of it any more. */
static void clean(struct host_platform *p)
{
	struct host_mapping *m = &p->mapping[p->nmapping - 1];

	check_alone(p, m);
	m->memory = malloc(m->len);
	memcpy(m->memory, m->va, m->len);
	if (m->what == MAP_FROM)
		memset(m->va, POISON, m->len);
}

static void invalidate(struct host_mapping *m)
{
	if (m->what == MAP_TO && memcmp(m->va, m->memory, m->len) != 0)
		stop("written by the CPU while they were the device's", m->va, m->len);
	for (size_t i = 0; m->what == MAP_FROM && i < m->len; i++) {
		if (m->va[i] != POISON)
			stop("written by the CPU while they were the device's", m->va, m->len);
	}
	if (m->what == MAP_FROM)
		memcpy(m->va, m->memory, m->len);
	free(m->memory);
}

static vio_dma map(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	struct host_platform *p = ctx;

	if (fails(&p->fail_map))
		return VIO_DMA_NONE;
	if (p->full)
		return VIO_DMA_FULL;
	p->maps++;
	if (p->dma == HOST_BOUNCE)
		return p->bounce.platform.map(&p->bounce, va, len, dir);
	vio_dma addr = add(p, va, len, PAGE, dir == VIO_TO_DEVICE ? MAP_TO : MAP_FROM);
	if (p->dma == HOST_CACHE)
		clean(p);
	return addr;
}

static void unmap(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir)
{
	struct host_platform *p = ctx;
	const enum what what = dir == VIO_TO_DEVICE ? MAP_TO : MAP_FROM;

	p->unmaps++;
	if (p->dma == HOST_BOUNCE) {
		p->bounce.platform.unmap(&p->bounce, at, va, len, dir);
		if (p->bounce.bad == 0)
			return;
	}
	for (size_t i = p->nmapping; i-- > 0;) {
		struct host_mapping *m = &p->mapping[i];

		if (m->va == va && m->addr == at.addr && m->len == len && m->what == what) {
			if (m->memory)
				invalidate(m);
			p->mapping[i] = p->mapping[--p->nmapping];
			return;
		}
	}
	stop("unmapped, and were not mapped so", va, len);
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	struct host_platform *p = ctx;
	void *va;

	if (fails(&p->fail_ring) ||
	    posix_memalign(&va, align < sizeof(va) ? sizeof(va) : align, len) != 0)
		return NULL;
	memset(va, 0, len);
	p->rings++;
	*at = add(p, va, len, align < PAGE ? PAGE : align, RING);
	return va;
}

/* Out of the device's reach. */
static void *memory(void *ctx, size_t len, size_t align)
{
	struct host_platform *p = ctx;
	void *va;

	if (fails(&p->fail_memory) ||
	    posix_memalign(&va, align < sizeof(va) ? sizeof(va) : align, len) != 0)
		return NULL;
	memset(va, 0, len);
	p->privates++;
	add(p, va, len, PAGE, PRIVATE);
	return va;
}

static uint64_t now(void *ctx)
{
	struct host_platform *p = ctx;

	p->clock_reads++;
	return p->clock += p->step;
}

static bool idle(void *ctx, uint64_t deadline)
{
	struct host_platform *p = ctx;

	p->idles++;
	p->idle_deadline = deadline;
	if (p->on_idle)
		p->on_idle(p, p->idle_ctx, deadline);
	else if (deadline != UINT64_MAX && deadline > p->clock)
		p->clock = deadline;
	return !p->no_lines;
}

static bool allows(const struct host_mapping *m, bool write)
{
	return m->what == (write ? MAP_FROM : MAP_TO) || m->what == RING || m->what == GIVEN;
}

/* What the device reaches. */
static void *at(void *ctx, uint64_t addr, uint64_t len, bool write)
{
	const struct host_platform *p = ctx;

	for (size_t i = p->nmapping; i-- > 0;) {
		const struct host_mapping *m = &p->mapping[i];

		if (addr >= m->addr && addr - m->addr <= m->len &&
		    len <= m->len - (addr - m->addr) && allows(m, write))
			return (m->memory ? m->memory : m->va) + (addr - m->addr);
	}
	return p->direct ? (void *)(uintptr_t)addr : NULL;
}

void host_direct(struct host_platform *p)
{
	p->platform.map = NULL;
	p->platform.unmap = NULL;
	p->direct = true;
}

/* The pool is not counted among the rings that a test gets. */
static void choose_dma(struct host_platform *p)
{
	const char *word = getenv("HOST_DMA");

	if (word && strcmp(word, "cache") == 0)
		p->dma = HOST_CACHE;
	if (word && strcmp(word, "direct") == 0)
		host_direct(p);
	if (!word || strcmp(word, "bounce") != 0)
		return;
	p->runs = calloc(BOUNCE_UNITS, sizeof(*p->runs));
	if (vio_bounce_init(&p->bounce, &p->platform,
			    &(struct vio_bounce_pool){ BOUNCE_UNIT, BOUNCE_UNITS, p->runs }) !=
	    VIO_OK)
		stop("no bounce pool", NULL, 0);
	p->dma = HOST_BOUNCE;
	p->rings = 0;
}

void host_platform_init(struct host_platform *p, enum host_kind kind)
{
	memset(p, 0, sizeof(*p));
	p->kind = kind;
	p->step = 1000;
	p->next_address = kind == HOST_LOW ? 0x80000000u : UINT64_C(0x100000000);
	p->platform = (struct vio_platform){
		.ctx = p,
		.map = map,
		.unmap = unmap,
		.ring_memory = ring_memory,
		.memory = memory,
		.now = now,
		.idle = idle,
	};
	p->memory = (struct model_memory){ .ctx = p, .at = at };
	choose_dma(p);
}

void host_platform_done(struct host_platform *p)
{
	for (size_t i = 0; i < p->nmapping; i++) {
		if (p->mapping[i].what == RING || p->mapping[i].what == PRIVATE)
			free(p->mapping[i].va);
		free(p->mapping[i].memory);
	}
	free(p->runs);
	p->runs = NULL;
	free(p->mapping);
	p->mapping = NULL;
	p->nmapping = 0;
}

unsigned host_mapped(const struct host_platform *p)
{
	return p->maps - p->unmaps;
}

vio_dma host_give(struct host_platform *p, void *va, size_t len)
{
	return add(p, va, len, PAGE, GIVEN);
}

static uint32_t window_read(void *ctx, size_t off, unsigned width)
{
	return model_read(ctx, (uint32_t)off, width);
}

static void window_write(void *ctx, size_t off, unsigned width, uint32_t value)
{
	model_write(ctx, (uint32_t)off, width, value);
}

void host_plug(struct vio_host_window *w, struct model *m, uintptr_t where, size_t len)
{
	*w = (struct vio_host_window){
		.base = where, .len = len, .ctx = m, .read = window_read, .write = window_write
	};
	vio_host_window_add(w);
}

void host_unplug(struct vio_host_window *w)
{
	vio_host_window_remove(w);
}
