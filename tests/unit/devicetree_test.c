/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes, properties and names on well-formed trees. The sources are in tests/trees. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

static uint32_t mark(const struct fixture *f, const char *path)
{
	uint32_t value = UINT32_MAX;

	assert_int_equal(vio_dt_cell(vio_dt_get_prop(&f->dt, at(f, path), "mark"), 0, &value),
			 VIO_OK);
	return value;
}

static void walk_visits_every_node_in_order_with_its_depth(void **state)
{
	static const struct {
		const char *name;
		int depth;
	} expected[] = {
		{ "", 0 },
		{ "chosen", 1 },
		{ "memory@60000000", 1 },
		{ "interrupt-controller@1e001000", 1 },
		{ "apb@1c000000", 1 },
		{ "uart@9000", 2 },
		{ "virtio@f000", 2 },
	};
	struct fixture f = load("narrow");
	struct vio_dt_node n = VIO_DT_NONE;
	int depth = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		n = vio_dt_next(&f.dt, n, &depth);
		assert_true(vio_dt_is(n));
		assert_string_equal(vio_dt_name(&f.dt, n), expected[i].name);
		assert_int_equal(depth, expected[i].depth);
	}
	assert_false(vio_dt_is(vio_dt_next(&f.dt, n, &depth)));
	blob_free(&f.blob);
}

static void children_siblings_and_parents_agree(void **state)
{
	struct fixture f = load("buses");
	struct vio_dt_node n = VIO_DT_NONE;

	(void)state;
	while (vio_dt_is(n = vio_dt_next(&f.dt, n, NULL))) {
		struct vio_dt_node c = vio_dt_first_child(&f.dt, n);

		for (; vio_dt_is(c); c = vio_dt_next_sibling(&f.dt, c))
			assert_int_equal(vio_dt_parent(&f.dt, c).at, n.at);
	}
	assert_false(vio_dt_is(vio_dt_parent(&f.dt, vio_dt_root(&f.dt))));
	assert_false(vio_dt_is(vio_dt_next_sibling(&f.dt, vio_dt_root(&f.dt))));
	assert_false(vio_dt_is(vio_dt_first_child(&f.dt, at(&f, "/last"))));
	assert_false(vio_dt_is(vio_dt_next_sibling(&f.dt, at(&f, "/last"))));
	blob_free(&f.blob);
}

static void no_node_has_nothing(void **state)
{
	struct fixture f = load("buses");
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	struct vio_dt_prop p = { 0 };
	struct vio_dt_irq irq;
	struct vio_span s;
	char buf[8];

	(void)state;
	assert_false(vio_dt_is(vio_dt_first_child(&f.dt, VIO_DT_NONE)));
	assert_false(vio_dt_is(vio_dt_next_sibling(&f.dt, VIO_DT_NONE)));
	assert_false(vio_dt_is(vio_dt_parent(&f.dt, VIO_DT_NONE)));
	assert_int_equal(vio_dt_lineage(&f.dt, VIO_DT_NONE, path), 0);
	assert_string_equal(vio_dt_name(&f.dt, VIO_DT_NONE), "");
	assert_false(vio_dt_prop_next(&f.dt, VIO_DT_NONE, &p));
	assert_null(vio_dt_get_prop(&f.dt, VIO_DT_NONE, "reg").data);
	assert_int_equal(vio_dt_path_of(&f.dt, VIO_DT_NONE, buf, sizeof(buf)), VIO_EINVAL);
	assert_false(vio_dt_compatible(&f.dt, VIO_DT_NONE, "virtio,mmio"));
	assert_false(vio_dt_available(&f.dt, VIO_DT_NONE));
	assert_int_equal(vio_dt_reg(&f.dt, VIO_DT_NONE, 0, &s), VIO_ENODEV);
	assert_int_equal(vio_dt_interrupt(&f.dt, VIO_DT_NONE, 0, &irq), VIO_ENODEV);
	assert_false(vio_dt_is(vio_dt_path(&f.dt, NULL)));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "")));
	assert_null(vio_dt_string((struct vio_dt_prop){ 0 }, 0));
	blob_free(&f.blob);
}

static void path_finds_the_named_node_not_one_that_begins_alike(void **state)
{
	struct fixture f = load("names");

	(void)state;
	assert_int_equal(mark(&f, "/uart@10"), 10);
	assert_int_equal(mark(&f, "/uart@1"), 1);
	assert_int_equal(mark(&f, "/uart2"), 2);
	assert_int_equal(mark(&f, "/uart@1/uart"), 100);
	assert_int_equal(mark(&f, "//uart@1///uart/"), 100);
	assert_int_equal(mark(&f, "/uart@1/uart:115200"), 100);
	/* Without an address the first in the tree's order, uart@10. */
	assert_int_equal(mark(&f, "/uart"), 10);
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "/uar")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "/uart@")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "/uart2@1")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "/uart-names")));
	assert_int_equal(vio_dt_path(&f.dt, "/").at, vio_dt_root(&f.dt).at);
	blob_free(&f.blob);
}

static void alias_is_followed_once_and_extended(void **state)
{
	struct fixture f = load("buses");
	const struct vio_dt_node uart = at(&f, "/soc/uart@10000000");
	const struct vio_dt_node narrow = at(&f, "/soc/narrow@40000000");

	(void)state;
	assert_int_equal(at(&f, "serial0").at, uart.at);
	assert_int_equal(at(&f, "serial0:9600").at, uart.at);
	assert_int_equal(at(&f, "bus").at, narrow.at);
	assert_int_equal(at(&f, "bus/uart").at, at(&f, "serial1").at);
	assert_int_equal(vio_dt_parent(&f.dt, at(&f, "serial1")).at, narrow.at);
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "serial")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "serial00")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "sideways")));
	assert_false(vio_dt_is(vio_dt_path(&f.dt, "nowhere")));
	blob_free(&f.blob);
}

static void path_of_a_node_leads_back_to_it(void **state)
{
	struct fixture f = load("buses");
	const struct vio_dt_node n = at(&f, "/soc/uart");
	char buf[64];

	(void)state;
	assert_int_equal(vio_dt_path_of(&f.dt, n, buf, sizeof(buf)), VIO_OK);
	assert_string_equal(buf, "/soc/uart@10000000");
	assert_int_equal(vio_dt_path_of(&f.dt, n, buf, strlen(buf) + 1), VIO_OK);
	assert_int_equal(vio_dt_path_of(&f.dt, n, buf, strlen(buf)), VIO_ERANGE);
	assert_int_equal(vio_dt_path_of(&f.dt, n, buf, 0), VIO_ERANGE);
	assert_int_equal(vio_dt_path_of(&f.dt, vio_dt_root(&f.dt), buf, 2), VIO_OK);
	assert_string_equal(buf, "/");
	assert_int_equal(vio_dt_path_of(&f.dt, vio_dt_root(&f.dt), buf, 1), VIO_ERANGE);
	blob_free(&f.blob);
}

static void longest_path_is_the_deepest_allowed(void **state)
{
	struct fixture f = load("names");
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	struct vio_dt_node n = at(&f, "/d1");

	(void)state;
	while (vio_dt_is(vio_dt_first_child(&f.dt, n)))
		n = vio_dt_first_child(&f.dt, n);
	assert_string_equal(vio_dt_name(&f.dt, n), "d15");
	assert_int_equal(vio_dt_lineage(&f.dt, n, path), VIO_DT_DEPTH_MAX);
	assert_int_equal(path[0].at, vio_dt_root(&f.dt).at);
	assert_int_equal(path[VIO_DT_DEPTH_MAX - 1].at, n.at);
	blob_free(&f.blob);
}

static void properties_come_in_order_and_by_exact_name(void **state)
{
	static const char *const names[] = { "model", "empty",	    "list", "bytes",
					     "cells", "uart-names", "uart" };
	struct fixture f = load("names");
	const struct vio_dt_node root = vio_dt_root(&f.dt);
	struct vio_dt_prop p = { 0 };
	uint32_t cell;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(vio_dt_prop_next(&f.dt, root, &p));
		assert_string_equal(p.name, names[i]);
	}
	assert_false(vio_dt_prop_next(&f.dt, root, &p));
	assert_null(p.data);
	assert_non_null(vio_dt_get_prop(&f.dt, root, "empty").data);
	assert_int_equal(vio_dt_get_prop(&f.dt, root, "empty").len, 0);
	assert_null(vio_dt_get_prop(&f.dt, root, "uar").data);
	assert_null(vio_dt_get_prop(&f.dt, root, "uart-name").data);
	assert_null(vio_dt_get_prop(&f.dt, root, "").data);
	p = vio_dt_get_prop(&f.dt, root, "cells");
	assert_int_equal(vio_dt_cell(p, 0, &cell), VIO_OK);
	assert_int_equal(cell, 0x01020304);
	assert_int_equal(vio_dt_cell(p, 1, &cell), VIO_OK);
	assert_int_equal(cell, 0xfffffffe);
	assert_int_equal(vio_dt_cell(p, 2, &cell), VIO_EFORMAT);
	assert_int_equal(vio_dt_cell(vio_dt_get_prop(&f.dt, root, "bytes"), 1, &cell), VIO_EFORMAT);
	assert_int_equal(vio_dt_cell(vio_dt_get_prop(&f.dt, root, "none"), 0, &cell), VIO_EFORMAT);
	blob_free(&f.blob);
}

static void strings_of_a_list_are_told_apart(void **state)
{
	struct fixture f = load("names");
	const struct vio_dt_prop p = vio_dt_get_prop(&f.dt, vio_dt_root(&f.dt), "list");

	(void)state;
	assert_string_equal(vio_dt_string(p, 0), "first");
	assert_string_equal(vio_dt_string(p, 1), "");
	assert_string_equal(vio_dt_string(p, 2), "third");
	assert_null(vio_dt_string(p, 3));
	assert_true(vio_dt_has_string(&f.dt, vio_dt_root(&f.dt), "list", "third"));
	assert_false(vio_dt_has_string(&f.dt, vio_dt_root(&f.dt), "list", "thir"));
	blob_free(&f.blob);
}

static void compatible_is_a_list(void **state)
{
	struct fixture f = load("buses");
	const struct vio_dt_node n = at(&f, "/soc/narrow@40000000/uart");

	(void)state;
	assert_true(vio_dt_compatible(&f.dt, n, "virtio,mmio"));
	assert_true(vio_dt_compatible(&f.dt, n, "ns16550a"));
	assert_false(vio_dt_compatible(&f.dt, n, "ns16550"));
	assert_false(vio_dt_compatible(&f.dt, n, "virtio,mmio,x"));
	assert_false(vio_dt_compatible(&f.dt, at(&f, "/cpus"), "virtio,mmio"));
	blob_free(&f.blob);
}

static void find_skips_disabled_nodes_and_all_below_them(void **state)
{
	static const char *const names[] = { "uart@200",    "second@1800",    "third@80000004",
					     "astride@800", "uncovered@2000", "last@73000000" };
	struct fixture f = load("buses");
	struct vio_dt_node n = VIO_DT_NONE;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = vio_dt_find(&f.dt, n, "virtio,mmio");
		assert_string_equal(vio_dt_name(&f.dt, n), names[i]);
		assert_true(vio_dt_available(&f.dt, n));
	}
	assert_false(vio_dt_is(vio_dt_find(&f.dt, n, "virtio,mmio")));
	assert_int_equal(vio_dt_find(&f.dt, VIO_DT_NONE, "picovirtio,test-buses").at,
			 vio_dt_root(&f.dt).at);
	assert_true(vio_dt_enabled(&f.dt, at(&f, "/off/device")));
	assert_false(vio_dt_available(&f.dt, at(&f, "/off/device")));
	assert_false(vio_dt_enabled(&f.dt, at(&f, "/failed")));
	blob_free(&f.blob);
}

static void phandles_lead_to_their_nodes(void **state)
{
	struct fixture f = load("buses");
	uint32_t phandle = 0;

	(void)state;
	assert_int_equal(
		vio_dt_cell(vio_dt_get_prop(&f.dt, at(&f, "/plic"), "phandle"), 0, &phandle),
		VIO_OK);
	assert_int_equal(vio_dt_phandle(&f.dt, phandle).at, at(&f, "/plic").at);
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, 0)));
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, UINT32_MAX)));
	assert_false(vio_dt_is(vio_dt_phandle(&f.dt, 0x1000)));
	blob_free(&f.blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_visits_every_node_in_order_with_its_depth),
		cmocka_unit_test(children_siblings_and_parents_agree),
		cmocka_unit_test(no_node_has_nothing),
		cmocka_unit_test(path_finds_the_named_node_not_one_that_begins_alike),
		cmocka_unit_test(alias_is_followed_once_and_extended),
		cmocka_unit_test(path_of_a_node_leads_back_to_it),
		cmocka_unit_test(longest_path_is_the_deepest_allowed),
		cmocka_unit_test(properties_come_in_order_and_by_exact_name),
		cmocka_unit_test(strings_of_a_list_are_told_apart),
		cmocka_unit_test(compatible_is_a_list),
		cmocka_unit_test(find_skips_disabled_nodes_and_all_below_them),
		cmocka_unit_test(phandles_lead_to_their_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
