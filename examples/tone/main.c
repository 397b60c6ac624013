/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays a tone on the first stream of a virtio-sound: 16 bits, two channels, 48 kHz. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/sound.h>

#include <stdio.h>

enum { PERIODS = 4, FRAMES = 480, PLAYED = 50, HALF = 54, LOUD = 8000 };

#define TIMEOUT UINT64_C(5000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_sound_driver, NULL } };
static struct vio_app app = { .classes = classes, .nclasses = 2 };
/* Static, because the device owns these until it has answered. */
static struct vio_sound_command command;
static struct vio_sound_transfer period[PERIODS];
static int16_t samples[PERIODS][FRAMES][2];
static unsigned made, errors;

static bool is_known(void *arg)
{
	return ((struct vio_sound *)arg)->is_known;
}

static bool is_done(void *arg)
{
	return arg ? made == PLAYED + PERIODS : !command.busy;
}

/* Make the next period of samples. Periods after the end are counted, and not played. */
static void play(struct vio_sound *s, struct vio_sound_transfer *t)
{
	int16_t(*p)[2] = samples[t - period];

	errors += t->err != VIO_OK;
	for (unsigned i = 0; i < FRAMES; i++)
		p[i][0] = p[i][1] = (made * FRAMES + i) / HALF % 2 ? -LOUD : LOUD;
	*t = (struct vio_sound_transfer){ .p = p, .len = sizeof(samples[0]), .done = play };
	if (made++ < PLAYED && vio_sound_submit(s, t) != VIO_OK)
		errors++;
}

static bool send(struct vio_sound *s, enum vio_sound_op op)
{
	command = (struct vio_sound_command){ .op = op,
					      .params = { sizeof(samples), sizeof(samples[0]), 2,
							  VIO_SOUND_S16, VIO_SOUND_48000 } };
	return vio_sound_send(s, &command) == VIO_OK &&
	       vio_loop_wait(&app.loop, is_done, NULL, TIMEOUT) && command.err == VIO_OK;
}

int main(void)
{

	vio_app_start(&app);
	struct vio_sound *s = vio_sound_of(vio_probe_first(&app.probe, &vio_sound_driver));
	bool good = s && vio_loop_wait(&app.loop, is_known, s, TIMEOUT) &&
		    send(s, VIO_SOUND_PARAMS) && send(s, VIO_SOUND_PREPARE);
	for (unsigned i = 0; good && i < PERIODS; i++)
		play(s, &period[i]);
	good = good && send(s, VIO_SOUND_START) &&
	       vio_loop_wait(&app.loop, is_done, &made, TIMEOUT) && send(s, VIO_SOUND_STOP) &&
	       errors == 0;
	printf(good ? "the tone was played\n" : "there is no sound\n");
	vio_terminal_finish(&app.terminal);
	return good ? 0 : 1;
}
