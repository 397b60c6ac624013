/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed rings: the length of a used descriptor. */
#include "packed_out.h"

static void test_HD_PACKED_05_length_is_clamped_and_counted(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(id[0], 11, 1);
	rig_complete(id[1], UINT32_MAX, 3);
	rig_complete(id[2], 10, 1);
	rig_reap(0, 10);
	rig_reap(1, 513);
	rig_reap(2, 10);
	assert_int_equal(q.clamped, 2);
	assert_int_equal(vq_free(&q), 8);
}

static void test_HD_PACKED_05_strict_length_breaks_and_returns_all(void **state)
{
	(void)state;
	three_out((struct rig_options){ .strict_len = true });
	rig_complete(id[0], 10, 1);
	rig_reap(0, 10);
	rig_complete(id[1], 514, 3);
	expect_broken(1, 2);
}

static void test_packed_023_length_counts_with_WRITE_only(void **state)
{
	(void)state;
	three_out((struct rig_options){ .strict_len = true }); /* the cycle had WRITE */
	rig_complete_flags(id[0], 10, 1, NEXT);		       /* NEXT has no meaning here */
	rig_complete_flags(id[1], UINT32_MAX, 3, 0);
	rig_complete_flags(id[2], 3, 1, WRITE | NEXT);
	rig_reap(0, 0);
	rig_reap(1, 0);
	rig_reap(2, 3);
	assert_int_equal(q.clamped, 0);
}

/* Some devices never set WRITE: their lengths count, if they can be true. */
static void test_packed_023_device_that_never_sets_WRITE(void **state)
{
	static const uint32_t len[] = { 8, 0, 7, 9, UINT32_MAX };
	static const uint32_t want[] = { 8, 0, 7, 0, 0 };

	(void)state;
	rig_start(4, (struct rig_options){ .strict_len = true });
	for (unsigned n = 0; n < 10; n++) {
		assert_int_equal(rig_submit(n, 8), VIO_OK);
		(void)vq_publish(&q);
		rig_complete_flags(rig_desc(n % 4)->id, len[n % 5], 1, 0);
		rig_reap(n, want[n % 5]);
	}
	assert_int_equal(q.clamped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_PACKED_05_length_is_clamped_and_counted),
		cmocka_unit_test(test_HD_PACKED_05_strict_length_breaks_and_returns_all),
		cmocka_unit_test(test_packed_023_length_counts_with_WRITE_only),
		cmocka_unit_test(test_packed_023_device_that_never_sets_WRITE),
	};

	return cmocka_run_group_tests_name("packed_length", tests, NULL, NULL);
}
