/* SPDX-License-Identifier: BSD-2-Clause */
/* Feature negotiation by allow list, and the one retry. */
#include "tests/unit/toy_rig.h"

#include <picovirtio/driver.h>

/* The features that are negotiated with a device that offers these. */
static uint64_t negotiated(uint32_t version, uint64_t offered)
{
	plug_toy(version, offered);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->features, r.m.accepted);
	return r.d->features;
}

static void test_HD_FEAT_01_version_2_without_version_1_is_refused(void **state)
{
	(void)state;
	plug_toy(2, 1 | VIO_F_EVENT_IDX);
	toy_start_fails(&r, &toy, VIO_C_NO_VERSION_1, VIO_ENOTSUP);
	assert_int_equal(r.d->problem.got, 1 | VIO_F_EVENT_IDX);
	assert_int_equal(toy.starts, 0);
	assert_int_equal(r.m.counts.resets, 2); /* before and after: no retry */
}

static void test_HD_FEAT_02_version_1_stays_legacy_whatever_it_offers(void **state)
{
	(void)state;
	assert_int_equal(negotiated(1, 1 | VIO_F_VERSION_1 | VIO_F_ACCESS_PLATFORM), 1);
	assert_int_equal(r.d->offered, 1);
}

static void test_HD_FEAT_03_of_all_bits_the_known_ones_are_accepted(void **state)
{
	(void)state;
	assert_int_equal(negotiated(2, UINT64_MAX), BIT64(0) | BIT64(1) | BIT64(28) | BIT64(29) |
							    BIT64(32) | BIT64(33) | BIT64(34) |
							    BIT64(35) | BIT64(36) | BIT64(38) |
							    BIT64(40) | BIT64(43));
	assert_int_equal(negotiated(1, UINT64_MAX),
			 BIT64(0) | BIT64(1) | BIT64(27) | BIT64(28) | BIT64(29));
}

/* The features as offered are read once a word; the second answer would differ. */
static void test_HD_FEAT_04_offer_is_read_once(void **state)
{
	(void)state;
	plug_toy(2, 1 | VIO_F_VERSION_1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.m.counts.read_at[AT_DEVICE_FEATURES / 4], 2);
	plug_toy(1, 1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.m.counts.read_at[AT_DEVICE_FEATURES / 4], 1);
}

/* ADMIN_VQ: not built in, so never accepted; the others are. */
static void test_asterinas_accept_packed_rings_not_spoken_are_left_out(void **state)
{
	(void)state;
	assert_int_equal(
		negotiated(2, 1 | VIO_F_VERSION_1 | BIT64(34) | BIT64(35) | BIT64(38) | BIT64(41)),
		1 | VIO_F_VERSION_1 | VIO_F_RING_PACKED | VIO_F_IN_ORDER | VIO_F_NOTIF_DATA);
}

static void test_resfeat_006_packed_is_accepted_on_version_2_unless_switched_off(void **state)
{
	(void)state;
	assert_int_equal(negotiated(2, 1 | VIO_F_VERSION_1 | VIO_F_RING_PACKED),
			 1 | VIO_F_VERSION_1 | VIO_F_RING_PACKED);
	assert_int_equal(negotiated(1, 1 | VIO_F_RING_PACKED), 1);
	plug_toy(2, 1 | VIO_F_VERSION_1 | VIO_F_RING_PACKED);
	r.d->features_off = VIO_F_RING_PACKED;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->features, 1 | VIO_F_VERSION_1);
}

static void test_HD_FEAT_07_every_mix_of_ring_bits(void **state)
{
	const uint64_t ours = VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX | VIO_F_RING_PACKED |
			      VIO_F_IN_ORDER | VIO_F_NOTIF_DATA | VIO_F_RING_RESET;
	const uint64_t bit[] = { BIT64(28), BIT64(29), BIT64(34), BIT64(35),
				 BIT64(38), BIT64(40), BIT64(41) };

	(void)state;
	for (unsigned mix = 0; mix < 128; mix++) {
		uint64_t offered = 1 | VIO_F_VERSION_1;

		for (unsigned i = 0; i < 7; i++)
			offered |= mix & 1u << i ? bit[i] : 0;
		assert_int_equal(negotiated(2, offered), offered & (1 | VIO_F_VERSION_1 | ours));
	}
}

/* A random word for each selector: of word 1 only VERSION_1 counts. */
static void test_HD_FEAT_08_words_that_read_the_same_are_refused_on_version_2(void **state)
{
	(void)state;
	plug_toy(2, 3 | BIT64(32 + 1));
	toy_start_fails(&r, &toy, VIO_C_NO_VERSION_1, VIO_ENOTSUP);
}

static void test_sddf_bit_as_mask_bits_are_masks(void **state)
{
	(void)state;
	assert_int_equal(negotiated(2, UINT64_MAX) & BIT64(37), 0);
	assert_int_not_equal(negotiated(2, UINT64_MAX) & BIT64(32), 0);
}

/* A class bit above 11 survives: no mask narrower than a word is in the way. */
static void test_tock_mask_0xfff_high_bits_survive(void **state)
{
	(void)state;
	assert_int_not_equal(negotiated(1, 1 | VIO_F_ANY_LAYOUT) & VIO_F_ANY_LAYOUT, 0);
	assert_int_not_equal(negotiated(2, 1 | VIO_F_VERSION_1 | VIO_F_ORDER_PLATFORM) &
				     VIO_F_ORDER_PLATFORM,
			     0);
}

static void test_missing_required_feature_is_reported_with_both_masks(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		const uint64_t offered = 2 | (version == 2 ? VIO_F_VERSION_1 : 0);

		plug_toy(version, offered);
		toy_start_fails(&r, &toy, VIO_C_MISSING_FEATURES, VIO_ENOTSUP);
		assert_int_equal(r.d->problem.got, offered);
		assert_int_equal(r.d->problem.want, 1);
		assert_int_equal(r.m.counts.resets, 2);
		assert_int_equal(r.m.counts.written_at[AT_DRIVER_FEATURES / 4], 0);
	}
}

static void test_features_can_be_switched_off_by_hand(void **state)
{
	(void)state;
	plug_toy(2, 3 | VIO_F_VERSION_1 | VIO_F_EVENT_IDX);
	r.d->features_off = 2 | VIO_F_EVENT_IDX | VIO_F_VERSION_1; /* the last cannot be */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->features, 1 | VIO_F_VERSION_1);
	assert_true(vio_has(r.d, VIO_F_VERSION_1));
	assert_false(vio_has(r.d, VIO_F_EVENT_IDX));
}

/* ---- FEATURES_OK ---- */

static void test_HD_STATUS_03_features_ok_refused_is_the_end(void **state)
{
	(void)state;
	plug_toy(2, 3 | VIO_F_VERSION_1 | BIT64(7));
	r.m.faults.status_clear = 8;
	toy_start_fails(&r, &toy, VIO_C_REFUSED_FEATURES, VIO_ENOTSUP);
	assert_int_equal(r.d->problem.got, 3 | VIO_F_VERSION_1 | BIT64(7));
	assert_int_equal(r.d->problem.want, 3 | VIO_F_VERSION_1);
	assert_int_equal(toy.starts, 0);
	/* Nothing more could be accepted, so nothing was tried again. */
	assert_int_equal(r.m.counts.resets, 2);
}

static void test_refusal_gets_one_retry_with_the_harmless_features(void **state)
{
	const uint64_t offered = 1 | TOY_F_HARMLESS | VIO_F_VERSION_1;

	(void)state;
	plug_toy(2, offered);
	r.m.faults.need_all_features = true;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->features, offered);
	assert_int_equal(r.m.accepted, offered);
	assert_int_equal(r.m.counts.resets, 2);
	assert_int_equal(r.m.counts.read_at[AT_DEVICE_FEATURES / 4], 2); /* not asked again */
	plug_toy(2, offered);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->features, offered & ~(uint64_t)TOY_F_HARMLESS);
}

static void test_HD_FEAT_06_second_refusal_is_reported_with_both_masks(void **state)
{
	const uint64_t offered = 1 | TOY_F_HARMLESS | VIO_F_VERSION_1;

	(void)state;
	plug_toy(2, offered);
	r.m.faults.status_clear = 8;
	toy_start_fails(&r, &toy, VIO_C_REFUSED_FEATURES, VIO_ENOTSUP);
	assert_int_equal(r.d->problem.got, offered);
	assert_int_equal(r.d->problem.want, offered);
	assert_int_equal(r.m.counts.resets, 3); /* first try, second try, end */
}

/* The bit is seen once, when ACKNOWLEDGE or DRIVER is to be set after the second reset. */
static void test_HD_STATUS_06_needs_reset_ends_the_second_try(void **state)
{
	(void)state;
	for (uint32_t look = 6; look <= 7; look++) {
		plug_toy(2, 1 | TOY_F_HARMLESS | VIO_F_VERSION_1);
		r.m.faults.need_all_features = true;
		r.instead.off = AT_STATUS;
		r.instead.value = 0x43;
		r.instead.skip = look;
		r.instead.times = 1;
		toy_start_fails(&r, &toy, VIO_C_NEEDS_RESET, VIO_EDEVICE);
		assert_int_equal(r.m.counts.resets, 3);
	}
}

static void test_legacy_device_never_sees_features_ok(void **state)
{
	(void)state;
	plug_toy(1, 1);
	r.m.faults.status_clear = 8;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_FEAT_01_version_2_without_version_1_is_refused),
		T(test_HD_FEAT_02_version_1_stays_legacy_whatever_it_offers),
		T(test_HD_FEAT_03_of_all_bits_the_known_ones_are_accepted),
		T(test_HD_FEAT_04_offer_is_read_once),
		T(test_asterinas_accept_packed_rings_not_spoken_are_left_out),
		T(test_resfeat_006_packed_is_accepted_on_version_2_unless_switched_off),
		T(test_HD_FEAT_07_every_mix_of_ring_bits),
		T(test_HD_FEAT_08_words_that_read_the_same_are_refused_on_version_2),
		T(test_sddf_bit_as_mask_bits_are_masks),
		T(test_tock_mask_0xfff_high_bits_survive),
		T(test_missing_required_feature_is_reported_with_both_masks),
		T(test_features_can_be_switched_off_by_hand),
		T(test_HD_STATUS_03_features_ok_refused_is_the_end),
		T(test_refusal_gets_one_retry_with_the_harmless_features),
		T(test_HD_FEAT_06_second_refusal_is_reported_with_both_masks),
		T(test_HD_STATUS_06_needs_reset_ends_the_second_try),
		T(test_legacy_device_never_sees_features_ok),
#undef T
	};

	return cmocka_run_group_tests_name("negotiate", tests, NULL, NULL);
}
