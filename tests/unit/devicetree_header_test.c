/* SPDX-License-Identifier: BSD-2-Clause */
/* Malformed headers and blocks: what vio_dt_open() refuses. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void test_HD_FDT_01_null_or_misaligned(void **state)
{
	struct blob b = sample();
	uint8_t *shifted = malloc(b.len + 8);
	struct vio_dt dt;

	(void)state;
	assert_non_null(shifted);
	assert_int_equal(vio_dt_open(&dt, NULL, 1000), VIO_EINVAL);
	for (uint32_t i = 1; i < 8; i++) {
		memcpy(shifted + i, b.bytes, b.len);
		assert_int_equal(vio_dt_open(&dt, shifted + i, b.len), VIO_EINVAL);
	}
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	free(shifted);
	blob_free(&b);
}

static void test_HD_FDT_02_bad_magic_or_version(void **state)
{
	(void)state;
	assert_int_equal(opened_with(H_MAGIC, 0xd00dfeec), VIO_EFORMAT);
	assert_int_equal(opened_with(H_MAGIC, 0xedfe0dd0), VIO_EFORMAT);
	assert_int_equal(opened_with(H_VERSION, 0), VIO_EFORMAT);
	assert_int_equal(opened_with(H_VERSION, 15), VIO_EFORMAT);
	assert_int_equal(opened_with(H_VERSION, 16), VIO_OK);
	assert_int_equal(opened_with(H_VERSION, 18), VIO_OK);
	assert_int_equal(opened_with(H_LAST_COMP, 18), VIO_EFORMAT);
	assert_int_equal(opened_with(H_LAST_COMP, 17), VIO_OK);
	assert_int_equal(opened_with(H_LAST_COMP, UINT32_MAX), VIO_EFORMAT);
}

static int opened_versions(uint32_t version, uint32_t last_comp)
{
	struct blob b = sample();

	put32(&b, H_VERSION, version);
	put32(&b, H_LAST_COMP, last_comp);
	return opened(b);
}

static void test_HD_FDT_02_versions_together(void **state)
{
	(void)state;
	assert_int_equal(opened_versions(16, 17), VIO_EFORMAT);
	assert_int_equal(opened_versions(15, 15), VIO_EFORMAT);
	assert_int_equal(opened_versions(18, 18), VIO_EFORMAT);
	assert_int_equal(opened_versions(18, 17), VIO_OK);
	assert_int_equal(opened_versions(17, 2), VIO_OK);
}

static void test_HD_FDT_03_totalsize_wrong(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, 35, 39, VIO_DT_BYTES_MAX + 1, INT32_MAX, UINT32_MAX
	};
	struct blob b = sample();
	struct vio_dt dt;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put32(&b, H_TOTALSIZE, sizes[i]);
		assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_EFORMAT);
		assert_int_equal(vio_dt_open(&dt, b.bytes, UINT32_MAX), VIO_EFORMAT);
	}
	put32(&b, H_TOTALSIZE, b.len + 1);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_EFORMAT);
	put32(&b, H_TOTALSIZE, b.len);
	assert_int_equal(vio_dt_open(&dt, b.bytes, UINT32_MAX), VIO_OK);
	blob_free(&b);
}

static void test_HD_FDT_03_less_than_a_header_may_be_read(void **state)
{
	const struct blob b = sample();

	(void)state;
	for (uint32_t len = 0; len < 40; len++)
		assert_int_equal(opened(blob_copy(b.bytes, len)), VIO_EFORMAT);
	assert_int_equal(opened(b), VIO_OK);
}

/* The header of version 17 has a word more, behind the tree. */
static void test_HD_FDT_03_tree_that_ends_within_its_header(void **state)
{
	struct blob b = sample();
	struct vio_dt dt;

	(void)state;
	for (uint32_t len = 36; len < 40; len++) {
		struct blob cut = blob_copy(b.bytes, len);

		put32(&cut, H_TOTALSIZE, len);
		assert_int_equal(vio_dt_open(&dt, cut.bytes, len), VIO_EFORMAT);
		blob_free(&cut);
	}
	blob_free(&b);
}

static void test_HD_FDT_04_block_misaligned(void **state)
{
	(void)state;
	for (uint32_t i = 1; i < 4; i++) {
		struct tree t = { 0 };

		/* The offset is odd, and all else is where a reader would look for it. */
		for (int k = 0; k < 4; k++)
			tree_word(&t, 0);
		struct blob b = tree_finish(&t);
		uint32_t structs = get32(&b, H_STRUCT);
		put32(&b, structs + 8, END_NODE);
		put32(&b, structs + 12, END);
		put32(&b, structs + i, BEGIN_NODE);
		put32(&b, H_STRUCT, structs + i);
		put32(&b, H_STRUCT_SIZE, 16);
		assert_int_equal(opened(b), VIO_EFORMAT);
	}
}

static void test_HD_FDT_04_reservations_misaligned(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= 8; i++) {
		struct tree t = { 0 };

		tree_reserve(&t, 0, 0);
		tree_begin(&t, "");
		tree_end(&t);
		struct blob b = tree_finish(&t);
		put32(&b, H_RESERVED, 40 + i);
		assert_int_equal(opened(b), i % 8 == 0 ? VIO_OK : VIO_EFORMAT);
	}
}

static void test_HD_FDT_05_block_outside_the_tree(void **state)
{
	static const uint32_t offsets[] = { H_STRUCT, H_STRINGS, H_RESERVED };
	static const uint32_t sizes[] = { H_STRUCT_SIZE, H_STRINGS_SIZE };
	struct blob b = sample();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(opened_with(offsets[i], 0), VIO_EFORMAT);
		assert_int_equal(opened_with(offsets[i], 32), VIO_EFORMAT);
		assert_int_equal(opened_with(offsets[i], (b.len + 7) & ~7u), VIO_EFORMAT);
		assert_int_equal(opened_with(offsets[i], 0x7ffffff8), VIO_EFORMAT);
		assert_int_equal(opened_with(offsets[i], 0xfffffff8), VIO_EFORMAT);
	}
	for (size_t i = 0; i < 2; i++) {
		const uint32_t room = b.len - get32(&b, offsets[i]);

		assert_int_equal(opened_with(sizes[i], room), VIO_OK);
		assert_int_equal(opened_with(sizes[i], room + 1), VIO_EFORMAT);
		assert_int_equal(opened_with(sizes[i], UINT32_MAX), VIO_EFORMAT);
		assert_int_equal(opened_with(sizes[i], 0u - get32(&b, offsets[i])), VIO_EFORMAT);
	}
	/* Names must not be in the last word of the header, and a block has only the bytes of its
	 * size. */
	assert_int_equal(opened_with(H_STRINGS, 36), VIO_EFORMAT);
	assert_int_equal(opened_with(H_STRINGS, 40), VIO_OK);
	assert_int_equal(opened_with(H_STRUCT_SIZE, get32(&b, H_STRUCT_SIZE) - 4), VIO_EFORMAT);
	blob_free(&b);
}

static void test_HD_FDT_05_overlapping_blocks_are_read(void **state)
{
	struct blob b = sample();
	struct vio_dt dt;

	(void)state;
	/* The strings block reaches over the structure block to the end. */
	put32(&b, H_STRINGS_SIZE, b.len - get32(&b, H_STRINGS));
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	assert_true(vio_dt_compatible(&dt, vio_dt_root(&dt), "x"));
	blob_free(&b);
}

static void test_HD_FDT_26_reservations_without_end(void **state)
{
	struct tree t = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		tree_reserve(&t, i << 20, 0x1000);
	tree_begin(&t, "");
	tree_end(&t);
	struct blob b = tree_finish(&t);
	/* Give the entry that ends the list a size, and make everything after it look alike. */
	for (uint32_t at = 40 + 100 * 16; at + 4 <= b.len; at += 4)
		put32(&b, at, 0x01010101);
	/* Half an entry is left at the end, or none. */
	for (uint32_t half = 0; half <= 8; half += 8) {
		struct vio_dt dt;

		put32(&b, H_RESERVED, 40 + half);
		assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_EFORMAT);
	}
	blob_free(&b);
	assert_int_equal(opened_with(H_RESERVED, 0x7ffffff8), VIO_EFORMAT);
}

static void test_HD_FDT_07_property_outside_of_the_root(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct tree t = { 0 };

		if (i == 1)
			tree_cell(&t, "early", 1);
		tree_begin(&t, "");
		tree_end(&t);
		if (i == 2)
			tree_cell(&t, "late", 1);
		assert_int_equal(opened(tree_finish(&t)), i == 0 ? VIO_OK : VIO_EFORMAT);
	}
}

/* A node of another tree: a reservation that looks like one, and FDT_END, after which nothing may
 * be read. */
static void node_of_another_tree_has_no_name(void **state)
{
	struct tree t = { 0 };
	struct vio_dt dt;

	(void)state;
	tree_reserve(&t, UINT64_C(1) << 32 | 0x61000000, 0x1000); /* as the beginning of "a" */
	tree_begin(&t, "");
	tree_end(&t);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	assert_string_equal(vio_dt_name(&dt, (struct vio_dt_node){ get32(&b, H_RESERVED) }), "");
	assert_int_equal(get32(&b, b.len - 4), END);
	assert_string_equal(vio_dt_name(&dt, (struct vio_dt_node){ b.len - 4 }), "");
	blob_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_FDT_01_null_or_misaligned),
		cmocka_unit_test(test_HD_FDT_02_bad_magic_or_version),
		cmocka_unit_test(test_HD_FDT_02_versions_together),
		cmocka_unit_test(test_HD_FDT_03_totalsize_wrong),
		cmocka_unit_test(test_HD_FDT_03_less_than_a_header_may_be_read),
		cmocka_unit_test(test_HD_FDT_03_tree_that_ends_within_its_header),
		cmocka_unit_test(test_HD_FDT_04_block_misaligned),
		cmocka_unit_test(test_HD_FDT_04_reservations_misaligned),
		cmocka_unit_test(test_HD_FDT_05_block_outside_the_tree),
		cmocka_unit_test(test_HD_FDT_05_overlapping_blocks_are_read),
		cmocka_unit_test(test_HD_FDT_26_reservations_without_end),
		cmocka_unit_test(test_HD_FDT_07_property_outside_of_the_root),
		cmocka_unit_test(node_of_another_tree_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
