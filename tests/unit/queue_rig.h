/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of both ring formats share: a queue, and requests whose cookies say which one it
 * is. vq_rig.h (split) and packed_rig.h have the ring itself. */
#ifndef QUEUE_RIG_H
#define QUEUE_RIG_H

#include <picovirtio/virtqueue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { RIG_SIZE_MAX = 1024 };
static const uint64_t rig_dma = 0x500000000; /* above 4 GiB */

static void *rig_priv[VQ_PRIVATE_BYTES(RIG_SIZE_MAX) / sizeof(void *) + 1];
static struct vq q;
static int cookies[RIG_SIZE_MAX]; /* their addresses are the cookies */

struct rig_options {
	bool event_idx, no_indirect, strict_len, in_order;
	size_t used_align; /* of a split ring; 0: 4 */
};

static inline struct vq_config rig_config_of(const struct vq_format *format, uint8_t *mem,
					     uint16_t size, struct rig_options o)
{
	return (struct vq_config){
		.format = format,
		.size = size,
		.event_idx = o.event_idx,
		.indirect = !o.no_indirect,
		.strict_len = o.strict_len,
		.in_order = o.in_order,
		.used_align = o.used_align ? o.used_align : 4,
		.mem = mem,
		.mem_dma = { rig_dma },
		.priv = rig_priv,
	};
}

/* One request of one writable segment; its cookie is cookies + n. */
static inline int rig_submit(unsigned n, uint32_t len)
{
	const struct vq_seg seg = { { 0x1000 + n }, len };

	return vq_submit(&q, &seg, 0, 1, cookies + n);
}

/* Request `n` is back; `more` of its completion. */
static inline bool rig_take(unsigned n, uint32_t written)
{
	struct vq_done d;

	assert_int_equal(vq_reap(&q, &d), 1);
	assert_ptr_equal(d.cookie, cookies + n);
	assert_int_equal(d.written, written);
	return d.more;
}

static const struct vq_seg chain[3] = { { { 0x10 }, 16 }, { { 0x20 }, 512 }, { { 0x30 }, 1 } };

/* Three requests, of 1, 3 and 1 descriptors. */
static inline void submit_three(void)
{
	assert_int_equal(rig_submit(0, 10), VIO_OK);
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies + 1), VIO_OK);
	assert_int_equal(rig_submit(2, 10), VIO_OK);
	(void)vq_publish(&q);
}

/* The queue is dead, and stays dead. `asks` is the word of the ring with which the driver would ask
 * for notifications. */
static inline void expect_dead(const volatile uint16_t *asks)
{
	struct vq_done d = { .written = 77 };

	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(d.written, 77);
	assert_int_equal(rig_submit(0, 10), VIO_EDEVICE);
	assert_false(vq_publish(&q));
	assert_true(vq_has_used(&q));
	assert_true(vq_arm(&q));
	vq_disarm(&q);
	assert_int_equal(*asks, 0);
}

/* The queue returns the `left` requests from `first` on, each once. */
static inline void expect_drained(unsigned first, unsigned left)
{
	void *cookie;

	for (unsigned n = 0; n < left; n++) {
		assert_int_equal(vq_drain(&q, &cookie), 1);
		assert_true(cookie >= (void *)(cookies + first));
		assert_true(cookie < (void *)(cookies + first + left));
		cookies[(int *)cookie - cookies]++;
	}
	assert_int_equal(vq_drain(&q, &cookie), 0);
	for (unsigned n = first; n < first + left; n++) {
		assert_int_equal(cookies[n], 1);
		cookies[n] = 0;
	}
}

#endif
