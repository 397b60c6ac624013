/* SPDX-License-Identifier: BSD-2-Clause */
/* A packed queue with three requests in flight, and the end of such a queue. */
#ifndef PACKED_OUT_H
#define PACKED_OUT_H

#include "packed_rig.h"

static uint16_t id[4];

/* Three requests in flight, with 1, 3 and 1 descriptors. */
static inline void three_out(struct rig_options o)
{
	rig_start(8, o);
	rig_cycle(5); /* the three cross the end of the ring */
	submit_three();
	id[0] = rig_desc(5)->id;
	id[1] = rig_desc(0)->id; /* of the last of its list */
	id[2] = rig_desc(1)->id;
}

/* The queue is broken, whatever the ring contains, and returns the `left` requests from `first` on.
 */
static inline void expect_broken(unsigned first, unsigned left)
{
	struct vq_done d;

	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	memset(rig_mem, 0, VQ_PACKED_BYTES(8));
	expect_dead(rig_event(1));
	expect_drained(first, left);
}

#endif
