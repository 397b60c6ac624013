/* SPDX-License-Identifier: BSD-2-Clause */
/* Completions, also from devices with errors or lies; arm and drain. */
#include "vq_rig.h"

/* Three requests in flight, with 1, 3 and 1 descriptors. */
static void three_out(struct rig_options o)
{
	rig_start(8, o);
	submit_three();
}

/* The queue is broken, and returns the `left` requests from `first` on. */
static void expect_broken(unsigned first, unsigned left)
{
	expect_dead(rig_avail(0));
	expect_drained(first, left);
}

static void test_reap_hands_back_cookie_and_length(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ 0 });
	assert_false(vq_has_used(&q));
	assert_int_equal(vq_reap(&q, &d), 0);
	rig_complete(rig_avail_head(0), 7);
	rig_complete(rig_avail_head(1), 513);
	assert_true(vq_has_used(&q));
	rig_reap(0, 7);
	assert_int_equal(vq_free(&q), 4);
	rig_reap(1, 513);
	assert_int_equal(vq_free(&q), 7);
	assert_int_equal(vq_reap(&q, &d), 0);
	assert_false(vq_has_used(&q));
}

static void test_HD_SPLIT_19_sddf_slot_vs_id_out_of_order(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(2), 3);
	rig_complete(rig_avail_head(0), 1);
	rig_complete(rig_avail_head(1), 2);
	rig_reap(2, 3);
	rig_reap(0, 1);
	rig_reap(1, 2);
	assert_int_equal(vq_free(&q), 8);
	/* and the free list is whole: all of it can be used again */
	for (unsigned n = 0; n < 8; n++)
		assert_int_equal(rig_submit(n, 1), VIO_OK);
	unsigned seen = 0;
	(void)vq_publish(&q);
	for (unsigned n = 0; n < 8; n++)
		seen |= 1u << rig_avail_head(3 + n);
	assert_int_equal(seen, 0xff);
}

static void test_HD_SPLIT_18_helenos_full_is_empty(void **state)
{
	static const uint16_t starts[] = { 0, 7, 32764, 65528, 65532, 65535 };

	(void)state;
	for (unsigned at = 0; at < sizeof(starts) / sizeof(starts[0]); at++) {
		rig_start(8, (struct rig_options){ .event_idx = at % 2 });
		rig_cycle(starts[at]);
		for (unsigned n = 0; n < 8; n++)
			assert_int_equal(rig_submit(n, 4), VIO_OK);
		assert_int_equal(rig_submit(9, 4), VIO_EFULL);
		(void)vq_publish(&q);
		for (unsigned n = 0; n < 8; n++)
			rig_complete(rig_avail_head(starts[at] + n), 4);
		assert_true(vq_has_used(&q));
		assert_true(vq_arm(&q));
		for (unsigned n = 0; n < 8; n++)
			rig_reap(n, 4);
		assert_false(vq_arm(&q));
		assert_int_equal(vq_free(&q), 8);
	}
}

static void test_HD_SPLIT_18_every_index_of_a_full_ring(void **state)
{
	(void)state;
	rig_start(2, (struct rig_options){ .event_idx = true });
	for (unsigned i = 0; i < 65540; i += 2) {
		assert_int_equal(rig_submit(0, 4), VIO_OK);
		assert_int_equal(rig_submit(1, 4), VIO_OK);
		(void)vq_publish(&q);
		rig_complete(rig_avail_head(i), 4);
		rig_complete(rig_avail_head(i + 1), 4);
		rig_reap(0, 4);
		rig_reap(1, 4);
	}
}

static void test_HD_SPLIT_01_used_index_ahead(void **state)
{
	static const uint16_t jumps[] = { 4, 8, 9, 0x7fff, 0x8000, 0xffff };

	(void)state;
	for (unsigned i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		three_out((struct rig_options){ 0 });
		rig_entry(rig_avail_head(0), 1);
		*rig_used(1) = jumps[i];
		expect_broken(0, 3);
	}
}

static void test_HD_SPLIT_01_used_index_covers_unpublished_requests(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_submit(3, 1), VIO_OK);
	for (unsigned n = 0; n < 3; n++)
		rig_complete(rig_avail_head(n), 1);
	++*rig_used(1);
	expect_broken(0, 4);
}

static void test_HD_SPLIT_02_used_index_goes_backwards(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(0), 1);
	rig_reap(0, 1);
	*rig_used(1) = 0;
	expect_broken(1, 2);
}

static void test_HD_SPLIT_03_stale_entry(void **state)
{
	(void)state;
	rig_start(2, (struct rig_options){ 0 });
	for (unsigned n = 0; n < 2; n++) {
		assert_int_equal(rig_submit(n, 1), VIO_OK);
		(void)vq_publish(&q);
		rig_complete(rig_avail_head(n), 1);
		rig_reap(n, 1);
	}
	const struct vq_seg two[2] = { chain[0], chain[1] };
	/* a chain at whose head the stale entry of the other descriptor does not point */
	assert_int_equal(vq_submit(&q, two, 1, 1, cookies + 1), VIO_OK);
	(void)vq_publish(&q);
	const uint16_t head = rig_avail_head(2);
	rig_entry(head ^ 1, 1);
	++*rig_used(1);
	expect_broken(1, 1);
}

static void test_HD_SPLIT_04_used_id_too_big(void **state)
{
	static const uint32_t ids[] = { 8, 9, 0x7fff, 0x8000, 0xffff, 0x7fffffff, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		three_out((struct rig_options){ 0 });
		rig_complete(ids[i], 1);
		expect_broken(0, 3);
	}
}

static void test_HD_SPLIT_05_used_id_with_garbage_above_16_bits(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(0) | 0x10000, 1);
	expect_broken(0, 3);
}

static void test_HD_SPLIT_06_used_id_is_free(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	for (unsigned id = 5; id < 8; id++) { /* 0..4 are out */
		three_out((struct rig_options){ 0 });
		rig_complete(id, 1);
		expect_broken(0, 3);
	}
}

static void test_HD_SPLIT_07_used_id_inside_a_chain(void **state)
{
	(void)state;
	for (unsigned k = 1; k < 3; k++) {
		three_out((struct rig_options){ 0 });
		unsigned id = rig_avail_head(1);
		for (unsigned i = 0; i < k; i++)
			id = rig_desc(id)->next;
		rig_complete(id, 1);
		expect_broken(0, 3);
	}
}

static void test_HD_SPLIT_08_used_id_twice(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(0), 1);
	rig_complete(rig_avail_head(0), 1);
	rig_reap(0, 1);
	expect_broken(1, 2);

	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(0), 1);
	rig_reap(0, 1);
	rig_complete(rig_avail_head(1), 1);
	rig_complete(rig_avail_head(1), 1);
	rig_reap(1, 1);
	expect_broken(2, 1);
}

static void test_HD_SPLIT_09_length_is_clamped_and_counted(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(rig_avail_head(0), 11);
	rig_complete(rig_avail_head(1), UINT32_MAX);
	rig_complete(rig_avail_head(2), 10);
	rig_reap(0, 10);
	rig_reap(1, 513);
	rig_reap(2, 10);
	assert_int_equal(q.clamped, 2);
	assert_int_equal(vq_free(&q), 8);
}

static void test_HD_SPLIT_11_length_of_a_read_only_request_is_ignored(void **state)
{
	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, chain, 2, 0, cookies), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(0), 528);
	rig_reap(0, 0);
	assert_int_equal(q.clamped, 1);
}

static void test_HD_SPLIT_09_strict_length_breaks_and_returns_all(void **state)
{
	(void)state;
	three_out((struct rig_options){ .strict_len = true });
	rig_complete(rig_avail_head(0), 10);
	rig_reap(0, 10);
	rig_complete(rig_avail_head(1), 514);
	rig_complete(rig_avail_head(2), 10); /* in order, but nothing counts any more */
	expect_broken(1, 2);
}

static void test_HD_SPLIT_12_13_14_15_device_rewrites_the_driver_side(void **state)
{
	(void)state;
	three_out((struct rig_options){ .event_idx = true });
	const uint16_t head[3] = { rig_avail_head(0), rig_avail_head(1), rig_avail_head(2) };
	memset(rig_mem, 0xff, rig_layout.device); /* all that is ours to write */
	for (unsigned n = 0; n < 3; n++)
		rig_complete(head[n], 1);
	for (unsigned n = 0; n < 3; n++)
		rig_reap(n, 1);
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies), VIO_OK);
	(void)vq_publish(&q);
	assert_int_equal(*rig_avail(1), 4);
	unsigned i = rig_avail_head(3);
	for (unsigned k = 0; k < 3; k++) {
		assert_true(i < 8);
		assert_int_equal(rig_desc(i)->addr, chain[k].addr.addr);
		assert_int_equal(rig_desc(i)->len, chain[k].len);
		assert_int_equal(rig_desc(i)->flags & ~3, 0);
		i = rig_desc(i)->next;
	}
}

static void test_arm_and_disarm_use_the_flags_without_event_idx(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(*rig_avail(0), 0);
	vq_disarm(&q);
	assert_int_equal(*rig_avail(0), 1);
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_avail(0), 0);
	assert_int_equal(*rig_used_event(), 0);
	rig_complete(rig_avail_head(0), 1);
	assert_true(vq_arm(&q));
}

static void haiku_event_idx_stale(void **state)
{
	(void)state;
	three_out((struct rig_options){ .event_idx = true });
	for (unsigned n = 0; n < 3; n++) {
		assert_false(vq_arm(&q));
		assert_int_equal(*rig_used_event(), n);
		rig_complete(rig_avail_head(n), 1);
		assert_true(vq_arm(&q));
		rig_reap(n, 1);
		vq_disarm(&q);
		assert_int_equal(*rig_avail(0), 0); /* 2.7.7.1: stays 0 */
	}
	rig_cycle(65535);
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_used_event(), 65535);
}

static void test_drain_returns_published_and_unpublished(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_submit(3, 1), VIO_OK);
	void *cookie;
	for (unsigned n = 0; n < 4; n++) {
		assert_int_equal(vq_drain(&q, &cookie), 1);
		assert_int_equal(vq_free(&q), 0);
		cookies[(int *)cookie - cookies]++;
	}
	for (unsigned n = 0; n < 4; n++) {
		assert_int_equal(cookies[n], 1);
		cookies[n] = 0;
	}
	assert_int_equal(vq_drain(&q, &cookie), 0);
	assert_int_equal(rig_submit(0, 1), VIO_EDEVICE);
	three_out((struct rig_options){ 0 }); /* init revives it */
	rig_complete(rig_avail_head(0), 1);
	rig_reap(0, 1);
}

/* A caller that heeds `more` looks at the used index once. */
static void test_more_is_what_the_look_found(void **state)
{
	(void)state;
	rig_start(8, (struct rig_options){ 0 });
	for (unsigned n = 0; n < 3; n++)
		assert_int_equal(rig_submit(n, 4), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(0), 1);
	rig_complete(rig_avail_head(1), 2);
	rig_reap(0, 1);
	assert_true(rig_more);
	rig_complete(rig_avail_head(2), 3); /* after that look */
	rig_reap(1, 2);
	assert_false(rig_more);
	rig_reap(2, 3);
	assert_false(rig_more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reap_hands_back_cookie_and_length),
		cmocka_unit_test(test_HD_SPLIT_19_sddf_slot_vs_id_out_of_order),
		cmocka_unit_test(test_HD_SPLIT_18_helenos_full_is_empty),
		cmocka_unit_test(test_HD_SPLIT_18_every_index_of_a_full_ring),
		cmocka_unit_test(test_HD_SPLIT_01_used_index_ahead),
		cmocka_unit_test(test_HD_SPLIT_01_used_index_covers_unpublished_requests),
		cmocka_unit_test(test_HD_SPLIT_02_used_index_goes_backwards),
		cmocka_unit_test(test_HD_SPLIT_03_stale_entry),
		cmocka_unit_test(test_HD_SPLIT_04_used_id_too_big),
		cmocka_unit_test(test_HD_SPLIT_05_used_id_with_garbage_above_16_bits),
		cmocka_unit_test(test_HD_SPLIT_06_used_id_is_free),
		cmocka_unit_test(test_HD_SPLIT_07_used_id_inside_a_chain),
		cmocka_unit_test(test_HD_SPLIT_08_used_id_twice),
		cmocka_unit_test(test_HD_SPLIT_09_length_is_clamped_and_counted),
		cmocka_unit_test(test_HD_SPLIT_11_length_of_a_read_only_request_is_ignored),
		cmocka_unit_test(test_HD_SPLIT_09_strict_length_breaks_and_returns_all),
		cmocka_unit_test(test_HD_SPLIT_12_13_14_15_device_rewrites_the_driver_side),
		cmocka_unit_test(test_arm_and_disarm_use_the_flags_without_event_idx),
		cmocka_unit_test(haiku_event_idx_stale),
		cmocka_unit_test(test_drain_returns_published_and_unpublished),
		cmocka_unit_test(test_more_is_what_the_look_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
