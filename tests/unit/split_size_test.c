/* SPDX-License-Identifier: BSD-2-Clause */
/* The size of a split ring: what the device offers, and what the firmware has room for. */
#include "tests/unit/split_desc_rig.h"

static void test_choose_size_clamps_where_the_device_allows_a_choice(void **state)
{
	static const struct {
		uint16_t device, want;
	} t[] = { { 1, 1 },  { 2, 2 },	{ 16, 16 }, { 17, 8 }, { 1024, 8 },
		  { 15, 8 }, { 12, 8 }, { 7, 4 },   { 3, 2 },  { 65535, 8 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct vq_split_config c = config(t[i].device);

		assert_int_equal(vq_split_choose_size(&c), t[i].want);
	}
	struct vq_split_config c = config(40000); /* more than a ring can have */
	c.max_size = 32768;
	assert_int_equal(vq_split_choose_size(&c), 8);
	c.device_size = 32768;
	assert_int_equal(vq_split_choose_size(&c), 32768);
}

static void veridian_size0(void **state)
{
	struct vq_split_config c = config(0);

	(void)state;
	assert_int_equal(vq_split_choose_size(&c), 8);
	assert_int_equal(vq_split_create(&s, &c), VIO_OK);
	assert_int_equal(vq_split_size(&s), 8);
	c.size_fixed = true;
	assert_int_equal(vq_split_create(&s, &c), VIO_ERANGE);
}

static void legacy_queue_size_fixed(void **state)
{
	static const uint16_t bad[] = { 0, 17, 32, 3, 12, 1024, 65535 };
	struct vq_split_config c = config(16);

	(void)state;
	c.size_fixed = true;
	assert_int_equal(vq_split_choose_size(&c), 16); /* not default_size */
	c.default_size = c.max_size;
	assert_int_equal(vq_split_choose_size(&c), 16);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c.device_size = bad[i];
		assert_int_equal(vq_split_choose_size(&c), VIO_ERANGE);
		assert_int_equal(vq_split_create(&s, &c), VIO_ERANGE);
	}
}

static void test_choose_size_refuses_a_bad_configuration(void **state)
{
	static const struct {
		uint16_t max, standard;
	} bad[] = { { 0, 8 }, { 16, 0 }, { 16, 32 }, { 16, 6 }, { 32769, 8 }, { 65535, 32768 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vq_split_config c = config(8);

		c.max_size = bad[i].max;
		c.default_size = bad[i].standard;
		assert_int_equal(vq_split_choose_size(&c), VIO_EINVAL);
		c.size_fixed = true;
		assert_int_equal(vq_split_choose_size(&c), VIO_EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choose_size_clamps_where_the_device_allows_a_choice),
		cmocka_unit_test(veridian_size0),
		cmocka_unit_test(legacy_queue_size_fixed),
		cmocka_unit_test(test_choose_size_refuses_a_bad_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
