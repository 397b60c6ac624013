/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/host_platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum what { MAP_TO, MAP_FROM, RING, GIVEN };

struct host_mapping {
	uint8_t *va;
	uint64_t addr, len;
	enum what what;
};

#define OFFSET (UINT64_C(1) << 60)
enum { PAGE = 4096, GAP = 2 * PAGE };

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
	uint64_t addr;

	if (p->kind == HOST_IDENTITY)
		return host;
	if (p->kind == HOST_OFFSET)
		return host + OFFSET;
	addr = ((p->next_address + align - 1) & ~(align - 1)) + host % align;
	p->next_address = (addr + len + GAP) & ~(uint64_t)(PAGE - 1);
	return addr;
}

static vio_dma add(struct host_platform *p, void *va, uint64_t len, uint64_t align, enum what what)
{
	const uint64_t addr = address_of(p, va, len, align);

	p->mapping = realloc(p->mapping, (p->nmapping + 1) * sizeof *p->mapping);
	p->mapping[p->nmapping++] = (struct host_mapping){ va, addr, len, what };
	return (vio_dma){ addr };
}

static vio_dma map(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	struct host_platform *p = ctx;

	if (fails(&p->fail_map))
		return VIO_DMA_NONE;
	p->maps++;
	return add(p, va, len, PAGE, dir == VIO_TO_DEVICE ? MAP_TO : MAP_FROM);
}

static void unmap(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir)
{
	struct host_platform *p = ctx;
	const enum what what = dir == VIO_TO_DEVICE ? MAP_TO : MAP_FROM;

	p->unmaps++;
	for (size_t i = p->nmapping; i-- > 0;) {
		const struct host_mapping *m = &p->mapping[i];

		if (m->va == va && m->addr == at.addr && m->len == len && m->what == what) {
			p->mapping[i] = p->mapping[--p->nmapping];
			return;
		}
	}
	fflush(NULL);
	fprintf(stderr, "host: unmap of %zu bytes at 0x%" PRIx64 ", which were not mapped so\n",
		len, at.addr);
	abort();
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	struct host_platform *p = ctx;
	void *va;

	if (fails(&p->fail_ring) ||
	    posix_memalign(&va, align < sizeof va ? sizeof va : align, len) != 0)
		return NULL;
	memset(va, 0, len);
	p->rings++;
	*at = add(p, va, len, align < PAGE ? PAGE : align, RING);
	return va;
}

static uint64_t now(void *ctx)
{
	struct host_platform *p = ctx;

	p->clock_reads++;
	return p->clock += p->step;
}

static void idle(void *ctx, uint64_t deadline)
{
	struct host_platform *p = ctx;

	p->idles++;
	p->idle_deadline = deadline;
	if (p->on_idle)
		p->on_idle(p, p->idle_ctx, deadline);
	else if (deadline != UINT64_MAX && deadline > p->clock)
		p->clock = deadline;
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
			return m->va + (addr - m->addr);
	}
	return NULL;
}

void host_platform_init(struct host_platform *p, enum host_kind kind)
{
	memset(p, 0, sizeof *p);
	p->kind = kind;
	p->step = 1000;
	p->next_address = kind == HOST_LOW ? 0x80000000u : UINT64_C(0x100000000);
	p->platform = (struct vio_platform){
		.ctx = p,
		.map = map,
		.unmap = unmap,
		.ring_memory = ring_memory,
		.now = now,
		.idle = idle,
	};
	p->memory = (struct model_memory){ .ctx = p, .at = at };
}

void host_platform_done(struct host_platform *p)
{
	for (size_t i = 0; i < p->nmapping; i++) {
		if (p->mapping[i].what == RING)
			free(p->mapping[i].va);
	}
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

void host_plug(struct host_window *w, struct model *m, uintptr_t where, size_t len)
{
	*w = (struct host_window){
		.base = where, .len = len, .ctx = m, .read = window_read, .write = window_write
	};
	host_window_add(w);
}

void host_unplug(struct host_window *w)
{
	host_window_remove(w);
}
