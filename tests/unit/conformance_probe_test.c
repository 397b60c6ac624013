/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's messages about the eight windows of QEMU's devicetree, with device models behind
 * them.
 */
#include "tests/unit/firmware_probe_rig.h"

enum { SLOTS = 8 };

static struct model model[SLOTS];
static struct vio_host_window window[SLOTS];
static struct model_rng entropy;

/* An entropy device in the last window, nothing in the others. */
static int setup(void **state)
{
	struct model_config full, empty = { .version = 2 };

	(void)state;
	tree = load("qemu-virt");
	forget_all();
	host_platform_init(&platform, HOST_HIGH);
	model_rng_config(&full, &entropy, 2, BIT64(32), 8);
	full.memory = empty.memory = &platform.memory;
	for (unsigned i = 0; i < SLOTS; i++) {
		model_init(&model[i], i + 1 == SLOTS ? &full : &empty);
		host_plug(&window[i], &model[i], FIRST + i * STRIDE, STRIDE);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SLOTS; i++) {
		host_unplug(&window[i]);
		model_done(&model[i]);
	}
	host_platform_done(&platform);
	blob_free(&tree.blob);
	return 0;
}

static void probe(void)
{
	probe_tree();
	assert_int_equal(found.windows, SLOTS);
	assert_int_equal(found.used, 1);
	assert_int_equal(found.devices->state, VIO_LIVE);
}

static void test_mmio_010_mmio_011_empty_slots_are_passed_in_silence(void **state)
{
	(void)state;
	probe();
	assert_string_equal(said, "");
	assert_int_equal(model[0].counts.reads, 3);
	assert_int_equal(model[0].counts.writes, 0);
}

static void test_mmio_006_mmio_007_other_hardware_is_passed_in_silence(void **state)
{
	(void)state;
	model[2].faults.magic = 0x12345678;
	probe();
	assert_string_equal(said, "");
	assert_int_equal(model[2].counts.reads, 1);
	assert_int_equal(model[2].counts.writes, 0);
}

static void test_mmio_008_mmio_009_unknown_version_is_told_and_left_alone(void **state)
{
	(void)state;
	model[2].faults.version = 3;
	probe();
	assert_string_equal(said, "virtio_mmio@10003000: register version 3: neither 1 nor 2\n");
	assert_int_equal(model[2].counts.reads, 2);
	assert_int_equal(model[2].counts.writes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_mmio_010_mmio_011_empty_slots_are_passed_in_silence),
		T(test_mmio_006_mmio_007_other_hardware_is_passed_in_silence),
		T(test_mmio_008_mmio_009_unknown_version_is_told_and_left_alone),
#undef T
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
