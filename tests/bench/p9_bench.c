/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in a folder of the host: reads of 4 KiB, in batches. */
#include <picovirtio/p9.h>

#include "tests/bench/machine.h"
#include "tests/model/p9.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, BYTES = 4096, QUEUE = 64 };

static struct bench_machine x;
static struct model_p9 host;
static struct vio_p9 p;
static struct vio_p9_fid file;
static unsigned ended;
static uint8_t data[DEPTH_MAX][BYTES] __attribute__((aligned(BYTES)));
static struct vio_p9_request io[DEPTH_MAX];

static void bench_ended(struct vio_p9 *of, struct vio_p9_request *r)
{
	(void)of;
	ended += r->err == VIO_OK && (r->op != VIO_P9_READ || r->n == BYTES);
}

static void settle(void)
{
	do {
		model_run(&x.m);
	} while (vio_device_poll(&p.device));
}

static void must(struct vio_p9_request r)
{
	io[0] = r;
	if (vio_p9_submit(&p, &io[0]) != VIO_OK)
		bench_fail("a request is refused");
	vio_p9_kick(&p);
	settle();
	if (io[0].err != VIO_OK)
		bench_fail("a request failed");
}

static void open(const struct bench_ring *ring)
{
	static const uint8_t content[2 * BYTES];
	const struct vio_p9_options o = { .requests = DEPTH_MAX };

	memset(&p, 0, sizeof(p));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	model_p9_add(&host, 0, "file", MODEL_P9_FILE, content, sizeof(content));
	model_p9_config(&x.cfg, &host, ring->version, ring->features, QUEUE, "tag");
	bench_plug(&x);
	if (vio_p9_init(&p, &x.t.base, &x.p.platform, &o) != VIO_OK ||
	    vio_device_start(&p.device) != VIO_OK)
		bench_fail("the folder does not start");
	settle();
	must((struct vio_p9_request){ .op = VIO_P9_ATTACH, .name = "" });
	must((struct vio_p9_request){ .op = VIO_P9_WALK, .fid = io[0].made, .name = "file" });
	file = io[0].made;
	must((struct vio_p9_request){ .op = VIO_P9_OPEN, .fid = file });
	for (unsigned i = 0; i < DEPTH_MAX; i++)
		io[i] = (struct vio_p9_request){ .op = VIO_P9_READ,
						 .fid = file,
						 .offset = i % 2 * BYTES,
						 .data = data[i],
						 .len = BYTES,
						 .done = bench_ended };
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_p9_submit(&p, &io[i]);
	vio_p9_kick(&p);
}

void bench_p9(void)
{
	static const struct bench_class class = { .name = "p9",
						  .what = "read 4096",
						  .x = &x,
						  .device = &p.device,
						  .open = open,
						  .driver_submit = driver_submit,
						  .ended = &ended,
						  .first = DEPTH_MAX,
						  .registers = true };

	bench_rings(&class, BENCH_RINGS, BATCHES, DEPTH_MAX);
}
