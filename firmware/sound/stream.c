/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/sound/stream.h"

#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"

#include <inttypes.h>
#include <stdio.h>

enum { PERIODS_A_SECOND = 20 };

#define TIMEOUT UINT64_C(10000000000)

static struct stream stream;

static bool is_idle(void *arg)
{
	const struct stream *t = arg;
	bool any = t->command.busy || t->release.busy;

	for (unsigned i = 0; i < STREAM_PERIODS; i++)
		any |= t->period[i].busy;
	return !any;
}

/* ---- Which stream ---- */

static bool has_stream(struct vio_sound *s, bool records)
{
	stream.s = s;
	for (stream.number = 0; stream.number < s->nstreams; stream.number++) {
		const struct vio_sound_stream *t = &s->stream[stream.number];

		if (t->usable && t->records == records)
			return true;
	}
	return false;
}

int stream_find(const struct probe *p, struct vio_loop *l, bool records, struct stream **out)
{
	const int rc = wait_result(l, is_idle, &stream, TIMEOUT); /* with an earlier run */
	if (rc < 0)
		return rc;
	*out = &stream;
	for (const struct slot *slot = p->slots; slot; slot = slot->next) {
		struct vio_sound *s = vio_sound_of(slot->device);

		if (s && s->device.state == VIO_LIVE && has_stream(s, records))
			return VIO_OK;
	}
	return VIO_ENODEV;
}

/* ---- Commands ---- */

static bool is_answered(void *arg)
{
	return !((const struct vio_sound_command *)arg)->busy;
}

static int send(struct stream *t, struct vio_sound_command *c, enum vio_sound_op op)
{
	c->op = op;
	c->stream = t->number;
	c->done = NULL;
	return vio_sound_send(t->s, c);
}

static int command(struct stream *t, struct vio_loop *l, enum vio_sound_op op)
{
	int rc = send(t, &t->command, op);

	if (rc == VIO_OK)
		rc = wait_result(l, is_answered, &t->command, TIMEOUT);
	return rc == VIO_OK ? t->command.err : rc;
}

static int open(struct stream *t, struct vio_loop *l, const struct wav *w)
{
	const uint64_t bytes = (uint64_t)(w->hertz / PERIODS_A_SECOND) * w->frame_bytes;
	const uint32_t most = bytes < STREAM_PERIOD_MAX ? (uint32_t)bytes : STREAM_PERIOD_MAX;

	t->period_bytes = most - most % w->frame_bytes;
	t->err = VIO_OK;
	t->command.params =
		(struct vio_sound_params){ STREAM_PERIODS * t->period_bytes, t->period_bytes,
					   w->channels, w->format, w->rate };
	const int rc = command(t, l, VIO_SOUND_PARAMS);
	return rc == VIO_OK ? command(t, l, VIO_SOUND_PREPARE) : rc;
}

int stream_start(struct stream *t, struct vio_loop *l)
{
	return command(t, l, VIO_SOUND_START);
}

/* RELEASE returns all periods. After Ctrl-C the function does not wait. */
static int close(struct stream *t, struct vio_loop *l)
{
	int rc = t->command.busy ? VIO_EBUSY : send(t, &t->command, VIO_SOUND_STOP);

	if (rc == VIO_OK)
		rc = send(t, &t->release, VIO_SOUND_RELEASE);
	if (rc == VIO_OK)
		rc = wait_result(l, is_idle, t, TIMEOUT);
	if (rc < 0)
		return rc;
	return t->command.err < 0 ? t->command.err : t->release.err;
}

int stream_run(struct stream *t, struct vio_loop *l, const struct wav *w,
	       int (*work)(void *arg, struct vio_loop *l), void *arg)
{
	int rc = open(t, l, w);

	if (rc < 0)
		return rc;
	printf("%" PRIu64 " frames of %" PRIu32 " bits at %" PRIu32
	       " Hz, %u channels; Ctrl-C stops it\n",
	       w->bytes / w->frame_bytes, w->bits, w->hertz, w->channels);
	rc = work(arg, l);
	const int closed = close(t, l);
	return rc < 0 ? rc : closed;
}

/* ---- Samples ---- */

static void ended(struct vio_sound *s, struct vio_sound_transfer *transfer)
{
	(void)s;
	if (stream.err == VIO_OK)
		stream.err = transfer->err;
}

int stream_submit(struct stream *t, unsigned i)
{
	t->period[i] = (struct vio_sound_transfer){
		.stream = t->number, .p = t->bytes[i], .len = t->period_bytes, .done = ended
	};
	const int rc = vio_sound_submit(t->s, &t->period[i]);
	vio_sound_kick(t->s);
	return rc;
}

static bool is_free(void *arg)
{
	return !((const struct vio_sound_transfer *)arg)->busy;
}

int stream_wait(struct stream *t, struct vio_loop *l, unsigned i)
{
	const int rc = wait_result(l, is_free, &t->period[i], TIMEOUT);

	return rc == VIO_OK ? t->err : rc;
}
