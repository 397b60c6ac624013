/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled keyboard with its driver; what the tests of virtio-input share. */
#ifndef INPUT_RIG_H
#define INPUT_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/input.h>
#include "tests/model/input.h"
#include "tests/unit/device_rig.h"

enum { KEY_A = 30, KEY_SHIFT = 42, CAPS = 1, X = 0, Y = 1, MOST = 64 };

static struct rig r;
static struct model_input host;
static struct vio_input in;

static struct {
	unsigned calls;
	struct vio_input_event e[MOST];
	bool answer; /* switch a light for each event */
} got;

static inline void on_event(struct vio_input *i, struct vio_input_event e)
{
	assert_ptr_equal(i, &in);
	assert_ptr_equal(i->arg, &got);
	if (got.calls < MOST)
		got.e[got.calls] = e;
	got.calls++;
	if (got.answer)
		vio_input_send(i, (struct vio_input_event){ VIO_INPUT_LED, CAPS, 1 });
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	memset(&got, 0, sizeof(got));
	host.name = "a keyboard";
	host.serial = "no. 7";
	host.ids[0] = 6;
	host.ids[1] = 0x627;
	host.ids[2] = 1;
	host.ids[3] = 0x102;
	host.properties[0] = 5;
	model_input_has(&host, MODEL_INPUT_KEY, KEY_A);
	model_input_has(&host, MODEL_INPUT_KEY, KEY_SHIFT);
	model_input_has(&host, MODEL_INPUT_KEY, VIO_INPUT_KEYS - 1);
	model_input_has(&host, MODEL_INPUT_LED, CAPS);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline void plug(uint32_t version, const struct vio_input_options *o)
{
	memset(&in, 0, sizeof(in));
	rig_init_for(&r, version);
	model_input_config(&r.cfg, &host, version, version == 2 ? BIT64(32) : 0, 64);
	r.d = &in.device;
	assert_int_equal(vio_input_init(&in, &r.t.base, &r.p.platform, o), VIO_OK);
	in.event = on_event;
	in.arg = &got;
	rig_plug(&r, true);
}

static inline void live(uint32_t version)
{
	plug(version, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
}

static inline void turn(void)
{
	model_run(&r.m);
	vio_device_poll(r.d);
	model_run(&r.m);
}

static inline void send(uint16_t type, uint16_t code, uint32_t value)
{
	assert_true(model_input_send(&r.m, type, code, value));
}

#endif
