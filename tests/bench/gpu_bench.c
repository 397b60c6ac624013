/* SPDX-License-Identifier: BSD-2-Clause */
/* Rectangles of a picture: each is transferred and flushed, in batches. */
#include <picovirtio/gpu.h>

#include "tests/bench/machine.h"
#include "tests/model/gpu.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, QUEUE = 64, SIDE = 64, PICTURE = 1 };

static struct bench_machine x;
static struct model_gpu host;
static struct vio_gpu g;
static struct vio_gpu_command transfer[DEPTH_MAX], flush[DEPTH_MAX];
static unsigned ended;

static void bench_ended(struct vio_gpu *of, struct vio_gpu_command *c)
{
	(void)of;
	ended += c->err == VIO_OK;
}

static void settle(void)
{
	do {
		model_run(&x.m);
	} while (vio_device_poll(&g.device));
}

static void must(struct vio_gpu_command c)
{
	if (vio_gpu_submit(&g, &c) != VIO_OK)
		bench_fail("a command is refused");
	vio_gpu_kick(&g);
	settle();
	if (c.busy || c.err != VIO_OK)
		bench_fail("a command failed");
}

static void open(const struct bench_ring *ring)
{
	const struct vio_gpu_rect all = { 0, 0, SIDE, SIDE };
	vio_dma at;
	struct vio_gpu_run run = { .len = SIDE * SIDE * 4 };

	memset(&g, 0, sizeof(g));
	model_gpu_free(&host);
	memset(&host, 0, sizeof(host));
	host.mode[0] = (struct model_gpu_mode){ { 0, 0, SIDE, SIDE }, 1 };
	bench_open(&x);
	model_gpu_config(&x.cfg, &host, ring->version, ring->features, QUEUE, 1);
	bench_plug(&x);
	if (vio_gpu_init(&g, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&g.device) != VIO_OK)
		bench_fail("the screen does not start");
	settle();
	if (!x.p.platform.ring_memory(x.p.platform.ctx, run.len, 4096, &at))
		bench_fail("no memory for a picture");
	run.addr = at.addr;
	must((struct vio_gpu_command){ .op = VIO_GPU_CREATE,
				       .resource = PICTURE,
				       .format = VIO_GPU_B8G8R8X8,
				       .rect = all });
	must((struct vio_gpu_command){
		.op = VIO_GPU_ATTACH, .resource = PICTURE, .runs = &run, .nruns = 1 });
	must((struct vio_gpu_command){ .op = VIO_GPU_SCANOUT, .resource = PICTURE, .rect = all });
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		const struct vio_gpu_rect row = { 0, i, SIDE, 1 };

		transfer[i] = (struct vio_gpu_command){ .op = VIO_GPU_TRANSFER,
							.resource = PICTURE,
							.rect = row,
							.offset = i * SIDE * 4 };
		flush[i] = (struct vio_gpu_command){
			.op = VIO_GPU_FLUSH, .resource = PICTURE, .rect = row, .done = bench_ended
		};
	}
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		(void)vio_gpu_submit(&g, &transfer[i]);
		(void)vio_gpu_submit(&g, &flush[i]);
	}
	vio_gpu_kick(&g);
}

void bench_gpu(void)
{
	static const struct bench_class class = { .name = "gpu",
						  .what = "rectangle",
						  .x = &x,
						  .device = &g.device,
						  .open = open,
						  .driver_submit = driver_submit,
						  .ended = &ended,
						  .first = DEPTH_MAX,
						  .registers = true };

	bench_rings(&class, BENCH_RINGS, BATCHES, DEPTH_MAX);
	model_gpu_free(&host);
}
