/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled disk with its driver; what the tests of virtio-blk share. */
#ifndef BLK_RIG_H
#define BLK_RIG_H

#include <picovirtio/blk.h>
#include <picovirtio/driver.h>
#include "tests/model/blk.h"
#include "tests/unit/device_rig.h"

#define BLK_F(name)    BIT64(MODEL_BLK_F_##name)
#define BLK_INDIRECT   BIT64(28)
#define BLK_ANY_LAYOUT BIT64(27)
#define BLK_SECOND     UINT64_C(1000000000)

enum { BLK_SECTORS = 200, BLK_RING = 64 };

struct blk_rig {
	struct rig r;
	struct model_blk host;
	struct vio_blk b;
	const struct vio_blk_options *options; /* NULL: the defaults */
	bool direct;			       /* see host_direct() */
	uint8_t data[64 * 512];
	unsigned calls;
	struct vio_blk_request *ended[64]; /* in the order of done() */
};

static inline void blk_pattern(uint8_t *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

/* `x->r.cfg` is complete then, and may be changed before blk_go(). */
static inline void blk_prepare(struct blk_rig *x, uint32_t version, uint64_t features)
{
	memset(&x->b, 0, sizeof(x->b));
	memset(&x->host, 0, sizeof(x->host));
	x->calls = 0;
	rig_init_for(&x->r, version);
	if (x->direct)
		host_direct(&x->r.p);
	model_blk_config(&x->r.cfg, &x->host, version, features | (version == 2 ? BIT64(32) : 0),
			 BLK_RING, BLK_SECTORS);
	x->r.d = &x->b.device;
	assert_int_equal(vio_blk_init(&x->b, &x->r.t.base, &x->r.p.platform, x->options), VIO_OK);
	blk_pattern(x->host.disk, sizeof(x->host.disk), 3);
}

static inline int blk_go(struct blk_rig *x)
{
	rig_plug(&x->r, true);
	return vio_device_start(x->r.d);
}

static inline void blk_live(struct blk_rig *x, uint32_t version, uint64_t features)
{
	blk_prepare(x, version, features);
	assert_int_equal(blk_go(x), VIO_OK);
}

static inline void blk_close(struct blk_rig *x)
{
	rig_end(&x->r);
}

/* The host's turn and ours. */
static inline void blk_turn(struct blk_rig *x)
{
	vio_blk_kick(&x->b);
	model_run(&x->r.m);
	vio_device_poll(x->r.d);
}

static inline void blk_ended(struct vio_blk *b, struct vio_blk_request *r)
{
	struct blk_rig *x = r->arg;

	assert_ptr_equal(b, &x->b);
	assert_false(r->busy);
	assert_true(x->calls < 64);
	x->ended[x->calls++] = r;
}

/* Data requests of one segment at `p`. */
struct blk_io {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
};

static inline int blk_io(struct blk_rig *x, struct blk_io *io, enum vio_blk_op op, uint64_t sector,
			 void *p, uint32_t len)
{
	*io = (struct blk_io){ .seg = { p, len } };
	io->r = (struct vio_blk_request){
		.op = op, .sector = sector, .seg = &io->seg, .nseg = 1, .done = blk_ended, .arg = x
	};
	return vio_blk_submit(&x->b, &io->r);
}

/* Carry out one request with data. Returns its result. */
static inline int blk_do(struct blk_rig *x, enum vio_blk_op op, uint64_t sector, void *p,
			 uint32_t len)
{
	struct blk_io io;
	int rc = blk_io(x, &io, op, sector, p, len);

	if (rc < 0)
		return rc;
	blk_turn(x);
	assert_false(io.r.busy);
	return io.r.err;
}

/* One request without data. */
static inline int blk_range(struct blk_rig *x, enum vio_blk_op op, uint64_t sector,
			    uint32_t sectors, bool give_up)
{
	struct vio_blk_request r = {
		.op = op, .sector = sector, .sectors = sectors, .unmap = give_up
	};
	int rc = vio_blk_submit(&x->b, &r);

	if (rc < 0)
		return rc;
	blk_turn(x);
	assert_false(r.busy);
	return r.err;
}

#endif
