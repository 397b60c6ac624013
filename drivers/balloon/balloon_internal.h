/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-balloon share. Calls go from balloon.c to balloon_pages.c and
 * balloon_stats.c. */
#ifndef VIO_BALLOON_INTERNAL_H
#define VIO_BALLOON_INTERNAL_H

#include <picovirtio/balloon.h>
#include <picovirtio/driver.h>

/* Offsets in config space, which is little-endian in both register versions (5.5.4). */
enum {
	BALLOON_AT_NUM_PAGES = 0,
	BALLOON_AT_ACTUAL = 4,
	BALLOON_AT_HINT_ID = 8,
	BALLOON_AT_POISON = 12,
};

static inline struct vio_balloon *balloon_of(struct vio_device *d)
{
	return (struct vio_balloon *)(void *)d;
}

/* Tell the device how many pages are in the balloon. */
void vio_balloon_tell(struct vio_balloon *b);

/* Send the next request, if none is in flight. */
void vio_balloon_go_on(struct vio_balloon *b);

/* The device is gone: nothing is in flight any more. */
void vio_balloon_failed(struct vio_balloon *b);

/* Request-done functions. */
void vio_balloon_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);
void vio_balloon_stats_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

/* Give the device the buffer with statistics. */
int vio_balloon_send_stats(struct vio_balloon *b);

#endif
