/* SPDX-License-Identifier: BSD-2-Clause */
/* From the events of a modelled keyboard to the characters for the shell. */
#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/input/input.h"
#include "firmware/input/keyboard.h"
#include "tests/model/input.h"
#include "tests/unit/device_rig.h"

#include <string.h>

extern const struct service service_input;

enum { A = 30, C = 46, ONE = 2, ENTER = 28, UP = 103, DELETE = 111, ALT = 56, SHIFT = 42 };
enum { RIGHT_SHIFT = 54, CTRL = 29, CAPS = 58, SPACE = 57, BUTTON = 0x110, LIGHT = 1 };
enum { Q = 16, E = 18, UMLAUT = 26, ALTGR = 100, PLUS = 27 };

/* Some keys, most of which are German. */
const struct key keymap[KEYMAP_KEYS] = {
	[A] = { KEY_CHARACTER, 3, { 'a', 'A', 0xe6, 0xc6 } },
	[C] = { KEY_CHARACTER, 1, { 'c', 'C', 0xa2, 0xa9 } },
	[Q] = { KEY_CHARACTER, 1, { 'q', 'Q', '@', 0x3a9 } },
	[E] = { KEY_CHARACTER, 1, { 'e', 'E', 0x20ac, 0xffff } },
	[ONE] = { KEY_CHARACTER, 0, { '1', '!', 0, 0 } },
	[UMLAUT] = { KEY_CHARACTER, 1, { 0xfc, 0xdc, '[', '{' } },
	[PLUS] = { KEY_CHARACTER, 0, { 0x7f, 0x80, 0x7ff, 0x800 } },
	[SPACE] = { KEY_CHARACTER, 0, { ' ', ' ', ' ', ' ' } },
	[ENTER] = { KEY_CHARACTER, 0, { '\r', '\r', '\r', '\r' } },
	[UP] = { KEY_SEQUENCE, 0, { 'A' } },
	[DELETE] = { KEY_SEQUENCE, 0, { '~', '3' } },
	[SHIFT] = { KEY_MODIFIER, 0, { KEY_SHIFT_LEFT } },
	[RIGHT_SHIFT] = { KEY_MODIFIER, 0, { KEY_SHIFT_RIGHT } },
	[CTRL] = { KEY_MODIFIER, 0, { KEY_CTRL_LEFT } },
	[ALT] = { KEY_MODIFIER, 0, { KEY_ALT_LEFT } },
	[ALTGR] = { KEY_MODIFIER, 0, { KEY_ALTGR } },
	[CAPS] = { KEY_CAPS_LOCK },
};

static struct rig r;
static struct model_input host;
static struct vio_input in;
static struct vio_loop loop;
static struct vio_terminal terminal;
static struct probe found;
static struct slot slot;
static char typed[64];
static size_t typed_len;
static unsigned watched;

size_t vio_terminal_type(struct vio_terminal *t, const char *p, size_t n)
{
	assert_ptr_equal(t, &terminal);
	assert_true(typed_len + n < sizeof(typed));
	memcpy(typed + typed_len, p, n);
	typed_len += n;
	return n;
}

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	memset(&in, 0, sizeof(in));
	memset(host.bits[MODEL_INPUT_KEY], 0xff, sizeof(host.bits[0]));
	model_input_has(&host, MODEL_INPUT_LED, LIGHT);
	rig_init_for(&r, 2);
	model_input_config(&r.cfg, &host, 2, BIT64(32), 64);
	rig_drive(&r, &in.device, &vio_input_driver);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	loop = (struct vio_loop){ .platform = &r.p.platform, .devices = r.d };
	slot = (struct slot){ .device = r.d };
	found = (struct probe){ .slots = &slot, .devices = r.d };
	service_input.attach(&terminal);
	service_input.start(&found, &loop);
	typed_len = watched = 0;
	return 0;
}

/* Let the time pass until the loop's next timer fires. */
static void wait_ms(unsigned ms)
{
	const uint64_t end = vio_loop_now(&loop) + ms * UINT64_C(1000000);

	r.p.step = 0;
	while (loop.timers && loop.timers->at <= end) {
		r.p.clock = loop.timers->at;
		vio_loop_turn(&loop, r.p.clock);
	}
	r.p.clock = end;
}

static int teardown(void **state)
{
	(void)state;
	vio_device_stop(r.d); /* all keys are up again */
	wait_ms(1000);	      /* no timer is set */
	assert_null(loop.timers);
	model_check(&r.m);
	rig_close(&r);
	return 0;
}

static void key(uint16_t code, uint32_t value)
{
	assert_true(model_input_send(&r.m, MODEL_INPUT_KEY, code, value));
	model_run(&r.m);
	vio_device_poll(r.d);
	model_run(&r.m);
}

static void press(uint16_t code)
{
	key(code, 1);
	key(code, 0);
}

/* This was typed since the last time. */
static void came(const char *text)
{
	typed[typed_len] = '\0';
	assert_string_equal(typed, text);
	typed_len = 0;
}

static void test_letters_digits_and_shift(void **state)
{
	(void)state;
	press(A);
	press(ONE);
	key(SHIFT, 1);
	press(A);
	press(ONE);
	key(RIGHT_SHIFT, 1);
	key(SHIFT, 0);
	press(A);
	key(RIGHT_SHIFT, 0);
	press(A);
	press(ENTER);
	came("a1A!Aa\r");
}

static void test_caps_lock_is_for_letters_and_has_a_light(void **state)
{
	(void)state;
	press(CAPS);
	press(A);
	press(ONE);
	key(SHIFT, 1);
	press(A);
	key(SHIFT, 0);
	assert_int_equal(host.ngot, 1);
	assert_int_equal(host.got[0].type, MODEL_INPUT_LED);
	assert_int_equal(host.got[0].code, LIGHT);
	assert_int_equal(host.got[0].value, 1);
	press(CAPS);
	press(A);
	assert_int_equal(host.got[1].value, 0);
	came("A1aa");
}

static void test_ctrl_alt_and_keys_with_names(void **state)
{
	(void)state;
	key(CTRL, 1);
	press(C);
	press(ONE);
	key(CTRL, 0);
	came("\0031");
	key(CTRL, 1);
	press(SPACE);
	key(CTRL, 0);
	assert_int_equal(typed_len, 1);
	assert_int_equal(typed[0], 0);
	typed_len = 0;
	key(ALT, 1);
	press(A);
	key(ALT, 0);
	press(UP);
	press(DELETE);
	came("\x1b"
	     "a\x1b[A\x1b[3~");
}

static void test_altgr_is_the_third_level_and_the_fourth(void **state)
{
	(void)state;
	press(Q);
	key(ALTGR, 1);
	press(Q);
	press(UMLAUT);
	press(ONE); /* has nothing there */
	key(SHIFT, 1);
	press(UMLAUT);
	press(Q);
	key(ALTGR, 0);
	press(Q);
	key(SHIFT, 0);
	press(Q);
	came("q@[{\u03a9Qq");
	key(ALTGR, 1);
	key(ALT, 1);
	press(E);
	key(ALT, 0);
	came("\x1b\u20ac");
	key(CTRL, 1);
	press(UMLAUT); /* Ctrl-[ */
	key(CTRL, 0);
	key(ALTGR, 0);
	came("\x1b");
}

static void test_caps_lock_shifts_the_levels_that_the_layout_names(void **state)
{
	(void)state;
	press(CAPS);
	press(Q);
	press(UMLAUT);
	key(ALTGR, 1);
	press(Q);
	press(UMLAUT);
	press(A);
	key(SHIFT, 1);
	press(A);
	press(Q);
	key(SHIFT, 0);
	key(ALTGR, 0);
	press(CAPS);
	came("Q\u00dc@[\u00c6\u00e6\u03a9");
}

static void test_characters_are_in_utf_8(void **state)
{
	(void)state;
	press(UMLAUT);
	press(PLUS);
	key(SHIFT, 1);
	press(PLUS);
	key(ALTGR, 1);
	press(PLUS);
	press(E);
	key(SHIFT, 0);
	press(PLUS);
	key(ALTGR, 0);
	came("\xc3\xbc\x7f\xc2\x80\xe0\xa0\x80\xef\xbf\xbf\xdf\xbf");
}

static void test_keys_without_a_meaning_type_nothing(void **state)
{
	(void)state;
	press(0);
	press(59);
	press(KEYMAP_KEYS - 1);
	press(KEYMAP_KEYS);
	press(BUTTON);
	press(VIO_INPUT_KEYS - 1);
	came("");
}

static void test_key_that_is_held_repeats(void **state)
{
	(void)state;
	key(A, 1);
	wait_ms(390);
	came("a");
	key(A, 1); /* a host that repeats by itself */
	key(A, 2);
	came("");
	wait_ms(12);
	came("a");
	wait_ms(99);
	came("aaa");
	key(UP, 1); /* the last one is it */
	came("\x1b[A");
	key(A, 0);
	wait_ms(410);
	came("\x1b[A");
	key(UP, 0);
	wait_ms(1000);
	came("");
}

/* The machine was busy for long: the release is in the ring when the pause is over. */
static void test_release_that_has_come_ends_the_repeat(void **state)
{
	(void)state;
	key(A, 1);
	assert_true(model_input_send(&r.m, MODEL_INPUT_KEY, A, 0));
	r.p.step = 0;
	r.p.clock = loop.timers->at;
	loop.timers->fire(loop.timers->arg, r.p.clock);
	came("a");
}

static void test_key_of_a_device_that_fails_does_not_repeat_for_ever(void **state)
{
	(void)state;
	key(SHIFT, 1);
	key(A, 1);
	came("A");
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	wait_ms(2000);
	came("");
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	press(A);
	came("a");
}

static void on_event(struct vio_input *i, struct vio_input_event e)
{
	assert_ptr_equal(i, &in);
	watched += e.type == VIO_INPUT_KEY;
}

static void test_watched_events_type_nothing_but_ctrl_c(void **state)
{
	(void)state;
	input_watch(on_event);
	press(A);
	key(CTRL, 1);
	press(C);
	key(CTRL, 0);
	input_watch(NULL);
	came("\003");
	assert_int_equal(watched, 6);
	press(A);
	came("a");
	assert_int_equal(watched, 6);
}

static void test_devices_have_numbers(void **state)
{
	const struct slot *s = NULL;
	struct slot other = { .next = &slot };

	(void)state;
	found.slots = &other; /* the first slot has another device */
	assert_ptr_equal(input_find(0, &s), &in);
	assert_ptr_equal(s, &slot);
	assert_null(input_find(1, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_letters_digits_and_shift),
		T(test_caps_lock_is_for_letters_and_has_a_light),
		T(test_ctrl_alt_and_keys_with_names),
		T(test_altgr_is_the_third_level_and_the_fourth),
		T(test_caps_lock_shifts_the_levels_that_the_layout_names),
		T(test_characters_are_in_utf_8),
		T(test_keys_without_a_meaning_type_nothing),
		T(test_key_that_is_held_repeats),
		T(test_release_that_has_come_ends_the_repeat),
		T(test_key_of_a_device_that_fails_does_not_repeat_for_ever),
		T(test_watched_events_type_nothing_but_ctrl_c),
		T(test_devices_have_numbers),
#undef T
	};

	return cmocka_run_group_tests_name("keyboard", tests, NULL, NULL);
}
