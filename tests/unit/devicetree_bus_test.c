/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, interrupts and memory on well-formed trees. The sources are in tests/trees. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void expect_reg(const struct fixture *f, const char *path, unsigned i, uint64_t base,
		       uint64_t bytes)
{
	struct vio_span s = { 0, 0 };
	const int rc = vio_dt_reg(&f->dt, at(f, path), i, &s);

	if (rc != VIO_OK || s.base != base || s.bytes != bytes)
		fail_msg("%s reg %u: %d %llx %llx", path, i, rc, (unsigned long long)s.base,
			 (unsigned long long)s.bytes);
}

static void expect_no_reg(const struct fixture *f, const char *path, unsigned i, int why)
{
	struct vio_span s;

	assert_int_equal(vio_dt_reg(&f->dt, at(f, path), i, &s), why);
}

static void reg_is_read_by_the_parents_cells(void **state)
{
	struct fixture buses = load("buses"), narrow = load("narrow");

	(void)state;
	expect_reg(&buses, "/plic", 0, 0xc000000, 0x600000);
	expect_no_reg(&buses, "/plic", 1, VIO_ENODEV);
	expect_reg(&buses, "/soc/gic", 1, 0x30010000, 0x2000);
	expect_reg(&buses, "/soc/defaults/device", 0, 0x70000000, 0x400);
	expect_no_reg(&buses, "/soc", 0, VIO_ENODEV);
	expect_no_reg(&buses, "/", 0, VIO_ENODEV);
	expect_reg(&narrow, "/apb/virtio", 0, 0x1c00f000, 0x200);
	expect_reg(&narrow, "/memory", 0, 0x60000000, 0xa0000000);
	blob_free(&buses.blob);
	blob_free(&narrow.blob);
}

/* The other project looked only at the first entry, and compared with the wrong end. */
static void opensbi_ranges_first_entry_only(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_reg(&f, "bus/uart", 0, 0x40000200, 0x100);
	expect_reg(&f, "bus/second", 0, 0x100000800, 0x800);
	expect_reg(&f, "bus/third", 0, 0x50000004, 0x4);
	blob_free(&f.blob);
}

static void opensbi_ranges_inverted_bound(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_reg(&f, "bus/third", 1, 0x5fffff00, 0x100);
	expect_no_reg(&f, "bus/third", 2, VIO_ERANGE);
	expect_no_reg(&f, "bus/astride", 0, VIO_ERANGE);
	expect_no_reg(&f, "bus/uncovered", 0, VIO_ERANGE);
	blob_free(&f.blob);
}

static void ranges_are_applied_bus_by_bus(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_reg(&f, "/soc/gic/frame@0", 0, 0x30020000, 0x100);
	expect_reg(&f, "bus/inner/low", 0, 0x50001010, 0x20);
	expect_reg(&f, "bus/inner/high", 0, 0x100000000, 0x1000);
	blob_free(&f.blob);
}

static void bus_without_ranges_is_not_translated(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_no_reg(&f, "/soc/i2c/clock", 0, VIO_ERANGE);
	expect_no_reg(&f, "/cpus/cpu@1", 0, VIO_ERANGE);
	blob_free(&f.blob);
}

static void pci_addresses_are_an_error_unless_they_fit(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_no_reg(&f, "/soc/pci/bridge", 0, VIO_ERANGE);
	expect_reg(&f, "/soc/pci/plain", 0, 0x79000800, 0x80);
	blob_free(&f.blob);
}

static void expect_irq(const struct fixture *f, const char *path, unsigned i,
		       const char *controller, unsigned ncells, const uint32_t *cells)
{
	struct vio_dt_irq irq;

	assert_int_equal(vio_dt_interrupt(&f->dt, at(f, path), i, &irq), VIO_OK);
	assert_int_equal(irq.controller.at, at(f, controller).at);
	assert_int_equal(irq.ncells, ncells);
	assert_memory_equal(irq.cell, cells, ncells * sizeof(*cells));
}

static void interrupt_parent_is_inherited(void **state)
{
	struct fixture f = load("buses");
	struct vio_dt_irq irq;

	(void)state;
	expect_irq(&f, "serial0", 0, "/plic", 1, (uint32_t[]){ 10 });
	expect_irq(&f, "serial0", 1, "/plic", 1, (uint32_t[]){ 11 });
	expect_irq(&f, "bus/uart", 0, "/soc/gic", 3, (uint32_t[]){ 0, 40, 4 });
	expect_irq(&f, "/soc/gic", 0, "/plic", 1, (uint32_t[]){ 9 });
	assert_int_equal(vio_dt_interrupt(&f.dt, at(&f, "serial0"), 2, &irq), VIO_ENODEV);
	assert_int_equal(vio_dt_interrupt(&f.dt, at(&f, "/last"), 0, &irq), VIO_ENODEV);
	blob_free(&f.blob);
}

static void controller_above_comes_before_its_own_parent(void **state)
{
	struct fixture f = load("buses");

	(void)state;
	expect_irq(&f, "/soc/gic/frame@0", 1, "/soc/gic", 3, (uint32_t[]){ 1, 18, 8 });
	blob_free(&f.blob);
}

static void interrupts_extended_names_a_controller_each(void **state)
{
	struct fixture f = load("buses");
	struct vio_dt_irq irq;

	(void)state;
	expect_irq(&f, "/plic", 1, "/cpus/cpu@0/interrupt-controller", 1, (uint32_t[]){ 9 });
	expect_irq(&f, "/plic", 2, "/cpus/cpu@1/interrupt-controller", 1,
		   (uint32_t[]){ 0xffffffff });
	expect_irq(&f, "/soc/both", 0, "/soc/gic", 3, (uint32_t[]){ 0, 32, 4 });
	expect_irq(&f, "/soc/both", 1, "/plic", 1, (uint32_t[]){ 5 });
	expect_irq(&f, "/soc/both", 2, "/soc/gic", 3, (uint32_t[]){ 0, 33, 1 });
	assert_int_equal(vio_dt_interrupt(&f.dt, at(&f, "/plic"), 4, &irq), VIO_ENODEV);
	blob_free(&f.blob);
}

static void expect_spans(const struct vio_dt *dt,
			 int (*get)(const struct vio_dt *, unsigned, struct vio_span *),
			 const struct vio_span *spans, unsigned n)
{
	struct vio_span s;

	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(get(dt, i, &s), VIO_OK);
		assert_int_equal(s.base, spans[i].base);
		assert_int_equal(s.bytes, spans[i].bytes);
	}
	assert_int_equal(get(dt, n, &s), VIO_ENODEV);
	assert_int_equal(get(dt, UINT32_MAX, &s), VIO_ENODEV);
}

static void memory_is_every_usable_run_of_every_node(void **state)
{
	static const struct vio_span spans[] = {
		{ 0x80000000, 0x40000000 },
		{ 0x180000000, 0x80000000 },
		{ 0x900000000, 0x100000000 },
	};
	struct fixture f = load("buses");

	(void)state;
	expect_spans(&f.dt, vio_dt_memory, spans, 3);
	blob_free(&f.blob);
}

static void reservations_are_the_block_then_the_nodes(void **state)
{
	static const struct vio_span spans[] = {
		{ 0x80000000, 0x40000 }, { 0x1ff000000, 0x1000 },  { 0x80000000, 0x40000 },
		{ 0x80100000, 0x1000 },	 { 0x90000000, 0x200000 },
	};
	struct fixture f = load("buses"), bare = load("bare");

	(void)state;
	expect_spans(&f.dt, vio_dt_reserved, spans, 5);
	expect_spans(&bare.dt, vio_dt_reserved, NULL, 0);
	expect_spans(&bare.dt, vio_dt_memory, NULL, 0);
	blob_free(&f.blob);
	blob_free(&bare.blob);
}

static void stdout_is_an_alias_or_a_path_and_options_are_left_out(void **state)
{
	struct fixture buses = load("buses"), narrow = load("narrow"), bare = load("bare");

	(void)state;
	assert_int_equal(vio_dt_stdout(&buses.dt).at, at(&buses, "/soc/uart@10000000").at);
	assert_int_equal(vio_dt_stdout(&narrow.dt).at, at(&narrow, "/apb/uart@9000").at);
	assert_false(vio_dt_is(vio_dt_stdout(&bare.dt)));
	blob_free(&buses.blob);
	blob_free(&narrow.blob);
	blob_free(&bare.blob);
}

static void qemu_virt_is_read_as_it_is(void **state)
{
	struct fixture f = load("qemu-big");
	struct vio_span s;
	struct vio_dt_irq irq;
	struct vio_dt_node n = VIO_DT_NONE;
	unsigned slots = 0;

	(void)state;
	assert_string_equal(vio_dt_name(&f.dt, vio_dt_stdout(&f.dt)), "serial@10000000");
	assert_int_equal(vio_dt_memory(&f.dt, 0, &s), VIO_OK);
	assert_int_equal(s.base, 0x80000000);
	assert_int_equal(s.bytes, 6ull << 30);
	while (vio_dt_is(n = vio_dt_find(&f.dt, n, "virtio,mmio"))) {
		slots++;
		assert_int_equal(vio_dt_reg(&f.dt, n, 0, &s), VIO_OK);
		assert_int_equal(s.bytes, 0x1000);
		assert_int_equal(vio_dt_interrupt(&f.dt, n, 0, &irq), VIO_OK);
		assert_int_equal(irq.cell[0], (s.base - 0x10000000) / 0x1000);
		assert_true(vio_dt_compatible(&f.dt, irq.controller, "riscv,plic0"));
	}
	assert_int_equal(slots, 8);
	blob_free(&f.blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reg_is_read_by_the_parents_cells),
		cmocka_unit_test(opensbi_ranges_first_entry_only),
		cmocka_unit_test(opensbi_ranges_inverted_bound),
		cmocka_unit_test(ranges_are_applied_bus_by_bus),
		cmocka_unit_test(bus_without_ranges_is_not_translated),
		cmocka_unit_test(pci_addresses_are_an_error_unless_they_fit),
		cmocka_unit_test(interrupt_parent_is_inherited),
		cmocka_unit_test(controller_above_comes_before_its_own_parent),
		cmocka_unit_test(interrupts_extended_names_a_controller_each),
		cmocka_unit_test(memory_is_every_usable_run_of_every_node),
		cmocka_unit_test(reservations_are_the_block_then_the_nodes),
		cmocka_unit_test(stdout_is_an_alias_or_a_path_and_options_are_left_out),
		cmocka_unit_test(qemu_virt_is_read_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
