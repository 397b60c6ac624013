/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in a folder of the host, by virtio-fs: reads of 4 KiB, in batches. */
#include <picovirtio/fs.h>

#include "tests/bench/machine.h"
#include "tests/model/fs.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, BYTES = 4096, QUEUE = 64 };

static struct bench_machine x;
static struct model_fs host;
static struct vio_fs f;
static struct vio_fs_file file;
static unsigned ended;
static uint8_t data[DEPTH_MAX][BYTES] __attribute__((aligned(BYTES)));
static struct vio_fs_request io[DEPTH_MAX];

static void bench_ended(struct vio_fs *of, struct vio_fs_request *r)
{
	(void)of;
	ended += r->err == VIO_OK && (r->op != VIO_FS_READ || r->n == BYTES);
}

static void settle(void)
{
	do {
		model_run(&x.m);
	} while (vio_device_poll(&f.device));
}

static void must(struct vio_fs_request r)
{
	io[0] = r;
	if (vio_fs_submit(&f, &io[0]) != VIO_OK)
		bench_fail("a request is refused");
	vio_fs_kick(&f);
	settle();
	if (io[0].err != VIO_OK)
		bench_fail("a request failed");
}

static void open(const struct bench_ring *ring)
{
	static const uint8_t content[2 * BYTES];
	const struct vio_fs_options o = { .requests = DEPTH_MAX };

	memset(&f, 0, sizeof(f));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	model_p9_add(&host.tree, 0, "file", MODEL_P9_FILE, content, sizeof(content));
	model_fs_config(&x.cfg, &host, ring->version, ring->features, QUEUE, "tag");
	bench_plug(&x);
	if (vio_fs_init(&f, &x.t.base, &x.p.platform, &o) != VIO_OK ||
	    vio_device_start(&f.device) != VIO_OK)
		bench_fail("the folder does not start");
	settle();
	must((struct vio_fs_request){
		.op = VIO_FS_LOOKUP, .file = vio_fs_root(&f), .name = "file" });
	file = io[0].made;
	must((struct vio_fs_request){ .op = VIO_FS_OPEN, .file = file });
	for (unsigned i = 0; i < DEPTH_MAX; i++)
		io[i] = (struct vio_fs_request){ .op = VIO_FS_READ,
						 .file = file,
						 .offset = i % 2 * BYTES,
						 .data = data[i],
						 .len = BYTES,
						 .done = bench_ended };
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_fs_submit(&f, &io[i]);
	vio_fs_kick(&f);
}

void bench_fs(void)
{
	static const struct bench_class class = { .name = "fs",
						  .what = "read 4096",
						  .x = &x,
						  .device = &f.device,
						  .open = open,
						  .driver_submit = driver_submit,
						  .ended = &ended,
						  .first = DEPTH_MAX,
						  .registers = true };

	bench_rings(&class, BENCH_RINGS, BATCHES, DEPTH_MAX);
}
