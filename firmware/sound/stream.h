/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of a sound device, as a fixed number of periods that are used in turn. One stream is in
 * use at a time. */
#ifndef FIRMWARE_SOUND_STREAM_H
#define FIRMWARE_SOUND_STREAM_H

#include <picovirtio/loop.h>
#include "firmware/sound/wav.h"

struct probe;
struct slot;

enum { STREAM_PERIODS = 4, STREAM_PERIOD_MAX = 16384 };

/* Static, since a transfer in flight may outlive a command. */
struct stream {
	const struct slot *slot; /* NULL: no stream was used yet */
	struct vio_sound *s;
	uint32_t number; /* the number of the stream in its device */
	uint32_t period_bytes;
	struct vio_sound_command command, release; /* private, as all but `period` and `bytes` */
	struct vio_sound_transfer period[STREAM_PERIODS];
	uint8_t bytes[STREAM_PERIODS][STREAM_PERIOD_MAX];
	int err; /* of a transfer */
};

/* Find the first stream of a live device that records, or that plays. VIO_ETIMEDOUT: the device has
 * not ended the stream that was used before, or does not say which streams it has. VIO_ENODEV:
 * there is no such stream. VIO_ESTOPPED: Ctrl-C was pressed. */
int stream_find(const struct probe *p, struct vio_loop *l, bool records, struct stream **out);

/*
 * Prepare the stream for these samples, say what they are, run `work`, stop the stream and take all
 * periods back. Returns the first error. VIO_ENOTSUP: the device does not support the samples. This
 * and the functions below also return VIO_ETIMEDOUT, VIO_ESTOPPED and the errors of a command.
 */
int stream_run(struct stream *t, struct vio_loop *l, const struct wav *w,
	       int (*work)(void *arg, struct vio_loop *l), void *arg);

/* Submit period `i`. Start the stream. Wait until the device returns a period: VIO_OK if all
 * periods that it returned succeeded. */
int stream_submit(struct stream *t, unsigned i);
int stream_start(struct stream *t, struct vio_loop *l);
int stream_wait(struct stream *t, struct vio_loop *l, unsigned i);

/* Why one of these functions failed, with the name of the device. Valid until the next call. */
const char *stream_why(int rc);

#endif
