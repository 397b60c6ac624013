/* SPDX-License-Identifier: BSD-2-Clause */
/* sound, play: the sound devices, and WAV files of the disks on the first of them. */
#include "firmware/commands/commands.h"
#include "firmware/commands/place.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/sound/wav.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PERIODS = 4, PERIOD_MAX = 16384, PERIODS_A_SECOND = 20 };

#define TIMEOUT UINT64_C(10000000000)
#define OPTIONS "-audiodev alsa,id=a -device virtio-sound-device,audiodev=a (QEMU 8.2 or newer)"

/* Static, since what is in flight may outlive the command. */
static struct {
	struct vio_sound *s;
	struct vio_sound_command command, release;
	struct vio_sound_transfer period[PERIODS];
	uint8_t bytes[PERIODS][PERIOD_MAX];
	uint32_t stream, period_bytes;
	struct wav wav;
	uint64_t at; /* bytes of the samples that were read */
	int err;     /* of a transfer */
} player;

/* ---- The devices ---- */

static void print_stream(uint32_t i, const struct vio_sound_stream *t)
{
	printf("    stream %" PRIu32 "   ", i);
	if (!t->usable) {
		printf("cannot be used: what the device says of it makes no sense\n");
		return;
	}
	printf("%s, %u to %u channels, hertz", t->records ? "records" : "plays", t->channels_min,
	       t->channels_max);
	for (unsigned rate = 0; rate < VIO_SOUND_RATES; rate++) {
		if (t->rates >> rate & 1)
			printf(" %" PRIu32, vio_sound_hertz((enum vio_sound_rate)rate));
	}
	printf("\n");
}

static void print_device(const struct slot *s, const struct vio_sound *x)
{
	printf("%s  %s\n", s->label, device_state(&x->device));
	for (uint32_t i = 0; i < x->nstreams; i++)
		print_stream(i, &x->stream[i]);
	for (uint32_t i = 0; i < x->njacks; i++)
		printf("    jack %" PRIu32 "     %s\n", i,
		       x->jack[i].connected ? "connected" : "not connected");
	for (uint32_t i = 0; i < x->nmaps; i++)
		printf("    map %" PRIu32 "      %u channels\n", i, x->map[i].channels);
	printf("    counted    %" PRIu32 " commands, %" PRIu32 " periods, %" PRIu32 " errors\n",
	       x->commands, x->transfers_done, x->errors);
}

static void run_sound(const struct command_context *c, int argc, char **argv)
{
	unsigned n = 0;

	(void)argc;
	(void)argv;
	for (const struct slot *s = c->probe->slots; s; s = s->next) {
		if (!vio_sound_of(s->device))
			continue;
		print_device(s, vio_sound_of(s->device));
		n++;
	}
	if (n == 0)
		machine_lacks("sound", "sound device", OPTIONS);
}

/* The first stream that plays, of a live device. */
static bool find_stream(const struct command_context *c)
{
	for (const struct slot *s = c->probe->slots; s; s = s->next) {
		struct vio_sound *x = vio_sound_of(s->device);

		if (!x || x->device.state != VIO_LIVE)
			continue;
		player.s = x;
		for (player.stream = 0; player.stream < x->nstreams; player.stream++) {
			const struct vio_sound_stream *t = &x->stream[player.stream];

			if (t->usable && !t->records)
				return true;
		}
	}
	return false;
}

/* ---- Commands for the stream ---- */

static bool is_idle(void *arg)
{
	bool any = player.command.busy || player.release.busy;

	(void)arg;
	for (unsigned i = 0; i < PERIODS; i++)
		any |= player.period[i].busy;
	return !any;
}

static bool is_answered(void *arg)
{
	(void)arg;
	return !player.command.busy;
}

static int send(struct vio_sound_command *c, enum vio_sound_op op)
{
	*c = (struct vio_sound_command){ .op = op,
					 .stream = player.stream,
					 .params = { PERIODS * player.period_bytes,
						     player.period_bytes, player.wav.channels,
						     player.wav.format, player.wav.rate } };
	return vio_sound_send(player.s, c);
}

static int unanswered(const struct vio_loop *loop)
{
	return loop->interrupted ? VIO_ESTOPPED : VIO_ETIMEDOUT;
}

static int command(struct vio_loop *loop, enum vio_sound_op op)
{
	const int rc = send(&player.command, op);

	if (rc < 0)
		return rc;
	return wait_until(loop, is_answered, NULL, TIMEOUT) ? player.command.err : unanswered(loop);
}

/* All periods come back by RELEASE. After Ctrl-C nothing is waited for. */
static int finish(struct vio_loop *loop)
{
	int rc = player.command.busy ? VIO_EBUSY : send(&player.command, VIO_SOUND_STOP);

	if (rc == VIO_OK)
		rc = send(&player.release, VIO_SOUND_RELEASE);
	if (rc < 0)
		return rc;
	if (!wait_until(loop, is_idle, NULL, TIMEOUT))
		return unanswered(loop);
	return player.command.err < 0 ? player.command.err : player.release.err;
}

/* ---- Samples ---- */

static int read_file(void *arg, uint64_t at, void *to, uint32_t n)
{
	struct place *p = arg;

	return vio_files_read(&p->v, &p->node, at, to, n);
}

static void ended(struct vio_sound *s, struct vio_sound_transfer *t)
{
	(void)s;
	if (player.err == VIO_OK)
		player.err = t->err;
}

/* Read the next period and submit it. The last one is filled with silence. 1, or 0 at the end. */
static int fill(struct place *p, unsigned i)
{
	const uint64_t left = player.wav.bytes - player.at;
	const uint32_t n = left < player.period_bytes ? (uint32_t)left : player.period_bytes;
	int rc = read_file(p, player.wav.at + player.at, player.bytes[i], n);

	if (rc <= 0)
		return rc;
	memset(player.bytes[i] + rc, player.wav.format == VIO_SOUND_U8 ? 0x80 : 0,
	       player.period_bytes - (uint32_t)rc);
	player.at += (uint32_t)rc;
	player.period[i] = (struct vio_sound_transfer){ .stream = player.stream,
							.p = player.bytes[i],
							.len = player.period_bytes,
							.done = ended };
	rc = vio_sound_submit(player.s, &player.period[i]);
	vio_sound_kick(player.s);
	return rc < 0 ? rc : 1;
}

static bool is_free(void *arg)
{
	return !((const struct vio_sound_transfer *)arg)->busy;
}

/* The periods take turns. 0: all were played. */
static int play_all(struct vio_loop *loop, struct place *p)
{
	int rc = 1;

	for (unsigned i = 0; i < PERIODS && rc > 0; i++)
		rc = fill(p, i);
	if (rc >= 0)
		rc = command(loop, VIO_SOUND_START);
	for (unsigned i = 0, idle = 0; rc >= 0 && idle < PERIODS; i = (i + 1) % PERIODS) {
		if (!wait_until(loop, is_free, &player.period[i], TIMEOUT))
			return unanswered(loop);
		rc = player.err < 0 ? player.err : fill(p, i);
		idle = rc == 0 ? idle + 1 : 0;
	}
	return rc;
}

static int play(struct vio_loop *loop, struct place *p)
{
	const uint32_t frame = player.wav.frame_bytes;
	uint32_t bytes = player.wav.hertz / PERIODS_A_SECOND * frame;

	bytes = bytes < PERIOD_MAX ? bytes : PERIOD_MAX;
	player.period_bytes = bytes - bytes % frame;
	player.at = 0;
	player.err = VIO_OK;
	int rc = command(loop, VIO_SOUND_PARAMS);
	if (rc == VIO_OK)
		rc = command(loop, VIO_SOUND_PREPARE);
	if (rc < 0)
		return rc;
	printf("%" PRIu64 " frames of %" PRIu32 " bits at %" PRIu32
	       " Hz, %u channels; Ctrl-C stops it\n",
	       player.wav.bytes / frame, player.wav.bits, player.wav.hertz, player.wav.channels);
	rc = play_all(loop, p);
	const int finished = finish(loop);
	return rc < 0 ? rc : finished;
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
	else
		complain("play: %s: %s\n", p->path, place_why(p, rc));
}

static void run_play(const struct command_context *c, int argc, char **argv)
{
	struct place p;

	if (!wait_until(c->loop, is_idle, NULL, TIMEOUT)) {
		complain("play: the device has not ended an earlier file\n");
		return;
	}
	if (!find_stream(c)) {
		machine_lacks("play", "sound device that plays", OPTIONS);
		return;
	}
	if (!place_find("play", argc - 1, argv + 1, &p))
		return;
	int rc = p.node.kind == VIO_FILES_FILE ? wav_open(&player.wav, read_file, &p) : VIO_EFORMAT;
	if (rc == VIO_OK)
		rc = play(c->loop, &p);
	if (rc < 0)
		say_failure(&p, rc);
	place_end(&p);
}

extern const struct command command_sound, command_play;
const struct command command_sound = {
	.name = "sound",
	.args = "",
	.help = "sound devices: their streams, jacks and maps of channels",
	.run = run_sound,
};
const struct command command_play = {
	.name = "play",
	.args = "[D:P] PATH",
	.help = "a WAV file of a disk on the first sound device",
	.least = 1,
	.most = 8,
	.complete = place_complete,
	.run = run_play,
};
