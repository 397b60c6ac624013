/* SPDX-License-Identifier: BSD-2-Clause */
/* record: records from the first sound device that can record, to a WAV file in a folder of the
 * host. */
#include "firmware/console/command.h"
#include "firmware/commands/place.h"
#include "firmware/console/number.h"
#include "firmware/devices/lack.h"
#include "firmware/sound/hint.h"
#include "firmware/sound/stream.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>

enum { SECONDS_MAX = 3600 };

static struct recorder {
	struct stream *t;
	struct wav wav;
	struct place *to; /* NULL: only the checksum is wanted */
	struct vio_files_node file;
	uint64_t at; /* bytes of the samples that were recorded */
	uint32_t crc;
	int unkept; /* the error of the folder, if that ended it */
} recorder;

/* The result of a call to the folder. */
static int kept(struct recorder *x, int rc)
{
	if (rc < 0)
		x->unkept = rc;
	return rc;
}

/* The samples of period `i`. */
static int keep(struct recorder *x, unsigned i)
{
	const uint64_t left = x->wav.bytes - x->at;
	const uint32_t got = x->t->period[i].bytes, n = got < left ? got : (uint32_t)left;
	int rc = VIO_OK;

	if (n == 0)
		return VIO_EIO;
	if (x->to)
		rc = kept(x, vio_files_write(&x->to->v, &x->file, WAV_HEAD + x->at, x->t->bytes[i],
					     n));
	x->crc = vio_files_crc(x->crc, x->t->bytes[i], n);
	x->at += n;
	return rc;
}

/* Record the periods in turn. */
static int record_all(void *arg, struct vio_loop *loop)
{
	struct recorder *const x = arg;
	int rc = VIO_OK;

	for (unsigned i = 0; i < STREAM_PERIODS && rc == VIO_OK; i++)
		rc = stream_submit(x->t, i);
	if (rc == VIO_OK)
		rc = stream_start(x->t, loop);
	for (unsigned i = 0; rc == VIO_OK && x->at < x->wav.bytes; i = (i + 1) % STREAM_PERIODS) {
		rc = stream_wait(x->t, loop, i);
		if (rc == VIO_OK)
			rc = keep(x, i);
		if (rc == VIO_OK)
			rc = stream_submit(x->t, i);
	}
	return rc;
}

static int record(struct recorder *x, struct vio_loop *loop)
{
	return stream_run(x->t, loop, &x->wav, record_all, x);
}

/* The file gets its name when it is complete. */
static int record_file(struct recorder *x, struct vio_loop *loop, const char *name)
{
	struct vio_files *v = &x->to->v;
	uint8_t head[WAV_HEAD];
	int rc = wav_head(&x->wav, head);

	if (rc == VIO_OK)
		rc = kept(x, vio_files_create(v, &x->to->node, name, &x->file));
	if (rc < 0)
		return rc;
	rc = kept(x, vio_files_write(v, &x->file, 0, head, sizeof(head)));
	if (rc == VIO_OK)
		rc = record(x, loop);
	const int finished = vio_files_finish(v, &x->to->node, name, &x->file, rc == VIO_OK);
	return rc < 0 ? rc : kept(x, finished);
}

static const char *why(const struct recorder *x, int rc)
{
	if (x->unkept < 0)
		return place_why(x->to, rc);
	return rc == VIO_ERANGE ? "a WAV file cannot be that long" : stream_why(rc);
}

static void say(const struct recorder *x, const char *name, int rc)
{
	const uint64_t frames = x->at / x->wav.frame_bytes;

	if (rc == VIO_OK)
		printf("%08" PRIx32 "  %" PRIu64 "  %s\n", x->crc, x->at, name);
	else if (rc == VIO_ESTOPPED)
		complain("record: %s: stopped after %" PRIu64 " frames, which are not kept\n", name,
			 frames);
	else if (x->unkept == VIO_ENOTSUP)
		complain("record: %s on disk %u is only read here\n", x->to->v.name,
			 x->to->d.number);
	else
		complain("record: %s: after %" PRIu64 " frames: %s\n", name, frames, why(x, rc));
}

static bool prepare(struct recorder *x, const struct command_context *c, const char *word)
{
	uint64_t seconds;

	if (!shell_number_word("record", word, 1, SECONDS_MAX, &seconds))
		return false;
	*x = (struct recorder){ 0 };
	const int rc = stream_find(c->probe, c->loop, true, &x->t);
	if (rc == VIO_ENODEV)
		device_lacks(c->probe, &vio_sound_driver, "record", "sound device that records",
			     SOUND_OPTIONS);
	else if (rc < 0)
		complain("record: %s\n", stream_why(rc));
	else if (!wav_choose(&x->wav, &x->t->s->stream[x->t->number]))
		complain("record: the stream has no format for a WAV file\n");
	x->wav.bytes = seconds * x->wav.hertz * x->wav.frame_bytes;
	return rc == VIO_OK && x->wav.bytes > 0;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const char *name = "(not kept)";
	struct place to;

	if (!prepare(&recorder, c, argv[1]))
		return;
	if (argc == 2) {
		say(&recorder, name, record(&recorder, c->loop));
	} else if (place_find_new("record", argc - 2, argv + 2, "record.wav", &to, &name)) {
		recorder.to = &to;
		say(&recorder, name, record_file(&recorder, c->loop, name));
		place_end(&to);
	}
}

/* The words after the number name a place. */
static void complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	if (argc > 2)
		place_complete(c, argc - 1, argv + 1, out);
}

extern const struct command command_record;
const struct command command_record = {
	.name = "record",
	.args = "SECONDS [[D:P] FILE]",
	.help = "what the first sound device hears, as a WAV file in a folder of the host",
	.least = 1,
	.most = 3,
	.complete = complete,
	.run = run,
};
