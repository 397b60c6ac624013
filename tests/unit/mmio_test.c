/* SPDX-License-Identifier: BSD-2-Clause */
/* transport/mmio.c against the strict register model: probe, features, status, events. */
#include "tests/unit/mmio_rig.h"

/* ---- Probe ---- */

static int probe_with(uint32_t off, uint32_t value)
{
	rig_init_for(&r, 2);
	toy_config(&r, &toy, 2, BIT64(32));
	rig_plug(&r, false);
	r.instead.off = off;
	r.instead.value = value;
	r.instead.times = MODEL_NEVER;
	return vio_mmio_probe(&r.t, RIG_AT, RIG_LEN);
}

static void test_HD_MMIO_01_wrong_magic_is_skipped_after_one_read(void **state)
{
	const uint32_t magic[] = { 0, UINT32_MAX, 0x76697274, 0x74726977, 0x74726974 };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(probe_with(0, magic[i]), VIO_ENODEV);
		assert_int_equal(r.m.counts.reads, 1);
		assert_int_equal(r.m.counts.writes, 0);
		rig_close(&r);
	}
}

static void test_HD_MMIO_02_other_versions_are_refused_and_named(void **state)
{
	const uint32_t version[] = { 0, 3, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(probe_with(4, version[i]), VIO_ENOTSUP);
		assert_int_equal(r.t.version, version[i]);
		assert_int_equal(r.m.counts.reads, 2);
		assert_int_equal(r.m.counts.writes, 0);
		rig_close(&r);
	}
}

static void test_HD_MMIO_03_empty_slot_is_left_alone_after_its_id(void **state)
{
	(void)state;
	assert_int_equal(probe_with(8, 0), VIO_ENODEV);
	assert_int_equal(r.m.counts.reads, 3);
	assert_int_equal(r.m.counts.writes, 0);
}

static void test_HD_MMIO_04_unknown_device_type_is_only_reported(void **state)
{
	(void)state;
	assert_int_equal(probe_with(8, 0x7fffffff), VIO_OK);
	assert_int_equal(r.t.base.device_type, 0x7fffffff);
	assert_int_equal(r.m.counts.writes, 0);
}

static void test_HD_MMIO_05_any_vendor_will_do(void **state)
{
	(void)state;
	assert_int_equal(probe_with(0xc, 0), VIO_OK);
	assert_int_equal(r.t.base.vendor, 0);
	rig_close(&r);
	assert_int_equal(probe_with(0xc, UINT32_MAX), VIO_OK);
	assert_int_equal(r.t.base.vendor, UINT32_MAX);
}

static void test_HD_MMIO_06_identity_is_read_once(void **state)
{
	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	for (unsigned reg = 0; reg < 4; reg++)
		assert_int_equal(r.m.counts.read_at[reg], 1);
	assert_int_equal(r.t.base.device_type, TOY_TYPE);
	assert_false(r.t.base.legacy);
	assert_int_equal(r.t.base.used_align, 4);
}

/* No window is plugged in: any access would abort. */
static void test_HD_MMIO_07_short_region_is_refused_before_any_access(void **state)
{
	(void)state;
	rig_init(&r, HOST_IDENTITY);
	assert_int_equal(vio_mmio_probe(&r.t, RIG_AT, 0xff), VIO_ERANGE);
	assert_int_equal(vio_mmio_probe(&r.t, RIG_AT, 0), VIO_ERANGE);
	assert_int_equal(vio_mmio_probe(&r.t, RIG_AT + 2, 0x200), VIO_EINVAL);
	assert_int_equal(vio_mmio_probe(&r.t, UINTPTR_MAX - 0x1ff, 0x1000), VIO_ERANGE);
}

static void test_region_without_config_space_is_enough(void **state)
{
	(void)state;
	probe_with(UINT32_MAX, 0);
	assert_int_equal(vio_mmio_probe(&r.t, RIG_AT, 0x100), VIO_OK);
}

static void test_version_1_is_legacy_with_page_aligned_queues(void **state)
{
	(void)state;
	plug(1, 0);
	assert_true(r.t.base.legacy);
	assert_int_equal(r.t.base.used_align, 4096);
}

/* ---- Features ---- */

static void test_nuttx_feature_sel_each_word_is_selected_and_read_once(void **state)
{
	(void)state;
	plug(2, UINT64_C(0x0000000130006e54));
	greet();
	assert_int_equal(ops()->features(t()), UINT64_C(0x0000000130006e54));
	assert_int_equal(r.m.counts.read_at[AT_DEVICE_FEATURES / 4], 2);
}

static void test_HD_FEAT_02_version_1_has_the_low_word_only(void **state)
{
	uint32_t sel[8];

	(void)state;
	plug(1, BIT64(32) | BIT64(33) | 3);
	r.m.faults.feature_alias = true;
	greet();
	assert_int_equal(ops()->features(t()), 3);
	ops()->accept(t(), UINT64_MAX & ~UINT64_C(0xfffffffc));
	unsigned n = rig_written(&r, AT_DRIVER_FEATURES_SEL, sel, 8);
	assert_int_equal(n, 1);
	assert_int_equal(sel[0], 0);
	assert_int_equal(rig_written(&r, AT_DRIVER_FEATURES, sel, 8), 1);
	assert_int_equal(rig_written(&r, AT_DEVICE_FEATURES_SEL, sel, 8), 1);
}

static void test_accept_writes_both_words_the_low_one_first(void **state)
{
	uint32_t v[8];

	(void)state;
	plug(2, BIT64(32) | 3);
	greet();
	ops()->features(t());
	ops()->accept(t(), BIT64(32) | 2);
	assert_int_equal(rig_written(&r, AT_DRIVER_FEATURES_SEL, v, 8), 2);
	assert_int_equal(v[0], 0);
	assert_int_equal(v[1], 1);
	assert_int_equal(rig_written(&r, AT_DRIVER_FEATURES, v, 8), 2);
	assert_int_equal(v[0], 2);
	assert_int_equal(v[1], 1);
	assert_int_equal(r.m.accepted, BIT64(32) | 2);
}

static void test_a_word_of_nothing_is_written_all_the_same(void **state)
{
	uint32_t v[8];

	(void)state;
	plug(2, BIT64(32));
	greet();
	ops()->features(t());
	ops()->accept(t(), BIT64(32));
	assert_int_equal(rig_written(&r, AT_DRIVER_FEATURES, v, 8), 2);
	assert_int_equal(v[0], 0);
}

/* ---- Status, events, notification ---- */

static void test_HD_STATUS_10_status_is_cut_to_the_defined_bits(void **state)
{
	(void)state;
	plug(2, BIT64(32));
	r.instead.off = AT_STATUS;
	r.instead.value = 0xffffff20;
	r.instead.times = 1;
	assert_int_equal(ops()->status(t()), 0);
	r.instead.value = UINT32_MAX;
	r.instead.times = 1;
	assert_int_equal(ops()->status(t()), 0xdf);
}

static void test_HD_IRQ_01_no_event_is_not_acknowledged(void **state)
{
	(void)state;
	plug(2, BIT64(32));
	assert_int_equal(ops()->events(t()), 0);
	assert_int_equal(r.m.counts.writes, 0);
}

static void test_HD_IRQ_02_undefined_event_bits_are_neither_told_nor_acknowledged(void **state)
{
	uint32_t ack[4];

	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	model_interrupt(&r.m, 2);
	r.m.faults.interrupt_set = 0xfffffff0;
	assert_int_equal(ops()->events(t()), VIO_EV_CONFIG);
	assert_int_equal(rig_written(&r, AT_INTERRUPT_ACK, ack, 4), 1);
	assert_int_equal(ack[0], 2);
	assert_int_equal(ops()->events(t()), 0);
	assert_int_equal(rig_written(&r, AT_INTERRUPT_ACK, ack, 4), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_MMIO_01_wrong_magic_is_skipped_after_one_read),
		T(test_HD_MMIO_02_other_versions_are_refused_and_named),
		T(test_HD_MMIO_03_empty_slot_is_left_alone_after_its_id),
		T(test_HD_MMIO_04_unknown_device_type_is_only_reported),
		T(test_HD_MMIO_05_any_vendor_will_do),
		T(test_HD_MMIO_06_identity_is_read_once),
		T(test_HD_MMIO_07_short_region_is_refused_before_any_access),
		T(test_region_without_config_space_is_enough),
		T(test_version_1_is_legacy_with_page_aligned_queues),
		T(test_nuttx_feature_sel_each_word_is_selected_and_read_once),
		T(test_HD_FEAT_02_version_1_has_the_low_word_only),
		T(test_accept_writes_both_words_the_low_one_first),
		T(test_a_word_of_nothing_is_written_all_the_same),
		T(test_HD_STATUS_10_status_is_cut_to_the_defined_bits),
		T(test_HD_IRQ_01_no_event_is_not_acknowledged),
		T(test_HD_IRQ_02_undefined_event_bits_are_neither_told_nor_acknowledged),
#undef T
	};

	return cmocka_run_group_tests_name("mmio", tests, NULL, NULL);
}
