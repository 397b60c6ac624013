/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop: order, deadlines, timers and waits. */
#include "drivers/wait.h"
#include "tests/unit/loop_rig.h"

static void test_an_idle_turn_services_then_arms_then_sleeps(void **state)
{
	(void)state;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppswcbbaaic");
	assert_int_equal(fake.slept_until, UINT64_MAX);
	assert_int_equal(loop.sleeps, 1);
	assert_int_equal(loop.device_services, 1);
}

static void test_a_busy_turn_touches_no_clock_and_no_register(void **state)
{
	(void)state;
	fake.polls_busy = 1;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppsw");
	written = 0;
	fake.works_busy = 1;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppsw");
}

static void test_a_flood_does_not_starve_the_service(void **state)
{
	unsigned turns = 0;

	(void)state;
	fake.polls_busy = UINT32_MAX;
	while (count('b') == 0) {
		written = 0;
		vio_loop_turn(&loop, UINT64_MAX);
		turns++;
		assert_true(turns <= VIO_LOOP_SERVICE_TURNS);
	}
	assert_int_equal(turns, VIO_LOOP_SERVICE_TURNS);
	assert_int_equal(count('i'), 0);
	assert_int_equal(count('a'), 0);
	written = 0;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('b'), 0);
}

static void test_no_sleep_when_arming_finds_work(void **state)
{
	(void)state;
	fake.arms_busy = 1;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "ppswcbbaa");
}

static void test_no_sleep_when_the_service_failed_a_device(void **state)
{
	(void)state;
	fake.fails_on_service = true;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 0);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 1);
}

static uint64_t restart_in_vain(struct vio_device *d, uint64_t now)
{
	(void)now;
	d->recovery.restarts += d == &device[1] && d->recovery.restarts == 0;
	return UINT64_MAX;
}

static void test_no_sleep_after_a_restart_that_changed_no_state(void **state)
{
	(void)state;
	loop.service_device = restart_in_vain;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 0);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(count('i'), 1);
}

static void test_the_sleep_ends_at_the_earliest_deadline(void **state)
{
	struct vio_timer t = { .fire = NULL };

	(void)state;
	fake.device_deadline = 5000;
	vio_loop_turn(&loop, 7000);
	assert_int_equal(fake.slept_until, 5000);
	assert_int_equal(loop.slept, 4000);
	loop.stop = false;
	fake.device_deadline = 9000;
	vio_loop_turn(&loop, 7000);
	assert_int_equal(fake.slept_until, 7000);
	loop.stop = false;
	vio_timer_set(&loop, &t, 8000);
	vio_loop_turn(&loop, UINT64_MAX);
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
	struct vio_timer t[5];

	(void)state;
	memset(t, 0, sizeof(t));
	fires = 0;
	for (unsigned i = 0; i < 5; i++) {
		t[i].fire = remember;
		t[i].arg = (void *)(uintptr_t)i;
	}
	vio_timer_set(&loop, &t[0], 400);
	vio_timer_set(&loop, &t[1], 200);
	vio_timer_set(&loop, &t[2], 300);
	vio_timer_set(&loop, &t[3], 2000);
	vio_timer_set(&loop, &t[1], 500);
	vio_timer_set(&loop, &t[4], 300); /* behind the one that was there */
	vio_timer_cancel(&loop, &t[0]);
	vio_timer_cancel(&loop, &t[0]);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, 3);
	assert_int_equal(fired[0], 2);
	assert_int_equal(fired[1], 4);
	assert_int_equal(fired[2], 1);
	assert_int_equal(count('i'), 0);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fake.slept_until, 2000);
	loop.stop = false;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, 4);
	assert_null(loop.timers);
}

static struct vio_timer hasty;

static void set_again(void *arg, uint64_t at)
{
	(void)arg;
	fires++;
	vio_timer_set(&loop, &hasty, at);
}

static void test_a_timer_that_sets_itself_to_the_past_does_not_hang(void **state)
{
	(void)state;
	fires = 0;
	hasty = (struct vio_timer){ .fire = set_again };
	vio_timer_set(&loop, &hasty, 1);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(fires, VIO_LOOP_TIMER_BURST);
	assert_int_equal(count('i'), 0);
	vio_timer_cancel(&loop, &hasty);
}

/* From 1000 on, the time that is `ns` later. */
static uint64_t slept_for_at_most(uint64_t ns)
{
	loop.longest = ns;
	loop.stop = false;
	fake.clock = 1000;
	vio_loop_turn(&loop, UINT64_MAX);
	return fake.slept_until;
}

static void test_a_time_that_never_comes_does_not_wrap(void **state)
{
	(void)state;
	assert_int_equal(slept_for_at_most(500), 1500);
	assert_int_equal(slept_for_at_most(UINT64_MAX - 1002), UINT64_MAX - 2);
	assert_int_equal(slept_for_at_most(UINT64_MAX - 1000), UINT64_MAX);
	assert_int_equal(slept_for_at_most(UINT64_MAX - 999), UINT64_MAX);
	assert_int_equal(slept_for_at_most(UINT64_MAX), UINT64_MAX);
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
	assert_false(vio_loop_wait(&loop, never, NULL, 500));
	assert_int_equal(fake.clock, 1500);
	assert_null(loop.timers);
	written = 0;
	assert_false(vio_loop_wait(&loop, never, NULL, 0));
	assert_int_equal(count('i'), 0);
	fake.stop_in_idle = true;
	assert_false(vio_loop_wait(&loop, never, NULL, UINT64_MAX - 1));
	assert_int_equal(fake.slept_until, UINT64_MAX);
}

static void test_waiting_ends_with_what_it_waited_for_and_does_no_work_meanwhile(void **state)
{
	(void)state;
	fake.stop_in_idle = false;
	fake.polls_busy = 10;
	assert_true(vio_loop_wait(&loop, after_three_polls, NULL, 1000000));
	assert_null(loop.timers);
	assert_int_equal(count('p'), 6);
	assert_int_equal(count('w'), 0);
	assert_true(count('s') > 0);
}

static unsigned looks;

static bool at_last(void *arg)
{
	(void)arg;
	written = 0;
	return ++looks > VIO_WAIT_STILL_LOOKS + 2 * VIO_LOOP_SERVICE_TURNS;
}

static void test_a_wait_without_an_end_goes_on_while_the_clock_stands_still(void **state)
{
	(void)state;
	fake.polls_busy = UINT32_MAX;
	looks = 0;
	assert_true(vio_loop_wait(&loop, at_last, NULL, UINT64_MAX));
	assert_int_equal(fake.clock, 1000);
}

static bool stop_at_once(void *arg)
{
	(void)arg;
	loop.stop = true;
	return false;
}

static void test_the_turn_ends_when_told(void **state)
{
	(void)state;
	loop.work = stop_at_once;
	vio_loop_run(&loop);
	assert_string_equal(journal, "pps");
}

static void test_the_loop_ends_when_told(void **state)
{
	(void)state;
	fake.works_busy = 3;
	vio_loop_run(&loop);
	assert_int_equal(count('w'), 4);
	assert_int_equal(count('i'), 1);
}

static void test_a_wake_is_traced(void **state)
{
	(void)state;
	vio_loop_turn(&loop, 1234);
	assert_int_equal(wakes, 1);
	assert_int_equal(woken_at, 1234);
	assert_int_equal(timers_fired, 0);
}

/* All timers that are due in one turn are one event. */
static void test_timers_are_traced(void **state)
{
	struct vio_timer t[2] = { { .fire = remember }, { .fire = remember } };

	(void)state;
	vio_timer_set(&loop, &t[0], 1);
	vio_timer_set(&loop, &t[1], 2);
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(timers_fired, 1);
}

/* And there is no sleep before the application has seen it. */
static void test_a_change_of_configuration_is_traced(void **state)
{
	(void)state;
	transport.device_type = 7;
	fake.config_changes = true;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(changes_noted, 1);
	assert_int_equal(count('i'), 0);
	fake.config_changes = false;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(changes_noted, 1);
	assert_int_equal(count('i'), 1);
}

static void test_a_loop_of_one_device_leaves_the_others_alone(void **state)
{
	(void)state;
	loop.alone = true;
	vio_loop_turn(&loop, UINT64_MAX);
	assert_string_equal(journal, "pswcbaic");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_an_idle_turn_services_then_arms_then_sleeps, setup),
		cmocka_unit_test_setup(test_a_busy_turn_touches_no_clock_and_no_register, setup),
		cmocka_unit_test_setup(test_a_flood_does_not_starve_the_service, setup),
		cmocka_unit_test_setup(test_no_sleep_when_arming_finds_work, setup),
		cmocka_unit_test_setup(test_no_sleep_when_the_service_failed_a_device, setup),
		cmocka_unit_test_setup(test_no_sleep_after_a_restart_that_changed_no_state, setup),
		cmocka_unit_test_setup(test_the_sleep_ends_at_the_earliest_deadline, setup),
		cmocka_unit_test_setup(test_timers_fire_in_order_of_time, setup),
		cmocka_unit_test_setup(test_a_timer_that_sets_itself_to_the_past_does_not_hang,
				       setup),
		cmocka_unit_test_setup(test_a_time_that_never_comes_does_not_wrap, setup),
		cmocka_unit_test_setup(test_waiting_ends_at_its_time, setup),
		cmocka_unit_test_setup(
			test_waiting_ends_with_what_it_waited_for_and_does_no_work_meanwhile,
			setup),
		cmocka_unit_test_setup(
			test_a_wait_without_an_end_goes_on_while_the_clock_stands_still, setup),
		cmocka_unit_test_setup(test_the_turn_ends_when_told, setup),
		cmocka_unit_test_setup(test_the_loop_ends_when_told, setup),
		cmocka_unit_test_setup(test_a_wake_is_traced, setup),
		cmocka_unit_test_setup(test_timers_are_traced, setup),
		cmocka_unit_test_setup(test_a_change_of_configuration_is_traced, setup),
		cmocka_unit_test_setup(test_a_loop_of_one_device_leaves_the_others_alone, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
