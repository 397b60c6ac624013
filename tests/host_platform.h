/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Platforms for host tests (struct vio_platform of picovirtio/platform.h), and the plug between the
 * register windows of board/host/ and the device model.
 *
 *     struct host_platform p;  struct model m;  struct vio_host_window w;
 *     host_platform_init(&p, HOST_OFFSET);
 *     cfg.memory = &p.memory;  model_init(&m, &cfg);
 *     host_plug(&w, &m, 0x10001000, 0x200);
 *     ... vio_mmio_probe(&t, 0x10001000, 0x200); device.platform = &p.platform; ...
 *     host_unplug(&w); model_done(&m); host_platform_done(&p);
 *
 * The device can access only ring memory, the memory that host_give() names, and mapped memory in
 * the direction of its mapping.
 */
#ifndef HOST_PLATFORM_H
#define HOST_PLATFORM_H

#include <picovirtio/bounce.h>
#include "board/host/host.h"
#include <picovirtio/platform.h>
#include "tests/model/model.h"

enum host_kind {
	HOST_IDENTITY, /* device address = host pointer */
	HOST_OFFSET,   /* host pointer + 2^60: a missed translation is caught */
	HOST_LOW,      /* an address of its own for each mapping, from 0x80000000 on */
	HOST_HIGH,     /* the same from 0x1_0000_0000 on: above 4 GiB */
	HOST_KINDS
};
/* What is between CPU and device; all tests run with none of it, the drivers' with each
 * (environment HOST_DMA=cache or bounce), and with host_direct() (HOST_DMA=direct). */
enum host_dma {
	HOST_COHERENT,
	/* A cache that is not coherent: the device sees memory, a copy that is as old as the
	 * latest map() (clean), the CPU sees what the device wrote after unmap() (invalidate),
	 * and poison until then. What the CPU wrote to bytes of the device ends the test. */
	HOST_CACHE,
	HOST_BOUNCE, /* picovirtio/bounce.h */
};
/* Version 1 needs page numbers of 32 bits: HOST_LOW or HOST_HIGH. */

struct host_mapping; /* private */

struct host_platform {
	struct vio_platform platform; /* for the library */
	struct model_memory memory;   /* for the model */
	enum host_kind kind;
	enum host_dma dma;
	struct vio_bounce bounce;
	struct vio_bounce_run *runs; /* private */
	/* The clock: moves by `step` at each now() (so that bounded waits end), and
	 * when the test adds to it. */
	uint64_t clock, step;
	/* idle() was called so often, last with this deadline; it moves the clock to
	 * the deadline unless `on_idle` is set, which is called instead. */
	unsigned idles;
	uint64_t idle_deadline;
	void (*on_idle)(struct host_platform *p, void *ctx, uint64_t deadline);
	void *idle_ctx;
	bool no_lines; /* an interrupt controller whose line never rises: idle() says false */
	/* The `n`th call from now on fails (1: the next); 0: none; MODEL_NEVER: all do. */
	uint32_t fail_map, fail_ring, fail_memory;
	bool full;   /* map() has no room now */
	bool direct; /* read only, see host_direct() */
	/* Counters. */
	unsigned maps, unmaps, rings, privates, clock_reads;
	struct host_mapping *mapping; /* private */
	size_t nmapping;
	uint64_t next_address;
};

void host_platform_init(struct host_platform *p, enum host_kind kind);

/* From now on the platform has no map(): device addresses of buffers are their CPU addresses. The
 * device reaches all memory. */
void host_direct(struct host_platform *p);

/* Frees ring memory. Mappings that are left are no error: see host_mapped(). */
void host_platform_done(struct host_platform *p);

/* Mappings that were not given back. */
unsigned host_mapped(const struct host_platform *p);

/* Let the device reach memory of the test's own, for tests without a driver. */
vio_dma host_give(struct host_platform *p, void *va, size_t len);

/* Show a model at register address `at`; `w` stays in use until host_unplug(). */
void host_plug(struct vio_host_window *w, struct model *m, uintptr_t at, size_t len);
void host_unplug(struct vio_host_window *w);

#endif
