/* SPDX-License-Identifier: BSD-2-Clause */
/* A live device of the toy class: what the tests of poll, service and arm share. */
#ifndef LIVE_RIG_H
#define LIVE_RIG_H

#include "tests/unit/device_rig.h"

static struct rig r;
static struct toy toy;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

static void live_on(uint32_t version, uint64_t more)
{
	rig_close(&r);
	toy_live(&r, &toy, version, 1 | more | (version == 2 ? BIT64(32) : 0));
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
