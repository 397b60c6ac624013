/* SPDX-License-Identifier: BSD-2-Clause */
/* A device of the toy class (device_rig.h): what the tests of the device layer share. */
#ifndef TOY_RIG_H
#define TOY_RIG_H

#include "tests/unit/device_rig.h"

static struct rig r;
static struct toy toy;

static inline int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

/* Plugged in and probed, not started. */
static inline void plug_toy(uint32_t version, uint64_t features)
{
	rig_close(&r);
	rig_init_for(&r, version);
	toy_config(&r, &toy, version, features);
	rig_plug(&r, true);
	r.nlog = 0;
}

/* The least that a device of this version offers. */
static inline uint64_t offer(uint32_t version)
{
	return 1 | (version == 2 ? BIT64(32) : 0);
}

static inline void live_on(uint32_t version, uint64_t more)
{
	rig_close(&r);
	toy_live(&r, &toy, version, offer(version) | more);
}

static inline void live(void)
{
	live_on(2, 0);
}

static inline void submit(unsigned queue, unsigned n)
{
	while (n-- != 0)
		assert_int_equal(toy_submit(&toy, queue), VIO_OK);
	vio_queue_kick(&toy.q[queue]);
}

static inline void failed_with(enum vio_cause cause)
{
	toy_has_failed(&r, &toy, cause);
}

#endif
