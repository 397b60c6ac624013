/* SPDX-License-Identifier: BSD-2-Clause */
/* Which memory the board uses according to the tree, and which registers it refuses. */
#include <stdio.h>
#include <string.h>

/* The tests' own trees have a function of that name. */
#define vio_tree_cells cells_of_node
#include "board/common/tree.c"
#undef vio_tree_cells
#include "board/common/handover.h"
#include "tests/unit/devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define MIB	  UINT64_C(0x100000)
#define RAM_BYTES (64 * MIB)

struct vio_board vio_board;

/* What the link script defines, and after it the place of the tree. The heap may lie anywhere, even
 * in what these tests call RAM. */
__asm__(".pushsection .bss\n"
	".balign 4096\n"
	".globl __image_start, __image_end, tree_place\n"
	"__image_start: .space 65536\n"
	"__image_end:\n"
	"tree_place: .space 4096\n"
	".popsection\n");

extern uint8_t tree_place[4096];
static struct fixture tree;
static uint64_t ram; /* the image is 16 MiB above the start of RAM */

uint32_t vio_tree_bytes(const void *fdt)
{
	(void)fdt;
	return tree.blob.len;
}

/* A root with RAM around the image, still open. */
static struct tree begin_tree(void)
{
	struct tree t = { 0 };

	ram = vio_image_span().base - 16 * MIB;
	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 2);
	tree_cell(&t, "#size-cells", 2);
	tree_begin(&t, "memory");
	tree_text(&t, "device_type", "memory");
	CELLS(&t, "reg", (uint32_t)(ram >> 32), (uint32_t)ram, 0, RAM_BYTES);
	tree_end(&t);
	return t;
}

static void finish(struct tree *t)
{
	tree_end(t);
	blob_free(&tree.blob);
	tree = open_tree(t);
	vio_board = (struct vio_board){ .dt = tree.dt, .dt_error = VIO_OK };
	assert_true(tree.blob.len <= sizeof(tree_place));
	memcpy(tree_place, tree.blob.bytes, tree.blob.len);
	vio_ram_find(tree_place);
	vio_memory_init();
}

static int teardown(void **state)
{
	(void)state;
	blob_free(&tree.blob);
	return 0;
}

static bool is_free(uint64_t from, uint64_t to)
{
	return vio_board.free_base <= from && to <= vio_board.free_base + vio_board.free_bytes;
}

static bool is_left_out(uint64_t from, uint64_t to)
{
	return !vio_span_overlaps((struct vio_span){ from, to - from },
				  (struct vio_span){ vio_board.free_base, vio_board.free_bytes });
}

/* Two cells of an address this far above the start of RAM. */
#define RAM_AT(mib) (uint32_t)((ram + (mib)*MIB) >> 32), (uint32_t)(ram + (mib)*MIB)

static void test_what_nobody_claims_is_free(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	CELLS(&t, "kaslr-seed", RAM_AT(32));
	CELLS(&t, "rng-seed", RAM_AT(32), RAM_AT(40));
	tree_end(&t);
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_OK);
	assert_true(is_free(ram + 17 * MIB, ram + RAM_BYTES));
}

static void test_initrd_is_left_out(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	CELLS(&t, "linux,initrd-end", RAM_AT(60));
	CELLS(&t, "linux,initrd-start", RAM_AT(40));
	tree_end(&t);
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_OK);
	assert_true(is_left_out(ram + 40 * MIB, ram + 60 * MIB));
	assert_true(is_free(ram + 17 * MIB, ram + 40 * MIB));
}

static void test_initrd_that_ends_before_it_starts_is_none(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	CELLS(&t, "linux,initrd-start", RAM_AT(40));
	CELLS(&t, "linux,initrd-end", RAM_AT(30));
	tree_end(&t);
	finish(&t);
	assert_true(is_free(ram + 17 * MIB, ram + RAM_BYTES));
}

/* Below 4 GiB an address of one cell is enough, whatever the cells of the root are. */
static void test_initrd_of_one_cell(void **state)
{
	struct tree t = { 0 };
	struct vio_span s;

	(void)state;
	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 2);
	tree_cell(&t, "#size-cells", 2);
	tree_begin(&t, "chosen");
	tree_cell(&t, "linux,initrd-start", 0x82200000);
	CELLS(&t, "linux,initrd-end", 0, 0x83200000);
	tree_end(&t);
	tree_end(&t);
	struct fixture f = open_tree(&t);
	assert_int_equal(vio_dt_reserved(&f.dt, 0, &s), VIO_OK);
	assert_int_equal(s.base, 0x82200000);
	assert_int_equal(s.bytes, 0x1000000);
	assert_int_equal(vio_dt_reserved(&f.dt, 1, &s), VIO_ENODEV);
	blob_free(&f.blob);
}

static void test_what_a_kernel_left_is_left_out(void **state)
{
	static const char *const names[] = { "linux,elfcorehdr", "linux,ima-kexec-buffer" };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct tree t = begin_tree();

		tree_begin(&t, "chosen");
		CELLS(&t, names[i], RAM_AT(40), 0, 20 * MIB);
		tree_end(&t);
		finish(&t);
		assert_int_equal(vio_board.memory_error, VIO_OK);
		assert_true(is_left_out(ram + 40 * MIB, ram + 60 * MIB));
	}
}

/* A frame buffer of the boot loader, or a module of a hypervisor. */
static void test_reg_of_children_of_chosen_is_left_out(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	tree_cell(&t, "#address-cells", 2);
	tree_cell(&t, "#size-cells", 2);
	tree_prop(&t, "ranges", "", 0);
	tree_begin(&t, "framebuffer");
	tree_text(&t, "compatible", "simple-framebuffer");
	CELLS(&t, "reg", RAM_AT(40), 0, 20 * MIB);
	tree_end(&t);
	tree_end(&t);
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_OK);
	assert_true(is_left_out(ram + 40 * MIB, ram + 60 * MIB));
}

static void test_only_the_usable_range_is_used(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	CELLS(&t, "linux,usable-memory-range", RAM_AT(18), 0, MIB, RAM_AT(50), 0, 4 * MIB);
	tree_end(&t);
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_OK);
	assert_true(vio_board.free_base == ram + 50 * MIB);
	assert_true(vio_board.free_bytes == 4 * MIB);
}

static void test_usable_range_that_cannot_be_read_makes_memory_suspect(void **state)
{
	struct tree t = begin_tree();

	(void)state;
	tree_begin(&t, "chosen");
	CELLS(&t, "linux,usable-memory-range", RAM_AT(18), 0);
	tree_end(&t);
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_EFORMAT);
	assert_int_equal(vio_board.free_bytes, 0);
}

static const char *memory_at(uint64_t base, uint64_t bytes)
{
	const char *what = vio_board_memory_at((struct vio_span){ base, bytes });

	return what ? what : "";
}

static void test_memory_has_a_name(void **state)
{
	struct tree t = begin_tree();
	const struct vio_span image = vio_image_span();

	(void)state;
	finish(&t);
	assert_string_equal(memory_at(ram - 0x1000, 0x1000), "");
	assert_string_equal(memory_at(ram - 0x1000, 0x1001), "RAM");
	assert_string_equal(memory_at(ram, 0), "RAM");
	assert_string_equal(memory_at(ram + RAM_BYTES, 0x1000), "");
	assert_string_equal(memory_at(image.base - 1, 2), "this image");
	assert_string_equal(memory_at(image.base + image.bytes - 1, 1), "this image");
	assert_string_equal(memory_at((uintptr_t)tree_place + tree.blob.len - 1, 9),
			    "the devicetree");
}

/* Without any RAM in it, or without a tree at all, the image is still there. */
static void test_image_and_tree_are_memory_by_themselves(void **state)
{
	struct tree t = { 0 };

	(void)state;
	tree_begin(&t, "");
	finish(&t);
	assert_int_equal(vio_board.memory_error, VIO_ENODEV);
	assert_string_equal(memory_at(vio_image_span().base, 4), "this image");
	assert_string_equal(memory_at((uintptr_t)tree_place, 4), "the devicetree");
	assert_string_equal(memory_at(0, 4), "");
	vio_board.dt = (struct vio_dt){ 0 };
	vio_ram_find(NULL);
	assert_string_equal(memory_at(vio_image_span().base, 4), "this image");
	assert_string_equal(memory_at((uintptr_t)tree_place, 4), "");
}

/* The board's own registers go through vio_tree_reg(). */
static void test_registers_in_memory_are_refused_and_noted_once(void **state)
{
	struct tree t = begin_tree();
	uintptr_t at;

	(void)state;
	tree_begin(&t, "uart");
	CELLS(&t, "reg", RAM_AT(40), 0, 0x1000, 0, 0x10000000, 0, 0x1000);
	tree_end(&t);
	finish(&t);
	const struct vio_dt_node n = vio_dt_path(&vio_board.dt, "/uart");

	assert_true(vio_tree_reg(n, 1, 8, &at));
	assert_int_equal(at, 0x10000000);
	assert_int_equal(vio_board.nleft, 0);
	assert_false(vio_tree_reg(n, 0, 8, &at));
	assert_false(vio_tree_reg(n, 0, 8, &at));
	assert_int_equal(at, 0x10000000);
	assert_int_equal(vio_board.nleft, 1);
	assert_int_equal(vio_board.left[0].node.at, n.at);
	assert_string_equal(vio_board.left[0].lies_in, "RAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_what_nobody_claims_is_free),
		T(test_initrd_is_left_out),
		T(test_initrd_that_ends_before_it_starts_is_none),
		T(test_initrd_of_one_cell),
		T(test_what_a_kernel_left_is_left_out),
		T(test_reg_of_children_of_chosen_is_left_out),
		T(test_only_the_usable_range_is_used),
		T(test_usable_range_that_cannot_be_read_makes_memory_suspect),
		T(test_memory_has_a_name),
		T(test_image_and_tree_are_memory_by_themselves),
		T(test_registers_in_memory_are_refused_and_noted_once),
#undef T
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
