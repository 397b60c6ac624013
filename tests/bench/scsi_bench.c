/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk behind a SCSI host: reads of 4 KiB, in batches. */
#include <picovirtio/scsi.h>

#include "tests/bench/machine.h"
#include "tests/model/scsi.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, BYTES = 4096, QUEUE = 64 };

static struct bench_machine x;
static struct model_scsi host;
static struct vio_scsi s;
static unsigned ended;
static uint8_t data[DEPTH_MAX][BYTES] __attribute__((aligned(BYTES)));
static struct io {
	struct vio_scsi_request r;
	struct vio_buf buf;
} io[DEPTH_MAX];

static void bench_ended(struct vio_scsi *scsi, struct vio_scsi_request *r)
{
	(void)scsi;
	ended += r->err == VIO_OK;
}

static void open(const struct bench_ring *ring)
{
	memset(&s, 0, sizeof(s));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	model_scsi_add(&host, 0, 0, 0);
	model_scsi_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_scsi_init(&s, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&s.device) != VIO_OK)
		bench_fail("the host does not start");
	do {
		model_run(&x.m);
	} while (vio_device_poll(&s.device));
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		io[i].buf = (struct vio_buf){ .p = data[i], .seg.len = BYTES };
		io[i].r = (struct vio_scsi_request){ .op = VIO_SCSI_READ,
						     .unit = &s.unit[0],
						     .block = i % 8 * (BYTES / 512),
						     .buf = &io[i].buf,
						     .nbuf = 1,
						     .done = bench_ended };
	}
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_scsi_submit(&s, &io[i].r);
	vio_scsi_kick(&s);
}

void bench_scsi(void)
{
	static const struct bench_class class = { .name = "scsi",
						  .what = "read 4096",
						  .x = &x,
						  .device = &s.device,
						  .open = open,
						  .driver_submit = driver_submit,
						  .ended = &ended,
						  .first = DEPTH_MAX,
						  .registers = true };

	bench_rings(&class, BENCH_RINGS, BATCHES, DEPTH_MAX);
}
