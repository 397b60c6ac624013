/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/input/input.h"

#include <picovirtio/loop.h>
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/words/failure.h"
#include "firmware/words/complain.h"
#include "firmware/words/machine.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Names of axes and movements, from code 0 on. */
static const char *const axes[] = { "x", "y", "z", "rx", "ry", "rz", "hwheel", "dial", "wheel" };

enum { AXES = sizeof(axes) / sizeof(axes[0]) };

static void print_code(uint16_t code)
{
	if (code < AXES)
		printf("%s", axes[code]);
	else
		printf("%u", code);
}

static void print_count(const struct vio_input *in, const char *title, uint16_t type, uint16_t most)
{
	unsigned n = 0;

	for (uint16_t code = 0; code < most; code++)
		n += vio_input_has(in, type, code);
	if (n > 0)
		printf("    %-10s %u\n", title, n);
}

static void print_moves(const struct vio_input *in)
{
	const char *before = "    moves      ";

	for (uint16_t code = 0; code < VIO_INPUT_CODES; code++) {
		if (!vio_input_has(in, VIO_INPUT_REL, code))
			continue;
		printf("%s", before);
		print_code(code);
		before = ", ";
	}
	if (before[0] == ',')
		printf("\n");
}

static void print_axes(struct vio_input *in)
{
	struct vio_input_axis a;

	for (uint16_t code = 0; code < VIO_INPUT_CODES; code++) {
		if (vio_input_get_axis(in, code, &a) != VIO_OK)
			continue;
		printf("    axis       ");
		print_code(code);
		printf(" from %" PRId32 " to %" PRId32 "\n", a.min, a.max);
	}
}

static void print_device(struct vio_input *in, const struct slot *s, unsigned number)
{
	printf("input %u  %s  ", number, s->label);
	if (in->device.state != VIO_LIVE) {
		printf("%s\n", device_state(&in->device));
		return;
	}
	print_outside(in->name[0] != '\0' ? in->name : "(no name)");
	if (in->serial[0] != '\0')
		printf("\n    serial     ");
	print_outside(in->serial);
	printf("\n    ids        bus %u, vendor %04x, product %04x, version %04x\n", in->ids.bus,
	       in->ids.vendor, in->ids.product, in->ids.version);
	print_count(in, "keys", VIO_INPUT_KEY, VIO_INPUT_KEYS);
	print_count(in, "lights", VIO_INPUT_LED, VIO_INPUT_CODES);
	print_moves(in);
	print_axes(in);
	printf("    counted    %" PRIu32 " events, %" PRIu32 " dropped; %" PRIu32
	       " unusable axes\n",
	       in->reported, in->dropped, in->refused);
}

static unsigned number_of(const struct vio_input *in)
{
	const struct slot *s;
	unsigned n = 0;

	while (input_find(n, &s) != in)
		n++;
	return n;
}

static void print_event(struct vio_input *in, struct vio_input_event e)
{
	static const char *const does[] = { "released", "pressed", "repeated" };

	if (e.type == VIO_INPUT_SYN)
		return; /* marks the end of events that happened at the same time */
	printf("input %u: ", number_of(in));
	if (e.type == VIO_INPUT_KEY) {
		printf("key %u %s\n", e.code, does[e.value < 2 ? e.value : 2]);
	} else if (e.type == VIO_INPUT_REL || e.type == VIO_INPUT_ABS) {
		print_code(e.code);
		printf(" %s %" PRId32 "\n", e.type == VIO_INPUT_REL ? "by" : "at",
		       (int32_t)e.value);
	} else {
		printf("type %u, code %u, value %" PRId32 "\n", e.type, e.code, (int32_t)e.value);
	}
}

static bool is_interrupted(void *arg)
{
	const struct vio_loop *l = arg;

	return l->interrupted;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const bool live = argc == 2;
	const struct slot *s;
	struct vio_input *in;
	unsigned n;

	if (live && verb_choice("input", argv[1], "live") < 0)
		return;
	for (n = 0; (in = input_find(n, &s)); n++)
		print_device(in, s, n);
	if (n == 0)
		machine_lacks("input", "input device", "-device virtio-keyboard-device");
	if (n == 0 || !live)
		return;
	printf("Events as they come; Ctrl-C ends this.\n");
	input_watch(print_event);
	wait_until(c->loop, is_interrupted, c->loop, UINT64_MAX);
	input_watch(NULL);
}

extern const struct command command_input;
const struct command command_input = {
	.name = "input",
	.args = "[live]",
	.help = "keyboards, mice and tablets; their events as they come",
	.most = 1,
	.words = "live",
	.run = run,
};
