/* SPDX-License-Identifier: BSD-2-Clause */
/* What vio_app_start() does for a program: stdio/app.c on a board that this test plays. */
#include <picovirtio/app.h>
#include <picovirtio/board.h>
#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"
#include "tests/unit/devicetree_rig.h"

enum { FIRST = 0x10001000, STRIDE = 0x1000, WINDOWS = 8 };

struct vio_board vio_board;

static const struct vio_class classes[] = { { &vio_rng_driver, NULL } };
static struct fixture tree;
static struct host_platform platform;
static struct model model[WINDOWS];
static struct vio_host_window window[WINDOWS];
static struct model_rng entropy;
static struct vio_app app;
static struct vio_terminal *attached, *started;
static unsigned lines, guarded;	    /* lines that were enabled, and windows looked at */
static struct vio_span memory;	    /* what vio_board_memory_at() calls RAM */
static struct vio_device *at_start; /* devices of the loop when the console started */

void vio_stdio_attach(struct vio_terminal *t)
{
	assert_ptr_equal(t->loop, &app.loop);
	assert_null(app.probe.slots);
	attached = t;
}

void vio_terminal_start(struct vio_terminal *t)
{
	started = t;
	at_start = t->loop->devices;
}

int vio_board_irq_enable(const struct vio_dt_irq *irq)
{
	assert_non_null(irq);
	assert_int_equal(irq->cell[0], WINDOWS);
	lines++;
	return WINDOWS;
}

const char *vio_board_memory_at(struct vio_span s)
{
	return memory.bytes > 0 && vio_span_overlaps(s, memory) ? "RAM" : NULL;
}

bool vio_board_guard(void (*risky)(void *arg), void *arg)
{
	guarded++;
	risky(arg);
	return true;
}

/* An entropy device in the last window, nothing in the others. */
static int setup(void **state)
{
	struct model_config full, empty = { .version = 2 };

	(void)state;
	tree = load("qemu-virt");
	host_platform_init(&platform, HOST_HIGH);
	model_rng_config(&full, &entropy, 2, BIT64(32), 8);
	full.memory = empty.memory = &platform.memory;
	for (unsigned i = 0; i < WINDOWS; i++) {
		model_init(&model[i], i + 1 == WINDOWS ? &full : &empty);
		host_plug(&window[i], &model[i], FIRST + i * STRIDE, STRIDE);
	}
	vio_board = (struct vio_board){ .dt = tree.dt, .platform = platform.platform };
	app = (struct vio_app){ .classes = classes, .nclasses = 1 };
	attached = started = NULL;
	at_start = NULL;
	lines = guarded = 0;
	memory = (struct vio_span){ 0, 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WINDOWS; i++) {
		host_unplug(&window[i]);
		model_done(&model[i]);
	}
	host_platform_done(&platform);
	blob_free(&tree.blob);
	return 0;
}

static void test_devices_are_found_and_the_console_started(void **state)
{
	(void)state;
	assert_int_equal(vio_app_start(&app), 1);
	struct vio_device *d = vio_probe_first(&app.probe, &vio_rng_driver);
	assert_non_null(d);
	assert_ptr_equal(attached, &app.terminal);
	assert_ptr_equal(started, &app.terminal);
	assert_ptr_equal(app.loop.platform, &vio_board.platform);
	assert_ptr_equal(at_start, d);
	assert_int_equal(app.probe.windows, WINDOWS);
	assert_int_equal(lines, 1);
	assert_int_equal(guarded, WINDOWS);
}

static void test_a_window_in_memory_is_left_alone(void **state)
{
	(void)state;
	memory = (struct vio_span){ FIRST + (WINDOWS - 1) * STRIDE + 4, 4 };
	assert_int_equal(vio_app_start(&app), 0);
	assert_int_equal(model[WINDOWS - 1].counts.reads, 0);
	assert_null(app.loop.devices);
	assert_ptr_equal(started, &app.terminal);
}

/* The console then reports this. */
static void test_without_a_devicetree_nothing_is_found(void **state)
{
	(void)state;
	vio_board.dt = (struct vio_dt){ 0 };
	assert_int_equal(vio_app_start(&app), 0);
	assert_int_equal(app.probe.windows, 0);
	assert_ptr_equal(started, &app.terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_devices_are_found_and_the_console_started,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_window_in_memory_is_left_alone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_without_a_devicetree_nothing_is_found, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("app", tests, NULL, NULL);
}
