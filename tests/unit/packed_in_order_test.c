/* SPDX-License-Identifier: BSD-2-Clause */
/* A packed ring with IN_ORDER, and NOTIFICATION_DATA. */
#include "packed_out.h"

/* The device writes one used descriptor, for `count` of them. */
static void complete_batch(uint16_t last, uint32_t len, unsigned count)
{
	rig_complete(last, len, count);
}

static void test_one_used_descriptor_ends_all_before_it(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ .in_order = true });
	complete_batch(id[2], 4, 5);
	rig_reap(0, 10); /* skipped: used completely */
	assert_true(vq_has_used(&q));
	assert_true(vq_arm(&q));
	assert_int_equal(vq_free(&q), 4);
	rig_reap(1, 513);
	rig_reap(2, 4); /* the length that the device reported */
	assert_false(vq_has_used(&q));
	assert_false(vq_arm(&q));
	assert_int_equal(vq_reap(&q, &d), 0);
	assert_int_equal(vq_free(&q), 8);
	/* The next one is where it would be without the batch. */
	assert_int_equal(rig_submit(5, 10), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_desc(2)->id, 7, 1);
	rig_reap(5, 7);
}

static void test_device_that_tells_of_each(void **state)
{
	(void)state;
	three_out((struct rig_options){ .in_order = true });
	rig_complete(id[0], 6, 1);
	rig_complete(id[1], 7, 3);
	rig_complete(id[2], 8, 1);
	rig_reap(0, 6);
	rig_reap(1, 7);
	rig_reap(2, 8);
}

/* Over the end of the ring many times, sizes that are no power of two. */
static void test_batches_go_round(void **state)
{
	static const uint16_t sizes[] = { 3, 5, 8, 100 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const unsigned size = sizes[i];

		rig_start(sizes[i], (struct rig_options){ .in_order = true });
		for (unsigned round = 0; round < 50; round++) {
			const unsigned n = 1 + round % size, at = rig_used;

			for (unsigned k = 0; k < n; k++)
				assert_int_equal(rig_submit(k, 10), VIO_OK);
			(void)vq_publish(&q);
			complete_batch(rig_desc((at + n - 1) % size)->id, 3, n);
			for (unsigned k = 0; k < n; k++)
				rig_reap(k, k + 1 < n ? 10 : 3);
			assert_int_equal(vq_free(&q), size);
		}
	}
}

static void test_ids_that_end_nothing(void **state)
{
	(void)state;
	three_out((struct rig_options){ .in_order = true });
	complete_batch(id[1], 1, 4);
	rig_reap(0, 10);
	rig_reap(1, 1);
	rig_complete(id[0], 1, 1); /* of that batch */
	expect_broken(2, 1);
	/* Published are three. */
	three_out((struct rig_options){ .in_order = true });
	assert_int_equal(rig_submit(3, 10), VIO_OK);
	complete_batch(rig_desc(2)->id, 1, 6);
	struct vq_done d;
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	for (unsigned n = 0; n < 4; n++) {
		void *cookie;

		assert_int_equal(vq_drain(&q, &cookie), 1);
	}
}

/* A used descriptor in a place that a batch has skipped completes a request, or breaks the queue.
 */
static void test_used_descriptor_within_a_batch(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ .in_order = true });
	complete_batch(id[2], 1, 5);
	rig_desc(6)->id = id[0];
	rig_desc(6)->len = 1;
	rig_desc(6)->flags = rig_used_bits(6) | WRITE;
	for (unsigned n = 0; n < 3; n++) {
		assert_int_equal(vq_reap(&q, &d), 1);
		assert_true(d.more);
	}
	assert_int_equal(vq_reap(&q, &d), 0);
}

static void test_length_of_a_batch_over(void **state)
{
	(void)state;
	three_out((struct rig_options){ .in_order = true });
	complete_batch(id[1], 514, 4);
	rig_reap(0, 10);
	rig_reap(1, 513);
	assert_int_equal(q.clamped, 1);
	three_out((struct rig_options){ .in_order = true, .strict_len = true });
	complete_batch(id[1], 514, 4);
	expect_broken(0, 3);
}

static void test_drain_in_the_middle_of_a_batch(void **state)
{
	struct vq_done d;
	void *cookie;

	(void)state;
	three_out((struct rig_options){ .in_order = true });
	complete_batch(id[2], 1, 5);
	rig_reap(0, 10);
	assert_int_equal(vq_drain(&q, &cookie), 1);
	assert_int_equal(vq_reap(&q, &d), VIO_EDEVICE);
	assert_int_equal(vq_drain(&q, &cookie), 1);
	assert_int_equal(vq_drain(&q, &cookie), 0);
}

static void test_indirect_and_refusals(void **state)
{
	static uint8_t mem[16 * 3] __attribute__((aligned(16)));
	struct vq_seg bad[2] = { { { 1 }, 1 }, { { 2 }, 0 } };
	uint32_t len[3];
	struct vq_indirect t = { .table = mem, .at = { 0x600000000 }, .len = len, .max = 3 };

	(void)state;
	rig_start(5, (struct rig_options){ .in_order = true });
	assert_int_equal(vq_indirect_build(&q, &t, chain, 1, 2), VIO_OK);
	rig_cycle(3);
	for (unsigned n = 0; n < 5; n++)
		assert_int_equal(vq_submit_indirect(&q, &t, cookies + n), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EFULL);
	(void)vq_publish(&q);
	complete_batch(rig_desc(2)->id, 0, 5);
	for (unsigned n = 0; n < 5; n++)
		rig_reap(n, n == 4 ? 0 : 513);
	assert_int_equal(vq_submit(&q, bad, 2, 0, cookies), VIO_EINVAL);
	assert_int_equal(rig_submit(4, 10), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_desc(3)->id, 5, 1);
	rig_reap(4, 5);
}

static void test_packed_006_next_is_the_first_place_not_published(void **state)
{
	(void)state;
	rig_start(5, (struct rig_options){ 0 });
	for (unsigned at = 0; at < 23; at++) {
		const uint16_t want = (uint16_t)(at % 5 | (at / 5 % 2 ? 0 : LAP));

		assert_int_equal(vq_next(&q), want);
		assert_int_equal(rig_submit(0, 8), VIO_OK);
		assert_int_equal(vq_next(&q), want); /* not published */
		(void)vq_publish(&q);
		rig_complete(rig_desc(at % 5)->id, 8, 1);
		rig_reap(0, 8);
	}
	/* Three, of which the last goes into the next lap. */
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies), VIO_OK);
	assert_int_equal(vq_next(&q), 3 | LAP);
	assert_true(vq_publish(&q));
	assert_int_equal(vq_next(&q), 1);
	assert_false(vq_publish(&q));
	assert_int_equal(vq_next(&q), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_used_descriptor_ends_all_before_it),
		cmocka_unit_test(test_device_that_tells_of_each),
		cmocka_unit_test(test_batches_go_round),
		cmocka_unit_test(test_ids_that_end_nothing),
		cmocka_unit_test(test_used_descriptor_within_a_batch),
		cmocka_unit_test(test_length_of_a_batch_over),
		cmocka_unit_test(test_drain_in_the_middle_of_a_batch),
		cmocka_unit_test(test_indirect_and_refusals),
		cmocka_unit_test(test_packed_006_next_is_the_first_place_not_published),
	};

	return cmocka_run_group_tests_name("packed_in_order", tests, NULL, NULL);
}
