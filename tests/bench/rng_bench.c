/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes, 256 at a time. */
#include <picovirtio/rng.h>

#include "tests/bench/machine.h"
#include "tests/model/rng.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 4, BYTES = 256, QUEUE = 64 };

static struct bench_machine x;
static struct model_rng host;
static struct vio_rng rng;
static uint8_t bytes[DEPTH_MAX][BYTES];
static struct vio_rng_request request[DEPTH_MAX];
static unsigned ended;

static void bench_ended(struct vio_rng *r, struct vio_rng_request *q)
{
	(void)r;
	ended += q->err == VIO_OK;
}

static void open(const struct bench_ring *ring)
{
	const struct vio_rng_options o = { .requests = DEPTH_MAX };

	memset(&rng, 0, sizeof(rng));
	memset(&host, 0, sizeof(host));
	memset(request, 0, sizeof(request));
	host.at_most =
		BYTES - 1; /* the bytes count up, since no two answers may begin in the same way */
	bench_open(&x);
	model_rng_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_rng_init(&rng, &x.t.base, &x.p.platform, &o) != VIO_OK ||
	    vio_device_start(&rng.device) != VIO_OK)
		bench_fail("the entropy device does not start");
	for (unsigned i = 0; i < DEPTH_MAX; i++)
		request[i] = (struct vio_rng_request){ .p = bytes[i],
						       .len = BYTES,
						       .done = bench_ended };
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_rng_submit(&rng, &request[i]);
	vio_rng_kick(&rng);
}

void bench_rng(void)
{
	static const struct bench_class class = { .name = "rng",
						  .what = "256",
						  .x = &x,
						  .device = &rng.device,
						  .open = open,
						  .driver_submit = driver_submit,
						  .ended = &ended,
						  .first = 1 };

	bench_rings(&class, BENCH_PACKED + 1, BATCHES, DEPTH_MAX);
}
