/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devicetree is used, and the messages about those that are not. */
#define _DEFAULT_SOURCE /* sigaction(), mmap() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "board/common/common.h"
#include "board/common/handover.h"

enum { PAGE = 4096, PAGES = 4 };

struct vio_board vio_board;

/* What builtin.S and the linker define. Here the built-in tree begins with its end, and so has no
 * bytes, until a test fills it. */
__asm__(".data\n"
	".balign 8\n"
	".globl __devicetree, __devicetree_end, __devicetree_first\n"
	"__devicetree: .fill 72\n"
	"__devicetree_end:\n"
	"__devicetree_first: .byte 0\n");
extern uint8_t __devicetree[], __devicetree_first;

/* Memory whose last page cannot be read. */
static uint8_t *memory;
static const struct vio_span nowhere = { 1, 0 };

static void trap(int number)
{
	(void)number;
	vio_guard_trapped();
	fail_msg("a trap outside of any guarded call");
}

static void put_be32(uint8_t *at, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* A tree of 72 bytes with only a root, whose header says that it has `bytes`. */
static uint8_t *make_tree(uint8_t *at, uint32_t bytes)
{
	static const uint32_t words[18] = {
		0xd00dfeed, 0, 0x38, 0x48, 0x28, 17, 16, 0, 0, 16, 0, 0, 0, 0, 1, 0, 2, 9,
	};

	for (unsigned i = 0; i < 18; i++)
		put_be32(at + 4 * i, words[i]);
	put_be32(at + 4, bytes);
	return at;
}

static const void *choose(const void *first, const void *second, struct vio_span image)
{
	const struct sigaction action = { .sa_handler = trap, .sa_flags = SA_NODEFER };
	const struct tree_place places[] = { { "r0", (uintptr_t)first },
					     { "below", (uintptr_t)second } };

	/* Here, since cmocka has its own handler until a test begins. */
	assert_int_equal(sigaction(SIGSEGV, &action, NULL), 0);
	return vio_tree_choose(places, 2, image);
}

/* The place is refused with this word, and the tree in the other is taken. */
static void refused(const void *at, struct vio_span image, const char *why)
{
	uint8_t *good = make_tree(memory + PAGE, 72);
	char note[128];
	struct text t = { note, 0, sizeof(note) };

	vio_text_str(&t, "r0 (0x");
	vio_text_hex(&t, (uintptr_t)at, 1);
	vio_text_str(&t, ") ");
	vio_text_str(&t, why);
	assert_ptr_equal(choose(at, good, image), good);
	assert_string_equal(vio_board.dt_refused, note);
	assert_string_equal(vio_board.dt_from, "below");
	assert_int_equal(vio_board.dt_error, VIO_OK);
	assert_true(vio_dt_is(vio_dt_root(&vio_board.dt)));
}

static void test_first_good_tree_is_taken(void **state)
{
	uint8_t *first = make_tree(memory, 72), *second = make_tree(memory + PAGE, 72);

	(void)state;
	assert_ptr_equal(choose(first, second, nowhere), first);
	assert_string_equal(vio_board.dt_from, "r0");
	assert_string_equal(vio_board.dt_refused, "");
	assert_int_equal(vio_tree_bytes(first), 72);
	assert_ptr_equal(choose(NULL, second, nowhere), second);
	assert_string_equal(vio_board.dt_from, "below");
	assert_string_equal(vio_board.dt_refused, ""); /* nothing was said, so nothing is wrong */
}

static void test_odd_address(void **state)
{
	(void)state;
	refused(make_tree(memory, 72) + 1, nowhere, "is not a multiple of 8");
	refused(memory + 4, nowhere, "is not a multiple of 8");
	refused((const void *)(UINTPTR_MAX - 2), nowhere, "is not a multiple of 8");
}

static void test_address_of_nothing(void **state)
{
	(void)state;
	refused(memory + (PAGES - 1) * PAGE, nowhere, "cannot be read");
	refused((const void *)8, nowhere, "cannot be read");
	refused((const void *)(UINTPTR_MAX - 7), nowhere,
		"holds no devicetree, or a damaged one"); /* no room for a header: not touched */
}

static void test_tree_that_goes_on_where_nothing_is(void **state)
{
	uint8_t *last = memory + (PAGES - 1) * PAGE - 72;

	(void)state;
	refused(make_tree(last, 73), nowhere, "cannot be read");
	refused(make_tree(memory, 3 * PAGE + 1), nowhere, "cannot be read");
	assert_ptr_equal(choose(make_tree(last, 72), NULL, nowhere), last);
}

static void test_no_tree(void **state)
{
	const char *const why = "holds no devicetree, or a damaged one";

	(void)state;
	memset(memory, 0xff, 72);
	refused(memory, nowhere, why);
	refused(make_tree(memory, 71), nowhere, why);
	refused(make_tree(memory, UINT32_MAX), nowhere, why);
}

static void test_tree_and_image_overlap(void **state)
{
	const uintptr_t at = (uintptr_t)make_tree(memory, 72);

	(void)state;
	refused(memory, (struct vio_span){ at, 1 }, "is inside of this image");
	refused(memory, (struct vio_span){ at - 8, 9 }, "is inside of this image");
	refused(memory, (struct vio_span){ at + 71, 1 },
		"holds a devicetree that this image is loaded over");
	assert_ptr_equal(choose(memory, NULL, (struct vio_span){ at + 72, 8 }), memory);
	assert_ptr_equal(choose(memory, NULL, (struct vio_span){ at - 8, 8 }), memory);
}

static void test_built_in_tree_comes_last(void **state)
{
	uint8_t *good = make_tree(memory, 72);

	(void)state;
	make_tree(__devicetree, 72);
	assert_ptr_equal(choose(NULL, good, nowhere), good);
	assert_ptr_equal(choose(NULL, NULL, nowhere), __devicetree);
	assert_string_equal(vio_board.dt_from, "built in");
	assert_string_equal(vio_board.dt_refused, "");
	assert_ptr_equal(choose(memory + 1, NULL, nowhere), __devicetree);
	assert_non_null(strstr(vio_board.dt_refused, "r0"));
}

static void test_built_in_tree_comes_first_if_asked(void **state)
{
	uint8_t *good = make_tree(memory, 72);

	(void)state;
	__devicetree_first = 1;
	make_tree(__devicetree, 72);
	assert_ptr_equal(choose(good, NULL, nowhere), __devicetree);
	assert_true(vio_board.dt_built_in);
	assert_string_equal(vio_board.dt_from, "built in");
	assert_string_equal(vio_board.dt_refused, "");
	memset(__devicetree, 0xff, 72);
	assert_ptr_equal(choose(good, NULL, nowhere), good);
	assert_false(vio_board.dt_built_in);
	assert_non_null(strstr(vio_board.dt_refused, "built in (0x"));
	assert_null(choose(memory + 1, NULL, nowhere));
	assert_non_null(strstr(vio_board.dt_refused, "built in (0x"));
	assert_non_null(strstr(vio_board.dt_refused, "; r0 (0x"));
	assert_null(choose(make_tree(memory, PAGES * PAGE), NULL, nowhere)); /* begins well */
	assert_false(vio_dt_is(vio_dt_root(&vio_board.dt)));
	__devicetree_first = 0;
}

static void test_none_at_all(void **state)
{
	(void)state;
	memset(__devicetree, 0, 72);
	memset(memory, 0, 72);
	assert_null(choose(memory, memory + 2, nowhere));
	assert_int_equal(vio_board.dt_error, VIO_ENODEV);
	assert_null(vio_board.dt_from);
	assert_non_null(strstr(vio_board.dt_refused, "a damaged one; below (0x"));
	assert_false(vio_dt_is(vio_dt_root(&vio_board.dt)));
	make_tree(__devicetree, 73); /* more than was built in */
	assert_null(choose(NULL, NULL, nowhere));
	assert_non_null(strstr(vio_board.dt_refused, "built in (0x"));
	assert_false(vio_dt_is(vio_dt_root(&vio_board.dt)));
}

/* After the call has returned, nothing is guarded any more. */
static void harmless(void *arg)
{
	*(int *)arg = 1;
}

static void test_guard_ends_with_its_call(void **state)
{
	int done = 0;

	(void)state;
	assert_true(vio_board_guard(harmless, &done));
	assert_int_equal(done, 1);
	vio_guard_trapped(); /* returns */
}

static int set_up(void **state)
{
	(void)state;
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED || mprotect(memory + (PAGES - 1) * PAGE, PAGE, PROT_NONE) != 0)
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return munmap(memory, PAGES * PAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(test_first_good_tree_is_taken),
		T(test_odd_address),
		T(test_address_of_nothing),
		T(test_tree_that_goes_on_where_nothing_is),
		T(test_no_tree),
		T(test_tree_and_image_overlap),
		T(test_built_in_tree_comes_last),
		T(test_built_in_tree_comes_first_if_asked),
		T(test_none_at_all),
		T(test_guard_ends_with_its_call),
#undef T
	};

	return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}
