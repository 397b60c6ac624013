/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of two consoles is used: the first one by its place, not the one that is ready first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/unit/terminal_rig.h"

static int setup(void **state)
{
	terminal_setup(state);
	device.next = &second_device;
	fake.second_open = true;
	return 0;
}

static void wait_for_place(void)
{
	vio_terminal_start(&terminal);
	while (terminal.place == VIO_TERMINAL_NOWHERE)
		vio_loop_turn(&loop, UINT64_MAX);
}

static void test_a_console_that_is_ready_at_once_does_not_win(void **state)
{
	(void)state;
	fake.open = false;
	fake.awaited = true;
	vio_terminal_start(&terminal);
	for (unsigned i = 0; i < 3; i++)
		vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(terminal.place, VIO_TERMINAL_NOWHERE);
	fake.open = true;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	came(&second, "");
}

static void test_the_next_one_is_used_when_the_first_does_not_open(void **state)
{
	(void)state;
	fake.open = false;
	wait_for_place();
	came(&second, "<here>");
	came(&early, "");
}

static void test_a_first_one_that_opens_late_takes_over(void **state)
{
	(void)state;
	fake.open = false;
	wait_for_place();
	came(&second, "<here>");
	fake.open = true;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	assert_int_equal(fake.moves, 2);
}

static void test_a_first_one_that_failed_is_not_waited_for(void **state)
{
	(void)state;
	device.state = VIO_FAILED;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&second, "<here>");
}

static void test_the_next_one_helps_out(void **state)
{
	(void)state;
	wait_for_place();
	came(&virtio, "<here>");
	device.state = VIO_FAILED;
	vio_terminal_service(&terminal);
	came(&second, "<here>");
	device.state = VIO_LIVE;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	came(&early, "");
}

static uint64_t second_only(void *arg, const struct vio_device *d)
{
	assert_ptr_equal(arg, &fake);
	return d == &second_device ? 0 : VIO_TERMINAL_NEVER;
}

static uint64_t second_first(void *arg, const struct vio_device *d)
{
	(void)arg;
	return d == &second_device ? 3 : 5;
}

static uint64_t none(void *arg, const struct vio_device *d)
{
	(void)arg;
	(void)d;
	return VIO_TERMINAL_NEVER;
}

static void test_the_choice_by_hand_overrides_the_place(void **state)
{
	(void)state;
	terminal.rank = second_only;
	wait_for_place();
	came(&second, "<here>");
	came(&virtio, "");
}

static void test_the_rank_comes_before_the_order_of_the_devices(void **state)
{
	(void)state;
	terminal.rank = second_first;
	wait_for_place();
	came(&second, "<here>");
	fake.second_open = false;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	came(&early, "");
}

static void test_no_console_at_all_may_be_chosen(void **state)
{
	(void)state;
	terminal.rank = none;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&early, "<early>");
	came(&virtio, "");
	came(&second, "");
}

static void test_a_port_is_found_by_its_name(void **state)
{
	struct vio_port port = { .loop = &loop };
	struct vio_output out = { 0 };

	(void)state;
	assert_false(vio_port_find(&port, "b.log"));
	assert_null(port.dev);
	assert_false(vio_port_find(&port, "a.log"));
	fake.log_open = true;
	assert_true(vio_port_find(&port, "a.log"));
	assert_int_equal(port.number, 2);
	const struct vio_output_sink sink = vio_port_sink(&port);
	vio_output_text(&out, "kept\n");
	vio_output_attach(&out, &sink);
	came(&second, "kept\r\n");
	fake.log_open = false;
	assert_false(vio_port_is_open(&port));
	second_device.state = VIO_FAILED;
	assert_false(vio_port_find(&port, "a.log"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(test_a_console_that_is_ready_at_once_does_not_win),
		T(test_the_next_one_is_used_when_the_first_does_not_open),
		T(test_a_first_one_that_opens_late_takes_over),
		T(test_a_first_one_that_failed_is_not_waited_for),
		T(test_the_next_one_helps_out),
		T(test_the_choice_by_hand_overrides_the_place),
		T(test_the_rank_comes_before_the_order_of_the_devices),
		T(test_no_console_at_all_may_be_chosen),
		T(test_a_port_is_found_by_its_name),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
