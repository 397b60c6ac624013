/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled 9P server with its driver; what the tests of virtio-9p share. */
#ifndef P9_RIG_H
#define P9_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/p9.h>
#include "tests/model/p9.h"
#include "tests/unit/device_rig.h"

#define MOUNT_TAG BIT64(MODEL_P9_F_MOUNT_TAG)

static struct rig r;
static struct model_p9 host;
static struct vio_p9 p;
static unsigned ended;

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	ended = 0;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline void plug(uint32_t version, const char *tag, const struct vio_p9_options *o)
{
	memset(&p, 0, sizeof(p));
	rig_init_for(&r, version);
	model_p9_config(&r.cfg, &host, version, MOUNT_TAG | (version == 2 ? BIT64(32) : 0), 128,
			tag);
	r.d = &p.device;
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
}

/* The host's turn and ours, until nothing happens any more. */
static inline void settle(void)
{
	rig_settle(&r, 1000);
}

static inline void live_with(uint32_t version, const struct vio_p9_options *o)
{
	plug(version, "share", o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_not_equal(p.msize, 0);
}

static inline void live(uint32_t version)
{
	live_with(version, NULL);
}

static inline void done(struct vio_p9 *of, struct vio_p9_request *q)
{
	assert_ptr_equal(of, &p);
	assert_false(q->busy);
	assert_ptr_equal(q->arg, &ended);
	ended++;
}

static inline int submit(struct vio_p9_request *q)
{
	q->done = done;
	q->arg = &ended;
	return vio_p9_submit(&p, q);
}

/* Carry out a request. Returns its result. */
static inline int run(struct vio_p9_request *q)
{
	const unsigned before = ended;
	const int rc = submit(q);

	if (rc < 0)
		return rc;
	assert_true(q->busy);
	vio_p9_kick(&p);
	settle();
	assert_int_equal(ended, before + 1);
	return q->err;
}

static inline struct vio_p9_fid attach(void)
{
	struct vio_p9_request q = { .op = VIO_P9_ATTACH, .name = "" };

	assert_int_equal(run(&q), VIO_OK);
	assert_int_not_equal(q.made.number, 0);
	assert_int_equal(q.qid.type, 0x80);
	return q.made;
}

static inline struct vio_p9_fid walk(struct vio_p9_fid from, const char *path)
{
	struct vio_p9_request q = { .op = VIO_P9_WALK, .fid = from, .name = path };

	assert_int_equal(run(&q), VIO_OK);
	return q.made;
}

static inline int clunk(struct vio_p9_fid f)
{
	struct vio_p9_request q = { .op = VIO_P9_CLUNK, .fid = f };

	return run(&q);
}

static inline int open_as(struct vio_p9_fid f, uint32_t flags)
{
	struct vio_p9_request q = { .op = VIO_P9_OPEN, .fid = f, .flags = flags };

	return run(&q);
}

/* The file of this path, open. */
static inline struct vio_p9_fid opened(struct vio_p9_fid root, const char *path, uint32_t flags)
{
	const struct vio_p9_fid f = walk(root, path);

	assert_int_equal(open_as(f, flags), VIO_OK);
	return f;
}

#endif
