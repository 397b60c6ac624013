/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees in the correct format with wrong content: cells, reg, ranges, interrupts. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* vio_dt_reg(dev, i) and the end of the test's tree. */
static int reg_of(struct tree *t, unsigned i, struct vio_span *out)
{
	struct fixture f = open_tree(t);
	const int rc = vio_dt_reg(&f.dt, f.dev, i, out);

	blob_free(&f.blob);
	return rc;
}

/* vio_dt_reg(dev, 0) when `reg` is all ones in the lowest `cells` cells and 0 above. */
static int reg_with_cells(int address, int size, struct vio_span *out)
{
	static const uint32_t reg[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct tree t = { 0 };

	begin_bus(&t, address, size);
	tree_prop(&t, "ranges", NULL, 0);
	tree_begin(&t, "dev");
	tree_numbers(&t, "reg", 12, reg);
	tree_end(&t);
	end_bus(&t);
	return reg_of(&t, 0, out);
}

static void test_HD_FDT_13_cell_counts(void **state)
{
	struct vio_span s;

	(void)state;
	for (int address = -1; address < 7; address++) {
		for (int size = -1; size < 7; size++) {
			const bool fine = address != 0 && address <= 4 && size <= 4;

			assert_int_equal(reg_with_cells(address, size, &s),
					 fine ? VIO_OK : VIO_EFORMAT);
		}
	}
}

static void test_HD_FDT_13_cell_count_is_not_a_cell(void **state)
{
	static const uint8_t value[8] = { 0, 0, 0, 1, 0, 0, 0, 1 };
	struct vio_span s;

	(void)state;
	for (uint32_t len = 0; len <= 8; len++) {
		struct tree t = { 0 };

		begin_bus(&t, -1, 1);
		tree_prop(&t, "#address-cells", value, len);
		tree_prop(&t, "ranges", NULL, 0);
		tree_begin(&t, "dev");
		CELLS(&t, "reg", 1, 2);
		tree_end(&t);
		end_bus(&t);
		assert_int_equal(reg_of(&t, 0, &s), len == 4 ? VIO_OK : VIO_EFORMAT);
	}
}

static int reg_of_4_and_3_cells(const uint32_t reg[7], struct vio_span *out)
{
	struct tree t = { 0 };

	begin_bus(&t, 4, 3);
	tree_prop(&t, "ranges", NULL, 0);
	tree_begin(&t, "dev");
	tree_numbers(&t, "reg", 7, reg);
	tree_end(&t);
	end_bus(&t);
	return reg_of(&t, 0, out);
}

static void test_HD_FDT_13_values_must_fit_64_bits(void **state)
{
	struct vio_span s;

	(void)state;
	assert_int_equal(reg_of_4_and_3_cells((uint32_t[]){ 0, 0, 1, 2, 0, 3, 4 }, &s), VIO_OK);
	assert_int_equal(s.base, 0x100000002);
	assert_int_equal(s.bytes, 0x300000004);
	assert_int_equal(reg_of_4_and_3_cells((uint32_t[]){ 1, 0, 0, 0, 0, 0, 4 }, &s), VIO_ERANGE);
	assert_int_equal(reg_of_4_and_3_cells((uint32_t[]){ 0, 1, 0, 0, 0, 0, 4 }, &s), VIO_ERANGE);
	assert_int_equal(reg_of_4_and_3_cells((uint32_t[]){ 0, 0, 1, 0, 1, 0, 4 }, &s), VIO_ERANGE);
}

static void test_HD_FDT_14_only_whole_entries_of_reg(void **state)
{
	static const uint8_t reg[24] = { 0 };
	struct vio_span s;

	(void)state;
	for (uint32_t len = 0; len <= sizeof(reg); len++) {
		for (unsigned i = 0; i < 4; i++) {
			struct tree t = { 0 };

			begin_bus(&t, 1, 1);
			tree_prop(&t, "ranges", NULL, 0);
			tree_begin(&t, "dev");
			tree_prop(&t, "reg", reg, len);
			tree_end(&t);
			end_bus(&t);
			assert_int_equal(reg_of(&t, i, &s), i < len / 8 ? VIO_OK : VIO_ENODEV);
		}
	}
}

static void test_HD_FDT_14_entry_number_wraps(void **state)
{
	struct vio_span s;
	struct tree t = { 0 };

	(void)state;
	begin_bus(&t, 1, 1);
	tree_prop(&t, "ranges", NULL, 0);
	tree_begin(&t, "dev");
	CELLS(&t, "reg", 1, 2, 3, 4);
	CELLS(&t, "interrupts", 1, 2);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_reg(&f.dt, f.dev, 0x80000000, &s), VIO_ENODEV);
	assert_int_equal(vio_dt_reg(&f.dt, f.dev, UINT32_MAX, &s), VIO_ENODEV);
	blob_free(&f.blob);
}

static void test_HD_FDT_15_reg_without_size_says_0(void **state)
{
	struct vio_span s = { 1, 1 };

	(void)state;
	assert_int_equal(reg_with_cells(2, 0, &s), VIO_OK);
	assert_int_equal(s.bytes, 0);
	s.bytes = 1;
	assert_int_equal(reg_with_cells(2, 2, &s), VIO_OK);
	assert_int_equal(s.bytes, 0);
}

static int reg_of_2_and_2_cells(const uint32_t reg[4], struct vio_span *out)
{
	struct tree t = { 0 };

	begin_bus(&t, 2, 2);
	tree_prop(&t, "ranges", NULL, 0);
	tree_begin(&t, "dev");
	tree_numbers(&t, "reg", 4, reg);
	tree_end(&t);
	end_bus(&t);
	return reg_of(&t, 0, out);
}

static void test_HD_FDT_16_reg_past_the_last_address(void **state)
{
	const uint32_t ones = UINT32_MAX;
	struct vio_span s;

	(void)state;
	assert_int_equal(reg_of_2_and_2_cells((uint32_t[]){ ones, ones, 0, 1 }, &s), VIO_OK);
	assert_int_equal(reg_of_2_and_2_cells((uint32_t[]){ ones, ones, 0, 2 }, &s), VIO_ERANGE);
	assert_int_equal(reg_of_2_and_2_cells((uint32_t[]){ 0, 1, ones, ones }, &s), VIO_OK);
	assert_int_equal(reg_of_2_and_2_cells((uint32_t[]){ 0, 2, ones, ones }, &s), VIO_ERANGE);
	assert_int_equal(reg_of_2_and_2_cells((uint32_t[]){ ones, ones, ones, ones }, &s),
			 VIO_ERANGE);
}

/* vio_dt_reg(dev, 0) for this `reg` below `ranges` of `n` cells (2, 2, 2). */
static int through_with(const uint32_t reg[4], uint32_t n, const uint32_t *ranges,
			struct vio_span *out)
{
	struct tree t = { 0 };

	begin_bus(&t, 2, 2);
	tree_numbers(&t, "ranges", n, ranges);
	tree_begin(&t, "dev");
	tree_numbers(&t, "reg", 4, reg);
	tree_end(&t);
	end_bus(&t);
	return reg_of(&t, 0, out);
}

/* For address 0x1000, size 0x100. */
static int through(uint32_t n, const uint32_t *ranges, struct vio_span *out)
{
	return through_with((const uint32_t[]){ 0, 0x1000, 0, 0x100 }, n, ranges, out);
}

static void test_HD_FDT_24_ranges_empty_or_cut_short(void **state)
{
	static const uint32_t two[] = {
		0, 0, 0, 0, 0, 0x1000, 0, 0x1000, 0, 0x70001000, 0, 0x1000
	};
	struct vio_span s;

	(void)state;
	assert_int_equal(through(0, NULL, &s), VIO_OK);
	assert_int_equal(s.base, 0x1000);
	for (uint32_t n = 1; n < 12; n++)
		assert_int_equal(through(n, two, &s), VIO_ERANGE);
	assert_int_equal(through(12, two, &s), VIO_OK);
	assert_int_equal(s.base, 0x70001000);
}

static void test_HD_FDT_24_ranges_cover_whole_or_not_at_all(void **state)
{
	struct vio_span s;

	(void)state;
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1000, 0, 0, 0, 0x100 }, &s), VIO_OK);
	assert_int_equal(s.base, 0);
	assert_int_equal(s.bytes, 0x100);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1000, 0, 0, 0, 0xff }, &s), VIO_ERANGE);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1001, 0, 0, 0, 0x1000 }, &s), VIO_ERANGE);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0, 0, 0, 0, 0x10ff }, &s), VIO_ERANGE);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0, 0, 0, 0, 0x1100 }, &s), VIO_OK);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1000, 0, 0, 0, 0 }, &s), VIO_ERANGE);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0, 0, 0, 0, 0x1000 }, &s), VIO_ERANGE);
	/* A window does not go on at address 0. */
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x2000, 0, 0, UINT32_MAX, UINT32_MAX }, &s),
			 VIO_ERANGE);
	/* A size of 0, at the last byte of a window and after it. */
	assert_int_equal(through_with((uint32_t[]){ 0, 0xfff, 0, 0 }, 6,
				      (uint32_t[]){ 0, 0, 0, 0, 0, 0x1000 }, &s),
			 VIO_OK);
	assert_int_equal(through_with((uint32_t[]){ 0, 0x1000, 0, 0 }, 6,
				      (uint32_t[]){ 0, 0, 0, 0, 0, 0x1000 }, &s),
			 VIO_ERANGE);
}

static void test_HD_FDT_24_ranges_lead_past_the_last_address(void **state)
{
	const uint32_t ones = UINT32_MAX;
	struct vio_span s;

	(void)state;
	/* The last byte is the last there is; one on; and the start wraps. */
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1000, ones, 0xffffff00, 0, 0x100 }, &s),
			 VIO_OK);
	assert_int_equal(s.base, 0xffffffffffffff00);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0x1000, ones, 0xffffff01, 0, 0x100 }, &s),
			 VIO_ERANGE);
	assert_int_equal(through(6, (uint32_t[]){ 0, 0, ones, 0xfffff001, 0, 0x2000 }, &s),
			 VIO_ERANGE);
}

static void test_HD_FDT_24_ranges_of_a_bus_with_bad_cells(void **state)
{
	struct vio_span s;
	struct tree t = { 0 };

	(void)state;
	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 5);
	tree_begin(&t, "bus");
	tree_cell(&t, "#address-cells", 1);
	CELLS(&t, "ranges", 0, 0, 0, 0, 0, 0, 0, 0);
	tree_begin(&t, "dev");
	CELLS(&t, "reg", 0, 0);
	tree_end(&t);
	end_bus(&t);
	assert_int_equal(reg_of(&t, 0, &s), VIO_EFORMAT);
}

/* vio_dt_interrupt(dev, i) below a controller whose #interrupt-cells is `cells` (-1: none). */
static int irq_with(int cells, const char *prop, const uint32_t *value, uint32_t bytes, unsigned i)
{
	uint8_t raw[64];
	struct tree t = { 0 };
	struct vio_dt_irq irq;

	for (uint32_t k = 0; k < bytes; k++)
		raw[k] = (uint8_t)(value[k / 4] >> (24 - 8 * (k % 4)));
	begin_bus(&t, 2, 2);
	tree_cell(&t, "phandle", 7);
	tree_cell(&t, "interrupt-parent", 7);
	if (cells >= 0)
		tree_cell(&t, "#interrupt-cells", (uint32_t)cells);
	tree_begin(&t, "dev");
	tree_prop(&t, prop, raw, bytes);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	int rc = vio_dt_interrupt(&f.dt, f.dev, i, &irq);
	if (rc == VIO_OK) {
		assert_int_equal(irq.controller.at, vio_dt_path(&f.dt, "/bus").at);
		assert_int_equal(irq.ncells, cells);
	}
	blob_free(&f.blob);
	return rc;
}

static void test_HD_FDT_22_interrupts_missing_or_cut_short(void **state)
{
	static const uint32_t value[] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(irq_with(1, "other", value, 4, 0), VIO_ENODEV);
	for (int cells = 1; cells <= 4; cells++)
		for (uint32_t bytes = 0; bytes <= 16; bytes++)
			for (unsigned i = 0; i < 5; i++)
				assert_int_equal(irq_with(cells, "interrupts", value, bytes, i),
						 i < bytes / 4 / (unsigned)cells ? VIO_OK
										 : VIO_ENODEV);
	assert_int_equal(irq_with(2, "interrupts", value, 8, 0x80000000), VIO_ENODEV);
}

static void test_HD_FDT_22_interrupts_extended_cut_short(void **state)
{
	static const uint32_t value[] = { 7, 1, 2, 7, 3, 4, 7, 5, 6, 7, 1, 2, 7, 3, 4 };

	(void)state;
	for (uint32_t bytes = 0; bytes <= sizeof(value); bytes++)
		for (unsigned i = 0; i < 6; i++)
			assert_int_equal(irq_with(2, "interrupts-extended", value, bytes, i),
					 i < bytes / 12 ? VIO_OK : VIO_ENODEV);
}

static void test_HD_FDT_22_interrupt_cells_of_no_use(void **state)
{
	static const uint32_t value[] = { 7, 7, 7, 7, 7, 7, 7, 7 };

	(void)state;
	assert_int_equal(irq_with(-1, "interrupts", value, 32, 0), VIO_EFORMAT);
	assert_int_equal(irq_with(0, "interrupts", value, 32, 0), VIO_EFORMAT);
	assert_int_equal(irq_with(5, "interrupts", value, 32, 0), VIO_ERANGE);
	assert_int_equal(irq_with(INT32_MAX, "interrupts", value, 32, 0), VIO_ERANGE);
	assert_int_equal(irq_with(-1, "interrupts-extended", value, 32, 0), VIO_EFORMAT);
	assert_int_equal(irq_with(0, "interrupts-extended", value, 32, 1), VIO_EFORMAT);
	assert_int_equal(irq_with(INT32_MAX, "interrupts-extended", value, 32, 1), VIO_ERANGE);
}

/* A count of two cells is none, though its first cell could be one. */
static void test_HD_FDT_22_interrupt_cells_are_one_cell(void **state)
{
	struct tree t = { 0 };
	struct vio_dt_irq irq;

	(void)state;
	begin_bus(&t, 2, 2);
	CELLS(&t, "#interrupt-cells", 1, 1);
	tree_begin(&t, "dev");
	tree_cell(&t, "interrupts", 3);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_interrupt(&f.dt, f.dev, 0, &irq), VIO_EFORMAT);
	blob_free(&f.blob);
}

/* vio_dt_interrupt(dev, 0) where dev, bus and root name these parents (0: none). */
static int irq_with_parents(uint32_t dev, uint32_t bus)
{
	struct tree t = { 0 };
	struct vio_dt_irq irq;

	begin_bus(&t, 2, 2);
	tree_cell(&t, "phandle", 1);
	if (bus != 0)
		tree_cell(&t, "interrupt-parent", bus);
	tree_begin(&t, "dev");
	tree_cell(&t, "phandle", 2);
	tree_cell(&t, "interrupts", 3);
	if (dev != 0)
		tree_cell(&t, "interrupt-parent", dev);
	tree_end(&t);
	end_bus(&t);
	struct fixture f = open_tree(&t);
	int rc = vio_dt_interrupt(&f.dt, f.dev, 0, &irq);
	blob_free(&f.blob);
	return rc;
}

static void test_HD_FDT_23_interrupt_parent_dangling_or_cyclic(void **state)
{
	(void)state;
	assert_int_equal(irq_with_parents(0, 0), VIO_EFORMAT);
	assert_int_equal(irq_with_parents(99, 0), VIO_EFORMAT);
	assert_int_equal(irq_with_parents(0, UINT32_MAX), VIO_EFORMAT);
	assert_int_equal(irq_with_parents(2, 0), VIO_EFORMAT);
	assert_int_equal(irq_with_parents(1, 2), VIO_EFORMAT);
	assert_int_equal(irq_with_parents(0, 1), VIO_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_FDT_13_cell_counts),
		cmocka_unit_test(test_HD_FDT_13_cell_count_is_not_a_cell),
		cmocka_unit_test(test_HD_FDT_13_values_must_fit_64_bits),
		cmocka_unit_test(test_HD_FDT_14_only_whole_entries_of_reg),
		cmocka_unit_test(test_HD_FDT_14_entry_number_wraps),
		cmocka_unit_test(test_HD_FDT_15_reg_without_size_says_0),
		cmocka_unit_test(test_HD_FDT_16_reg_past_the_last_address),
		cmocka_unit_test(test_HD_FDT_24_ranges_empty_or_cut_short),
		cmocka_unit_test(test_HD_FDT_24_ranges_cover_whole_or_not_at_all),
		cmocka_unit_test(test_HD_FDT_24_ranges_lead_past_the_last_address),
		cmocka_unit_test(test_HD_FDT_24_ranges_of_a_bus_with_bad_cells),
		cmocka_unit_test(test_HD_FDT_22_interrupts_missing_or_cut_short),
		cmocka_unit_test(test_HD_FDT_22_interrupts_extended_cut_short),
		cmocka_unit_test(test_HD_FDT_22_interrupt_cells_of_no_use),
		cmocka_unit_test(test_HD_FDT_22_interrupt_cells_are_one_cell),
		cmocka_unit_test(test_HD_FDT_23_interrupt_parent_dangling_or_cyclic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
