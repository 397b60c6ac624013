/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk: reads of 4 KiB, in batches. */
#include <picovirtio/blk.h>

#include "tests/bench/machine.h"
#include "tests/model/blk.h"

#include <string.h>

enum { DEPTH_MAX = 128, BATCHES = 8, BYTES = 4096, SECTORS = 200, QUEUE = 512 };

static struct bench_machine x;
static struct model_blk host;
static struct vio_blk disk;
static unsigned ended;
static uint8_t data[DEPTH_MAX][BYTES] __attribute__((aligned(BYTES)));
static struct io {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
} io[DEPTH_MAX];

static void bench_ended(struct vio_blk *b, struct vio_blk_request *r)
{
	(void)b;
	ended += r->err == VIO_OK;
}

static void open(const struct bench_ring *ring)
{
	/* Without indirect descriptors a request takes three. */
	const struct vio_blk_options o = { .requests = DEPTH_MAX, .ring = QUEUE };

	memset(&disk, 0, sizeof(disk));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	model_blk_config(&x.cfg, &host, ring->version, ring->features, QUEUE, SECTORS);
	bench_plug(&x);
	if (vio_blk_init(&disk, &x.t.base, &x.p.platform, &o) != VIO_OK ||
	    vio_device_start(&disk.device) != VIO_OK)
		bench_fail("the disk does not start");
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		io[i].seg = (struct vio_blk_seg){ data[i], BYTES };
		io[i].r = (struct vio_blk_request){ .op = VIO_BLK_READ,
						    .sector = i % 16 * (BYTES / VIO_BLK_SECTOR),
						    .seg = &io[i].seg,
						    .nseg = 1,
						    .done = bench_ended };
	}
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_blk_submit(&disk, &io[i].r);
	vio_blk_kick(&disk);
}

__attribute__((noinline)) static void driver_poll(void)
{
	vio_device_poll(&disk.device);
}

/* The device serves all requests before the driver looks. */
static void batches(unsigned n, unsigned depth)
{
	ended = 0;
	for (unsigned i = 0; i < n; i++) {
		driver_submit(depth);
		model_run(&x.m);
		driver_poll();
	}
	if (ended != n * depth)
		bench_fail("a read failed");
}

/* Each request slot is used before anything is counted: what is kept from one request to the next
 * is built by then. */
static void count(const struct bench_ring *ring, unsigned depth)
{
	unsigned long before;

	open(ring);
	batches(1, DEPTH_MAX);
	bench_mark(NULL, 0);
	before = x.m.counts.notifies;
	batches(BATCHES, depth);
	bench_mark(bench_name("blk %s read 4096 depth %u", ring->name, depth),
		   (unsigned long)BATCHES * depth);
	bench_exact(bench_name("blk %s notifications a batch of %u", ring->name, depth),
		    (x.m.counts.notifies - before) / BATCHES);
	bench_close(&x);
}

static void count_registers(const struct bench_ring *ring)
{
	open(ring);
	batches(1, 1);
	bench_exact(bench_name("blk %s registers read up to the first answer", ring->name),
		    x.m.counts.reads);
	bench_exact(bench_name("blk %s registers written up to the first answer", ring->name),
		    x.m.counts.writes + x.m.counts.notifies);
	bench_close(&x);
}

void bench_blk(void)
{
	static const unsigned depth[] = { 1, 16, 32, 128 };

	for (unsigned i = 0; i < BENCH_RINGS; i++) {
		for (unsigned k = 0; k < sizeof(depth) / sizeof(*depth); k++)
			count(&bench_ring[i], depth[k]);
		count_registers(&bench_ring[i]);
	}
}
