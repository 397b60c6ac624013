/* SPDX-License-Identifier: BSD-2-Clause */
/* A split ring with IN_ORDER, and NOTIFICATION_DATA. */
#include "vq_rig.h"

enum { NEXT = 1, SIZE = 8, LEN = 10 };

static const struct rig_options options = { .in_order = true };

/* Three requests in flight, with 1, 3 and 1 descriptors, across the end of the table. */
static void three_out(struct rig_options o)
{
	o.in_order = true;
	rig_start(SIZE, o);
	rig_cycle(6);
	submit_three();
}

/* The device writes one entry, for `n` requests. */
static void complete_batch(uint32_t id, uint32_t len, uint16_t n)
{
	rig_entry(id, len);
	*rig_used(1) = (uint16_t)(*rig_used(1) + n);
}

static void expect_broken(unsigned left)
{
	struct vq_done d;
	void *cookie;

	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(rig_submit(0, 1), VIO_EDEVICE);
	while (left-- > 0)
		assert_int_equal(vq_drain(&q, &cookie), 1);
	assert_int_equal(vq_drain(&q, &cookie), 0);
}

static void test_split_006_chains_lie_as_they_are_submitted(void **state)
{
	unsigned at = 0;

	(void)state;
	rig_start(SIZE, options);
	for (unsigned n = 0; n < 40; n++) {
		const unsigned count = 1 + n % 3;

		assert_int_equal(vq_submit(&q, chain, count, 0, cookies), VIO_OK);
		(void)vq_publish(&q);
		assert_int_equal(rig_avail_head(n), at % SIZE);
		for (unsigned k = 0; k < count; k++, at++) {
			volatile struct rig_desc *const d = rig_desc(at % SIZE);

			assert_int_equal(d->addr, chain[k].addr.addr);
			assert_int_equal(d->flags, k + 1 < count ? NEXT : 0);
			if (k + 1 < count)
				assert_int_equal(d->next, (at + 1) % SIZE);
		}
		rig_complete(rig_avail_head(n), 0);
		rig_reap(0, 0);
		assert_int_equal(vq_free(&q), SIZE);
	}
}

static void test_split_034_one_entry_ends_all_before_it(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_avail_head(8), 2);
	complete_batch(rig_avail_head(8), 4, 3);
	rig_reap(0, LEN); /* skipped: used completely */
	assert_true(vq_has_used(&q));
	assert_true(vq_arm(&q));
	assert_int_equal(vq_free(&q), 4);
	assert_true(rig_more);
	rig_reap(1, 513);
	assert_true(rig_more);
	rig_reap(2, 4); /* the entry's own */
	assert_false(rig_more);
	assert_false(vq_has_used(&q));
	assert_false(vq_arm(&q));
	assert_int_equal(vq_reap(&q, &d), 0);
	assert_int_equal(vq_free(&q), SIZE);
	/* The next entry is where it would be without the batch. */
	assert_int_equal(rig_submit(5, LEN), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(9), 7);
	rig_reap(5, 7);
}

static void test_split_034_device_that_tells_of_each(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	for (unsigned n = 6; n < 9; n++)
		rig_complete(rig_avail_head(n), n);
	rig_reap(0, 6);
	rig_reap(1, 7);
	rig_reap(2, 8);
}

static void test_split_034_two_batches_at_once(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	complete_batch(rig_avail_head(7), 0, 2);
	complete_batch(rig_avail_head(8), 1, 1);
	rig_reap(0, LEN);
	assert_int_equal(rig_submit(3, LEN), VIO_OK); /* in the middle of it */
	rig_reap(1, 0); /* the last one of the batch; the look found the next batch, too */
	assert_true(rig_more);
	rig_reap(2, 1);
	assert_false(rig_more);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(9), 2);
	rig_reap(3, 2);
}

static void test_HD_SPLIT_19_id_ahead_of_the_index(void **state)
{
	(void)state;
	for (unsigned n = 7; n < 9; n++) {
		three_out((struct rig_options){ 0 });
		rig_complete(rig_avail_head(n), 0); /* one, says the index */
		expect_broken(3);
	}
	three_out((struct rig_options){ 0 });
	complete_batch(rig_avail_head(8), 0, 2);
	expect_broken(3);
}

static void test_HD_SPLIT_06_ids_that_end_nothing(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	complete_batch(rig_avail_head(7), 0, 2);
	rig_reap(0, LEN);
	rig_reap(1, 0);
	rig_complete(rig_avail_head(6), 0); /* of that batch */
	expect_broken(1);

	three_out((struct rig_options){ 0 });
	rig_complete(rig_desc(rig_avail_head(7))->next, 0); /* no head */
	expect_broken(3);

	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_submit(3, LEN), VIO_OK); /* not published: at descriptor 3 */
	complete_batch(3, 0, 3);
	expect_broken(4);
}

static void test_HD_SPLIT_09_length_of_a_batch_over(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	complete_batch(rig_avail_head(7), 514, 2);
	rig_reap(0, LEN);
	rig_reap(1, 513);
	assert_int_equal(q.clamped, 1);
	three_out((struct rig_options){ .strict_len = true });
	complete_batch(rig_avail_head(7), 514, 2);
	expect_broken(3);
}

static void test_drain_in_the_middle_of_a_batch(void **state)
{
	struct vq_done d;
	void *cookie;

	(void)state;
	three_out((struct rig_options){ 0 });
	complete_batch(rig_avail_head(8), 0, 3);
	rig_reap(0, LEN);
	assert_int_equal(vq_drain(&q, &cookie), 1);
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(vq_drain(&q, &cookie), 1);
	assert_int_equal(vq_drain(&q, &cookie), 0);
}

static void test_split_011_tables_and_full_rings(void **state)
{
	static uint8_t mem[16 * 3] __attribute__((aligned(16)));
	uint32_t len[3];
	struct vq_indirect t = { .table = mem, .at = { 0x600000000 }, .len = len, .max = 3 };

	(void)state;
	rig_start(SIZE, options);
	assert_int_equal(vq_indirect_build(&q, &t, chain, 1, 2), VIO_OK);
	for (unsigned k = 0; k < 2; k++)
		assert_int_equal(((struct rig_desc *)(void *)mem)[k].next, k + 1);
	rig_cycle(3);
	for (unsigned n = 0; n < SIZE; n++)
		assert_int_equal(vq_submit_indirect(&q, &t, cookies + n), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EFULL);
	assert_int_equal(rig_submit(0, 1), VIO_EFULL);
	(void)vq_publish(&q);
	for (unsigned n = 0; n < SIZE; n++)
		assert_int_equal(rig_avail_head(3 + n), (3 + n) % SIZE);
	complete_batch(rig_avail_head(10), 0, SIZE);
	for (unsigned n = 0; n < SIZE; n++)
		rig_reap(n, n == SIZE - 1 ? 0 : 513);
	/* A refusal takes nothing. */
	struct vq_seg bad[2] = { { { 1 }, 1 }, { { 2 }, 0 } };
	assert_int_equal(vq_submit(&q, bad, 2, 0, cookies), VIO_EINVAL);
	assert_int_equal(rig_submit(4, LEN), VIO_OK);
	(void)vq_publish(&q);
	assert_int_equal(rig_avail_head(11), 3);
	rig_complete(3, 5);
	rig_reap(4, 5);
}

static void test_used_event_is_passed_by_a_batch(void **state)
{
	(void)state;
	three_out((struct rig_options){ .event_idx = true });
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_used_event(), 6);
	complete_batch(rig_avail_head(8), 0, 3);
	for (unsigned n = 0; n < 3; n++) {
		assert_true(vq_arm(&q));
		assert_int_equal(vq_reap(&q, &(struct vq_done){ 0 }), 1);
	}
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_used_event(), 9);
}

static void test_notify_002_003_next_is_the_published_index(void **state)
{
	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_next(&q), 0);
	rig_cycle(32767);
	assert_int_equal(vq_next(&q), 32767);
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	assert_int_equal(vq_next(&q), 32767); /* not published */
	assert_int_equal(rig_submit(1, 1), VIO_OK);
	assert_true(vq_publish(&q));
	assert_int_equal(vq_next(&q), 32769);
	assert_false(vq_publish(&q));
	assert_int_equal(vq_next(&q), 32769);
	rig_start(4, (struct rig_options){ 0 });
	rig_cycle(65535);
	assert_int_equal(vq_next(&q), 65535);
	rig_cycle(2);
	assert_int_equal(vq_next(&q), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_006_chains_lie_as_they_are_submitted),
		cmocka_unit_test(test_split_034_one_entry_ends_all_before_it),
		cmocka_unit_test(test_split_034_device_that_tells_of_each),
		cmocka_unit_test(test_split_034_two_batches_at_once),
		cmocka_unit_test(test_HD_SPLIT_19_id_ahead_of_the_index),
		cmocka_unit_test(test_HD_SPLIT_06_ids_that_end_nothing),
		cmocka_unit_test(test_HD_SPLIT_09_length_of_a_batch_over),
		cmocka_unit_test(test_drain_in_the_middle_of_a_batch),
		cmocka_unit_test(test_split_011_tables_and_full_rings),
		cmocka_unit_test(test_used_event_is_passed_by_a_batch),
		cmocka_unit_test(test_notify_002_003_next_is_the_published_index),
	};

	return cmocka_run_group_tests_name("in_order", tests, NULL, NULL);
}
