/* SPDX-License-Identifier: BSD-2-Clause */
/* Three requests that a packed queue has out, and the end of such a queue. */
#ifndef PACKED_OUT_H
#define PACKED_OUT_H

#include "packed_rig.h"

static const struct vq_seg chain[3] = { { { 0x10 }, 16 }, { { 0x20 }, 512 }, { { 0x30 }, 1 } };
static uint16_t id[4];

/* Three requests out, of 1, 3 and 1 descriptors. */
static inline void three_out(struct rig_options o)
{
	rig_start(8, o);
	rig_cycle(5); /* the three cross the end of the ring */
	assert_int_equal(rig_submit(0, 10), VIO_OK);
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies + 1), VIO_OK);
	assert_int_equal(rig_submit(2, 10), VIO_OK);
	(void)vq_publish(&q);
	id[0] = rig_desc(5)->id;
	id[1] = rig_desc(0)->id; /* of the last of its list */
	id[2] = rig_desc(1)->id;
}

/* The queue is dead, stays dead, and gives back the `left` requests from `first` on. */
static inline void expect_broken(unsigned first, unsigned left)
{
	struct vq_done d = { .written = 77 };
	void *cookie;

	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(d.written, 77);
	memset(rig_mem, 0, VQ_PACKED_BYTES(8)); /* whatever the ring says */
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(rig_submit(0, 10), VIO_EDEVICE);
	assert_false(vq_publish(&q));
	assert_true(vq_has_used(&q));
	assert_true(vq_arm(&q));
	vq_disarm(&q);
	assert_int_equal(*rig_event(1), 0);
	for (unsigned n = 0; n < left; n++) {
		assert_int_equal(vq_drain(&q, &cookie), 1);
		assert_true(cookie >= (void *)(cookies + first));
		assert_true(cookie < (void *)(cookies + first + left));
		cookies[(int *)cookie - cookies]++;
	}
	assert_int_equal(vq_drain(&q, &cookie), 0);
	for (unsigned n = first; n < first + left; n++) {
		assert_int_equal(cookies[n], 1); /* each once */
		cookies[n] = 0;
	}
}

#endif
