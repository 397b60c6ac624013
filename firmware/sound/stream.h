/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of a sound device, in periods that take turns. There is one at a time. */
#ifndef FIRMWARE_SOUND_STREAM_H
#define FIRMWARE_SOUND_STREAM_H

#include <picovirtio/loop.h>
#include "firmware/sound/wav.h"

struct probe;

enum { STREAM_PERIODS = 4, STREAM_PERIOD_MAX = 16384 };

/* What is in flight may outlive a command, so this is static. */
struct stream {
	struct vio_sound *s;
	uint32_t number; /* of the stream in its device */
	uint32_t period_bytes;
	struct vio_sound_command command, release; /* private, as all but `period` and `bytes` */
	struct vio_sound_transfer period[STREAM_PERIODS];
	uint8_t bytes[STREAM_PERIODS][STREAM_PERIOD_MAX];
	int err; /* of a transfer */
};

/* The first stream of a live device that records, or plays. VIO_EBUSY: the device has not ended
 * what was before. VIO_ENODEV: there is none. VIO_ESTOPPED: by Ctrl-C. */
int stream_find(const struct probe *p, struct vio_loop *l, bool records, struct stream **out);

/* Prepare it for these samples. Further errors of this and all below: VIO_ETIMEDOUT, VIO_ESTOPPED
 * and those of a command. VIO_ENOTSUP: the device has no such samples. */
int stream_open(struct stream *t, struct vio_loop *l, const struct wav *w);

/* Give period `i` to the device; start the stream; wait until the device gives the period back,
 * VIO_OK if all that it gave back are good. */
int stream_submit(struct stream *t, unsigned i);
int stream_start(struct stream *t, struct vio_loop *l);
int stream_wait(struct stream *t, struct vio_loop *l, unsigned i);

/* Stop it and take all periods back. Also after an error. */
int stream_close(struct stream *t, struct vio_loop *l);

#endif
