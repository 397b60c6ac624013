/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two modelled devices with their drivers: a test makes one of them lie, and the other one must not
 * be affected.
 */
#ifndef LAB_H
#define LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <picovirtio/device.h>
#include "tests/host_platform.h"
#include <picovirtio/mmio.h>

enum {
	LAB_SIZE = 8,	   /* of each device's queue */
	LAB_REQUESTS = 32, /* most requests of a device in all; LAB_SIZE / 2 at once */
	LAB_OUT = 8,	   /* bytes that a request carries to the device */
	LAB_IN = 12,	   /* ... and back */
	LAB_WINDOW = 0x200,
};
#define LAB_TIMEOUT UINT64_C(1000000000)

struct lab_request {
	uint8_t out[LAB_OUT], in[LAB_IN];
	vio_dma at[2];
	unsigned returns; /* must become 1 */
	int err;
	uint32_t written;
};

struct lab_device {
	struct vio_device dev; /* first */
	struct vio_host_window window;
	struct model model;
	struct vio_mmio transport;
	struct vio_queue queue;
	void *priv[4 * LAB_SIZE];
	struct lab_request request[LAB_REQUESTS];
	unsigned submitted, returned, failed, stopped;
	bool resubmit; /* from within done(), until LAB_REQUESTS */
	bool hold;     /* the device keeps its requests */
};

struct lab {
	struct host_platform host;
	struct lab_device liar, other;
};

/* Start both devices. `ring` are feature bits. With IN_ORDER and `batch` a used entry completes a
 * batch, and otherwise one request. */
void lab_open(struct lab *lab, uint32_t version, uint64_t ring, bool batch);

/* Stop both devices, if that is possible. Every request must have come back once. */
void lab_close(struct lab *lab);

/* Submit `n` requests and publish them in one batch. */
void lab_submit(struct lab_device *d, unsigned n);

/* Let both devices run, and then poll both. */
void lab_turn(struct lab *lab);

/* The device that lied has failed with `cause`, and its requests came back. The other one works. */
void lab_expect_failed(struct lab *lab, enum vio_cause cause);

/* The other device carries out requests. */
void lab_expect_other_works(struct lab *lab);

/* `body` on both register versions and on packed rings, with and without event index, and on
 * version 2 with all mixes of IN_ORDER and NOTIFICATION_DATA as well. */
void lab_on_all(void (*body)(struct lab *lab));

#endif
