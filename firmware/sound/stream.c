/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/sound/stream.h"

#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>

enum { PERIODS_A_SECOND = 20 };

#define TIMEOUT_S 10
#define TIMEOUT	  (TIMEOUT_S * UINT64_C(1000000000))

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

static bool is_known(void *arg)
{
	const struct vio_sound *s = arg;

	return s->is_known || s->device.state != VIO_LIVE;
}

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

/* VIO_ENODEV: the device is not live, or has no such stream. */
static int look(struct vio_sound *s, struct vio_loop *l, bool records)
{
	if (!s || s->device.state != VIO_LIVE)
		return VIO_ENODEV;
	const int rc = wait_result(l, is_known, s, TIMEOUT); /* after a restart */
	if (rc < 0)
		return rc;
	return s->device.state == VIO_LIVE && has_stream(s, records) ? VIO_OK : VIO_ENODEV;
}

int stream_find(const struct probe *p, struct vio_loop *l, bool records, struct stream **out)
{
	int rc = wait_result(l, is_idle, &stream, TIMEOUT); /* with an earlier run */
	if (rc < 0)
		return rc;
	*out = &stream;
	rc = VIO_ENODEV;
	for (const struct slot *slot = p->slots; rc < 0 && rc != VIO_ESTOPPED && slot;
	     slot = slot->next) {
		const int found = look(vio_sound_of(slot->device), l, records);

		if (found == VIO_ENODEV)
			continue;
		stream.slot = slot;
		rc = found;
	}
	return rc;
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
	       " Hz, %u channel%s; Ctrl-C stops it\n",
	       w->bytes / w->frame_bytes, w->bits, w->hertz, w->channels,
	       w->channels == 1 ? "" : "s");
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

/* ---- Words ---- */

const char *stream_why(int rc)
{
	static char text[128];
	const struct vio_device *d = stream.slot->device;

	if (rc != VIO_ETIMEDOUT || d->state != VIO_LIVE)
		return device_error(stream.slot->label, d, rc);
	snprintf(text, sizeof(text), "%s did not answer for %d s; is its audio backend stuck?",
		 stream.slot->label, TIMEOUT_S);
	return text;
}
