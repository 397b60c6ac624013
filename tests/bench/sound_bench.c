/* SPDX-License-Identifier: BSD-2-Clause */
/* Periods of a sound stream, played and recorded. */
#include <picovirtio/sound.h>

#include "tests/bench/machine.h"
#include "tests/model/sound.h"

#include <string.h>

enum { DEPTH_MAX = 4, BATCHES = 8, BYTES = 4096, QUEUE = 64, PLAYS = 0, RECORDS = 1, STREAMS = 2 };

static struct bench_machine x;
static struct model_sound host;
static struct vio_sound s;
static struct vio_sound_transfer period[DEPTH_MAX];
static uint8_t samples[DEPTH_MAX][BYTES];
static unsigned ended;

static void command(enum vio_sound_op op, uint32_t stream)
{
	struct vio_sound_command c = { .op = op,
				       .stream = stream,
				       .params = { DEPTH_MAX * BYTES, BYTES, 2, VIO_SOUND_S16,
						   VIO_SOUND_48000 } };

	if (vio_sound_send(&s, &c) != VIO_OK)
		bench_fail("a sound stream takes no command");
	model_run(&x.m);
	vio_device_poll(&s.device);
	if (c.busy || c.err != VIO_OK)
		bench_fail("a sound stream does not start");
}

static void open(const struct bench_ring *ring)
{
	memset(&s, 0, sizeof(s));
	memset(&host, 0, sizeof(host));
	for (uint8_t i = 0; i < STREAMS; i++)
		host.stream[i] = (struct model_sound_stream){ .direction = i,
							      .channels_min = 1,
							      .channels_max = 2,
							      .formats = 1 << VIO_SOUND_S16,
							      .rates = 1 << VIO_SOUND_48000 };
	bench_open(&x);
	model_sound_config(&x.cfg, &host, ring->features, QUEUE, 0, STREAMS, 0);
	x.cfg.version = ring->version;
	bench_plug(&x);
	if (vio_sound_init(&s, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&s.device) != VIO_OK)
		bench_fail("the sound device does not start");
	model_run(&x.m);
	vio_device_poll(&s.device);
	for (uint32_t i = 0; i < STREAMS; i++) {
		command(VIO_SOUND_PARAMS, i);
		command(VIO_SOUND_PREPARE, i);
		command(VIO_SOUND_START, i);
	}
}

static void done(struct vio_sound *sound, struct vio_sound_transfer *t)
{
	(void)sound;
	ended += t->err == VIO_OK;
}

static void submit(uint32_t stream, unsigned depth)
{
	host.nplayed = 0;
	for (unsigned i = 0; i < depth; i++) {
		period[i] = (struct vio_sound_transfer){
			.stream = stream, .p = samples[i], .len = BYTES, .done = done
		};
		if (vio_sound_submit(&s, &period[i]) != VIO_OK)
			bench_fail("no room for a period");
	}
	vio_sound_kick(&s);
}

__attribute__((noinline)) static void driver_play(unsigned depth)
{
	submit(PLAYS, depth);
}

__attribute__((noinline)) static void driver_record(unsigned depth)
{
	submit(RECORDS, depth);
}

void bench_sound(void)
{
	const struct bench_class plays = { .name = "sound",
					   .what = "play 4096",
					   .x = &x,
					   .device = &s.device,
					   .open = open,
					   .driver_submit = driver_play,
					   .ended = &ended,
					   .registers = true };
	const struct bench_class records = { .name = "sound records",
					     .what = "4096",
					     .x = &x,
					     .device = &s.device,
					     .open = open,
					     .driver_submit = driver_record,
					     .ended = &ended,
					     .registers = true };

	for (unsigned i = 0; i <= BENCH_PACKED; i++) {
		bench_count(&plays, &bench_ring[i], BATCHES, DEPTH_MAX);
		bench_count(&records, &bench_ring[i], BATCHES, DEPTH_MAX);
	}
}
