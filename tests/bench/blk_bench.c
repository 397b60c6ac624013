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

/* Use each request slot once before anything is counted, so that what a slot keeps for later
 * requests is built. */
static const struct bench_class class = { .name = "blk",
					  .what = "read 4096",
					  .x = &x,
					  .device = &disk.device,
					  .open = open,
					  .driver_submit = driver_submit,
					  .ended = &ended,
					  .first = DEPTH_MAX };

static void count_registers(const struct bench_ring *ring)
{
	open(ring);
	bench_batches(&class, 1, 1);
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
			bench_count(&class, &bench_ring[i], BATCHES, depth[k]);
		count_registers(&bench_ring[i]);
	}
}
