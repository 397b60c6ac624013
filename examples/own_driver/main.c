/* SPDX-License-Identifier: BSD-2-Clause */
/* Drives a keyboard with a device class of its own: prints the name, and switches a light on. */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include "input.h"

#include <stdio.h>

enum { SLOTS = 32, CAPS_LOCK = 1 };

#define TIMEOUT UINT64_C(5000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &input_driver, NULL } };

static bool is_lit(void *arg)
{
	const struct input *in = arg;

	return !in->led.busy;
}

static bool try_keyboard(struct vio_loop *loop, struct input *in)
{
	printf("keyboard: %s\n", in->name);
	if (!input_set_led(in, CAPS_LOCK, true) || !vio_loop_wait(loop, is_lit, in, TIMEOUT))
		return false;
	printf("caps lock: the light is on\n");
	return in->device.state == VIO_LIVE;
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 2 };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };

	vio_stdio_attach(&terminal);
	vio_probe_all(&probe, slots, SLOTS);
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	struct vio_device *d = vio_probe_first(&probe, &input_driver);
	bool good = d && try_keyboard(&loop, (struct input *)d);
	vio_terminal_finish(&terminal);
	return good ? 0 : 1;
}
