/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware says of the eight windows of QEMU's devicetree. firmware/devices/probe.c is
 * compiled here with its output in our hands; behind the windows are device models.
 */
#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"
#include "tests/unit/devicetree_rig.h"

static int say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define printf say
#include "firmware/devices/probe.c"
#undef printf

enum { FIRST = 0x10001000, STRIDE = 0x1000, SLOTS = 8 };

struct vio_board vio_board;

static struct fixture tree;
static struct host_platform platform;
static struct model model[SLOTS];
static struct vio_host_window window[SLOTS];
static struct model_rng entropy;
static struct probe found;
static char said[512];
static alignas(max_align_t) uint8_t memory[8192];
static size_t memory_used;

static int say(const char *format, ...)
{
	const size_t len = strlen(said);
	va_list args;

	va_start(args, format);
	int n = vsnprintf(said + len, sizeof(said) - len, format, args);
	va_end(args);
	assert_true((size_t)n < sizeof(said) - len);
	return n;
}

void *vio_board_alloc(size_t len, size_t align)
{
	memory_used = (memory_used + align - 1) & ~(align - 1);
	assert_true(len <= sizeof(memory) - memory_used);
	memory_used += len;
	return memory + memory_used - len;
}

int vio_board_irq_enable(const struct vio_dt_irq *irq)
{
	return irq ? 1 : VIO_ENODEV;
}

const char *vio_board_memory_at(struct vio_span s)
{
	(void)s;
	return NULL;
}

bool vio_board_guard(void (*risky)(void *arg), void *arg)
{
	risky(arg);
	return true;
}

void failure_print(const char *label, const struct vio_problem *p)
{
	fail_msg("%s: %d", label, p->err);
}

/* An entropy device in the last window, nothing in the others. */
static int setup(void **state)
{
	struct model_config full, empty = { .version = 2 };

	(void)state;
	tree = load("qemu-virt");
	vio_board = (struct vio_board){ .dt = tree.dt };
	memset(&found, 0, sizeof(found));
	memset(memory, 0, sizeof(memory));
	memory_used = 0;
	said[0] = '\0';
	host_platform_init(&platform, HOST_HIGH);
	vio_board.platform = platform.platform;
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
	static const struct vio_class classes[] = { { &vio_rng_driver, NULL } };

	probe_all(&found, classes, 1);
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
