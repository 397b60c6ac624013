/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/input/input.h"

#include <picovirtio/terminal.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/input/keyboard.h"

enum { CAPS_LOCK_LIGHT = 1, CTRL_C = 'C' & 0x1f };

/* A key that is held repeats after the first pause, and then after each further pause. */
#define REPEAT_FIRST_NS UINT64_C(400000000)
#define REPEAT_NS	UINT64_C(33000000)

static struct {
	const struct probe *probe;
	struct vio_loop *loop;
	struct vio_terminal *terminal;
	struct keyboard keyboard; /* one for all devices */
	struct vio_timer repeat;
	vio_input_fn watch;
} input;

struct vio_input *input_find(unsigned number, const struct slot **slot)
{
	for (const struct slot *s = input.probe->slots; s; s = s->next) {
		struct vio_input *in = vio_input_of(s->device);

		if (!in || number-- > 0)
			continue;
		*slot = s;
		return in;
	}
	return NULL;
}

void input_watch(vio_input_fn fn)
{
	input.watch = fn;
}

/* Bytes that the terminal has no room for are lost, as on other terminals. */
static void type(const char *bytes, size_t n)
{
	if (n > 0 && (!input.watch || bytes[0] == CTRL_C))
		vio_terminal_type(input.terminal, bytes, n);
}

/* A release that has arrived stops the repeat, however late this code runs. */
static void poll_devices(void)
{
	for (struct vio_device *d = input.loop->devices; d; d = d->next) {
		if (vio_input_of(d))
			vio_device_poll(d);
	}
}

static void repeat(void *arg, uint64_t now)
{
	char bytes[KEYBOARD_BYTES];

	(void)arg;
	poll_devices();
	if (input.keyboard.repeating == 0)
		return;
	type(bytes, keyboard_repeat(&input.keyboard, bytes));
	vio_timer_set(input.loop, &input.repeat, now + REPEAT_NS);
}

/* Shows Caps Lock on every keyboard that has the light. */
static void show_caps_lock(void)
{
	const struct vio_input_event e = { VIO_INPUT_LED, CAPS_LOCK_LIGHT,
					   input.keyboard.caps_lock };

	for (struct vio_device *d = input.loop->devices; d; d = d->next) {
		if (vio_input_of(d))
			vio_input_send(vio_input_of(d), e);
	}
}

static void key(uint16_t code, bool pressed)
{
	const bool caps_lock = input.keyboard.caps_lock;
	char bytes[KEYBOARD_BYTES];
	const size_t n = keyboard_key(&input.keyboard, code, pressed, bytes);

	if (caps_lock != input.keyboard.caps_lock)
		show_caps_lock();
	if (n == 0)
		return;
	type(bytes, n);
	vio_timer_set(input.loop, &input.repeat, vio_loop_now(input.loop) + REPEAT_FIRST_NS);
}

static void on_event(struct vio_input *in, struct vio_input_event e)
{
	if (e.type == VIO_INPUT_KEY)
		key(e.code, e.value != 0);
	if (input.watch)
		input.watch(in, e);
}

static void attach(struct vio_terminal *t)
{
	input.terminal = t;
}

static void start(struct probe *p, struct vio_loop *l)
{
	input.probe = p;
	input.loop = l;
	input.repeat.fire = repeat;
	for (struct vio_device *d = p->devices; d; d = d->next) {
		if (vio_input_of(d))
			vio_input_of(d)->event = on_event;
	}
}

extern const struct service service_input;
const struct service service_input = { .start = start, .attach = attach };
