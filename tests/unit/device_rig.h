/* SPDX-License-Identifier: BSD-2-Clause */
/* One modelled device, plugged in and probed, with a log of its registers: what the tests of
 * transport/ and drivers/ share. */
#ifndef DEVICE_RIG_H
#define DEVICE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <picovirtio/device.h>
#include "tests/host_platform.h"
#include "tests/model/console.h"
#include "tests/model/rng.h"
#include <picovirtio/mmio.h>

enum {
	RIG_AT = 0x10001000,
	RIG_LEN = 0x200,
	RIG_LOG = 512,
	RIG_MORE = 48,

	/* Registers, as the specification numbers them: not the code's own names. */
	AT_DEVICE_FEATURES = 0x010,
	AT_DEVICE_FEATURES_SEL = 0x014,
	AT_DRIVER_FEATURES = 0x020,
	AT_DRIVER_FEATURES_SEL = 0x024,
	AT_GUEST_PAGE_SIZE = 0x028,
	AT_QUEUE_SEL = 0x030,
	AT_QUEUE_SIZE_MAX = 0x034,
	AT_QUEUE_SIZE = 0x038,
	AT_QUEUE_ALIGN = 0x03c,
	AT_QUEUE_PFN = 0x040,
	AT_QUEUE_READY = 0x044,
	AT_QUEUE_NOTIFY = 0x050,
	AT_INTERRUPT_STATUS = 0x060,
	AT_INTERRUPT_ACK = 0x064,
	AT_STATUS = 0x070,
	AT_GENERATION = 0x0fc,
	AT_CONFIG = 0x100,
};

#define BIT64(n) (UINT64_C(1) << (n))

struct rig_access {
	bool write;
	uint32_t off, value;
};

struct rig {
	struct host_platform p;
	struct model m;
	struct model_config cfg; /* fill it, then rig_plug() */
	struct vio_host_window w;
	struct vio_mmio t;
	/* The device under test: `own`, or that of a class, which rig_drive() sets. */
	struct vio_device *d, own;
	struct rig_access log[RIG_LOG];
	unsigned nlog;
	bool plugged;
	uint32_t beside;	    /* bytes between RIG_AT and the registers of this device */
	uint32_t needs_reset_after; /* when this is written to Status, the device gives up */
	/* A value to be read instead, `times` times, at `off`, after `skip` true ones. */
	struct {
		uint32_t off, value, times, skip;
	} instead;
};

/* A platform of this kind, and an empty `r->cfg`. */
void rig_init(struct rig *r, enum host_kind kind);

/* Identity-like addresses that version 1 can express, high ones for version 2. */
void rig_init_for(struct rig *r, uint32_t version);

/* From now on `r->d` is this device, a zeroed instance of the class, which is prepared. */
void rig_drive(struct rig *r, struct vio_device *d, const struct vio_driver *driver);

/* Plug the model of `r->cfg` in and probe it; must succeed unless `probe` is false. */
void rig_plug(struct rig *r, bool probe);

/* Take everything down. */
void rig_close(struct rig *r);

/* The same. If a device is plugged in, first check that the driver has done all that it must. */
void rig_end(struct rig *r);

/* The device's turn and the driver's, until nothing happens any more, which must not take more than
 * `turns`. */
void rig_settle(struct rig *r, unsigned turns);

/* The device loses the next request of a queue with a time-out, and carries out all others, which
 * `more` submits and kicks, at most RIG_MORE. It must fail nevertheless, and everything must be
 * unmapped. */
void rig_loses_one(struct rig *r, unsigned queue, void (*more)(unsigned nth));

/* The values written to one register since the log began, in order; returns how many. */
unsigned rig_written(const struct rig *r, uint32_t off, uint32_t *values, unsigned room);

/* Place of the `n`th (from 0) logged access of this kind; fails the test if there is none. */
unsigned rig_find(const struct rig *r, bool write, uint32_t off, unsigned n);

/* ---- A device class with two queues that fill their buffers ---- */

enum {
	TOY_TYPE = 42,
	TOY_QUEUES = 2,
	TOY_SIZE = 8,
	TOY_BYTES = 16,
	TOY_DONE = 64,
	TOY_F_WANTED = 3,
	TOY_F_HARMLESS = 4,
};

struct toy_request {
	vio_dma at;
	uint8_t bytes[TOY_BYTES];
	bool out;
};

struct toy {
	struct vio_device device; /* first */
	/* How the driver behaves. */
	uint16_t max, least;
	unsigned open; /* queues to open */
	int start_error;
	unsigned submit_early; /* requests submitted in start() */
	unsigned lie_in;       /* lied in: 1 start, 2 ready, 3 done, 4 config_changed */
	bool submit_on_config;
	void (*on_start)(struct toy *t);
	void (*on_opened)(struct toy *t); /* the first queue is open */
	void (*on_done)(struct toy *t, struct vio_queue *q, int err);
	/* What happened. */
	struct vio_queue q[TOY_QUEUES];
	void *priv[TOY_QUEUES][64];
	struct toy_request request[TOY_DONE];
	int err[TOY_DONE]; /* of each done(), in order */
	uint32_t written[TOY_DONE];
	void *cookie[TOY_DONE];
	unsigned ndone, depth, deepest;
	unsigned starts, readies, configs, stops;
	enum vio_state state_in_ready, state_in_stopped;
	int open_result;
	bool model_holds; /* the model keeps the requests */
};

extern const struct vio_driver toy_driver;
extern const struct model_class toy_class;

/* `r->cfg` for the toy, and `r->d` for its driver. */
void toy_config(struct rig *r, struct toy *t, uint32_t version, uint64_t features);

/* Init, configure, plug, and start; the start must succeed. */
void toy_live(struct rig *r, struct toy *t, uint32_t version, uint64_t features);

/* Start the device. This must fail with this problem, write FAILED, reset the device, and leave no
 * request in flight. */
void toy_start_fails(struct rig *r, struct toy *t, enum vio_cause cause, int err);

/* The device has been failed for this while it was live, everything came back, and it is dead. */
void toy_has_failed(struct rig *r, struct toy *t, enum vio_cause cause);

/* Submit one request; the result of vio_queue_submit(). */
int toy_submit(struct toy *t, unsigned queue);

/* Requests that are not back. */
unsigned toy_out(const struct toy *t);

#endif
