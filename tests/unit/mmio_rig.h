/* SPDX-License-Identifier: BSD-2-Clause */
/* transport/mmio.c against the strict register model: what its tests share. */
#ifndef MMIO_RIG_H
#define MMIO_RIG_H

#include "tests/unit/device_rig.h"

static struct rig r;
static struct toy toy;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

static const struct vio_transport_ops *ops(void)
{
	return r.t.base.ops;
}

static struct vio_transport *t(void)
{
	return &r.t.base;
}

/* A device of this version, probed and forgotten by the log. */
static void plug(uint32_t version, uint64_t features)
{
	rig_init_for(&r, version);
	toy_config(&r, &toy, version, features);
	rig_plug(&r, true);
	r.nlog = 0;
}

/* The first steps of 3.1.1, which the model insists on. */
static void greet(void)
{
	ops()->set_status(t(), 0);
	assert_int_equal(ops()->status(t()), 0);
	ops()->set_status(t(), 1);
	ops()->set_status(t(), 3);
}

static void negotiate(uint64_t accepted)
{
	greet();
	ops()->features(t());
	ops()->accept(t(), accepted);
	if (!r.t.base.legacy)
		ops()->set_status(t(), 3 | 8);
	ops()->status(t());
}

#endif
