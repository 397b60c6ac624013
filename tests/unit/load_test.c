/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real loop over a modelled console that is never idle: configuration changes and restarts must
 * still be handled.
 */
#include <picovirtio/recover.h>
#include <picovirtio/loop.h>
#include "tests/unit/console_rig.h"

static struct console_rig x;
static struct vio_loop loop;
static unsigned turns;

/* The host sends, we read and answer, each turn. */
static bool chatter(void *arg)
{
	char c;

	(void)arg;
	turns++;
	if (x.r.d->state != VIO_LIVE)
		return true; /* something else keeps the loop busy */
	x.host.port[0].out_len = 0;
	model_console_send(&x.r.m, 0, "x", 1);
	vio_console_read(&x.c, 0, &c, 1);
	vio_console_write(&x.c, 0, "y", 1);
	vio_console_flush(&x.c, 0);
	model_run(&x.r.m);
	return true;
}

static void busy_on(uint32_t version)
{
	console_close(&x);
	console_live(&x, version, VIO_CONSOLE_F_SIZE, 1, 64);
	memset(&loop, 0, sizeof(loop));
	loop.platform = &x.r.p.platform;
	loop.devices = x.r.d;
	loop.service_device = vio_recover_service;
	loop.service = chatter;
	turns = 0;
}

static int teardown(void **state)
{
	(void)state;
	console_close(&x);
	return 0;
}

static bool size_is(unsigned cols, unsigned rows)
{
	unsigned c = 0, r = 0;

	return vio_console_size(&x.c, &c, &r) && c == cols && r == rows;
}

static void test_configuration_change_reaches_the_driver_of_a_busy_loop(void **state)
{
	const uint8_t size[4] = { 132, 0, 50, 0 };
	unsigned long reads;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		busy_on(version);
		for (unsigned i = 0; i < 10; i++)
			vio_loop_turn(&loop, UINT64_MAX);
		model_config_change(&x.r.m, 0, size, sizeof(size));
		reads = x.r.m.counts.reads;
		for (unsigned i = 10; i < VIO_LOOP_SERVICE_TURNS - 1; i++)
			vio_loop_turn(&loop, UINT64_MAX);
		/* No register was read meanwhile, so the driver cannot know it yet. */
		assert_int_equal(x.r.m.counts.reads, reads);
		assert_false(size_is(132, 50));
		vio_loop_turn(&loop, UINT64_MAX);
		assert_true(size_is(132, 50));
		assert_int_equal(turns, VIO_LOOP_SERVICE_TURNS);
		assert_int_equal(loop.sleeps, 0);
		assert_true(x.r.d->queues->completions > VIO_LOOP_SERVICE_TURNS / 2);
	}
}

/* A device that asks for a reset is failed at the service, and up again after its pause. */
static void test_HD_STATUS_07_busy_loop_brings_a_device_up_again(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		busy_on(version);
		vio_loop_turn(&loop, UINT64_MAX);
		model_needs_reset(&x.r.m);
		while (x.r.d->state == VIO_LIVE && turns <= VIO_LOOP_SERVICE_TURNS)
			vio_loop_turn(&loop, UINT64_MAX);
		assert_int_equal(x.r.d->state, VIO_FAILED);
		assert_int_equal(x.r.d->problem.cause, VIO_C_NEEDS_RESET);
		x.r.p.clock += VIO_RECOVER_PAUSE_NS;
		turns = 0;
		while (x.r.d->state != VIO_LIVE && turns <= VIO_LOOP_SERVICE_TURNS)
			vio_loop_turn(&loop, UINT64_MAX);
		assert_int_equal(x.r.d->state, VIO_LIVE);
		assert_int_equal(x.r.d->recovery.restarts, 1);
		assert_int_equal(loop.sleeps, 0);
		x.host.port[0].out_len = 0;
		console_put(&x, 0, "here again", 10);
		console_host_got(&x, 0, "here again", 10);
	}
}

/* An idle loop sleeps until the next try is due, and no longer. */
static bool nothing(void *arg)
{
	(void)arg;
	return false;
}

static void test_idle_loop_wakes_for_the_next_try(void **state)
{
	(void)state;
	busy_on(2);
	loop.service = nothing;
	uint64_t start = x.r.p.clock;
	model_needs_reset(&x.r.m);
	for (unsigned i = 0; i < 10 && x.r.d->recovery.restarts == 0; i++)
		vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_int_equal(loop.sleeps, 1);
	assert_true(x.r.p.clock - start < 2 * VIO_RECOVER_PAUSE_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_configuration_change_reaches_the_driver_of_a_busy_loop),
		T(test_HD_STATUS_07_busy_loop_brings_a_device_up_again),
		T(test_idle_loop_wakes_for_the_next_try),
#undef T
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
