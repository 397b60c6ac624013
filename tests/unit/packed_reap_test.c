/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed rings: completions, also from devices with errors or lies; arm and drain. */
#include "packed_out.h"

static void test_reap_hands_back_cookie_and_length(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ 0 });
	assert_false(vq_has_used(&q));
	assert_int_equal(vq_reap(&q, &d), 0);
	rig_complete(id[0], 7, 1);
	rig_complete(id[1], 513, 3);
	assert_true(vq_has_used(&q));
	rig_reap(0, 7);
	assert_int_equal(vq_free(&q), 4);
	rig_reap(1, 513);
	assert_int_equal(vq_free(&q), 7);
	assert_int_equal(vq_reap(&q, &d), 0);
	assert_false(vq_has_used(&q));
}

static void test_packed_022_out_of_order_steps_over_each_list(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(id[1], 2, 3);
	rig_complete(id[2], 3, 1);
	rig_complete(id[0], 1, 1);
	rig_reap(1, 2);
	assert_int_equal(vq_free(&q), 6);
	rig_reap(2, 3);
	rig_reap(0, 1);
	assert_int_equal(vq_free(&q), 8);
	/* and no id is lost: all can be in flight again */
	for (unsigned n = 0; n < 8; n++)
		assert_int_equal(rig_submit(n, 1), VIO_OK);
	unsigned seen = 0;
	(void)vq_publish(&q);
	for (unsigned n = 0; n < 8; n++)
		seen |= 1u << rig_desc(n)->id;
	assert_int_equal(seen, 0xff);
}

/* A request that stays in flight for many laps, while others come and go. */
static void test_one_stays_out_while_the_ring_goes_round(void **state)
{
	(void)state;
	rig_start(3, (struct rig_options){ 0 });
	assert_int_equal(rig_submit(9, 5), VIO_OK);
	(void)vq_publish(&q);
	const uint16_t slow = rig_desc(0)->id;
	for (unsigned n = 1; n < 70; n++) {
		assert_int_equal(rig_submit(0, 8), VIO_OK);
		(void)vq_publish(&q);
		rig_complete(rig_desc(n % 3)->id, 8, 1);
		rig_reap(0, 8);
	}
	rig_complete(slow, 4, 1);
	rig_reap(9, 4);
	assert_int_equal(vq_free(&q), 3);
}

static void test_HD_PACKED_01_used_with_the_wrong_lap_is_not_ours(void **state)
{
	struct vq_done d;

	(void)state;
	for (unsigned at = 0; at < 16; at++) {
		rig_start(8, (struct rig_options){ 0 });
		rig_cycle(at);
		assert_int_equal(rig_submit(1, 4), VIO_OK);
		(void)vq_publish(&q);
		const uint16_t who = rig_desc(at % 8)->id;
		const uint16_t right = rig_used_bits(at), wrong = right ^ (AVAIL | USED);

		rig_complete(who, 4, 0);
		rig_desc(at % 8)->flags = wrong;
		assert_false(vq_has_used(&q));
		assert_int_equal(vq_reap(&q, &d), 0);
		rig_desc(at % 8)->flags = wrong ^ USED; /* one bit alone */
		assert_int_equal(vq_reap(&q, &d), 0);
		rig_desc(at % 8)->flags = wrong ^ AVAIL;
		assert_int_equal(vq_reap(&q, &d), 0);
		assert_false(vq_arm(&q));
		rig_desc(at % 8)->flags = right | WRITE;
		rig_reap(1, 4);
	}
}

static void test_HD_PACKED_02_place_we_have_passed_is_not_looked_at_again(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(id[0], 7, 1);
	rig_reap(0, 7);
	rig_desc(5)->flags ^= AVAIL | USED;
	assert_int_equal(vq_reap(&q, &d), 0);
	rig_desc(5)->flags ^= AVAIL;
	assert_int_equal(vq_reap(&q, &d), 0);
	rig_complete(id[1], 9, 3);
	rig_reap(1, 9);
}

static void test_HD_PACKED_03_id_of_the_size_and_above(void **state)
{
	static const uint16_t ids[] = { 8, 9, 0xff, 0x100, 0x7fff, 0x8000, 0xffff };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		three_out((struct rig_options){ 0 });
		/* The memory after the private words may look like one of them. */
		((uint32_t *)rig_priv)[VQ_PRIVATE_BYTES(8) / 4] = 1 << 16;
		rig_complete(ids[i], 1, 1);
		expect_broken(0, 3);
	}
}

static void test_HD_PACKED_04_id_that_is_not_out(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		three_out((struct rig_options){ 0 });
		if (i == id[0] || i == id[1] || i == id[2])
			continue;
		rig_complete(i, 1, 1);
		expect_broken(0, 3);
	}
}

static void test_HD_PACKED_04_id_twice(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	rig_complete(id[1], 1, 3);
	rig_complete(id[1], 1, 3);
	rig_reap(1, 1);
	assert_int_equal(rig_submit(1, 1), VIO_OK); /* takes the id again, but is not shown */
	rig_complete(id[2], 1, 1);
	struct vq_done d;
	/* That it was not shown yet cannot be told from the id; the books stay right. */
	assert_int_equal(vq_reap(&q, &d), 1);
	assert_int_equal(vq_free(&q), 6);
	three_out((struct rig_options){ 0 });
	rig_complete(id[0], 1, 1);
	rig_complete(id[0], 1, 1);
	rig_reap(0, 1);
	expect_broken(1, 2);
}

static void test_HD_PACKED_06_used_while_nothing_is_out(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 16; at++) {
		rig_start(8, (struct rig_options){ 0 });
		rig_cycle(at);
		for (unsigned n = at; n < at + 8; n++)
			rig_desc(n % 8)->flags = rig_used_bits(n);
		expect_broken(0, 0);
	}
}

/* More requests come back than were published: the device does not own submitted ones. */
static void test_HD_PACKED_06_completions_cover_unpublished_requests(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_submit(3, 1), VIO_OK);
	id[3] = rig_desc(2)->id;
	rig_complete(id[0], 1, 1);
	rig_complete(id[1], 1, 3);
	rig_complete(id[2], 1, 1);
	rig_complete(id[3], 1, 1);
	for (unsigned n = 0; n < 3; n++)
		rig_reap(n, 1);
	expect_broken(3, 1);

	rig_start(8, (struct rig_options){ 0 });
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	(void)vq_publish(&q);
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies + 1), VIO_OK);
	rig_complete(rig_desc(3)->id, 1, 3); /* longer than all that is out */
	expect_broken(0, 2);
}

static void test_HD_PACKED_10_used_place_ahead_is_not_guessed_at(void **state)
{
	struct vq_done d;

	(void)state;
	three_out((struct rig_options){ 0 });
	rig_used++; /* one place skipped */
	rig_complete(id[1], 1, 3);
	assert_false(vq_has_used(&q));
	assert_int_equal(vq_reap(&q, &d), 0);
	assert_int_equal(vq_free(&q), 3);
}

static void test_HD_PACKED_11_12_device_rewrites_all(void **state)
{
	(void)state;
	three_out((struct rig_options){ .event_idx = true });
	for (unsigned n = 0; n < 8; n++)
		*rig_desc(n) = (struct rig_desc){ UINT64_MAX, UINT32_MAX, 0xffff, 0 };
	*rig_event(0) = *rig_event(1) = 0xffff;
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_event(0), 5 | LAP);
	assert_int_equal(*rig_event(1), DESC);
	rig_complete(id[1], 600, 3);
	rig_complete(id[0], 600, 1);
	rig_complete(id[2], 600, 1);
	rig_reap(1, 513);
	rig_reap(0, 10);
	rig_reap(2, 10);
	assert_int_equal(vq_submit(&q, chain, 1, 2, cookies), VIO_OK);
	(void)vq_publish(&q);
	for (unsigned k = 0; k < 3; k++) {
		assert_int_equal(rig_desc(2 + k)->addr, chain[k].addr.addr);
		assert_int_equal(rig_desc(2 + k)->len, chain[k].len);
	}
}

/* ---- Event suppression of the driver, drain ---- */

static void test_packed_021_024_arm_and_disarm_say_it_by_mode(void **state)
{
	(void)state;
	three_out((struct rig_options){ 0 });
	vq_disarm(&q);
	assert_int_equal(*rig_event(1), DISABLE);
	assert_false(vq_arm(&q));
	assert_int_equal(*rig_event(1), ENABLE);
	rig_complete(id[0], 1, 1);
	assert_true(vq_arm(&q));
}

static void test_packed_021_024_arm_names_the_next_place_with_event_idx(void **state)
{
	(void)state;
	rig_start(5, (struct rig_options){ .event_idx = true });
	for (unsigned at = 0; at < 23; at++) {
		assert_false(vq_arm(&q));
		assert_int_equal(*rig_event(0), at % 5 | (at / 5 % 2 ? 0 : LAP));
		assert_int_equal(*rig_event(1), DESC);
		vq_disarm(&q);
		assert_int_equal(*rig_event(1), DISABLE);
		rig_cycle(1);
	}
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_desc(3)->id, 1, 1);
	assert_true(vq_arm(&q));
}

static void test_drain_returns_published_and_unpublished(void **state)
{
	void *cookie;

	(void)state;
	three_out((struct rig_options){ 0 });
	assert_int_equal(rig_submit(3, 1), VIO_OK);
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
	rig_complete(id[0], 1, 1);
	rig_reap(0, 1);
}

/* In the largest ring, the number of the next free id looks like the mark of vq_old(). */
static void test_free_ids_are_not_old(void **state)
{
	enum { MOST = 32768 };
	static _Alignas(16) uint8_t ring[VQ_PACKED_BYTES(MOST)];
	static void *priv[VQ_PRIVATE_BYTES(MOST) / sizeof(void *)];
	struct vq_config cfg = rig_config(MOST, (struct rig_options){ 0 });

	(void)state;
	cfg.mem = ring;
	cfg.priv = priv;
	assert_int_equal(vq_init(&q, &cfg), VIO_OK);
	submit_three();
	assert_int_equal(vq_old(&q), 0);
	assert_int_equal(rig_submit(3, 1), VIO_OK);
	assert_int_equal(vq_old(&q), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reap_hands_back_cookie_and_length),
		cmocka_unit_test(test_packed_022_out_of_order_steps_over_each_list),
		cmocka_unit_test(test_one_stays_out_while_the_ring_goes_round),
		cmocka_unit_test(test_HD_PACKED_01_used_with_the_wrong_lap_is_not_ours),
		cmocka_unit_test(test_HD_PACKED_02_place_we_have_passed_is_not_looked_at_again),
		cmocka_unit_test(test_HD_PACKED_03_id_of_the_size_and_above),
		cmocka_unit_test(test_HD_PACKED_04_id_that_is_not_out),
		cmocka_unit_test(test_HD_PACKED_04_id_twice),
		cmocka_unit_test(test_HD_PACKED_06_used_while_nothing_is_out),
		cmocka_unit_test(test_HD_PACKED_06_completions_cover_unpublished_requests),
		cmocka_unit_test(test_HD_PACKED_10_used_place_ahead_is_not_guessed_at),
		cmocka_unit_test(test_HD_PACKED_11_12_device_rewrites_all),
		cmocka_unit_test(test_packed_021_024_arm_and_disarm_say_it_by_mode),
		cmocka_unit_test(test_packed_021_024_arm_names_the_next_place_with_event_idx),
		cmocka_unit_test(test_drain_returns_published_and_unpublished),
		cmocka_unit_test(test_free_ids_are_not_old),
	};

	return cmocka_run_group_tests_name("packed_reap", tests, NULL, NULL);
}
