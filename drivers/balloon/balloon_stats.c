/* SPDX-License-Identifier: BSD-2-Clause */
/* The statistics: one buffer, which the device returns when it wants new ones (virtio 1.4,
 * 5.5.6.3). */
#include "drivers/balloon/balloon_internal.h"

/* An entry is not aligned. Its numbers are little-endian, as our CPUs and legacy devices are. */
static void put(uint8_t *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

int vio_balloon_send_stats(struct vio_balloon *b)
{
	struct vio_balloon_stat s[VIO_BALLOON_STATS_MAX] = { { 0 } };
	unsigned n = b->o.stats(b, s, VIO_BALLOON_STATS_MAX);

	if (n == 0 || n > VIO_BALLOON_STATS_MAX)
		return VIO_EINVAL;
	for (unsigned i = 0; i < n; i++) {
		uint8_t *to = b->stat + (size_t)VIO_BALLOON_STAT_BYTES * i;

		put(to, s[i].tag, 2);
		put(to + 2, s[i].value, 8);
	}
	b->stat_buf = (struct vio_buf){ .p = b->stat, .seg.len = n * VIO_BALLOON_STAT_BYTES };
	b->stat_request = (struct vio_request){ .buf = &b->stat_buf, .nread = 1 };
	return vio_queue_request(&b->stats, &b->stat_request);
}

void vio_balloon_stats_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	(void)r;
	(void)written;
	if (err == VIO_OK)
		vio_balloon_send_stats(balloon_of(q->dev));
}
