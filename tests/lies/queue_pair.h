/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtqueue and the model's side of it, with two requests in flight, for named lies. */
#ifndef QUEUE_PAIR_H
#define QUEUE_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/host_platform.h"
#include <picovirtio/virtqueue.h>

enum { SIZE = 8, REQUESTS = 4, BYTES = 16 };

struct pair {
	bool legacy, packed, in_order, event_idx, strict;
	struct host_platform host;
	struct vq vq;
	struct mq mq;
	void *priv[SIZE * 4];
	uint8_t bytes[SIZE][BYTES];
	vio_dma at;
	unsigned returned[SIZE];
};

/* A ring that has wrapped once, so that its used ring holds old entries. */
void open_pair(struct pair *p);
void close_pair(struct pair *p);

/* `body` on both layouts of the split ring, on the packed one, and on these with IN_ORDER, each
 * with and without event index; on_split() on the first two. */
void on_split(void (*body)(struct pair *p), bool strict);
void on_all(void (*body)(struct pair *p), bool strict);

/* `len` bytes of buffer `i`. */
struct vq_seg seg(const struct pair *p, unsigned i, uint32_t off, uint32_t len);

/* Publish; the device looks. */
void publish(struct pair *p);

/* Two requests are in flight: 0 (one readable, two writable segments), 1 (one of each). */
void two_out(struct pair *p);

/* The queue is broken, reports that, and returns the requests in flight. */
void expect_broken(struct pair *p);

#endif
