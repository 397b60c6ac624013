/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/machine.h"

#include <picovirtio/device.h>

#include <string.h>

enum { AT = 0x10001000, LEN = 0x200 };

#define INDIRECT VIO_F_INDIRECT_DESC
#define EVENT	 VIO_F_EVENT_IDX

const struct bench_ring bench_ring[BENCH_RINGS] = {
	[BENCH_SPLIT] = { "split", 2, VIO_F_VERSION_1 | INDIRECT | EVENT },
	[BENCH_PACKED] = { "packed", 2, VIO_F_VERSION_1 | VIO_F_RING_PACKED | INDIRECT | EVENT },
	[BENCH_DIRECT] = { "direct", 2, VIO_F_VERSION_1 },
	[BENCH_LEGACY] = { "legacy", 1, INDIRECT | EVENT },
};

void bench_open(struct bench_machine *x)
{
	memset(x, 0, sizeof(*x));
	host_platform_init(&x->p, HOST_LOW);
	host_direct(&x->p);
}

void bench_plug(struct bench_machine *x)
{
	x->cfg.memory = &x->p.memory;
	model_init(&x->m, &x->cfg);
	host_plug(&x->w, &x->m, AT, LEN);
	if (vio_mmio_probe(&x->t, AT, LEN) != VIO_OK)
		bench_fail("no device is found");
}

void bench_close(struct bench_machine *x)
{
	model_check(&x->m);
	host_unplug(&x->w);
	model_done(&x->m);
	host_platform_done(&x->p);
}

__attribute__((noinline)) static void driver_poll(struct vio_device *d)
{
	vio_device_poll(d);
}

void bench_batches(const struct bench_class *c, unsigned n, unsigned depth)
{
	*c->ended = 0;
	for (unsigned i = 0; i < n; i++) {
		c->driver_submit(depth);
		model_run(&c->x->m);
		driver_poll(c->device);
	}
	if (*c->ended != n * depth)
		bench_fail("a request failed");
}

void bench_count(const struct bench_class *c, const struct bench_ring *ring, unsigned n,
		 unsigned depth)
{
	c->open(ring);
	bench_batches(c, 1, c->first);
	bench_mark(NULL, 0);
	const struct model_counts before = c->x->m.counts;
	bench_batches(c, n, depth);
	bench_mark(bench_name("%s %s %s depth %u", c->name, ring->name, c->what, depth),
		   (unsigned long)n * depth);
	bench_exact(bench_name("%s %s notifications a batch of %u", c->name, ring->name, depth),
		    (c->x->m.counts.notifies - before.notifies) / n);
	if (c->registers)
		bench_exact(bench_name("%s %s registers read in batches of %u", c->name, ring->name,
				       depth),
			    c->x->m.counts.reads - before.reads);
	bench_close(c->x);
}

void bench_rings(const struct bench_class *c, unsigned rings, unsigned n, unsigned most)
{
	for (unsigned i = 0; i < rings; i++) {
		bench_count(c, &bench_ring[i], n, 1);
		bench_count(c, &bench_ring[i], n, most);
	}
}
