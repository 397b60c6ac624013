/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/arena.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void allocation_is_aligned_zeroed_and_apart_from_others(void **state)
{
	static _Alignas(4096) uint8_t memory[8192];
	struct vio_arena a;

	(void)state;
	memset(memory, 0xa5, sizeof(memory));
	vio_arena_init(&a, memory, sizeof(memory));
	uint8_t *p = vio_arena_alloc(&a, 3, 1);
	uint8_t *q = vio_arena_alloc(&a, 100, 64);
	assert_ptr_equal(p, memory);
	assert_ptr_equal(q, memory + 64);
	for (int i = 0; i < 100; i++)
		assert_int_equal(q[i], 0);
	assert_int_equal(p[3], 0xa5);
	assert_int_equal(q[100], 0xa5);
	assert_int_equal(vio_arena_used(&a), 164);
	assert_int_equal(vio_arena_left(&a), sizeof(memory) - 164);
	assert_ptr_equal(vio_arena_alloc(&a, 1, 4096), memory + 4096);
}

static void arena_gives_its_last_byte_and_no_more(void **state)
{
	uint8_t *memory = malloc(100); /* exact: one more byte is one too many */
	struct vio_arena a;

	(void)state;
	assert_non_null(memory);
	vio_arena_init(&a, memory, 100);
	assert_non_null(vio_arena_alloc(&a, 99, 1));
	assert_null(vio_arena_alloc(&a, 2, 1));
	assert_non_null(vio_arena_alloc(&a, 1, 1));
	assert_null(vio_arena_alloc(&a, 1, 1));
	assert_int_equal(vio_arena_left(&a), 0);
	assert_int_equal(vio_arena_used(&a), 100);
	free(memory);
}

static void refused_allocation_changes_nothing(void **state)
{
	static _Alignas(16) uint8_t memory[64];
	struct vio_arena a;

	(void)state;
	vio_arena_init(&a, memory, sizeof(memory));
	assert_non_null(vio_arena_alloc(&a, 1, 1));
	assert_null(vio_arena_alloc(&a, 0, 1));
	assert_null(vio_arena_alloc(&a, 1, 0));
	assert_null(vio_arena_alloc(&a, 1, 3));
	assert_null(vio_arena_alloc(&a, 1, 48));
	assert_null(vio_arena_alloc(&a, SIZE_MAX, 1));
	assert_null(vio_arena_alloc(&a, SIZE_MAX, 16));
	assert_null(vio_arena_alloc(&a, 64, 1));
	assert_null(vio_arena_alloc(&a, 1, (SIZE_MAX >> 1) + 1));
	assert_int_equal(vio_arena_used(&a), 1);
}

/* No memory is touched: every one of these is refused. */
static void arena_at_the_end_of_the_address_space(void **state)
{
	struct vio_arena a;

	(void)state;
	vio_arena_init(&a, (void *)(UINTPTR_MAX - 99), 1000);
	assert_int_equal(vio_arena_left(&a), 99);
	assert_null(vio_arena_alloc(&a, 100, 1));
	assert_null(vio_arena_alloc(&a, 1, 4096));
	assert_null(vio_arena_alloc(&a, 99, 8));
}

static void empty_arena_gives_nothing(void **state)
{
	struct vio_arena a;

	(void)state;
	vio_arena_init(&a, NULL, 0);
	assert_null(vio_arena_alloc(&a, 1, 1));
	assert_int_equal(vio_arena_left(&a), 0);
}

/* RAM at 0 is seen in the field: NULL is no memory, and page frame 0 no queue. */
static void arena_at_address_0_leaves_page_0_alone(void **state)
{
	struct vio_arena a;

	(void)state;
	vio_arena_init(&a, NULL, 0x100000);
	assert_int_equal(a.next, 0x1000);
	assert_int_equal(vio_arena_used(&a), 0);
	assert_int_equal(vio_arena_left(&a), 0xff000);
	vio_arena_init(&a, (void *)8, 0x2000);
	assert_int_equal(a.next, 0x1000);
	assert_int_equal(vio_arena_left(&a), 0x1008);
	vio_arena_init(&a, (void *)8, 0x800);
	assert_int_equal(vio_arena_left(&a), 0);
	assert_null(vio_arena_alloc(&a, 1, 1));
}

static void expect_hole(struct vio_span ram, const struct vio_span *reserved, size_t n,
			uint64_t align, struct vio_span expected)
{
	const struct vio_span hole = vio_arena_biggest_hole(ram, reserved, n, align);

	if (hole.base != expected.base || hole.bytes != expected.bytes)
		fail_msg("%llx + %llx, not %llx + %llx", (unsigned long long)hole.base,
			 (unsigned long long)hole.bytes, (unsigned long long)expected.base,
			 (unsigned long long)expected.bytes);
}

static const struct vio_span none = { 0, 0 };
static const struct vio_span ram = { 0x80000000, 0x10000 };

static void hole_without_reservations_is_all(void **state)
{
	(void)state;
	expect_hole(ram, NULL, 0, 1, ram);
	expect_hole((struct vio_span){ 0x80000000, 0 }, NULL, 0, 1, none);
}

static void hole_before_between_or_behind_reservations(void **state)
{
	static const struct vio_span ends[] = { { 0x8000f000, 0x1000 }, { 0x80000000, 0x1000 } };
	static const struct vio_span early[] = { { 0x80001000, 0x1000 }, { 0x80004000, 0x1000 } };
	static const struct vio_span late[] = { { 0x8000e000, 1 }, { 0x8000c000, 1 } };
	static const struct vio_span last[] = { { 0x8000ffff, 1 } };

	(void)state;
	expect_hole(ram, ends, 2, 1, (struct vio_span){ 0x80001000, 0xe000 });
	expect_hole(ram, early, 2, 1, (struct vio_span){ 0x80005000, 0xb000 });
	expect_hole(ram, late, 2, 1, (struct vio_span){ 0x80000000, 0xc000 });
	expect_hole(ram, last, 1, 1, (struct vio_span){ 0x80000000, 0xffff });
}

static void hole_next_to_overlapping_reservations(void **state)
{
	/* One over another's end, one inside another, one twice. */
	static const struct vio_span r[] = {
		{ 0x80006000, 0x2000 }, { 0x80001000, 0x3000 }, { 0x80002000, 0x3000 },
		{ 0x80002800, 0x100 },	{ 0x80006000, 0x2000 }, { 0x80006800, 0x7800 },
	};

	(void)state;
	expect_hole(ram, r, 6, 1, (struct vio_span){ 0x8000e000, 0x2000 });
	expect_hole((struct vio_span){ 0x80000000, 0x8000 }, r, 6, 1,
		    (struct vio_span){ 0x80000000, 0x1000 });
}

static void hole_when_reservations_reach_over_the_ends(void **state)
{
	static const struct vio_span over[] = { { 0x7fff0000, 0x11000 }, { 0x8000f000, 0x100000 } };
	static const struct vio_span all[] = { { 0x7fff0000, 0x100000 } };
	static const struct vio_span exact[] = { { 0x80000000, 0x10000 } };
	static const struct vio_span beside[] = { { 0x7ffff000, 0x1000 }, { 0x80010000, 0x1000 } };
	static const struct vio_span far[] = { { 0x1000, 0x1000 }, { 0x100000000, 0x1000 } };
	static const struct vio_span empty[] = { { 0x80008000, 0 }, { 0, 0 }, { UINT64_MAX, 0 } };

	(void)state;
	expect_hole(ram, over, 2, 1, (struct vio_span){ 0x80001000, 0xe000 });
	expect_hole(ram, all, 1, 1, none);
	expect_hole(ram, exact, 1, 1, none);
	expect_hole(ram, beside, 2, 1, ram);
	expect_hole(ram, far, 2, 1, ram);
	expect_hole(ram, empty, 3, 1, ram);
}

static void hole_is_shrunk_to_the_alignment(void **state)
{
	static const struct vio_span r[] = { { 0x80000000, 1 }, { 0x80008fff, 1 } };
	static const struct vio_span odd[] = { { 0x80000000, 0xf001 } };

	(void)state;
	expect_hole(ram, r, 2, 0x1000, (struct vio_span){ 0x80001000, 0x7000 });
	expect_hole(ram, odd, 1, 0x1000, none);
	expect_hole(ram, NULL, 0, 0x100000, none);
	expect_hole((struct vio_span){ 1, 0x2ffe }, NULL, 0, 0x1000,
		    (struct vio_span){ 0x1000, 0x1000 });
	expect_hole((struct vio_span){ 0x80000001, 0x10 }, NULL, 0, 0x1000, none);
	expect_hole(ram, NULL, 0, 0, none);
	expect_hole(ram, NULL, 0, 3, none);
}

/* The bigger one before shrinking is the smaller one after. */
static void hole_is_chosen_by_what_is_left_of_it(void **state)
{
	static const struct vio_span r[] = {
		{ 0x80000000, 1 }, { 0x80002fff, 1 }, { 0x80003000, 0x1000 }, { 0x80006000, 0xa000 }
	};

	(void)state;
	expect_hole(ram, r, 4, 0x1000, (struct vio_span){ 0x80004000, 0x2000 });
}

static void lower_of_equal_holes(void **state)
{
	static const struct vio_span r[] = { { 0x80008000, 0x1000 }, { 0x80000000, 0x1000 } };

	(void)state;
	expect_hole(ram, r, 2, 1, (struct vio_span){ 0x80001000, 0x7000 });
}

static void hole_in_ram_at_address_0(void **state)
{
	static const struct vio_span low = { 0, 0x10000 };
	static const struct vio_span first[] = { { 0, 0x1000 } };
	static const struct vio_span rest[] = { { 0x8000, 0x8000 } };
	static const struct vio_span both[] = { { 0, 0x1000 }, { 0x8000, 0x8000 } };

	(void)state;
	expect_hole(low, NULL, 0, 0x1000, low);
	expect_hole(low, first, 1, 0x1000, (struct vio_span){ 0x1000, 0xf000 });
	expect_hole(low, rest, 1, 0x1000, (struct vio_span){ 0, 0x8000 });
	expect_hole(low, both, 2, 0x1000, (struct vio_span){ 0x1000, 0x7000 });
	expect_hole((struct vio_span){ 0, UINT64_MAX }, NULL, 0, 1,
		    (struct vio_span){ 0, UINT64_MAX });
}

static void hole_in_ram_up_to_the_last_address(void **state)
{
	static const struct vio_span top = { UINT64_MAX - 0xffff, 0x10000 };
	static const struct vio_span last[] = { { UINT64_MAX - 0xfff, 0x1000 } };
	static const struct vio_span wraps[] = { { UINT64_MAX - 0xfff, 0x3000 } };
	static const struct vio_span first[] = { { UINT64_MAX - 0xffff, 0xf000 } };

	(void)state;
	expect_hole(top, NULL, 0, 0x1000, top);
	expect_hole(top, last, 1, 0x1000, (struct vio_span){ UINT64_MAX - 0xffff, 0xf000 });
	expect_hole(top, wraps, 1, 0x1000, (struct vio_span){ UINT64_MAX - 0xffff, 0xf000 });
	expect_hole(top, first, 1, 0x1000, (struct vio_span){ UINT64_MAX - 0xfff, 0x1000 });
	expect_hole((struct vio_span){ UINT64_MAX, 1 }, NULL, 0, 1,
		    (struct vio_span){ UINT64_MAX, 1 });
	expect_hole((struct vio_span){ UINT64_MAX - 1, 2 }, NULL, 0, 0x1000, none);
	expect_hole((struct vio_span){ UINT64_MAX - 9, 5 }, NULL, 0, 0x1000, none);
	/* RAM that claims to go on ends there, too. */
	expect_hole((struct vio_span){ UINT64_MAX - 0xfff, 0x5000 }, NULL, 0, 0x1000,
		    (struct vio_span){ UINT64_MAX - 0xfff, 0x1000 });
}

static void end_is_cut_and_grows_again(void **state)
{
	static _Alignas(64) uint8_t memory[1000];
	struct vio_arena a;

	(void)state;
	vio_arena_init(&a, memory, sizeof(memory));
	assert_non_null(vio_arena_alloc(&a, 100, 1));
	assert_false(vio_arena_cut(&a, 901));
	assert_int_equal(vio_arena_left(&a), 900);
	assert_true(vio_arena_cut(&a, 900));
	assert_int_equal(vio_arena_left(&a), 0);
	assert_null(vio_arena_alloc(&a, 1, 1));
	vio_arena_grow(&a, 900);
	assert_int_equal(vio_arena_used(&a), 100);
	assert_non_null(vio_arena_alloc(&a, 900, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocation_is_aligned_zeroed_and_apart_from_others),
		cmocka_unit_test(arena_gives_its_last_byte_and_no_more),
		cmocka_unit_test(refused_allocation_changes_nothing),
		cmocka_unit_test(arena_at_the_end_of_the_address_space),
		cmocka_unit_test(empty_arena_gives_nothing),
		cmocka_unit_test(arena_at_address_0_leaves_page_0_alone),
		cmocka_unit_test(hole_without_reservations_is_all),
		cmocka_unit_test(hole_before_between_or_behind_reservations),
		cmocka_unit_test(hole_next_to_overlapping_reservations),
		cmocka_unit_test(hole_when_reservations_reach_over_the_ends),
		cmocka_unit_test(hole_is_shrunk_to_the_alignment),
		cmocka_unit_test(hole_is_chosen_by_what_is_left_of_it),
		cmocka_unit_test(lower_of_equal_holes),
		cmocka_unit_test(end_is_cut_and_grows_again),
		cmocka_unit_test(hole_in_ram_at_address_0),
		cmocka_unit_test(hole_in_ram_up_to_the_last_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
