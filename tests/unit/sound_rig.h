/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled sound device with its driver; what the tests of virtio-sound share. */
#ifndef SOUND_RIG_H
#define SOUND_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/sound.h>
#include "tests/model/sound.h"
#include "tests/unit/device_rig.h"

enum { PERIOD = 64, OUT = 0, IN = 1 };

static struct rig r;
static struct model_sound host;
static struct vio_sound s;
static unsigned known, events, ended;
static uint32_t last_event, last_number;
static uint8_t data[4][PERIOD];

static inline void on_known(struct vio_sound *sound)
{
	assert_ptr_equal(sound, &s);
	assert_true(s.is_known);
	known++;
}

static inline void on_event(struct vio_sound *sound, enum vio_sound_event what, uint32_t number)
{
	assert_ptr_equal(sound, &s);
	events++;
	last_event = what;
	last_number = number;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	known = events = ended = 0;
	host.stream[OUT] = (struct model_sound_stream){ .direction = 0,
							.channels_min = 1,
							.channels_max = 2,
							.formats = BIT64(5) | BIT64(17),
							.rates = BIT64(6) | BIT64(7) };
	host.stream[IN] = host.stream[OUT];
	host.stream[IN].direction = 1;
	host.jack_features[1] = 9;
	host.jack_connected[1] = 1;
	host.map_channels[0] = 2;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline void plug(uint32_t jacks, uint32_t streams, uint32_t maps,
			const struct vio_sound_options *o)
{
	memset(&s, 0, sizeof(s));
	rig_init_for(&r, 2);
	model_sound_config(&r.cfg, &host, BIT64(32), 64, jacks, streams, maps);
	r.d = &s.device;
	assert_int_equal(vio_sound_init(&s, &r.t.base, &r.p.platform, o), VIO_OK);
	s.known = on_known;
	s.event = on_event;
	rig_plug(&r, true);
}

static inline void settle(void)
{
	rig_settle(&r, 100);
}

static inline void live(uint32_t jacks, uint32_t streams, uint32_t maps)
{
	plug(jacks, streams, maps, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
}

static inline void command_done(struct vio_sound *sound, struct vio_sound_command *c)
{
	assert_ptr_equal(sound, &s);
	assert_false(c->busy);
	ended++;
}

static inline void transfer_done(struct vio_sound *sound, struct vio_sound_transfer *t)
{
	assert_ptr_equal(sound, &s);
	assert_false(t->busy);
	ended++;
}

static struct vio_sound_command command;

static inline int run(enum vio_sound_op op, uint32_t stream)
{
	const unsigned before = ended;

	command = (struct vio_sound_command){ .op = op,
					      .stream = stream,
					      .params = { 4 * PERIOD, PERIOD, 2, VIO_SOUND_S16,
							  VIO_SOUND_48000 },
					      .done = command_done };
	const int rc = vio_sound_send(&s, &command);
	if (rc < 0)
		return rc;
	assert_true(command.busy);
	settle();
	assert_true(ended > before);
	assert_false(command.busy);
	return command.err;
}

static inline void running(uint32_t stream)
{
	assert_int_equal(run(VIO_SOUND_PARAMS, stream), VIO_OK);
	assert_int_equal(run(VIO_SOUND_PREPARE, stream), VIO_OK);
	assert_int_equal(run(VIO_SOUND_START, stream), VIO_OK);
}

static struct vio_sound_transfer transfer[4];

static inline int submit(unsigned i, uint32_t stream)
{
	transfer[i] = (struct vio_sound_transfer){
		.stream = stream, .p = data[i], .len = PERIOD, .done = transfer_done
	};
	return vio_sound_submit(&s, &transfer[i]);
}

static inline int transferred(uint32_t stream)
{
	assert_int_equal(submit(0, stream), VIO_OK);
	vio_sound_kick(&s);
	settle();
	assert_false(transfer[0].busy);
	assert_int_equal(host_mapped(&r.p), 0);
	return transfer[0].err;
}

#endif
