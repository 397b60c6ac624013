/* SPDX-License-Identifier: BSD-2-Clause */
/* The hooks at which the points are counted and corrupted. */
#include "tests/faults/faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	POINTS_END = 20000000, /* more points than this count as a run that does not end */
	STEP_NS = 1000000,     /* of the clock, at each look */
	BITS = 32,
	/* The ways of a number that is read or stored; after these each bit. */
	WAY_ZERO = 0,
	WAY_ONES,
	WAY_MORE,
	WAY_LESS,
	WAY_BEFORE, /* the value before; a store: not done */
	WAY_RANDOM,
	WAY_STUCK_ZERO, /* from now on; a store: nor are all later ones done */
	WAY_STUCK_ONES, /* a store: all bytes */
	WAY_GONE,	/* from now on all registers read all ones; a store: all bytes are random */
	WAY_BIT,
};
#define HOUR UINT64_C(3600000000000)

struct world world;

static const char *const kind_names[] = { "read", "write", "store", "memory", "clock" };
static const unsigned ways[] = { WAY_BIT + BITS, 2, WAY_BIT + BITS, 2, 3 };

unsigned fault_ways(enum point_kind kind)
{
	return ways[kind];
}

void world_tell(const char *why)
{
	fflush(stdout);
	fprintf(stderr,
		"faults: %s, version %u, features 0x%" PRIx64 ": %s. To see it again: faults",
		world.setting->scene->name, (unsigned)world.setting->version,
		world.setting->features, why);
	fprintf(stderr, " %u %u 0x%" PRIx64, (unsigned)(world.setting->scene - scenes),
		(unsigned)world.setting->version, world.setting->features);
	for (unsigned i = 0; i < FAULTS_MAX && world.fault[i].point != 0; i++) {
		const uint32_t at = world.fault[i].point;

		fprintf(stderr, " %u %u", (unsigned)at, world.fault[i].way);
		if (at <= world.points && at < POINTS_MAX)
			fprintf(stderr, " (a %s)", kind_names[world.kind[at]]);
	}
	fprintf(stderr, "\n");
}

void world_fail(const char *why)
{
	world_tell(why);
	abort();
}

uint32_t fault_draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*state >> 32);
}

/* Count a point. Returns the way in which it is to be corrupted, or -1. */
static int reach(struct world *w, enum point_kind kind)
{
	if (++w->points > POINTS_END)
		world_fail("no end in sight");
	if (w->points < POINTS_MAX)
		w->kind[w->points] = (uint8_t)kind;
	for (unsigned i = 0; i < FAULTS_MAX; i++) {
		if (w->fault[i].point == w->points)
			return (int)(w->fault[i].way % ways[kind]);
	}
	return -1;
}

/* Corrupt a number once. */
static uint32_t corrupt(struct world *w, int way, uint32_t v, uint32_t before)
{
	switch (way) {
	case WAY_ZERO:
	case WAY_STUCK_ZERO: return 0;
	case WAY_ONES:
	case WAY_STUCK_ONES:
	case WAY_GONE: return UINT32_MAX;
	case WAY_MORE: return v + 1;
	case WAY_LESS: return v - 1;
	case WAY_BEFORE: return before;
	case WAY_RANDOM: return fault_draw(&w->random);
	default: return v ^ UINT32_C(1) << (way - WAY_BIT);
	}
}

/* ---- Registers ---- */

static uint32_t on_read(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	struct world *w = ctx;
	const uint32_t mask = width == 4 ? UINT32_MAX : (UINT32_C(1) << 8 * width) - 1;
	uint32_t *last = &w->last_read[off / 4 % 0x100];
	const int way = reach(w, POINT_READ);

	(void)m;
	if (way >= 0) {
		w->lied = w->lied_in_registers = true;
		value = corrupt(w, way, value, *last);
		if (way == WAY_STUCK_ZERO || way == WAY_STUCK_ONES) {
			w->stuck_at = off + 1;
			w->stuck = value;
		}
		w->gone |= way == WAY_GONE;
	}
	if (w->stuck_at == off + 1)
		value = w->stuck;
	if (w->gone)
		value = UINT32_MAX;
	return *last = value & mask;
}

static uint32_t window_read(void *ctx, size_t off, unsigned width)
{
	return model_read(&((struct world *)ctx)->m, (uint32_t)off, width);
}

static void window_write(void *ctx, size_t off, unsigned width, uint32_t value)
{
	struct world *w = ctx;
	const int way = reach(w, POINT_WRITE);

	w->lied |= way >= 0;
	w->lied_in_registers |= way >= 0;
	w->deaf |= way == 1;
	if (way < 0 && !w->deaf)
		model_write(&w->m, (uint32_t)off, width, value);
}

/* ---- What the device stores ---- */

static void store_number(uint8_t *to, uint64_t len, uint32_t v)
{
	for (uint64_t i = 0; i < len && i < sizeof(v); i++)
		to[i] = (uint8_t)(v >> 8 * i);
}

static bool on_store(void *ctx, uint8_t *to, const uint8_t *from, uint64_t len)
{
	struct world *w = ctx;
	const int way = reach(w, POINT_STORE);
	uint32_t v = 0;

	w->lied |= way >= 0;
	w->mute |= way == WAY_STUCK_ZERO;
	if (w->mute || way == WAY_BEFORE)
		return false;
	if (way < 0)
		return true;
	memcpy(to, from, len);
	for (uint64_t i = 0; i < len && i < sizeof(v); i++)
		v |= (uint32_t)from[i] << 8 * i;
	store_number(to, len, corrupt(w, way, v, 0));
	if (way == WAY_STUCK_ONES)
		memset(to, 0xff, len);
	for (uint64_t i = 0; way == WAY_GONE && i < len; i++)
		to[i] = (uint8_t)fault_draw(&w->random);
	return false;
}

/* ---- The platform ---- */

static bool refuses(struct world *w)
{
	const int way = reach(w, POINT_MEMORY);

	w->no_memory |= way == 1;
	return way == 0 || w->no_memory;
}

static struct vio_platform host; /* what host_platform_init() made, below the hooks */

static vio_dma map(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	return refuses(ctx) ? VIO_DMA_NONE : host.map(ctx, va, len, dir);
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	return refuses(ctx) ? NULL : host.ring_memory(ctx, len, align, at);
}

static void *memory(void *ctx, size_t len, size_t align)
{
	return refuses(ctx) ? NULL : host.memory(ctx, len, align);
}

static uint64_t now(void *ctx)
{
	struct world *w = ctx;
	const int way = reach(w, POINT_CLOCK);

	if (way == 0)
		w->p.clock += HOUR;
	if (way == 1)
		w->p.clock = w->p.clock < HOUR ? 0 : w->p.clock - HOUR;
	w->no_clock |= way == 2;
	if (w->no_clock)
		w->p.step = 0;
	return host.now(ctx);
}

/* ---- The rules that hold whatever the device does ---- */

/* After a wrong value from the device the model and the driver may differ: the driver may believe
 * that a request is complete, or that the device was reset. Without a wrong value every rule holds.
 */
static void on_broken_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	const struct world *w = ctx;

	(void)rule;
	(void)section;
	if (!w->lied)
		world_fail(text);
}

void world_open(const struct setting *s)
{
	struct world *w = &world;
	struct model_config cfg;

	w->points = 0;
	w->random = 1;
	w->gone = w->deaf = w->mute = w->no_memory = w->no_clock = false;
	w->lied = w->lied_in_registers = false;
	w->stuck_at = 0;
	memset(w->last_read, 0, sizeof(w->last_read));
	w->setting = s;
	host_platform_init(&w->p, s->version == 1 ? HOST_LOW : HOST_HIGH);
	w->p.step = STEP_NS;
	w->p.dma = HOST_CACHE; /* bytes of the device are poison for the CPU */
	host = w->p.platform;
	w->p.platform.map = map;
	w->p.platform.ring_memory = ring_memory;
	w->p.platform.memory = memory;
	w->p.platform.now = now;
	w->p.memory.on_store = on_store;
	model_on_broken_rule(on_broken_rule, w);
	s->scene->config(&cfg, s);
	cfg.memory = &w->p.memory;
	model_init(&w->m, &cfg);
	w->m.ctx = w;
	w->m.on_read = on_read;
	w->w = (struct vio_host_window){ .base = WORLD_AT,
					 .len = WORLD_LEN,
					 .ctx = w,
					 .read = window_read,
					 .write = window_write };
	vio_host_window_add(&w->w);
}

void world_close(void)
{
	vio_host_window_remove(&world.w);
	model_done(&world.m);
	host_platform_done(&world.p);
	model_on_broken_rule(NULL, NULL);
}
