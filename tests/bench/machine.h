/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled device with its machine, for the benches of the drivers. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <picovirtio/mmio.h>

#include "tests/bench/bench.h"
#include "tests/host_platform.h"

/* The rings and transports that are counted. */
struct bench_ring {
	const char *name;
	uint32_t version;
	uint64_t features;
};
enum { BENCH_SPLIT, BENCH_PACKED, BENCH_DIRECT, BENCH_LEGACY, BENCH_RINGS };
extern const struct bench_ring bench_ring[BENCH_RINGS];

struct bench_machine {
	struct host_platform p;
	struct model_config cfg;
	struct model m;
	struct vio_host_window w;
	struct vio_mmio t;
};

/* Device addresses of buffers are their CPU addresses, memory is coherent, and nothing has to be
 * mapped. Fill `x->cfg`, all but its memory, before bench_plug(). */
void bench_open(struct bench_machine *x);

/* The device is plugged in, and its registers are probed. */
void bench_plug(struct bench_machine *x);

void bench_close(struct bench_machine *x);

/* A class whose requests are counted in batches: the driver submits some, the device serves all of
 * them, and the driver polls. */
struct bench_class {
	const char *name, *what; /* for example "blk" and "read 4096" */
	struct bench_machine *x;
	struct vio_device *device;
	void (*open)(const struct bench_ring *ring);
	void (*driver_submit)(unsigned depth);
	unsigned *ended; /* requests that the device carried out */
	unsigned first;	 /* requests before anything is counted */
	bool registers;	 /* count the registers that are read, too */
};

/* `n` batches of `depth` requests. */
void bench_batches(const struct bench_class *c, unsigned n, unsigned depth);

/* Count `n` batches of `depth` requests with a new device. */
void bench_count(const struct bench_class *c, const struct bench_ring *ring, unsigned n,
		 unsigned depth);

/* The same with each of the first `rings` kinds of rings: one at a time, and `most` at a time. */
void bench_rings(const struct bench_class *c, unsigned rings, unsigned n, unsigned most);

void bench_blk(void);
void bench_scsi(void);
void bench_p9(void);
void bench_fs(void);
void bench_net(void);
void bench_console(void);
void bench_crypto(void);
void bench_vsock(void);
void bench_sound(void);
void bench_rng(void);
void bench_gpu(void);
void bench_input(void);
void bench_balloon(void);

#endif
