/* SPDX-License-Identifier: BSD-2-Clause */
/* play: WAV files of the disks on the first sound device. */
#include "firmware/console/command.h"
#include "firmware/commands/place.h"
#include "firmware/devices/lack.h"
#include "firmware/sound/hint.h"
#include "firmware/sound/stream.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <string.h>

static struct player {
	struct stream *t;
	struct place from;
	struct wav wav;
	uint64_t at;	 /* bytes of the samples that were read */
	unsigned silent; /* periods after the last one with samples */
	int unread;	 /* the error of the file, if that ended it */
} player;

static int read_file(void *arg, uint64_t at, void *to, uint32_t n)
{
	struct place *p = arg;
	const int rc = vio_files_read(&p->v, &p->node, at, to, n);

	player.unread = rc < 0 ? rc : VIO_OK;
	return rc;
}

/* Read the next period and submit it. 1, or 0 at the end. Silence fills the last period, and silent
 * periods follow it, as many as may be in flight: a device that is stopped drops the periods that
 * it has not played yet. */
static int fill(struct player *x, unsigned i)
{
	const uint64_t left = x->wav.bytes - x->at;
	const uint32_t room = x->t->period_bytes, n = left < room ? (uint32_t)left : room;
	int rc = read_file(&x->from, x->wav.at + x->at, x->t->bytes[i], n);

	if (rc < 0 || (rc == 0 && x->silent == STREAM_PERIODS))
		return rc;
	x->silent += rc == 0;
	memset(x->t->bytes[i] + rc, x->wav.format == VIO_SOUND_U8 ? 0x80 : 0, room - (uint32_t)rc);
	x->at += (uint32_t)rc;
	rc = stream_submit(x->t, i);
	return rc < 0 ? rc : 1;
}

/* Submit the periods in turn. 0: all were played. */
static int play_all(void *arg, struct vio_loop *loop)
{
	struct player *const x = arg;
	int rc = 1;

	for (unsigned i = 0; i < STREAM_PERIODS && rc > 0; i++)
		rc = fill(x, i);
	if (rc >= 0)
		rc = stream_start(x->t, loop);
	for (unsigned i = 0, idle = 0; rc >= 0 && idle < STREAM_PERIODS;
	     i = (i + 1) % STREAM_PERIODS) {
		rc = stream_wait(x->t, loop, i);
		if (rc == VIO_OK)
			rc = fill(x, i);
		idle = rc == 0 ? idle + 1 : 0;
	}
	return rc;
}

static void say_failure(const struct place *p, int rc)
{
	const struct wav *w = &player.wav;

	if (rc == VIO_EFORMAT)
		complain("play: %s: this is no WAV file, or it is damaged\n", p->path);
	else if (rc == VIO_ENOTSUP)
		complain("play: %s: the device does not play %" PRIu32 " bits at %" PRIu32
			 " Hz with so many channels\n",
			 p->path, w->bits, w->hertz);
	else if (rc == VIO_ESTOPPED)
		complain("play: %s: stopped after %" PRIu64 " frames\n", p->path,
			 player.at / w->frame_bytes);
	else if (player.unread < 0)
		complain("play: %s: %s\n", p->path, place_why(p, rc));
	else
		complain("play: %s: after %" PRIu64 " bytes: %s\n", p->path, player.at,
			 stream_why(rc));
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct place *const p = &player.from;

	player = (struct player){ 0 };
	int rc = stream_find(c->probe, c->loop, false, &player.t);
	if (rc == VIO_ENODEV)
		device_lacks(c->probe, &vio_sound_driver, "play", "sound device that plays",
			     SOUND_OPTIONS);
	else if (rc < 0)
		complain("play: %s\n", stream_why(rc));
	if (rc < 0 || !place_find("play", argc - 1, argv + 1, p))
		return;
	rc = p->node.kind == VIO_FILES_FILE ? wav_open(&player.wav, read_file, p) : VIO_EFORMAT;
	if (rc == VIO_OK)
		rc = stream_run(player.t, c->loop, &player.wav, play_all, &player);
	if (rc < 0)
		say_failure(p, rc);
	place_end(p);
}

extern const struct command command_play;
const struct command command_play = {
	.name = "play",
	.args = "[D:P] PATH",
	.help = "a WAV file of a disk on the first sound device",
	.least = 1,
	.most = 8,
	.complete = place_complete,
	.run = run,
};
