/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages that the host asks for and gives back. */
#include <picovirtio/balloon.h>

#include "tests/bench/machine.h"
#include "tests/model/balloon.h"

#include <string.h>

enum { PAGES = 256, BATCHES = 8, QUEUE = 64 };

static struct bench_machine x;
static struct model_balloon host;
static struct vio_balloon b;
static _Alignas(VIO_BALLOON_PAGE) uint8_t memory[PAGES * VIO_BALLOON_PAGE];
static unsigned ended;

static uint32_t bench_take(struct vio_balloon *of, uint32_t pages)
{
	(void)of;
	ended += pages;
	return pages;
}

static void bench_give(struct vio_balloon *of, uint32_t pages)
{
	(void)of;
	ended += pages;
}

static void open(const struct bench_ring *ring)
{
	const struct vio_balloon_options o = { .take = bench_take, .give = bench_give };
	struct vio_balloon_run run = { .p = memory, .pages = PAGES };

	memset(&b, 0, sizeof(b));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	run.at = host_give(&x.p, memory, sizeof(memory));
	model_balloon_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_balloon_init(&b, &x.t.base, &x.p.platform, &o) != VIO_OK ||
	    vio_balloon_use(&b, &run) != VIO_OK || vio_device_start(&b.device) != VIO_OK)
		bench_fail("the balloon does not start");
	model_run(&x.m);
	vio_device_poll(&b.device);
}

__attribute__((noinline)) static void driver_serve(void)
{
	vio_device_service(&b.device, 0);
}

/* Pages go into the balloon and out of it, in turns. */
static void change(unsigned pages)
{
	model_balloon_ask(&x.m, b.pages == 0 ? pages : 0);
	driver_serve();
}

void bench_balloon(void)
{
	static const struct bench_class class = { .name = "balloon",
						  .what = "page",
						  .x = &x,
						  .device = &b.device,
						  .open = open,
						  .driver_submit = change,
						  .ended = &ended,
						  .registers = true };

	bench_rings(&class, BENCH_RINGS, BATCHES, PAGES);
}
