/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the events of keyboards, mice and tablets, until Esc is pressed. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/input.h>

#include <inttypes.h>
#include <stdio.h>

enum { ESC = 1, CAPS_LOCK = 58, CAPS_LOCK_LIGHT = 1 };

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_input_driver, NULL } };

/* Called for each event, while the loop polls the device. */
static void on_event(struct vio_input *in, struct vio_input_event e)
{
	bool *done = in->arg;

	if (e.type == VIO_INPUT_KEY)
		printf("key %u %s\n", e.code, e.value != 0 ? "pressed" : "released");
	else if (e.type == VIO_INPUT_REL)
		printf("axis %u moved by %" PRId32 "\n", e.code, (int32_t)e.value);
	else if (e.type == VIO_INPUT_ABS)
		printf("axis %u at %" PRId32 "\n", e.code, (int32_t)e.value);
	if (e.type != VIO_INPUT_KEY)
		return;
	if (e.code == CAPS_LOCK) /* the light shows that the key is down */
		vio_input_send(in, (struct vio_input_event){ VIO_INPUT_LED, CAPS_LOCK_LIGHT,
							     e.value != 0 });
	if (e.code == ESC && e.value == 0)
		*done = true;
}

static bool is_done(void *arg)
{
	return *(bool *)arg;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };
	static bool done;
	unsigned found = 0;

	app.terminal.out.plain = true; /* names of devices may have control characters */
	vio_app_start(&app);
	for (struct vio_device *d = app.probe.devices; d; d = d->next) {
		struct vio_input *in = vio_input_of(d);

		if (!in || d->state != VIO_LIVE)
			continue;
		in->event = on_event;
		in->arg = &done;
		printf("%s: press keys; Esc ends\n", in->name);
		found++;
	}
	if (found > 0)
		vio_loop_wait(&app.loop, is_done, &done, UINT64_MAX);
	vio_terminal_finish(&app.terminal);
	return done ? 0 : 1;
}
