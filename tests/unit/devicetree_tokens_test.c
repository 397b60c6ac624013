/* SPDX-License-Identifier: BSD-2-Clause */
/* Malformed structure blocks: what vio_dt_open() refuses, and that every walk ends. */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* The result of vio_dt_open() for a tree of these tokens. */
static int opened_tokens(const uint32_t *words, uint32_t n)
{
	struct tree t = { 0 };

	for (uint32_t i = 0; i < n; i++)
		tree_word(&t, words[i]);
	return opened(tree_cut(&t));
}
#define TOKENS(...)                                                                                \
	opened_tokens((const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4)

static void test_HD_FDT_06_struct_block_cut_anywhere(void **state)
{
	struct blob b = sample();
	const uint32_t structs = get32(&b, H_STRUCT), whole = get32(&b, H_STRUCT_SIZE);

	(void)state;
	for (uint32_t len = 0; len < whole; len++) {
		struct blob cut = blob_copy(b.bytes, structs + len);

		put32(&cut, H_TOTALSIZE, structs + len);
		put32(&cut, H_STRUCT_SIZE, len);
		assert_int_equal(opened(cut), VIO_EFORMAT);
	}
	blob_free(&b);
}

static void test_HD_FDT_06_no_end_token(void **state)
{
	struct tree t = { 0 };

	(void)state;
	tree_begin(&t, "");
	tree_end(&t);
	assert_int_equal(opened(tree_cut(&t)), VIO_EFORMAT);
}

static void test_HD_FDT_07_nodes_not_balanced(void **state)
{
	(void)state;
	assert_int_equal(TOKENS(BEGIN_NODE, 0, END_NODE, END), VIO_OK);
	assert_int_equal(TOKENS(END), VIO_EFORMAT);
	assert_int_equal(TOKENS(END_NODE, END), VIO_EFORMAT);
	assert_int_equal(TOKENS(BEGIN_NODE, 0, END), VIO_EFORMAT);
	assert_int_equal(TOKENS(BEGIN_NODE, 0, END_NODE, END_NODE, END), VIO_EFORMAT);
	assert_int_equal(TOKENS(END_NODE, BEGIN_NODE, 0, END), VIO_EFORMAT);
	assert_int_equal(TOKENS(END_NODE, BEGIN_NODE, 0, BEGIN_NODE, 0, END_NODE, END),
			 VIO_EFORMAT);
}

static void test_HD_FDT_07_two_roots_or_a_named_one(void **state)
{
	(void)state;
	assert_int_equal(TOKENS(BEGIN_NODE, 0, END_NODE, BEGIN_NODE, 0, END_NODE, END),
			 VIO_EFORMAT);
	assert_int_equal(TOKENS(BEGIN_NODE, 0x72000000, END_NODE, END), VIO_EFORMAT);
	assert_int_equal(TOKENS(PROP, 0, 0, BEGIN_NODE, 0, END_NODE, END), VIO_EFORMAT);
}

static int opened_depth(uint32_t nodes)
{
	struct tree t = { 0 };

	for (uint32_t i = 0; i < nodes; i++)
		tree_begin(&t, i == 0 ? "" : "n");
	for (uint32_t i = 0; i < nodes; i++)
		tree_end(&t);
	return opened(tree_finish(&t));
}

static void test_HD_FDT_08_too_deep(void **state)
{
	(void)state;
	assert_int_equal(opened_depth(VIO_DT_DEPTH_MAX), VIO_OK);
	assert_int_equal(opened_depth(VIO_DT_DEPTH_MAX + 1), VIO_EFORMAT);
	assert_int_equal(opened_depth(1000000), VIO_EFORMAT);
}

static void test_HD_FDT_09_node_name_without_end(void **state)
{
	enum { LONG = 65536 };
	static char name[LONG + 1];
	struct tree t = { 0 };
	struct vio_dt dt;

	(void)state;
	memset(name, 'n', LONG);
	tree_begin(&t, "");
	tree_begin(&t, name);
	tree_end(&t);
	tree_end(&t);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	assert_string_equal(vio_dt_name(&dt, vio_dt_first_child(&dt, vio_dt_root(&dt))), name);
	blob_free(&b);

	tree_begin(&t, "");
	tree_word(&t, BEGIN_NODE);
	for (uint32_t i = 0; i < LONG / 4; i++)
		tree_word(&t, 0x6e6e6e6e);
	assert_int_equal(opened(tree_cut(&t)), VIO_EFORMAT);
}

static void test_HD_FDT_10_property_length_past_the_block(void **state)
{
	static const uint32_t lengths[] = {
		17, 20, 0x7fffffff, 0x80000000, 0xffffffff - 11, 0xfffffffc, 0xffffffff
	};

	(void)state;
	/* 16 bytes follow: 4 of value, END_NODE, END, and one more word. */
	assert_int_equal(TOKENS(BEGIN_NODE, 0, PROP, 4, 0, 0, END_NODE, END, END), VIO_EFORMAT);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct tree t = { 0 };

		tree_begin(&t, "");
		tree_cell(&t, "value", 0);
		tree_end(&t);
		tree_word(&t, END);
		struct blob b = tree_finish(&t);
		put32(&b, get32(&b, H_STRUCT) + 12, lengths[i]);
		assert_int_equal(opened(b), VIO_EFORMAT);
	}
}

static void test_HD_FDT_11_property_name_outside_the_strings(void **state)
{
	struct blob b = sample();
	const uint32_t name = get32(&b, H_STRUCT) + 16, strings = get32(&b, H_STRINGS_SIZE);

	(void)state;
	blob_free(&b);
	assert_int_equal(opened_with(name, strings - 1), VIO_OK);
	assert_int_equal(opened_with(name, strings), VIO_EFORMAT);
	assert_int_equal(opened_with(name, 0x7fffffff), VIO_EFORMAT);
	assert_int_equal(opened_with(name, 0xffffffff), VIO_EFORMAT);
	/* "compatible" and "value" are 17 bytes; the last NUL is then left out. */
	assert_int_equal(opened_with(H_STRINGS_SIZE, 17), VIO_OK);
	assert_int_equal(opened_with(H_STRINGS_SIZE, 16), VIO_EFORMAT);
	assert_int_equal(opened_with(H_STRINGS_SIZE, 0), VIO_EFORMAT);
}

static void test_HD_FDT_12_unknown_tag(void **state)
{
	static const uint32_t tags[] = { 0, 5, 8, 10, 0x01000000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		assert_int_equal(TOKENS(BEGIN_NODE, 0, tags[i], END_NODE, END), VIO_EFORMAT);
}

static void test_HD_FDT_12_megabytes_of_nop(void **state)
{
	enum { NOPS = 1000000 };
	struct tree t = { 0 };
	struct vio_dt dt;

	(void)state;
	tree_word(&t, NOP);
	tree_begin(&t, "");
	for (uint32_t i = 0; i < NOPS; i++)
		tree_word(&t, NOP);
	tree_cell(&t, "value", 1);
	tree_word(&t, NOP);
	tree_cell(&t, "other", 2);
	tree_begin(&t, "child");
	tree_end(&t);
	tree_word(&t, NOP);
	tree_end(&t);
	tree_word(&t, NOP);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	assert_non_null(vio_dt_get_prop(&dt, vio_dt_root(&dt), "value").data);
	assert_non_null(vio_dt_get_prop(&dt, vio_dt_root(&dt), "other").data);
	assert_true(vio_dt_is(vio_dt_path(&dt, "/child")));
	blob_free(&b);
}

/* The checks of a walk do not lean on those of vio_dt_open(): only a name may stop to end. */
static void test_HD_FDT_29_tree_changes_after_the_check(void **state)
{
	static const uint32_t words[] = { 0, BEGIN_NODE, END_NODE, PROP, NOP, END, UINT32_MAX };
	struct blob b = blob_load("buses");
	struct blob last = blob_structs_last(&b);
	struct vio_dt dt;

	(void)state;
	assert_int_equal(vio_dt_open(&dt, last.bytes, last.len), VIO_OK);
	for (uint32_t at = get32(&last, H_STRUCT); at + 4 <= last.len; at += 4) {
		const uint32_t was = get32(&last, at);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			struct vio_dt_node path[VIO_DT_DEPTH_MAX], n = VIO_DT_NONE;

			put32(&last, at, words[i]);
			for (n = vio_dt_next(&dt, n, NULL); vio_dt_is(n);
			     n = vio_dt_next(&dt, n, NULL))
				for (struct vio_dt_prop p = (struct vio_dt_prop){ 0 };
				     vio_dt_prop_next(&dt, n, &p);)
					assert_in_range(p.data - last.bytes, 0, last.len - p.len);
			vio_dt_lineage(&dt, (struct vio_dt_node){ last.len }, path);
		}
		put32(&last, at, was);
	}
	blob_free(&b);
	blob_free(&last);
}

/* Padding turns into `words`, over and over, in front of a child, which is then looked up. */
static void lineage_after_change(const uint32_t words[2])
{
	struct tree t = { 0 };
	struct vio_dt dt;
	struct vio_dt_node path[VIO_DT_DEPTH_MAX], child;
	struct vio_dt_walk w = { 0 };

	tree_begin(&t, "");
	for (int i = 0; i < 128; i++)
		tree_word(&t, NOP);
	tree_begin(&t, "child");
	tree_end(&t);
	tree_end(&t);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	child = vio_dt_path(&dt, "/child");
	uint32_t at = get32(&b, H_STRUCT) + 8;
	for (int i = 0; i < 128; i++)
		put32(&b, at + 4 * (uint32_t)i, words[i % 2]);
	assert_int_equal(vio_dt_lineage(&dt, child, path), 0);
	while (vio_dt_is(vio_dt_walk_next(&dt, &w, NULL)))
		assert_in_range(w.levels, 1, VIO_DT_DEPTH_MAX);
	blob_free(&b);
}

static void test_HD_FDT_29_depth_changes_after_the_check(void **state)
{
	(void)state;
	lineage_after_change((const uint32_t[]){ END_NODE, END_NODE });
	lineage_after_change((const uint32_t[]){ BEGIN_NODE, 0 });
}

static void test_HD_FDT_30_16_MiB(void **state)
{
	enum { NAME = 0x400000, PROPS = 500000 };
	char *name = malloc(NAME);
	struct tree t = { 0 };
	struct vio_dt dt;

	(void)state;
	assert_non_null(name);
	memset(name, 'n', NAME - 1);
	name[NAME - 1] = '\0';
	tree_begin(&t, "");
	tree_prop(&t, name, NULL, 0);
	for (uint32_t i = 1; i < PROPS; i++) {
		tree_word(&t, PROP);
		tree_word(&t, 4);
		tree_word(&t, 0);
		tree_word(&t, i);
	}
	tree_end(&t);
	struct blob b = tree_finish(&t);
	/* To look for the end of the name at each property would be 2 * 10^12 steps. */
	assert_in_range(b.len, VIO_DT_BYTES_MAX / 2, VIO_DT_BYTES_MAX);
	assert_int_equal(vio_dt_open(&dt, b.bytes, b.len), VIO_OK);
	assert_null(vio_dt_get_prop(&dt, vio_dt_root(&dt), "missing").data);
	assert_false(vio_dt_is(vio_dt_find(&dt, VIO_DT_NONE, "missing")));
	blob_free(&b);
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_FDT_06_struct_block_cut_anywhere),
		cmocka_unit_test(test_HD_FDT_06_no_end_token),
		cmocka_unit_test(test_HD_FDT_07_nodes_not_balanced),
		cmocka_unit_test(test_HD_FDT_07_two_roots_or_a_named_one),
		cmocka_unit_test(test_HD_FDT_08_too_deep),
		cmocka_unit_test(test_HD_FDT_09_node_name_without_end),
		cmocka_unit_test(test_HD_FDT_10_property_length_past_the_block),
		cmocka_unit_test(test_HD_FDT_11_property_name_outside_the_strings),
		cmocka_unit_test(test_HD_FDT_12_unknown_tag),
		cmocka_unit_test(test_HD_FDT_12_megabytes_of_nop),
		cmocka_unit_test(test_HD_FDT_29_tree_changes_after_the_check),
		cmocka_unit_test(test_HD_FDT_29_depth_changes_after_the_check),
		cmocka_unit_test(test_HD_FDT_30_16_MiB),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
