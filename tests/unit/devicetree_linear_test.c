/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of a walk over the tree, counted in tokens that were read: it grows in proportion to the
 * tree. The reader is compiled here with a counter.
 */
#include <stdint.h>

static uint64_t tokens;
#define VIO_DT_COUNT_TOKEN() tokens++
#include "board/devicetree.c"

#include "tests/unit/firmware_probe_rig.h"

enum { FEW = 1000, MANY = 5 * FEW };

static unsigned accesses;
static uint64_t step; /* by which the clock moves each time that it is read */

static uint64_t now(void *ctx)
{
	static uint64_t at;

	(void)ctx;
	return at += step;
}

/* There is no device, so reads return all ones. */
static void stray(uintptr_t at, unsigned width, bool write)
{
	(void)at;
	(void)width;
	assert_false(write);
	accesses++;
}

static int setup(void **state)
{
	(void)state;
	forget_all();
	accesses = 0;
	step = 0;
	host_platform_init(&platform, HOST_HIGH);
	platform.platform.now = now;
	vio_host_on_stray(stray);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vio_host_on_stray(NULL);
	host_platform_done(&platform);
	blob_free(&tree.blob);
	return 0;
}

/* `n` windows, one above the other, on a bus; their interrupt controller comes after all of them.
 */
static struct fixture many_windows(unsigned n)
{
	struct tree t = { 0 };

	begin_bus(&t, 1, 1);
	tree_prop(&t, "ranges", "", 0);
	tree_cell(&t, "interrupt-parent", 7);
	for (unsigned i = 0; i < n; i++) {
		tree_begin(&t, "window");
		tree_text(&t, "compatible", "virtio,mmio");
		CELLS(&t, "reg", FIRST + i * STRIDE, STRIDE);
		tree_cell(&t, "interrupts", i + 1);
		tree_end(&t);
	}
	tree_begin(&t, "controller");
	tree_cell(&t, "phandle", 7);
	tree_cell(&t, "#interrupt-cells", 1);
	tree_end(&t);
	end_bus(&t);
	return open_tree(&t);
}

/* Probe such a tree; returns how many tokens that took. */
static uint64_t probe(unsigned n)
{
	blob_free(&tree.blob);
	tree = many_windows(n);
	tokens = 0;
	probe_tree();
	assert_int_equal(found.windows, n);
	return tokens;
}

static void test_HD_FDT_19_HD_FDT_30_empty_windows(void **state)
{
	(void)state;
	uint64_t few = probe(FEW);
	uint64_t many = probe(MANY);
	assert_in_range(many, 4 * few, 6 * few);
	assert_in_range(many, MANY, 64 * MANY);
	assert_string_equal(said, "");
}

/* Devices in the last windows: each is looked up in the tree as the others are. */
static void test_windows_with_devices(void **state)
{
	enum { DEVICES = 4 };
	static struct model model[DEVICES];
	static struct vio_host_window window[DEVICES];
	struct model_rng entropy[DEVICES];

	(void)state;
	for (unsigned i = 0; i < DEVICES; i++) {
		struct model_config cfg;

		model_rng_config(&cfg, &entropy[i], 2, BIT64(32), 8);
		cfg.memory = &platform.memory;
		model_init(&model[i], &cfg);
		host_plug(&window[i], &model[i], FIRST + (FEW - 1 - i) * STRIDE, STRIDE);
	}
	uint64_t few = probe(FEW);
	assert_int_equal(found.used, DEVICES);
	assert_int_equal(lines, DEVICES);
	assert_int_equal(probe_number(found.slots), FEW - DEVICES);
	forget_all();
	uint64_t many = probe(MANY);
	assert_int_equal(found.used, DEVICES);
	assert_in_range(many, 4 * few, 6 * few);
	for (unsigned i = 0; i < DEVICES; i++) {
		host_unplug(&window[i]);
		model_done(&model[i]);
	}
}

static void test_HD_FDT_17_windows_in_memory_are_named_and_left_alone(void **state)
{
	(void)state;
	memory = (struct vio_span){ FIRST + STRIDE + 8, 4 };
	probe(3);
	assert_string_equal(said, "window: its window lies in RAM, so it is not used\n");
	assert_int_equal(accesses, 2);
	assert_int_equal(found.used, 0);
}

static void test_silence_ends_after_a_second(void **state)
{
	(void)state;
	step = SILENCE_NS / 2;
	probe(1);
	assert_string_equal(said, "");
	probe(5);
	assert_string_equal(said, "Looking for virtio devices: 1 windows so far\n"
				  "Looking for virtio devices: 3 windows so far\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_HD_FDT_19_HD_FDT_30_empty_windows),
		T(test_windows_with_devices),
		T(test_HD_FDT_17_windows_in_memory_are_named_and_left_alone),
		T(test_silence_ends_after_a_second),
#undef T
	};

	return cmocka_run_group_tests_name("devicetree_linear", tests, NULL, NULL);
}
