/* SPDX-License-Identifier: BSD-2-Clause */
/* sound: the sound devices. */
#include <picovirtio/sound.h>
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/sound/hint.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>

static void print_stream(uint32_t i, const struct vio_sound_stream *t)
{
	printf("    stream %" PRIu32 "   ", i);
	if (!t->usable) {
		printf("cannot be used: the device describes it wrongly\n");
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

static void print_jack(uint32_t i, const struct vio_sound_jack *j)
{
	printf("    jack %" PRIu32 "     %s", i,
	       !j->usable     ? "not known"
	       : j->connected ? "connected"
			      : "not connected");
	if (j->usable)
		printf(", configuration %08" PRIx32 ", capabilities %08" PRIx32, j->config,
		       j->caps);
	printf("\n");
}

/* The names of 5.14.6.9.1, in the order of their numbers. */
static void print_place(uint8_t n)
{
	static const char names[][5] = { "none", "n/a",	 "MONO", "FL",	"FR",	"RL",	"RR",
					 "FC",	 "LFE",	 "SL",	 "SR",	"RC",	"FLC",	"FRC",
					 "RLC",	 "RRC",	 "FLW",	 "FRW", "FLH",	"FCH",	"FRH",
					 "TC",	 "TFL",	 "TFR",	 "TFC", "TRL",	"TRR",	"TRC",
					 "TFLC", "TFRC", "TSL",	 "TSR", "LLFE", "RLFE", "BC",
					 "BLC",	 "BRC" };

	if (n < sizeof(names) / sizeof(names[0]))
		printf(" %s", names[n]);
	else
		printf(" %u", n);
}

static void print_map(uint32_t i, const struct vio_sound_map *m)
{
	printf("    map %" PRIu32 "      ", i);
	if (!m->usable) {
		printf("cannot be used: the device describes it wrongly\n");
		return;
	}
	printf("%s,", m->records ? "records" : "plays");
	for (unsigned k = 0; k < m->channels; k++)
		print_place(m->position[k]);
	printf("\n");
}

static void print_device(const struct slot *s, const struct vio_sound *x)
{
	printf("%s  %s\n", s->label, device_state(&x->device));
	for (uint32_t i = 0; i < x->nstreams; i++)
		print_stream(i, &x->stream[i]);
	for (uint32_t i = 0; i < x->njacks; i++)
		print_jack(i, &x->jack[i]);
	for (uint32_t i = 0; i < x->nmaps; i++)
		print_map(i, &x->map[i]);
	printf("    counted    %" PRIu32 " commands, %" PRIu32 " periods, %" PRIu32
	       " errors, %" PRIu32 " unusable answers\n",
	       x->commands, x->transfers_done, x->errors, x->refused);
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
		machine_lacks("sound", "sound device", SOUND_OPTIONS);
}

extern const struct command command_sound;
const struct command command_sound = {
	.name = "sound",
	.args = "",
	.help = "sound devices: their streams, jacks and maps of channels",
	.run = run_sound,
};
