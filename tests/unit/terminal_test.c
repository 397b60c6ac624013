/* SPDX-License-Identifier: BSD-2-Clause */
/* struct vio_terminal: on which device the console runs, and how it moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include <picovirtio/board.h>
#include "tests/unit/terminal_rig.h"

static void test_early_text_appears_once_on_the_virtio_console(void **state)
{
	(void)state;
	vio_output_text(&terminal.out, "banner\n");
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "banner\r\n<here>");
	came(&early, "");
	assert_false(vio_terminal_service(&terminal));
	assert_int_equal(fake.moves, 1);
}

static void test_without_a_console_all_goes_to_the_early_one(void **state)
{
	(void)state;
	loop.devices = NULL;
	vio_output_text(&terminal.out, "banner\n");
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&early, "banner\r\n<early>");
	early.sends = "hi";
	assert_int_equal(vio_terminal_getc(&terminal), 'h');
	assert_int_equal(vio_terminal_getc(&terminal), 'i');
	assert_int_equal(vio_terminal_getc(&terminal), -1);
}

static void test_ctrl_c_takes_what_was_typed_before_it(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	virtio.sends = "ab";
	assert_false(vio_terminal_interrupted(&terminal));
	virtio.sends = "c\3x\3d";
	assert_int_equal(vio_terminal_getc(&terminal), 'a');
	assert_true(vio_terminal_interrupted(&terminal));
	assert_false(vio_terminal_interrupted(&terminal));
	virtio.sends = "e";
	assert_false(vio_terminal_interrupted(&terminal));
	assert_int_equal(vio_terminal_getc(&terminal), 'd');
	assert_int_equal(vio_terminal_getc(&terminal), 'e');
	assert_int_equal(vio_terminal_getc(&terminal), -1);
}

/* Keys of a keyboard go after the input that waits, as far as they fit. */
static void test_input_can_be_typed_from_elsewhere(void **state)
{
	static char much[VIO_TERMINAL_INPUT_BYTES + 2];

	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	virtio.sends = "ab";
	assert_int_equal(vio_terminal_getc(&terminal), 'a');
	assert_int_equal(vio_terminal_type(&terminal, "cd", 2), 2);
	assert_int_equal(vio_terminal_getc(&terminal), 'b');
	assert_int_equal(vio_terminal_getc(&terminal), 'c');
	memset(much, 'x', sizeof(much));
	assert_int_equal(vio_terminal_type(&terminal, much, sizeof(much)), sizeof(much) - 3);
	assert_int_equal(vio_terminal_type(&terminal, much, 1), 0);
	assert_int_equal(vio_terminal_getc(&terminal), 'd');
	assert_int_equal(vio_terminal_type(&terminal, "\3y", 2), 1);
	assert_true(vio_terminal_interrupted(&terminal));
	assert_int_equal(vio_terminal_getc(&terminal), -1);
}

static void test_a_terminal_full_of_input_looks_no_further(void **state)
{
	static char much[VIO_TERMINAL_INPUT_BYTES + 2];

	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	memset(much, 'x', VIO_TERMINAL_INPUT_BYTES);
	much[VIO_TERMINAL_INPUT_BYTES] = 3;
	virtio.sends = much;
	assert_false(vio_terminal_interrupted(&terminal));
	assert_false(vio_terminal_interrupted(&terminal));
	for (unsigned i = 0; i < VIO_TERMINAL_INPUT_BYTES; i++)
		assert_int_equal(vio_terminal_getc(&terminal), 'x');
	assert_int_equal(vio_terminal_getc(&terminal), 3);
}

static void test_a_port_that_opens_late_is_waited_for(void **state)
{
	(void)state;
	fake.open = false;
	vio_output_text(&terminal.out, "banner\n");
	vio_terminal_start(&terminal);
	assert_false(vio_terminal_service(&terminal));
	came(&early, "");
	fake.open = true;
	vio_terminal_service(&terminal);
	came(&virtio, "banner\r\n<here>");
	came(&early, "");
}

static void test_a_port_that_never_opens_is_given_up(void **state)
{
	(void)state;
	fake.open = false;
	vio_output_text(&terminal.out, "banner\n");
	vio_terminal_start(&terminal);
	while (terminal.place == VIO_TERMINAL_NOWHERE)
		vio_loop_turn(&loop, UINT64_MAX);
	vio_loop_turn(&loop, UINT64_MAX);
	came(&early, "banner\r\n<early>");
	assert_int_equal(fake.clock / VIO_TERMINAL_LOOK, VIO_TERMINAL_LOOKS);
}

/* The host has announced it, and may have much else to do. */
static void test_a_port_that_is_awaited_is_waited_for_longer(void **state)
{
	(void)state;
	fake.open = false;
	fake.awaited = true;
	vio_terminal_start(&terminal);
	while (terminal.place == VIO_TERMINAL_NOWHERE)
		vio_loop_turn(&loop, UINT64_MAX);
	came(&early, "<early>");
	assert_int_equal(fake.clock / VIO_TERMINAL_LOOK, VIO_TERMINAL_LOOKS_AWAITED);
}

/* A machine that gets a turn once in a while has waited long by the clock, and hardly at all. */
static void test_the_wait_for_a_port_is_not_the_clocks_alone(void **state)
{
	(void)state;
	fake.open = false;
	fake.awaited = true;
	fake.late = 10 * VIO_TERMINAL_LOOK;
	vio_terminal_start(&terminal);
	for (unsigned i = 0; i < VIO_TERMINAL_LOOKS_AWAITED - 1; i++)
		vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(terminal.place, VIO_TERMINAL_NOWHERE);
	fake.open = true;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	came(&early, "");
}

static void test_hang_up_and_reopen_move_the_console(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	virtio.sends = "last words";
	fake.open = false;
	vio_terminal_service(&terminal);
	assert_int_equal(fake.moved_from, VIO_TERMINAL_VIRTIO);
	came(&early, "<early>");
	for (const char *p = "last words"; *p != '\0'; p++)
		assert_int_equal(vio_terminal_getc(&terminal), *p);
	assert_int_equal(vio_terminal_getc(&terminal), -1);
	fake.open = true;
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	came(&early, "");
	assert_int_equal(fake.moves, 3);
}

static void test_after_a_failure_unsent_text_appears_on_the_early_console(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.room = 0;
	fake.device_works = false;
	vio_output_text(&terminal.out, "not sent\n");
	device.state = VIO_FAILED;
	vio_terminal_service(&terminal);
	came(&early, "not sent\r\n<early>");
	came(&virtio, "");
}

static void test_the_early_console_is_looked_at_again_and_again(void **state)
{
	(void)state;
	loop.devices = NULL;
	vio_terminal_start(&terminal);
	for (int i = 0; i < 1000; i++)
		vio_loop_turn(&loop, UINT64_MAX);
	early.sends = "x";
	while (!vio_terminal_has_input(&terminal))
		vio_loop_turn(&loop, UINT64_MAX);
	assert_int_equal(vio_terminal_getc(&terminal), 'x');
}

static void test_bytes_above_127_are_no_end_of_input(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	virtio.sends = "\xff\x80";
	assert_int_equal(vio_terminal_getc(&terminal), 0xff);
	assert_int_equal(vio_terminal_getc(&terminal), 0x80);
}

static void test_finish_waits_for_the_device_but_not_for_ever(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	vio_output_text(&terminal.out, "bye");
	vio_terminal_finish(&terminal);
	came(&virtio, "bye");
	assert_int_equal(fake.unsent, 0);
	fake.device_works = false;
	vio_output_text(&terminal.out, "stuck");
	vio_terminal_finish(&terminal);
	assert_true(fake.unsent > 0);
}

static void test_finish_waits_until_the_console_is_somewhere(void **state)
{
	(void)state;
	fake.open = false;
	vio_output_text(&terminal.out, "short\n");
	vio_terminal_start(&terminal);
	vio_terminal_finish(&terminal);
	assert_int_equal(terminal.place, VIO_TERMINAL_EARLY);
	came(&early, "short\r\n<early>");
}

static void test_a_loop_without_service_gets_the_terminals(void **state)
{
	(void)state;
	loop.service = NULL;
	vio_output_text(&terminal.out, "banner\n");
	vio_terminal_start(&terminal);
	vio_loop_turn(&loop, vio_loop_now(&loop));
	came(&virtio, "banner\r\n<here>");
}

static void test_panic_before_the_console_shows_what_was_kept(void **state)
{
	(void)state;
	fake.open = false;
	vio_output_text(&terminal.out, "kept\n");
	vio_terminal_start(&terminal);
	assert_true(vio_board_panic_write("trap", 4));
	came(&early, "kept\r\ntrap");
}

static void test_panic_uses_the_emergency_write_if_offered(void **state)
{
	(void)state;
	fake.has_emergency = true;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.unsent = 0;
	fake.polls = 0;
	vio_output_text(&terminal.out, "just before: ");
	assert_true(vio_board_panic_write("trap", 4));
	came(&emergency, "just before: trap");
	assert_int_equal(fake.polls, 0);
}

/* Text that the driver has comes out before the emergency write, or the device has taken none for
 * long enough. Each look lasts as long as a register access. */
static void test_emergency_write_does_not_overtake_the_ring(void **state)
{
	(void)state;
	fake.has_emergency = true;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.device_works = false;
	fake.works_after = 1000;
	fake.polls = 0;
	assert_true(vio_board_panic_write("trap", 4));
	came(&emergency, "trap");
	assert_false(fake.overtaken);
	assert_int_equal(fake.register_reads, fake.polls);
	assert_true(fake.polls >= 1000);
}

static void test_emergency_write_does_not_wait_for_ever(void **state)
{
	(void)state;
	fake.has_emergency = true;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.device_works = false;
	assert_true(vio_board_panic_write("trap", 4));
	came(&emergency, "trap");
	assert_true(fake.overtaken);
}

static void test_panic_falls_back_to_the_ring(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.room = 1;
	assert_true(vio_board_panic_write("trap", 4));
	came(&virtio, "trap");
}

/* What was printed before goes first, however slow the host is by the clock: it may be busy, and
 * the clock may be what is broken. */
static void test_a_panic_waits_for_the_text_before_it_by_count(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	came(&virtio, "<here>");
	fake.room = 0;
	fake.device_works = false;
	vio_output_text(&terminal.out, "before, ");
	fake.works_after = 1000;
	fake.tick = VIO_TERMINAL_LOOK;
	assert_true(vio_board_panic_write("trap", 4));
	came(&virtio, "before, trap");
	came(&early, "");
}

static void test_HD_SPLIT_23_panic_gives_up_on_a_ring_that_does_not_move(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	fake.device_works = false;
	assert_false(vio_board_panic_write("trap", 4));
	assert_true(fake.polls > 1000);
	assert_false(vio_board_panic_write("again", 5));
}

static void test_a_trap_inside_of_the_panic_goes_to_the_early_console(void **state)
{
	(void)state;
	vio_terminal_start(&terminal);
	vio_terminal_service(&terminal);
	fake.trap_in_ring = true;
	assert_true(vio_board_panic_write("trap", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_early_text_appears_once_on_the_virtio_console,
				       terminal_setup),
		cmocka_unit_test_setup(test_without_a_console_all_goes_to_the_early_one,
				       terminal_setup),
		cmocka_unit_test_setup(test_ctrl_c_takes_what_was_typed_before_it, terminal_setup),
		cmocka_unit_test_setup(test_input_can_be_typed_from_elsewhere, terminal_setup),
		cmocka_unit_test_setup(test_a_terminal_full_of_input_looks_no_further,
				       terminal_setup),
		cmocka_unit_test_setup(test_a_port_that_opens_late_is_waited_for, terminal_setup),
		cmocka_unit_test_setup(test_a_port_that_never_opens_is_given_up, terminal_setup),
		cmocka_unit_test_setup(test_a_port_that_is_awaited_is_waited_for_longer,
				       terminal_setup),
		cmocka_unit_test_setup(test_the_wait_for_a_port_is_not_the_clocks_alone,
				       terminal_setup),
		cmocka_unit_test_setup(test_hang_up_and_reopen_move_the_console, terminal_setup),
		cmocka_unit_test_setup(
			test_after_a_failure_unsent_text_appears_on_the_early_console,
			terminal_setup),
		cmocka_unit_test_setup(test_the_early_console_is_looked_at_again_and_again,
				       terminal_setup),
		cmocka_unit_test_setup(test_bytes_above_127_are_no_end_of_input, terminal_setup),
		cmocka_unit_test_setup(test_finish_waits_for_the_device_but_not_for_ever,
				       terminal_setup),
		cmocka_unit_test_setup(test_finish_waits_until_the_console_is_somewhere,
				       terminal_setup),
		cmocka_unit_test_setup(test_a_loop_without_service_gets_the_terminals,
				       terminal_setup),
		cmocka_unit_test_setup(test_panic_before_the_console_shows_what_was_kept,
				       terminal_setup),
		cmocka_unit_test_setup(test_emergency_write_does_not_overtake_the_ring,
				       terminal_setup),
		cmocka_unit_test_setup(test_emergency_write_does_not_wait_for_ever, terminal_setup),
		cmocka_unit_test_setup(test_panic_uses_the_emergency_write_if_offered,
				       terminal_setup),
		cmocka_unit_test_setup(test_panic_falls_back_to_the_ring, terminal_setup),
		cmocka_unit_test_setup(test_a_trap_inside_of_the_panic_goes_to_the_early_console,
				       terminal_setup),
		cmocka_unit_test_setup(test_a_panic_waits_for_the_text_before_it_by_count,
				       terminal_setup),
		/* Last: it leaves the panic path used up, as a panic does. */
		cmocka_unit_test_setup(test_HD_SPLIT_23_panic_gives_up_on_a_ring_that_does_not_move,
				       terminal_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
