/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled GPU with its driver; what the tests of virtio-gpu share. */
#ifndef GPU_RIG_H
#define GPU_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/gpu.h>
#include "tests/model/gpu.h"
#include "tests/unit/device_rig.h"

#define EDID BIT64(MODEL_GPU_F_EDID)

static struct rig r;
static struct model_gpu host;
static struct vio_gpu g;
static unsigned changes;

static inline void on_change(struct vio_gpu *gpu)
{
	assert_ptr_equal(gpu, &g);
	changes++;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	changes = 0;
	host.mode[0] = (struct model_gpu_mode){ { 0, 0, 1280, 800 }, 1 };
	model_gpu_make_edid(&host, 0, "RHT", "QEMU Monitor", 1280, 800);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	model_gpu_free(&host);
	return 0;
}

static inline void plug(uint32_t version, uint64_t features, uint32_t heads,
			const struct vio_gpu_options *o)
{
	memset(&g, 0, sizeof(g));
	rig_init_for(&r, version);
	model_gpu_config(&r.cfg, &host, version, features | (version == 2 ? BIT64(32) : 0), 64,
			 heads);
	r.d = &g.device;
	assert_int_equal(vio_gpu_init(&g, &r.t.base, &r.p.platform, o), VIO_OK);
	g.changed = on_change;
	rig_plug(&r, true);
}

/* The host's turn and ours, until nothing happens any more. */
static inline void settle(void)
{
	rig_settle(&r, 100);
}

static inline void live(uint32_t version, uint64_t features, uint32_t heads)
{
	plug(version, features, heads, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
}

#endif
