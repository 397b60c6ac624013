/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that are pressed and released, and a light. */
#include <picovirtio/input.h>

#include "tests/bench/machine.h"
#include "tests/model/input.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, QUEUE = 64, KEY_A = 30, CAPS = 1 };

static struct bench_machine x;
static struct model_input host;
static struct vio_input in;
static unsigned ended;

static void bench_event(struct vio_input *of, struct vio_input_event e)
{
	(void)of;
	ended += e.code == KEY_A;
}

static void open(const struct bench_ring *ring)
{
	memset(&in, 0, sizeof(in));
	memset(&host, 0, sizeof(host));
	host.name = "a keyboard";
	model_input_has(&host, MODEL_INPUT_KEY, KEY_A);
	model_input_has(&host, MODEL_INPUT_LED, CAPS);
	bench_open(&x);
	model_input_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_input_init(&in, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&in.device) != VIO_OK)
		bench_fail("the keyboard does not start");
	in.event = bench_event;
	model_run(&x.m);
}

__attribute__((noinline)) static void driver_receive(void)
{
	vio_device_poll(&in.device);
}

static void receive(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		if (!model_input_send(&x.m, MODEL_INPUT_KEY, KEY_A, i % 2 == 0))
			bench_fail("no buffer for an event");
	driver_receive();
}

__attribute__((noinline)) static void driver_send(unsigned depth)
{
	const struct vio_input_event e = { VIO_INPUT_LED, CAPS, 1 };

	for (unsigned i = 0; i < depth; i++)
		ended += vio_input_send(&in, e) == VIO_OK;
}

static void send(unsigned depth)
{
	host.ngot = 0;
	driver_send(depth);
}

void bench_input(void)
{
	const struct bench_class receives = { .name = "input",
					      .what = "event",
					      .x = &x,
					      .device = &in.device,
					      .open = open,
					      .driver_submit = receive,
					      .ended = &ended,
					      .first = DEPTH_MAX,
					      .registers = true };
	const struct bench_class sends = { .name = "input light",
					   .what = "message",
					   .x = &x,
					   .device = &in.device,
					   .open = open,
					   .driver_submit = send,
					   .ended = &ended,
					   .first = 1,
					   .registers = true };

	for (unsigned i = 0; i < BENCH_RINGS; i++) {
		bench_count(&receives, &bench_ring[i], BATCHES, DEPTH_MAX);
		bench_count(&sends, &bench_ring[i], BATCHES, 1);
	}
}
