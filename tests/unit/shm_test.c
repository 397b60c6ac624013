/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared memory regions: valid and invalid descriptions by the device. */
#include "tests/unit/toy_rig.h"

static struct model_class with_shm;

static void plug_region(uint32_t version, uint64_t base, uint64_t bytes)
{
	rig_init_for(&r, version);
	toy_config(&r, &toy, version, 0);
	with_shm = toy_class;
	with_shm.shared_memory = true;
	r.cfg.cls = &with_shm;
	r.cfg.region[1] = (struct vio_span){ base, bytes };
	rig_plug(&r, true);
}

static int find(uint8_t id, const struct vio_span *taken, unsigned n)
{
	struct vio_span s = { 7, 7 };
	const int rc = vio_shm_find(&r.t.base, id, taken, n, &s);

	if (rc == VIO_OK) {
		assert_true(s.base == r.cfg.region[id].base);
		assert_true(s.bytes == r.cfg.region[id].bytes);
	} else {
		assert_true(s.base == 7 && s.bytes == 7);
	}
	return rc;
}

static int says(uint64_t base, uint64_t bytes)
{
	plug_region(2, base, bytes);
	int rc = find(1, NULL, 0);
	rig_close(&r);
	return rc;
}

static void test_region_of_64_bits_is_found_by_its_id(void **state)
{
	(void)state;
	plug_region(2, UINT64_C(0x123456789000), UINT64_C(0x2345678000));
	assert_int_equal(find(1, NULL, 0), VIO_OK);
	assert_int_equal(find(0, NULL, 0), VIO_ENODEV);
	assert_int_equal(find(1, NULL, 0), VIO_OK);
}

static void test_HD_CONFIG_08_length_of_all_ones_or_none_is_no_region(void **state)
{
	(void)state;
	plug_region(2, 0, UINT64_MAX); /* QEMU 7.2 has 0 for the base of an absent region */
	assert_int_equal(find(1, NULL, 0), VIO_ENODEV);
	rig_close(&r);
	plug_region(2, 0x1000, 0x1000);
	r.instead.off = 0x0b0;
	r.instead.value = 0;
	r.instead.times = 1;
	assert_int_equal(find(1, NULL, 0), VIO_ENODEV);
}

static void test_version_1_has_none_and_is_not_asked(void **state)
{
	(void)state;
	plug_region(1, 0x1000, 0x1000);
	r.nlog = 0;
	assert_int_equal(find(1, NULL, 0), VIO_ENODEV);
	assert_int_equal(r.nlog, 0);
}

static void test_HD_CONFIG_08_region_that_wraps_around_is_refused(void **state)
{
	(void)state;
	assert_int_equal(says(UINTPTR_MAX - 0xfff, 0xfff), VIO_OK);
	assert_int_equal(says(UINTPTR_MAX - 0xfff, 0x1000), VIO_EADDR);
	assert_int_equal(says(UINTPTR_MAX, 1), VIO_EADDR);
	assert_int_equal(says(0x1000, UINT64_MAX - 1), VIO_EADDR);
	if (UINTPTR_MAX < UINT64_MAX) /* a 32-bit CPU must not cut the address */
		assert_int_equal(says(UINT64_C(0x100001000), 0x1000), VIO_EADDR);
}

static void test_region_over_what_is_taken_is_refused(void **state)
{
	const struct vio_span ram = { 0x80000000, 0x1000 };
	const struct vio_span taken[] = { { 0x10000, 0x1000 }, ram };
	const struct {
		uint64_t base, bytes;
		int rc;
	} at[] = {
		{ 0x7ffff000, 0x1000, VIO_OK },		 { 0x7ffff000, 0x1001, VIO_EDEVICE },
		{ 0x80001000, 0x1000, VIO_OK },		 { 0x80000fff, 1, VIO_EDEVICE },
		{ 0x80000000, 1, VIO_EDEVICE },		 { 0x7000, 0x100000, VIO_EDEVICE },
		{ 0x80000800, 0x10, VIO_EDEVICE },	 { 0x10fff, 1, VIO_EDEVICE },
		{ 0x70000000, 0x20000000, VIO_EDEVICE },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(at) / sizeof(*at); i++) {
		plug_region(2, at[i].base, at[i].bytes);
		assert_int_equal(find(1, taken, 2), at[i].rc);
		rig_close(&r);
	}
	plug_region(2, 0x1000, 0x1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_region_of_64_bits_is_found_by_its_id, teardown),
		cmocka_unit_test_teardown(test_HD_CONFIG_08_length_of_all_ones_or_none_is_no_region,
					  teardown),
		cmocka_unit_test_teardown(test_version_1_has_none_and_is_not_asked, teardown),
		cmocka_unit_test_teardown(test_HD_CONFIG_08_region_that_wraps_around_is_refused,
					  teardown),
		cmocka_unit_test_teardown(test_region_over_what_is_taken_is_refused, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
