/* SPDX-License-Identifier: BSD-2-Clause */
/* A host that sends nonsense on the control queue of a console. */
#include "tests/unit/console_host.h"

/* ---- Nonsense ---- */

static void test_HD_CONSOLE_03_short_messages_are_dropped(void **state)
{
	const uint8_t remove[8] = { 1, 0, 0, 0, MODEL_CTL_DEVICE_REMOVE, 0, 1, 0 };

	(void)state;
	live();
	for (size_t n = 0; n < 8; n++) {
		model_console_control_raw(&x.r.m, remove, n);
		console_settle(&x);
		assert_true(vio_console_open(&x.c, 1));
	}
	model_console_control_raw(&x.r.m, remove, 8);
	console_settle(&x);
	assert_false(vio_console_open(&x.c, 1));
	x.host.port[1].exists = false;
}

/* The bytes of an earlier message are still in the buffer; the short one must not revive them. */
static void test_HD_CONSOLE_03_short_message_over_an_old_one(void **state)
{
	unsigned i;

	(void)state;
	live();
	for (i = 0; i < VIO_CONSOLE_CTL_MESSAGES; i++)
		tell(0, MODEL_CTL_CONSOLE_PORT, 1);
	i = said(0, MODEL_CTL_PORT_OPEN);
	model_console_control_raw(&x.r.m, "", 0);
	model_console_control_raw(&x.r.m, "\0\0\0\0", 4);
	console_settle(&x);
	assert_int_equal(said(0, MODEL_CTL_PORT_OPEN), i);
}

static void test_HD_CONSOLE_04_ports_out_of_range_are_dropped(void **state)
{
	const uint32_t id[] = { 2, PORTS, PORTS + 1, 0x10000, 0x7fffffff, UINT32_MAX };

	(void)state;
	live();
	unsigned before = x.host.ngot;
	for (unsigned i = 0; i < 6; i++) {
		for (uint16_t event = 0; event < 9; event++)
			tell(id[i], event, 1);
	}
	assert_int_equal(x.host.ngot, before);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	for (unsigned i = 2; i < MODEL_CONSOLE_PORTS; i++)
		x.host.port[i].open_owed = x.host.port[i].exists = false;
}

/* Within our own array, so that no sanitizer is needed to see it. */
static void test_HD_CONSOLE_04_first_port_that_the_device_does_not_have(void **state)
{
	(void)state;
	plug_on(2, 2, 64);
	x.r.m.cfg.config[4] = 2; /* max_nr_ports */
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
	assert_int_equal(vio_console_ports(&x.c), 2);
	tell(2, MODEL_CTL_DEVICE_ADD, 1);
	assert_false(x.c.port[2].added);
}

static void test_ports_beyond_ours_are_left_alone(void **state)
{
	(void)state;
	live_on(2, PORTS + 3, 64);
	assert_int_equal(vio_console_ports(&x.c), PORTS);
	for (unsigned i = PORTS; i < PORTS + 3; i++)
		assert_int_equal(said(i, MODEL_CTL_PORT_READY), 0);
	assert_true(vio_console_open(&x.c, PORTS - 1));
}

static void test_HD_CONSOLE_05_unknown_events_are_ignored(void **state)
{
	const uint16_t event[] = {
		MODEL_CTL_DEVICE_READY, MODEL_CTL_PORT_READY, 8, 99, 0x100, UINT16_MAX
	};

	(void)state;
	live();
	unsigned before = x.host.ngot;
	for (unsigned i = 0; i < 6; i++)
		tell(1, event[i], 1);
	assert_int_equal(x.host.ngot, before);
	assert_true(vio_console_open(&x.c, 1));
}

static void name_is(const void *name, size_t n, const char *want)
{
	tell_more(1, MODEL_CTL_PORT_NAME, name, n);
	assert_string_equal(vio_console_name(&x.c, 1), want);
}

static void test_HD_CONSOLE_06_names_are_cut_and_made_printable(void **state)
{
	char huge[256];

	(void)state;
	live();
	name_is("org.port.1", 10, "org.port.1");
	name_is("with nul\0junk", 13, "with nul");
	name_is("", 0, "");
	name_is("\x1b[2J\x7f\xffz", 7, "?[2J??z");
	memset(huge, 'n', sizeof(huge));
	name_is(huge, sizeof(huge), "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	assert_int_equal(strlen(vio_console_name(&x.c, 1)), VIO_CONSOLE_NAME_MAX);
	name_is(" ~", 2, " ~");
}

static void resized(uint32_t id, unsigned cols, unsigned rows, size_t n)
{
	const uint8_t body[4] = { (uint8_t)cols, (uint8_t)(cols >> 8), (uint8_t)rows,
				  (uint8_t)(rows >> 8) };

	tell_more(id, MODEL_CTL_RESIZE, body, n);
}

static void test_HD_CONSOLE_07_HD_CONSOLE_08_resize_short_or_absurd_is_dropped(void **state)
{
	unsigned c = 0, r = 0;

	(void)state;
	live();
	resized(0, 100, 40, 3);
	resized(0, 100, 40, 0);
	resized(1, 100, 40, 4); /* the size is that of port 0 */
	resized(0, 0, 0, 4);
	resized(0, 65535, 65535, 4);
	assert_false(vio_console_size(&x.c, &c, &r));
	resized(0, 100, 40, 4);
	assert_true(vio_console_size(&x.c, &c, &r));
	assert_int_equal(c, 100);
	assert_int_equal(r, 40);
}

/* The used length is larger than the buffer: the ring clamps it. */
static void test_control_length_beyond_the_buffer(void **state)
{
	struct mq_chain c;

	(void)state;
	live();
	assert_true(mq_take(&x.r.m.queue[2], &c));
	model_complete(&x.r.m, 2, c.head, UINT32_MAX);
	console_settle(&x);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	tell(0, MODEL_CTL_CONSOLE_PORT, 1);
	assert_int_equal(said(0, MODEL_CTL_PORT_OPEN), 2);
}

static void test_flood_of_control_messages_is_worked_off(void **state)
{
	(void)state;
	live();
	for (unsigned i = 0; i < 500; i++)
		model_console_control(&x.r.m, i % 2, MODEL_CTL_CONSOLE_PORT, 1, NULL, 0);
	console_settle(&x);
	assert_false(x.host.port[0].open_owed || x.host.port[1].open_owed);
	assert_int_equal(host_mapped(&x.r.p), 2 * VIO_CONSOLE_RX_BLOCKS + VIO_CONSOLE_CTL_MESSAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_CONSOLE_03_short_messages_are_dropped),
		T(test_HD_CONSOLE_03_short_message_over_an_old_one),
		T(test_HD_CONSOLE_04_ports_out_of_range_are_dropped),
		T(test_HD_CONSOLE_04_first_port_that_the_device_does_not_have),
		T(test_ports_beyond_ours_are_left_alone),
		T(test_HD_CONSOLE_05_unknown_events_are_ignored),
		T(test_HD_CONSOLE_06_names_are_cut_and_made_printable),
		T(test_HD_CONSOLE_07_HD_CONSOLE_08_resize_short_or_absurd_is_dropped),
		T(test_control_length_beyond_the_buffer),
		T(test_flood_of_control_messages_is_worked_off),
#undef T
	};

	return cmocka_run_group_tests_name("console_nonsense", tests, NULL, NULL);
}
