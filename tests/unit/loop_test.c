/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop over devices and a platform that write down what is asked of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include <picovirtio/recover.h>
#include "firmware/loop.h"

/* What happened, a letter each: p poll, s service, w work, b beat, a arm, i idle, c clock, t timer
 */
static char journal[4096];
static size_t written;

static void note(char c)
{
	assert_true(written < sizeof(journal) - 1);
	journal[written++] = c;
	journal[written] = '\0';
}

static struct fake {
	uint64_t clock, slept_until;
	unsigned polls_busy, works_busy,
		arms_busy; /* how many more of these say "done something" */
	bool fails_on_beat;
	uint64_t device_deadline;
	bool stop_in_idle;
} fake;

static struct vio_platform platform;
static struct vio_transport transport;
static struct vio_device device[2];
static struct trace trace;
static struct loop loop;

static bool take(unsigned *n)
{
	return *n > 0 && (*n)-- > 0;
}

bool vio_device_poll(struct vio_device *d)
{
	note('p');
	return d == &device[0] && take(&fake.polls_busy);
}

uint64_t vio_recover_beat(struct vio_device *d, uint64_t now)
{
	note('b');
	assert_int_equal(now, loop.now);
	if (d == &device[0] && fake.fails_on_beat) {
		fake.fails_on_beat = false;
		d->state = VIO_FAILED;
	}
	return d == &device[1] ? fake.device_deadline : UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	note('a');
	return d == &device[0] && take(&fake.arms_busy);
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	note('c');
	return fake.clock;
}

static void idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	note('i');
	fake.slept_until = deadline;
	if (deadline != UINT64_MAX)
		fake.clock = deadline;
	loop.stop = fake.stop_in_idle;
}

static bool service(void *arg)
{
	(void)arg;
	note('s');
	return false;
}

static bool work(void *arg)
{
	(void)arg;
	note('w');
	return take(&fake.works_busy);
}

static int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&loop, 0, sizeof(loop));
	memset(&trace, 0, sizeof(trace));
	memset(device, 0, sizeof(device));
	device[0].next = &device[1];
	device[0].transport = device[1].transport = &transport;
	platform.now = now;
	platform.idle = idle;
	fake.clock = 1000;
	fake.device_deadline = UINT64_MAX;
	fake.stop_in_idle = true;
	loop.platform = &platform;
	loop.devices = device;
	loop.trace = &trace;
	loop.service = service;
	loop.work = work;
	written = 0;
	journal[0] = '\0';
	return 0;
}

static unsigned count(char c)
{
	unsigned n = 0;

	for (size_t i = 0; i < written; i++)
		n += journal[i] == c;
	return n;
}

static void test_an_idle_turn_beats_then_arms_then_sleeps(void **state)
{
	(void)state;
	loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppswcbbaaic");
	assert_int_equal(fake.slept_until, UINT64_MAX);
	assert_int_equal(loop.sleeps, 1);
}

static void test_a_busy_turn_touches_no_clock_and_no_register(void **state)
{
	(void)state;
	fake.polls_busy = 1;
	loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppsw");
	written = 0;
	fake.works_busy = 1;
	loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppsw");
}

static void test_a_flood_does_not_starve_the_beat(void **state)
{
	unsigned turns = 0;

	(void)state;
	fake.polls_busy = UINT32_MAX;
	while (count('b') == 0) {
		written = 0;
		loop_turn(&loop, UINT64_MAX);
		turns++;
		assert_true(turns <= LOOP_BEAT_TURNS);
	}
	assert_int_equal(turns, LOOP_BEAT_TURNS);
	assert_int_equal(count('i'), 0);
	assert_int_equal(count('a'), 0);
	written = 0;
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('b'), 0);
}

static void test_no_sleep_when_arming_finds_work(void **state)
{
	(void)state;
	fake.arms_busy = 1;
	loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppswcbbaa");
}

static void test_no_sleep_when_the_beat_failed_a_device(void **state)
{
	(void)state;
	fake.fails_on_beat = true;
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 0);
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 1);
}

static void test_the_sleep_ends_at_the_earliest_deadline(void **state)
{
	struct loop_timer t = { .fire = NULL };

	(void)state;
	fake.device_deadline = 5000;
	loop_turn(&loop, 7000);
	assert_int_equal(fake.slept_until, 5000);
	assert_int_equal(loop.slept, 4000);
	loop.stop = false;
	fake.device_deadline = 9000;
	loop_turn(&loop, 7000);
	assert_int_equal(fake.slept_until, 7000);
	loop.stop = false;
	loop_timer_set(&loop, &t, 8000);
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, 8000);
}

static uint64_t fired[64];
static unsigned fires;

static void remember(void *arg, uint64_t at)
{
	(void)at;
	note('t');
	fired[fires++ % 64] = (uint64_t)(uintptr_t)arg;
}

static void test_timers_fire_in_order_of_time(void **state)
{
	struct loop_timer t[4];

	(void)state;
	memset(t, 0, sizeof(t));
	fires = 0;
	for (unsigned i = 0; i < 4; i++) {
		t[i].fire = remember;
		t[i].arg = (void *)(uintptr_t)i;
	}
	loop_timer_set(&loop, &t[0], 400);
	loop_timer_set(&loop, &t[1], 200);
	loop_timer_set(&loop, &t[2], 300);
	loop_timer_set(&loop, &t[3], 2000);
	loop_timer_set(&loop, &t[1], 500);
	loop_timer_cancel(&loop, &t[0]);
	loop_timer_cancel(&loop, &t[0]);
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, 2);
	assert_int_equal(fired[0], 2);
	assert_int_equal(fired[1], 1);
	assert_int_equal(count('i'), 0);
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, 2000);
	loop.stop = false;
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, 3);
	assert_null(loop.timers);
}

static struct loop_timer hasty;

static void set_again(void *arg, uint64_t at)
{
	(void)arg;
	fires++;
	loop_timer_set(&loop, &hasty, at);
}

static void test_a_timer_that_sets_itself_to_the_past_does_not_hang(void **state)
{
	(void)state;
	fires = 0;
	hasty = (struct loop_timer){ .fire = set_again };
	loop_timer_set(&loop, &hasty, 1);
	loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, LOOP_TIMER_BURST);
	assert_int_equal(count('i'), 0);
	loop_timer_cancel(&loop, &hasty);
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static bool after_three_polls(void *arg)
{
	(void)arg;
	return count('p') >= 6;
}

static void test_waiting_ends_at_its_time(void **state)
{
	(void)state;
	fake.stop_in_idle = false;
	assert_false(loop_wait(&loop, never, NULL, 500));
	assert_int_equal(fake.clock, 1500);
	assert_null(loop.timers);
}

static void test_waiting_ends_with_what_it_waited_for_and_does_no_work_meanwhile(void **state)
{
	(void)state;
	fake.stop_in_idle = false;
	fake.polls_busy = 10;
	assert_true(loop_wait(&loop, after_three_polls, NULL, 1000000));
	assert_null(loop.timers);
	assert_int_equal(count('p'), 6);
	assert_int_equal(count('w'), 0);
	assert_true(count('s') > 0);
}

static void test_the_loop_ends_when_told(void **state)
{
	(void)state;
	fake.works_busy = 3;
	loop_run(&loop);
	assert_int_equal(count('w'), 4);
	assert_int_equal(count('i'), 1);
}

static void test_a_wake_is_traced(void **state)
{
	(void)state;
	loop_turn(&loop, 1234);
	assert_int_equal(trace_get(&trace, 0)->kind, TRACE_WAKE);
	assert_int_equal(trace_get(&trace, 0)->first, 1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_an_idle_turn_beats_then_arms_then_sleeps, setup),
		cmocka_unit_test_setup(test_a_busy_turn_touches_no_clock_and_no_register, setup),
		cmocka_unit_test_setup(test_a_flood_does_not_starve_the_beat, setup),
		cmocka_unit_test_setup(test_no_sleep_when_arming_finds_work, setup),
		cmocka_unit_test_setup(test_no_sleep_when_the_beat_failed_a_device, setup),
		cmocka_unit_test_setup(test_the_sleep_ends_at_the_earliest_deadline, setup),
		cmocka_unit_test_setup(test_timers_fire_in_order_of_time, setup),
		cmocka_unit_test_setup(test_a_timer_that_sets_itself_to_the_past_does_not_hang,
				       setup),
		cmocka_unit_test_setup(test_waiting_ends_at_its_time, setup),
		cmocka_unit_test_setup(
			test_waiting_ends_with_what_it_waited_for_and_does_no_work_meanwhile,
			setup),
		cmocka_unit_test_setup(test_the_loop_ends_when_told, setup),
		cmocka_unit_test_setup(test_a_wake_is_traced, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
