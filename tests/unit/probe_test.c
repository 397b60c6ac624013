/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a devicetree to devices. drivers/probe.c is compiled here for a CPU whose pointers have 32
 * bits; behind the windows are models of entropy devices.
 */
#include <picovirtio/probe.h>
#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"
#include "tests/unit/devicetree_rig.h"

#undef UINTPTR_MAX
#define UINTPTR_MAX UINT32_MAX
#undef SIZE_MAX
#define SIZE_MAX UINT32_MAX
#include "drivers/probe.c"

enum { BYTES = 0x200, DEVICES = 3, SLOTS = 5 };

#define LOW    UINT64_C(0x10001000)
#define MIDDLE UINT64_C(0x10002000)
#define HIGH   UINT64_C(0x10003000)
#define ABOVE  UINT64_C(0x100000000) /* all addresses of 32 bits */

/* A class without init(), of a type that no device here has. */
static const struct vio_driver other_driver = { .name = "other",
						.device_type = TOY_TYPE,
						.state_size = sizeof(struct vio_device) };
static const struct vio_class classes[] = { { &other_driver, NULL }, { &vio_rng_driver, NULL } };

static struct fixture tree;
static struct tree writing;
static struct host_platform platform;
static struct model model[DEVICES];
static struct vio_host_window window[DEVICES];
static struct model_rng entropy[DEVICES];
static unsigned plugged, strays;
static struct vio_probe probe;
static struct vio_slot slot[SLOTS];
static struct vio_span in_memory;
static jmp_buf before;

static void count_stray(uintptr_t at, unsigned width, bool write)
{
	(void)at;
	(void)width;
	(void)write;
	strays++;
}

static bool is_memory(void *arg, struct vio_span w)
{
	assert_ptr_equal(arg, &in_memory);
	return vio_span_overlaps(w, in_memory);
}

static int setup(void **state)
{
	(void)state;
	memset(slot, 0, sizeof(slot));
	host_platform_init(&platform, HOST_HIGH);
	vio_host_on_stray(count_stray);
	plugged = strays = 0;
	in_memory = (struct vio_span){ 0, 0 };
	probe = (struct vio_probe){ .platform = &platform.platform,
				    .classes = classes,
				    .nclasses = 2,
				    .refused = is_memory,
				    .arg = &in_memory };
	writing = (struct tree){ 0 };
	begin_bus(&writing, 2, 2);
	tree_prop(&writing, "ranges", "", 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < plugged; i++) {
		host_unplug(&window[i]);
		model_done(&model[i]);
	}
	vio_host_on_stray(NULL);
	host_platform_done(&platform);
	blob_free(&tree.blob);
	return 0;
}

/* Before each round but the first. */
static void again(void **state, unsigned round)
{
	if (round == 0)
		return;
	teardown(state);
	setup(state);
}

/* A node for the window of `bytes` bytes at `base`. */
static void node(uint64_t base, uint64_t bytes)
{
	tree_begin(&writing, "window");
	tree_text(&writing, "compatible", "virtio,mmio");
	CELLS(&writing, "reg", (uint32_t)(base >> 32), (uint32_t)base, (uint32_t)(bytes >> 32),
	      (uint32_t)bytes);
	tree_end(&writing);
}

/* A device at `base`, which no node names yet. */
static struct model *device(uint64_t base)
{
	struct model_config cfg;
	struct model *m = &model[plugged];

	model_rng_config(&cfg, &entropy[plugged], 2, BIT64(32), 8);
	cfg.memory = &platform.memory;
	model_init(m, &cfg);
	host_plug(&window[plugged++], m, (uintptr_t)base, BYTES);
	return m;
}

static void device_and_node(uint64_t base)
{
	device(base);
	node(base, BYTES);
}

static void finish_tree(void)
{
	end_bus(&writing);
	tree = open_tree(&writing);
	probe.dt = &tree.dt;
}

/* The result for each node in turn. Those with a device are claimed. */
static void expect(unsigned n, const int *err)
{
	finish_tree();
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(vio_probe_next(&probe, &slot[i]), 1);
		assert_int_equal(slot[i].err, err[i]);
		if (err[i] == VIO_OK)
			assert_int_equal(vio_probe_claim(&probe, &slot[i]), VIO_OK);
	}
	assert_int_equal(vio_probe_next(&probe, &slot[n]), 0);
	assert_int_equal(probe.windows, n);
}

#define EXPECT(...)                                                                                \
	expect(sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int), (const int[]){ __VA_ARGS__ })

/* ---- Windows ---- */

static void test_a_window_that_the_cpu_cannot_address_is_not_cut(void **state)
{
	(void)state;
	device(LOW);
	node(ABOVE + LOW, BYTES);
	node(LOW, ABOVE + BYTES);
	node(LOW, ABOVE);
	EXPECT(VIO_EADDR, VIO_EADDR, VIO_EADDR);
	assert_int_equal(model[0].counts.reads + strays, 0);
}

static void test_the_last_address_is_looked_at(void **state)
{
	(void)state;
	node(ABOVE - BYTES, BYTES);
	node(LOW, ABOVE - 1);
	node(ABOVE - 4, BYTES);
	EXPECT(VIO_ENODEV, VIO_ENODEV, VIO_ENODEV);
}

static void test_HD_FDT_17_windows_that_are_of_no_use(void **state)
{
	(void)state;
	in_memory = (struct vio_span){ HIGH + 4, 4 };
	device(HIGH);
	node(HIGH, BYTES);
	node(LOW, VIO_MMIO_MIN_BYTES - 1);
	node(LOW + 2, BYTES);
	tree_begin(&writing, "window");
	tree_text(&writing, "compatible", "virtio,mmio");
	tree_end(&writing);
	EXPECT(VIO_EREADONLY, VIO_ERANGE, VIO_EINVAL, VIO_EFORMAT);
	assert_int_equal(model[0].counts.reads + strays, 0);
}

static void test_without_a_function_that_refuses_every_window_is_looked_at(void **state)
{
	(void)state;
	probe.refused = NULL;
	device_and_node(LOW);
	EXPECT(VIO_OK);
}

/* Nothing answers there, and the bus reports an error. */
static void trap(uintptr_t at, unsigned width, bool write)
{
	count_stray(at, width, write);
	longjmp(before, 1);
}

static bool guard(void (*risky)(void *what), void *what)
{
	if (setjmp(before) != 0)
		return false;
	risky(what);
	return true;
}

static void test_HD_MMIO_08_a_window_that_traps_is_left_alone(void **state)
{
	(void)state;
	vio_host_on_stray(trap);
	probe.guard = guard;
	node(MIDDLE, BYTES);
	device_and_node(LOW);
	node(HIGH, BYTES);
	EXPECT(VIO_EDEVICE, VIO_OK, VIO_EDEVICE);
	assert_int_equal(strays, 2);
	assert_int_equal(probe.used, 1);
}

/* A second node for a window would start a running device anew; in each order of addresses. */
static void test_HD_FDT_17_HD_FDT_18_a_window_is_used_once(void **state)
{
	static const uint64_t order[][DEVICES] = { { LOW, MIDDLE, HIGH },
						   { HIGH, MIDDLE, LOW },
						   { MIDDLE, LOW, HIGH },
						   { MIDDLE, HIGH, LOW } };

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]) * DEVICES; i++) {
		const uint64_t *at = order[i / DEVICES];

		again(state, i);
		for (unsigned k = 0; k < DEVICES; k++)
			device_and_node(at[k]);
		node(at[i % DEVICES] + BYTES - 4, BYTES);
		EXPECT(VIO_OK, VIO_OK, VIO_OK, VIO_EBUSY);
		assert_int_equal(strays, 0);
	}
}

static void test_a_window_between_two_others_is_not_taken(void **state)
{
	(void)state;
	device_and_node(LOW);
	device_and_node(HIGH);
	node(MIDDLE, BYTES);
	EXPECT(VIO_OK, VIO_OK, VIO_ENODEV);
}

/* The hull ends where the larger window ends, not where the latest one does. */
static void test_a_window_within_the_end_of_a_long_one_is_taken(void **state)
{
	(void)state;
	device(LOW);
	node(LOW, 0x10000);
	device_and_node(LOW - 0x1000);
	node(LOW + 0xff00, BYTES);
	EXPECT(VIO_OK, VIO_OK, VIO_EBUSY);
}

/* ---- Devices ---- */

static void test_lists_are_in_the_order_of_the_tree(void **state)
{
	(void)state;
	device_and_node(HIGH);
	device_and_node(LOW);
	device_and_node(MIDDLE);
	EXPECT(VIO_OK, VIO_OK, VIO_OK);
	assert_ptr_equal(probe.slots, &slot[0]);
	assert_ptr_equal(probe.devices, slot[0].device);
	for (unsigned i = 0; i + 1 < DEVICES; i++) {
		assert_ptr_equal(slot[i].next, &slot[i + 1]);
		assert_ptr_equal(slot[i].device->next, slot[i + 1].device);
	}
	assert_null(slot[DEVICES - 1].next);
	assert_null(slot[DEVICES - 1].device->next);
	assert_int_equal(probe.used, DEVICES);
}

static void test_a_device_without_a_class_has_a_slot(void **state)
{
	(void)state;
	probe.nclasses = 1;
	device_and_node(LOW);
	finish_tree();
	assert_int_equal(vio_probe_next(&probe, &slot[0]), 1);
	assert_int_equal(vio_probe_claim(&probe, &slot[0]), VIO_ENODEV);
	assert_ptr_equal(probe.slots, &slot[0]);
	assert_null(slot[0].device);
	assert_null(probe.devices);
}

/* The class is out of memory, its instance is, or the platform has none to give. */
static void test_a_device_without_memory_is_not_driven(void **state)
{
	for (unsigned i = 0; i < 3; i++) {
		again(state, i);
		device_and_node(LOW);
		finish_tree();
		if (i == 2)
			platform.platform.memory = NULL;
		platform.fail_memory = i + 1;
		assert_int_equal(vio_probe_next(&probe, &slot[0]), 1);
		assert_int_equal(vio_probe_claim(&probe, &slot[0]), VIO_ENOMEM);
		assert_null(slot[0].device);
		assert_null(probe.devices);
	}
}

static void test_a_class_without_init_is_prepared(void **state)
{
	static const struct vio_driver plain = { .name = "plain",
						 .device_type = 4,
						 .state_size = sizeof(struct vio_device) };
	static const struct vio_class one[] = { { &plain, NULL } };

	(void)state;
	probe.classes = one;
	probe.nclasses = 1;
	device_and_node(LOW);
	EXPECT(VIO_OK);
	assert_ptr_equal(probe.devices->driver, &plain);
	assert_ptr_equal(probe.devices->transport, &slot[0].mmio.base);
	assert_ptr_equal(probe.devices->platform, &platform.platform);
}

static void test_all_devices_are_started(void **state)
{
	(void)state;
	device_and_node(LOW);
	node(MIDDLE, BYTES);
	device_and_node(HIGH);
	finish_tree();
	assert_int_equal(vio_probe_all(&probe, slot, 2), 2);
	assert_int_equal(slot[0].device->state, VIO_LIVE);
	assert_int_equal(slot[1].device->state, VIO_LIVE);
}

static void test_HD_FDT_19_more_devices_than_slots_are_told(void **state)
{
	(void)state;
	device_and_node(LOW);
	device_and_node(HIGH);
	finish_tree();
	assert_int_equal(vio_probe_all(&probe, slot, 1), VIO_ERANGE);
	assert_int_equal(slot[0].device->state, VIO_LIVE);
	assert_null(slot[1].device);
	assert_int_equal(probe.used, 1);
}

static void test_the_first_live_device_of_a_class(void **state)
{
	(void)state;
	assert_null(vio_probe_first(&probe, &vio_rng_driver));
	device(LOW)->faults.status_clear = VIO_S_FEATURES_OK;
	node(LOW, BYTES);
	device_and_node(MIDDLE);
	device_and_node(HIGH);
	finish_tree();
	assert_int_equal(vio_probe_all(&probe, slot, SLOTS), DEVICES);
	assert_int_not_equal(slot[0].device->state, VIO_LIVE);
	assert_ptr_equal(vio_probe_first(&probe, &vio_rng_driver), slot[1].device);
	assert_null(vio_probe_first(&probe, &other_driver));
	assert_int_equal(vio_device_stop(slot[1].device), VIO_OK);
	assert_ptr_equal(vio_probe_first(&probe, &vio_rng_driver), slot[2].device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_a_window_that_the_cpu_cannot_address_is_not_cut),
		T(test_the_last_address_is_looked_at),
		T(test_HD_FDT_17_windows_that_are_of_no_use),
		T(test_without_a_function_that_refuses_every_window_is_looked_at),
		T(test_HD_MMIO_08_a_window_that_traps_is_left_alone),
		T(test_HD_FDT_17_HD_FDT_18_a_window_is_used_once),
		T(test_a_window_between_two_others_is_not_taken),
		T(test_a_window_within_the_end_of_a_long_one_is_taken),
		T(test_lists_are_in_the_order_of_the_tree),
		T(test_a_device_without_a_class_has_a_slot),
		T(test_a_device_without_memory_is_not_driven),
		T(test_a_class_without_init_is_prepared),
		T(test_all_devices_are_started),
		T(test_HD_FDT_19_more_devices_than_slots_are_told),
		T(test_the_first_live_device_of_a_class),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
