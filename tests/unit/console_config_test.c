/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration space of a console: size, number of ports, emergency register. */
#include "tests/unit/console_rig.h"

static struct console_rig x;

static int teardown(void **state)
{
	(void)state;
	console_close(&x);
	return 0;
}

static void plug_on(uint32_t version, uint64_t features)
{
	console_close(&x);
	console_plug(&x, version, features, 1, 64);
}

static void set16(unsigned off, unsigned v)
{
	const uint8_t b[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

	model_config_change(&x.r.m, off, b, 2);
}

static void change_size(unsigned cols, unsigned rows)
{
	set16(0, cols);
	set16(2, rows);
	vio_device_service(x.r.d, 0);
}

static void size_is(unsigned cols, unsigned rows)
{
	unsigned c = 0, r = 0;

	assert_true(vio_console_size(&x.c, &c, &r));
	assert_int_equal(c, cols);
	assert_int_equal(r, rows);
}

static void test_size_is_read_after_driver_ok_and_at_each_change(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_on(version, VIO_CONSOLE_F_SIZE);
		assert_int_equal(vio_device_start(x.r.d), VIO_OK);
		size_is(80, 25);
		change_size(132, 50);
		size_is(132, 50);
	}
}

static void test_HD_CONSOLE_14_HD_CONFIG_06_HD_CONFIG_07_nonsense_is_no_size(void **state)
{
	unsigned c, r;

	(void)state;
	plug_on(2, VIO_CONSOLE_F_SIZE);
	set16(0, 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_false(vio_console_size(&x.c, &c, &r));
	change_size(80, 0);
	assert_false(vio_console_size(&x.c, &c, &r));
	change_size(0, 24);
	assert_false(vio_console_size(&x.c, &c, &r));
	change_size(4096, 1);
	size_is(4096, 1);
	change_size(4097, 1);
	change_size(1, 65535);
	size_is(4096, 1);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_false(vio_console_size(&x.c, &c, &r)); /* an old size is no size */
}

static void test_HD_CONFIG_04_size_is_not_read_without_its_feature(void **state)
{
	unsigned c, r;

	(void)state;
	plug_on(2, 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	change_size(100, 40);
	assert_false(vio_console_size(&x.c, &c, &r));
	assert_int_equal(x.r.m.counts.config_reads, 0);
}

static void test_size_that_never_settles_is_no_reason_to_fail(void **state)
{
	unsigned c, r;

	(void)state;
	plug_on(2, VIO_CONSOLE_F_SIZE);
	x.r.m.faults.generation_moves = MODEL_NEVER;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_false(vio_console_size(&x.c, &c, &r));
	assert_int_equal(x.r.d->problem.cause, VIO_C_NONE);
}

static unsigned flips;

static uint32_t flip_columns(struct model *m, void *ctx, uint32_t off, unsigned width,
			     uint32_t value)
{
	(void)m;
	(void)ctx;
	(void)width;
	return off == AT_CONFIG ? flips++ & 0xffff : value;
}

/* Version 1 has no generation: one field settles, the other one does not. */
static void test_legacy_size_of_which_one_half_settles_is_not_known(void **state)
{
	unsigned c, r;

	(void)state;
	plug_on(1, VIO_CONSOLE_F_SIZE);
	x.r.m.on_read = flip_columns;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_false(vio_console_size(&x.c, &c, &r));
}

/* ---- Number of ports ---- */

static int start_with_ports(uint32_t max_nr_ports)
{
	console_close(&x);
	console_plug(&x, 2, VIO_CONSOLE_F_MULTIPORT, VIO_CONSOLE_PORTS, 64);
	for (unsigned i = 0; i < 4; i++)
		x.r.m.cfg.config[4 + i] = (uint8_t)(max_nr_ports >> (8 * i));
	return vio_device_start(x.r.d);
}

static void test_HD_CONSOLE_10_no_ports_is_refused(void **state)
{
	(void)state;
	assert_int_equal(start_with_ports(0), VIO_EDEVICE);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_int_equal(x.r.d->problem.cause, VIO_C_NO_OUTPUT);
}

static void test_HD_QUEUE_12_ports_are_capped_to_what_we_serve(void **state)
{
	const uint32_t max[] = {
		1, 2, VIO_CONSOLE_PORTS, VIO_CONSOLE_PORTS + 1, 65535, UINT32_MAX
	};

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(start_with_ports(max[i]), VIO_OK);
		assert_int_equal(vio_console_ports(&x.c),
				 max[i] < VIO_CONSOLE_PORTS ? max[i] : VIO_CONSOLE_PORTS);
		x.host.no_handshake = true;
		console_settle(&x);
	}
}

static void test_HD_CONFIG_01_number_of_ports_that_never_settles_fails_the_start(void **state)
{
	(void)state;
	console_plug(&x, 2, VIO_CONSOLE_F_MULTIPORT, 1, 64);
	x.r.m.faults.generation_moves = MODEL_NEVER;
	assert_int_equal(vio_device_start(x.r.d), VIO_EDEVICE);
	assert_int_equal(x.r.d->problem.cause, VIO_C_CONFIG);
	assert_int_equal(x.r.d->problem.got, 4);
}

static void test_HD_CONFIG_03_region_without_config_space_fails_the_start(void **state)
{
	(void)state;
	console_plug(&x, 2, VIO_CONSOLE_F_MULTIPORT, 1, 64);
	x.r.t.len = VIO_MMIO_MIN_BYTES;
	assert_int_equal(vio_device_start(x.r.d), VIO_ERANGE);
	assert_int_equal(x.r.d->problem.cause, VIO_C_CONFIG);
}

static void test_HD_QUEUE_11_missing_port_queue_fails_the_start(void **state)
{
	(void)state;
	for (unsigned q = 0; q < 6; q++) {
		console_close(&x);
		console_plug(&x, 2, VIO_CONSOLE_F_MULTIPORT, 2, 64);
		x.r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(x.r.d), VIO_ENODEV);
		assert_int_equal(x.r.d->problem.cause, VIO_C_NO_QUEUE);
		assert_int_equal(x.r.d->problem.queue, q);
		assert_int_equal(host_mapped(&x.r.p), 0);
	}
}

/* All further calls fail once port 0 has its buffers. */
static vio_dma (*true_map)(void *ctx, void *va, size_t len, enum vio_dir dir);

static vio_dma map_a_few(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	return x.r.p.maps < VIO_CONSOLE_RX_BLOCKS ? true_map(ctx, va, len, dir) : VIO_DMA_NONE;
}

static void test_control_queue_that_cannot_hear_fails_the_start(void **state)
{
	(void)state;
	console_plug(&x, 2, VIO_CONSOLE_F_MULTIPORT, 1, 64);
	true_map = x.r.p.platform.map;
	x.r.p.platform.map = map_a_few;
	assert_int_equal(vio_device_start(x.r.d), VIO_EADDR);
	assert_int_equal(host_mapped(&x.r.p), 0);
}

/* ---- Emergency write ---- */

static void test_emergency_write_is_one_store_of_32_bits(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_on(version, VIO_CONSOLE_F_EMERG_WRITE);
		assert_int_equal(vio_device_start(x.r.d), VIO_OK);
		assert_true(vio_console_emergency(x.r.d, 'P'));
		assert_true(vio_console_emergency(x.r.d, 0xff));
		assert_int_equal(x.host.emergency_len, 2);
		assert_memory_equal(x.host.emergency, "P\xff", 2);
		assert_int_equal(x.r.m.counts.config_writes, 2);
		assert_int_equal(x.r.m.counts.config_reads, 0);
	}
}

static void test_suspend_005_no_emergency_write_to_a_suspended_console(void **state)
{
	(void)state;
	plug_on(2, VIO_CONSOLE_F_EMERG_WRITE | VIO_F_SUSPEND);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_true(vio_console_emergency(x.r.d, 'a'));
	assert_int_equal(vio_device_suspend(x.r.d), VIO_OK);
	assert_false(vio_console_emergency(x.r.d, 'b'));
	assert_int_equal(vio_device_resume(x.r.d), VIO_OK);
	assert_true(vio_console_emergency(x.r.d, 'c'));
	assert_memory_equal(x.host.emergency, "ac", 2);
}

static void test_emergency_write_works_on_a_failed_device(void **state)
{
	(void)state;
	plug_on(2, VIO_CONSOLE_F_EMERG_WRITE);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	vio_device_protocol_error(x.r.d, 0, 0);
	assert_true(vio_console_emergency(x.r.d, 'a'));
	vio_device_poll(x.r.d);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_true(vio_console_emergency(x.r.d, 'b'));
	assert_memory_equal(x.host.emergency, "ab", 2);
}

static void test_emergency_write_leaves_a_device_in_reset_alone(void **state)
{
	(void)state;
	plug_on(2, VIO_CONSOLE_F_EMERG_WRITE);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	x.r.m.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_stop(x.r.d), VIO_ETIMEDOUT);
	assert_false(vio_console_emergency(x.r.d, 'a'));
	assert_int_equal(x.r.m.counts.config_writes, 0);
}

static void test_HD_CONSOLE_13_emergency_write_needs_the_offer_and_the_register(void **state)
{
	(void)state;
	plug_on(2, 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_false(vio_console_emergency(x.r.d, 'a'));
	plug_on(2, VIO_CONSOLE_F_EMERG_WRITE);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	x.r.t.len = VIO_MMIO_MIN_BYTES + 11;
	assert_false(vio_console_emergency(x.r.d, 'a'));
	assert_int_equal(x.r.m.counts.config_writes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_size_is_read_after_driver_ok_and_at_each_change),
		T(test_HD_CONSOLE_14_HD_CONFIG_06_HD_CONFIG_07_nonsense_is_no_size),
		T(test_HD_CONFIG_04_size_is_not_read_without_its_feature),
		T(test_size_that_never_settles_is_no_reason_to_fail),
		T(test_legacy_size_of_which_one_half_settles_is_not_known),
		T(test_HD_CONSOLE_10_no_ports_is_refused),
		T(test_HD_QUEUE_12_ports_are_capped_to_what_we_serve),
		T(test_HD_CONFIG_01_number_of_ports_that_never_settles_fails_the_start),
		T(test_HD_CONFIG_03_region_without_config_space_fails_the_start),
		T(test_HD_QUEUE_11_missing_port_queue_fails_the_start),
		T(test_control_queue_that_cannot_hear_fails_the_start),
		T(test_emergency_write_is_one_store_of_32_bits),
		T(test_suspend_005_no_emergency_write_to_a_suspended_console),
		T(test_emergency_write_works_on_a_failed_device),
		T(test_emergency_write_leaves_a_device_in_reset_alone),
		T(test_HD_CONSOLE_13_emergency_write_needs_the_offer_and_the_register),
#undef T
	};

	return cmocka_run_group_tests_name("console_config", tests, NULL, NULL);
}
