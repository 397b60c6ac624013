/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled FUSE server with its driver; what the tests of virtio-fs share. */
#ifndef FS_RIG_H
#define FS_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/fs.h>
#include "tests/model/fs.h"
#include "tests/unit/device_rig.h"

enum { BIG = 16000 };

static struct rig r;
static struct model_fs host;
static struct vio_fs f;
static unsigned ended;
static uint8_t pattern[BIG], got[BIG];

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

static inline void plug(uint32_t version, const char *tag, const struct vio_fs_options *o)
{
	memset(&f, 0, sizeof(f));
	rig_init_for(&r, version);
	model_fs_config(&r.cfg, &host, version,
			BIT64(MODEL_FS_F_NOTIFICATION) | (version == 2 ? BIT64(32) : 0), 128, tag);
	r.d = &f.device;
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
}

/* The host's turn and ours, until nothing happens any more. */
static inline void settle(void)
{
	rig_settle(&r, 1000);
}

static inline void live_with(uint32_t version, const struct vio_fs_options *o)
{
	plug(version, "share", o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_not_equal(f.max_data, 0);
}

static inline void live(uint32_t version)
{
	live_with(version, NULL);
}

/* A root with a file of BIG bytes, a directory with a file, and a link. Returns the root. */
static inline struct vio_fs_file tree(uint32_t version, const struct vio_fs_options *o)
{
	struct model_p9 *t = &host.tree;

	for (unsigned i = 0; i < BIG; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
	memset(got, 0, sizeof(got));
	model_p9_add(t, 0, "big", MODEL_P9_FILE, pattern, BIG);
	const unsigned dir = model_p9_add(t, 0, "dir", MODEL_P9_DIRECTORY, NULL, 0);
	model_p9_add(t, dir, "inside", MODEL_P9_FILE, "hello\n", 6);
	model_p9_add(t, 0, "link", MODEL_P9_LINK, "dir/inside", 10);
	live_with(version, o);
	return vio_fs_root(&f);
}

static inline void done(struct vio_fs *of, struct vio_fs_request *q)
{
	assert_ptr_equal(of, &f);
	assert_false(q->busy);
	assert_ptr_equal(q->arg, &ended);
	ended++;
}

static inline int submit(struct vio_fs_request *q)
{
	q->done = done;
	q->arg = &ended;
	return vio_fs_submit(&f, q);
}

/* Carry out a request. Returns its result. */
static inline int run(struct vio_fs_request *q)
{
	const unsigned before = ended;
	const int rc = submit(q);

	if (rc < 0)
		return rc;
	assert_true(q->busy);
	vio_fs_kick(&f);
	settle();
	assert_int_equal(ended, before + 1);
	return q->err;
}

static inline struct vio_fs_file lookup(struct vio_fs_file dir, const char *name)
{
	struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .file = dir, .name = name };

	assert_int_equal(run(&q), VIO_OK);
	assert_int_not_equal(q.made.number, 0);
	return q.made;
}

static inline int end(struct vio_fs_file file)
{
	struct vio_fs_request q = { .op = VIO_FS_END, .file = file };

	return run(&q);
}

static inline int open_as(struct vio_fs_file file, uint32_t flags)
{
	struct vio_fs_request q = { .op = VIO_FS_OPEN, .file = file, .flags = flags };

	return run(&q);
}

/* The entry of this name, open. */
static inline struct vio_fs_file opened(struct vio_fs_file dir, const char *name, uint32_t flags)
{
	const struct vio_fs_file file = lookup(dir, name);

	assert_int_equal(open_as(file, flags), VIO_OK);
	return file;
}

#endif
