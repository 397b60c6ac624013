/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees in the correct format with wrong content: nodes, memory, names. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

/* The reader cannot know what is in use; it reports both, for probe to compare. */
static void test_same_addresses_are_reported_twice(void **state)
{
	struct tree t = { 0 };
	struct vio_span a, b, ram;

	(void)state;
	begin_bus(&t, 2, 2);
	tree_prop(&t, "ranges", NULL, 0);
	for (int i = 0; i < 2; i++) {
		tree_begin(&t, "dev");
		tree_text(&t, "compatible", "virtio,mmio");
		CELLS(&t, "reg", 0, 0x80001000, 0, 0x1000);
		tree_end(&t);
	}
	tree_end(&t);
	tree_begin(&t, "memory");
	tree_text(&t, "device_type", "memory");
	CELLS(&t, "reg", 0, 0x80000000, 0, 0x1000000);
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	f.dev = vio_dt_find(&f.dt, VIO_DT_NONE, "virtio,mmio");
	assert_int_equal(vio_dt_reg(&f.dt, f.dev, 0, &a), VIO_OK);
	f.dev = vio_dt_find(&f.dt, f.dev, "virtio,mmio");
	assert_int_equal(vio_dt_reg(&f.dt, f.dev, 0, &b), VIO_OK);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(vio_dt_memory(&f.dt, 0, &ram), VIO_OK);
	assert_in_range(a.base, ram.base, ram.base + ram.bytes);
	blob_free(&f.blob);
}

static void test_HD_FDT_19_ten_thousand_devices(void **state)
{
	struct tree t = { 0 };
	uint32_t found = 0, id;
	struct vio_dt_walk w = { 0 };
	struct vio_dt_node n;

	(void)state;
	begin_bus(&t, 2, 2);
	for (uint32_t i = 0; i < 10000; i++) {
		tree_begin(&t, "virtio");
		tree_text(&t, "compatible", "virtio,mmio");
		tree_cell(&t, "id", i);
		tree_end(&t);
	}
	end_bus(&t);
	struct fixture f = open_tree(&t);
	while (vio_dt_is(n = vio_dt_walk_next(&f.dt, &w, "virtio,mmio"))) {
		assert_int_equal(vio_dt_cell(vio_dt_get_prop(&f.dt, n, "id"), 0, &id), VIO_OK);
		assert_int_equal(id, found++);
	}
	assert_int_equal(found, 10000);
	blob_free(&f.blob);
}

static bool compatible_with(const char *list, uint32_t len, const char *what)
{
	struct tree t = { 0 };

	begin_bus(&t, 2, 2);
	tree_begin(&t, "dev");
	tree_prop(&t, "compatible", list, len);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	bool yes = vio_dt_compatible(&f.dt, f.dev, what);
	assert_int_equal(vio_dt_is(vio_dt_find(&f.dt, VIO_DT_NONE, what)), yes);
	blob_free(&f.blob);
	return yes;
}

static void test_HD_FDT_20_compatible_matches_whole_strings_within_its_length(void **state)
{
	(void)state;
	assert_true(compatible_with("virtio,mmio", 12, "virtio,mmio"));
	assert_true(compatible_with("a\0virtio,mmio", 14, "virtio,mmio"));
	assert_true(compatible_with("\0\0virtio,mmio", 14, "virtio,mmio"));
	assert_false(compatible_with("virtio,mmio", 11, "virtio,mmio"));
	assert_false(compatible_with("a\0virtio,mmio", 13, "virtio,mmio"));
	assert_false(compatible_with("", 0, "virtio,mmio"));
	assert_false(compatible_with("virtio,mmio2", 13, "virtio,mmio"));
	assert_false(compatible_with("virtio,mmi", 11, "virtio,mmio"));
	assert_false(compatible_with("xvirtio,mmio", 13, "virtio,mmio"));
	assert_false(compatible_with("Virtio,mmio", 12, "virtio,mmio"));
}

static bool enabled_with(const char *status, uint32_t len)
{
	struct tree t = { 0 };

	begin_bus(&t, 2, 2);
	tree_begin(&t, "dev");
	tree_text(&t, "compatible", "x");
	tree_prop(&t, "status", status, len);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	bool yes = vio_dt_enabled(&f.dt, f.dev);
	assert_int_equal(vio_dt_available(&f.dt, f.dev), yes);
	assert_int_equal(vio_dt_is(vio_dt_find(&f.dt, VIO_DT_NONE, "x")), yes);
	blob_free(&f.blob);
	return yes;
}

static void test_HD_FDT_21_status_that_is_not_okay(void **state)
{
	static const char *const bad[] = { "disabled", "fail", "reserved", "",	   "o",
					   "oka",      "oky",  "okayx",	   "OKAY", "okz",
					   "okby",     "xkay", "xk" };

	(void)state;
	assert_true(enabled_with("okay", 5));
	assert_true(enabled_with("ok", 3));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(enabled_with(bad[i], (uint32_t)strlen(bad[i]) + 1));
	assert_false(enabled_with("okay", 4));
	assert_false(enabled_with("ok", 2));
	assert_false(enabled_with("", 0));
	assert_false(enabled_with("disabled\0okay", 14));
}

static void test_HD_FDT_25_memory_that_is_none(void **state)
{
	struct tree t = { 0 };
	struct vio_span s;

	(void)state;
	begin_bus(&t, 2, 2);
	tree_begin(&t, "memory@0");
	tree_text(&t, "device_type", "memory");
	CELLS(&t, "reg", 0, 0, 0, 0x1000);
	tree_end(&t);
	tree_end(&t);
	tree_begin(&t, "memory@1");
	CELLS(&t, "reg", 0, 0x10000, 0, 0x1000);
	tree_end(&t);
	tree_begin(&t, "memory@2");
	tree_text(&t, "device_type", "memory");
	tree_end(&t);
	tree_begin(&t, "memory@3");
	tree_text(&t, "device_type", "memory");
	/* Nothing, past the end, as it should be, the same again, and half an entry. */
	CELLS(&t, "reg", 0, 0x80000000, 0, 0, UINT32_MAX, UINT32_MAX, 0, 2, 0, 0x80000000, 0,
	      0x1000, 0, 0x80000000, 0, 0x1000, 0, 0x90000000);
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(vio_dt_memory(&f.dt, i, &s), VIO_OK);
		assert_int_equal(s.base, 0x80000000);
	}
	assert_int_equal(vio_dt_memory(&f.dt, 2, &s), VIO_ENODEV);
	blob_free(&f.blob);
}

static void test_HD_FDT_26_reservation_past_the_last_address(void **state)
{
	struct tree t = { 0 };
	struct vio_span s;

	(void)state;
	tree_reserve(&t, UINT64_MAX - 0xfff, 0x2000);
	tree_reserve(&t, 0x80000000, 0x1000);
	tree_begin(&t, "");
	tree_end(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_reserved(&f.dt, 0, &s), VIO_OK);
	assert_int_equal(s.base, UINT64_MAX - 0xfff);
	assert_int_equal(s.bytes, 0x1000);
	assert_int_equal(vio_dt_reserved(&f.dt, 1, &s), VIO_OK);
	assert_int_equal(s.base, 0x80000000);
	assert_int_equal(vio_dt_reserved(&f.dt, 2, &s), VIO_ENODEV);
	blob_free(&f.blob);
}

static bool has_stdout(const char *path, uint32_t len)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_begin(&t, "aliases");
	tree_text(&t, "loop", "loop");
	tree_text(&t, "ping", "pong");
	tree_text(&t, "pong", "ping/x");
	tree_prop(&t, "cut", "/uart", 5);
	tree_text(&t, "", "/uart");
	tree_text(&t, "good", "/uart");
	tree_text(&t, "relative", "uart");
	tree_end(&t);
	tree_begin(&t, "chosen");
	tree_prop(&t, "stdout-path", path, len);
	tree_end(&t);
	tree_begin(&t, "uart");
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	bool yes = vio_dt_is(vio_dt_stdout(&f.dt));
	blob_free(&f.blob);
	return yes;
}

static void test_HD_FDT_27_stdout_path_to_nothing_or_in_circles(void **state)
{
	static const char *const bad[] = { "/none", "none", "",		 ":115200",  "loop",
					   "ping",  "cut",  "good/none", "relative", "uart" };

	(void)state;
	assert_true(has_stdout("/uart", 6));
	assert_true(has_stdout("good", 5));
	assert_true(has_stdout("good:1", 7));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(has_stdout(bad[i], (uint32_t)strlen(bad[i]) + 1));
	assert_false(has_stdout("/uart", 5));
	assert_false(has_stdout("", 0));
}

static void root_has_no_bus_for_its_reg_or_interrupts(void **state)
{
	struct tree t = { 0 };
	struct vio_span span;
	struct vio_dt_irq irq;

	(void)state;
	tree_begin(&t, "");
	CELLS(&t, "reg", 1, 2, 3, 4);
	CELLS(&t, "interrupts", 1, 2);
	tree_cell(&t, "#interrupt-cells", 1);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_reg(&f.dt, vio_dt_root(&f.dt), 0, &span), VIO_ENODEV);
	assert_int_equal(vio_dt_interrupt(&f.dt, vio_dt_root(&f.dt), 0, &irq), VIO_EFORMAT);
	blob_free(&f.blob);
}

static void path_with_an_address_is_the_whole_name(void **state)
{
	struct tree t = { 0 };

	(void)state;
	tree_begin(&t, "");
	tree_begin(&t, "a@1@2");
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "/a@1")));
	assert_true(vio_dt_is(vio_dt_path(&f.dt, "/a@1@2")));
	assert_true(vio_dt_is(vio_dt_path(&f.dt, "/a")));
	blob_free(&f.blob);
}

static void test_HD_FDT_28_duplicate_phandle_is_the_first(void **state)
{
	struct tree t = { 0 };

	(void)state;
	tree_begin(&t, "");
	tree_prop(&t, "phandle", "\0\0\5", 3); /* not a cell: not one */
	tree_begin(&t, "old");
	tree_cell(&t, "linux,phandle", 5);
	tree_end(&t);
	tree_begin(&t, "new");
	tree_cell(&t, "phandle", 5);
	tree_end(&t);
	tree_begin(&t, "bad");
	tree_cell(&t, "linux,phandle", 8);
	tree_prop(&t, "phandle", "", 0);
	tree_end(&t);
	tree_begin(&t, "none");
	tree_cell(&t, "phandle", 0);
	tree_end(&t);
	tree_begin(&t, "none");
	tree_cell(&t, "phandle", UINT32_MAX);
	tree_end(&t);
	tree_begin(&t, "both");
	tree_cell(&t, "linux,phandle", 6);
	tree_cell(&t, "phandle", 7);
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_phandle(&f.dt, 5).at, vio_dt_path(&f.dt, "/old").at);
	assert_int_equal(vio_dt_phandle(&f.dt, 7).at, vio_dt_path(&f.dt, "/both").at);
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, 6)));
	assert_int_equal(vio_dt_phandle(&f.dt, 8).at, vio_dt_path(&f.dt, "/bad").at);
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, 0)));
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, UINT32_MAX)));
	blob_free(&f.blob);
}

/* Of which only one end is said, or in three bytes. */
static void initrd_without_an_end_is_none(void **state)
{
	static const struct {
		uint32_t start, end; /* bytes of the numbers; 0: not said */
		bool good;
	} row[] = {
		{ 4, 4, true }, { 4, 0, false }, { 0, 4, false }, { 3, 4, false }, { 4, 3, false }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct tree t = { 0 };
		struct vio_span s;

		tree_begin(&t, "");
		tree_begin(&t, "chosen");
		if (row[i].start > 0)
			tree_prop(&t, "linux,initrd-start", "\0\0\1", row[i].start);
		if (row[i].end > 0)
			tree_prop(&t, "linux,initrd-end", "\x7f\xff\xff", row[i].end);
		tree_end(&t);
		tree_end(&t);
		struct fixture f = open_tree(&t);
		assert_int_equal(vio_dt_reserved(&f.dt, 0, &s), row[i].good ? VIO_OK : VIO_ENODEV);
		blob_free(&f.blob);
	}
}

/* The range that a kernel which ran before leaves, in a root with such cells. */
static int usable_with(int address, uint32_t high)
{
	struct tree t = { 0 };
	struct vio_span s;

	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", (uint32_t)address);
	tree_cell(&t, "#size-cells", 2);
	tree_begin(&t, "chosen");
	CELLS(&t, "linux,usable-memory-range", high, 0x80000000, 1, 0);
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	int rc = vio_dt_usable(&f.dt, 0, &s);
	blob_free(&f.blob);
	return rc;
}

static void usable_range_without_sense(void **state)
{
	(void)state;
	assert_int_equal(usable_with(2, 0), VIO_OK);
	assert_int_equal(usable_with(2, UINT32_MAX), VIO_ERANGE); /* past the last address */
	assert_int_equal(usable_with(0, 0), VIO_EFORMAT);
	assert_int_equal(usable_with(5, 0), VIO_EFORMAT);
}

static void walk_without_a_class_meets_every_node(void **state)
{
	struct fixture f = load("narrow");
	struct vio_dt_walk w = { 0 };
	struct vio_dt_node all = VIO_DT_NONE;
	struct vio_span s;
	unsigned walked = 0, nodes = 0;

	(void)state;
	assert_int_equal(vio_dt_walk_reg(&f.dt, &w, 0, &s), VIO_ENODEV);
	while (vio_dt_is(vio_dt_walk_next(&f.dt, &w, NULL))) {
		if (walked++ == 0) /* the root is on no bus */
			assert_int_equal(vio_dt_walk_reg(&f.dt, &w, 0, &s), VIO_ENODEV);
	}
	while (vio_dt_is(all = vio_dt_next(&f.dt, all, NULL)))
		nodes += vio_dt_available(&f.dt, all);
	assert_true(nodes > 1);
	assert_int_equal(walked, nodes);
	blob_free(&f.blob);
}

static void path_is_not_written_where_there_is_no_room(void **state)
{
	struct fixture f = load("narrow");
	char buf[2] = "x";

	(void)state;
	assert_int_equal(vio_dt_path_of(&f.dt, vio_dt_root(&f.dt), buf, 0), VIO_ERANGE);
	assert_int_equal(buf[0], 'x');
	assert_int_equal(vio_dt_path_of(&f.dt, vio_dt_root(&f.dt), buf, 1), VIO_ERANGE);
	assert_string_equal(buf, "");
	assert_int_equal(vio_dt_path_of(&f.dt, vio_dt_root(&f.dt), buf, 2), VIO_OK);
	assert_string_equal(buf, "/");
	blob_free(&f.blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_addresses_are_reported_twice),
		cmocka_unit_test(test_HD_FDT_19_ten_thousand_devices),
		cmocka_unit_test(test_HD_FDT_20_compatible_matches_whole_strings_within_its_length),
		cmocka_unit_test(test_HD_FDT_21_status_that_is_not_okay),
		cmocka_unit_test(test_HD_FDT_25_memory_that_is_none),
		cmocka_unit_test(test_HD_FDT_26_reservation_past_the_last_address),
		cmocka_unit_test(test_HD_FDT_27_stdout_path_to_nothing_or_in_circles),
		cmocka_unit_test(root_has_no_bus_for_its_reg_or_interrupts),
		cmocka_unit_test(path_with_an_address_is_the_whole_name),
		cmocka_unit_test(test_HD_FDT_28_duplicate_phandle_is_the_first),
		cmocka_unit_test(initrd_without_an_end_is_none),
		cmocka_unit_test(usable_range_without_sense),
		cmocka_unit_test(walk_without_a_class_meets_every_node),
		cmocka_unit_test(path_is_not_written_where_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
