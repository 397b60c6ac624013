/* SPDX-License-Identifier: BSD-2-Clause */
/* Config space: offsets, widths, bounds, and fields that change while they are read. */
#include "tests/unit/toy_rig.h"

static void plug(uint32_t version)
{
	plug_toy(version, version == 2 ? BIT64(32) : 0);
	/* Config space may be read from DRIVER on (3.1.1). */
	r.t.base.ops->set_status(&r.t.base, 0);
	assert_int_equal(r.t.base.ops->status(&r.t.base), 0);
	r.t.base.ops->set_status(&r.t.base, 1);
	r.t.base.ops->set_status(&r.t.base, 3);
	r.nlog = 0;
}

static int get(size_t off, void *dst, size_t len)
{
	return r.t.base.ops->config_read(&r.t.base, off, dst, len);
}

/* Byte i of config space is 0x10 + i. */
static void test_openamp_config_offset_is_heeded(void **state)
{
	uint32_t v = 0;

	(void)state;
	plug(2);
	assert_int_equal(get(12, &v, 4), VIO_OK);
	assert_int_equal(v, 0x1f1e1d1c);
	assert_int_equal(vio_config_read(&r.t.base, 8, &v, 4), VIO_OK);
	assert_int_equal(v, 0x1b1a1918);
}

static void test_veridian_config_0x84_is_at_0x100(void **state)
{
	uint8_t v = 0;

	(void)state;
	plug(2);
	assert_int_equal(get(0, &v, 1), VIO_OK);
	assert_int_equal(v, 0x10);
	assert_int_equal(r.nlog, 1);
	assert_int_equal(r.log[0].off, AT_CONFIG);
}

static void test_config_access_is_as_wide_as_the_field(void **state)
{
	uint8_t v1 = 0;
	uint16_t v2 = 0;
	uint32_t v4 = 0;
	uint64_t v8 = 0;

	(void)state;
	plug(2);
	assert_int_equal(get(3, &v1, 1), VIO_OK);
	assert_int_equal(v1, 0x13);
	assert_int_equal(get(6, &v2, 2), VIO_OK);
	assert_int_equal(v2, 0x1716);
	assert_int_equal(get(4, &v4, 4), VIO_OK);
	assert_int_equal(v4, 0x17161514);
	assert_int_equal(r.m.counts.config_reads, 3);
	assert_int_equal(get(4, &v8, 8), VIO_OK);
	assert_int_equal(v8, UINT64_C(0x1b1a191817161514));
	assert_int_equal(r.m.counts.config_reads, 5); /* two accesses of 32 bits */
}

static void test_config_refuses_odd_widths_and_misaligned_fields(void **state)
{
	uint8_t v[16];

	(void)state;
	plug(2);
	assert_int_equal(get(0, v, 0), VIO_EINVAL);
	assert_int_equal(get(0, v, 3), VIO_EINVAL);
	assert_int_equal(get(0, v, 16), VIO_EINVAL);
	assert_int_equal(get(1, v, 2), VIO_EINVAL);
	assert_int_equal(get(2, v, 4), VIO_EINVAL);
	assert_int_equal(get(2, v, 8), VIO_EINVAL);
	assert_int_equal(r.nlog, 0);
}

/* The region is 0x200 bytes, so config space ends at 0x100. */
static void test_HD_CONFIG_03_field_outside_the_region_is_not_read(void **state)
{
	const uint32_t zero = 0;
	uint8_t v[8];

	(void)state;
	plug(2);
	assert_int_equal(get(0x100, v, 1), VIO_ERANGE);
	assert_int_equal(get(0xfc, v, 8), VIO_ERANGE);
	assert_int_equal(get(SIZE_MAX - 3, v, 4), VIO_ERANGE);
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 0x100, &zero, 4), VIO_ERANGE);
	assert_int_equal(vio_config_read(&r.t.base, 0x100, v, 4), VIO_ERANGE);
	r.t.len = VIO_MMIO_MIN_BYTES;
	assert_int_equal(get(0, v, 1), VIO_ERANGE);
	r.t.len = VIO_MMIO_MIN_BYTES + 6;
	assert_int_equal(get(4, v, 2), VIO_OK);
	assert_int_equal(get(4, v, 4), VIO_ERANGE);
	assert_int_equal(get(0, v, 8), VIO_ERANGE);
	r.t.len = VIO_MMIO_MIN_BYTES + 4;
	assert_int_equal(get(0, v, 4), VIO_OK);
	assert_int_equal(r.m.counts.config_reads, 2);
}

static void test_config_write_has_the_width_of_the_field(void **state)
{
	const uint8_t v1 = 0xa1;
	const uint16_t v2 = 0xb2b1;
	const uint32_t v4 = 0xc4c3c2c1;
	const uint64_t v8 = UINT64_C(0xd8d7d6d5d4d3d2d1);
	uint64_t back = 0;

	(void)state;
	rig_init_for(&r, 2);
	toy_config(&r, &toy, 2, BIT64(32) | 1);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	r.nlog = 0;
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 1, &v1, 1), VIO_OK);
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 2, &v2, 2), VIO_OK);
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 4, &v4, 4), VIO_OK);
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 8, &v8, 8), VIO_OK);
	assert_int_equal(r.nlog, 5);
	assert_int_equal(get(0, &back, 8), VIO_OK);
	assert_int_equal(back, UINT64_C(0xc4c3c2c1b2b1a110));
	assert_int_equal(get(8, &back, 8), VIO_OK);
	assert_int_equal(back, v8);
}

static void test_HD_CONFIG_01_generation_that_never_settles_ends_after_8_tries(void **state)
{
	uint64_t v = 7;

	(void)state;
	plug(2);
	r.m.faults.generation_moves = MODEL_NEVER;
	assert_int_equal(vio_config_read(&r.t.base, 0, &v, 8), VIO_EDEVICE);
	assert_int_equal(v, 7); /* nothing was stored */
	assert_int_equal(r.m.counts.config_reads, 16);
}

static void test_generation_that_settles_is_waited_for(void **state)
{
	uint64_t v = 0;

	(void)state;
	plug(2);
	r.m.faults.generation_moves = 5;
	assert_int_equal(vio_config_read(&r.t.base, 0, &v, 8), VIO_OK);
	assert_int_equal(v, UINT64_C(0x1716151413121110));
	assert_true(r.m.counts.config_reads > 2);
}

/* The field changes between its two halves; the generation tells. */
static uint32_t torn;

static void tear(struct model *m, void *ctx, bool write, uint32_t off, uint32_t value)
{
	const uint8_t next[8] = { 0, 0, 0, 0, 1, 0, 0, 0 };

	(void)ctx;
	(void)value;
	if (!write && off == AT_CONFIG && torn-- != 0)
		model_config_change(m, 0, next, sizeof(next));
}

static void read_torn(uint32_t version)
{
	uint64_t v = 0;

	rig_init_for(&r, version);
	toy_config(&r, &toy, version, version == 2 ? BIT64(32) | 1 : 1);
	memset(r.cfg.config, 0xff, 4);
	memset(r.cfg.config + 4, 0, 4);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	r.m.on_access = tear;
	torn = 1;
	assert_int_equal(vio_config_read(&r.t.base, 0, &v, 8), VIO_OK);
	assert_int_equal(v, UINT64_C(1) << 32);
}

static void test_field_that_changes_between_its_halves_is_read_again(void **state)
{
	(void)state;
	read_torn(2);
}

static void test_HD_CONFIG_02_legacy_field_is_read_until_two_reads_agree(void **state)
{
	(void)state;
	read_torn(1);
}

/* A field that is read before another one changes with it: both are read again. */
static void test_config_002_fields_of_a_pass_are_of_one_generation(void **state)
{
	struct vio_config_pass pass = { 0 };
	uint32_t first = 0, second = 0;
	int rc = VIO_OK;

	(void)state;
	plug(2);
	r.m.on_access = tear;
	torn = 1;
	unsigned passes = 0;
	while (vio_config_again(&r.t.base, &pass, &rc)) {
		passes++;
		rc = vio_config_field(&r.t.base, 4, &second, 4);
		if (rc == VIO_OK)
			rc = vio_config_field(&r.t.base, 0, &first, 4);
	}
	assert_int_equal(rc, VIO_OK);
	assert_int_equal(passes, 2);
	assert_int_equal(first, 0);
	assert_int_equal(second, 1);
	pass = (struct vio_config_pass){ 0 };
	rc = VIO_ERANGE; /* an error ends it */
	assert_false(vio_config_again(&r.t.base, &pass, &rc));
	assert_int_equal(rc, VIO_ERANGE);
}

static unsigned flips;

static uint32_t flip(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	(void)m;
	(void)ctx;
	(void)width;
	return off == AT_CONFIG ? flips++ : value;
}

static void test_legacy_field_that_never_settles_ends_after_9_reads(void **state)
{
	uint32_t v = 7;

	(void)state;
	plug(1);
	r.m.on_read = flip;
	assert_int_equal(vio_config_read(&r.t.base, 0, &v, 4), VIO_EDEVICE);
	assert_int_equal(v, 7);
	assert_int_equal(r.m.counts.config_reads, 9);
}

/* Nothing else would say why a start failed. What a live device cannot read is its class's affair.
 */
static void test_only_a_start_records_a_field_that_cannot_be_read(void **state)
{
	uint8_t v;

	(void)state;
	live();
	assert_int_equal(vio_device_config(r.d, 0x1000, &v, 1), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_openamp_config_offset_is_heeded),
		T(test_veridian_config_0x84_is_at_0x100),
		T(test_config_access_is_as_wide_as_the_field),
		T(test_config_refuses_odd_widths_and_misaligned_fields),
		T(test_HD_CONFIG_03_field_outside_the_region_is_not_read),
		T(test_config_write_has_the_width_of_the_field),
		T(test_HD_CONFIG_01_generation_that_never_settles_ends_after_8_tries),
		T(test_generation_that_settles_is_waited_for),
		T(test_field_that_changes_between_its_halves_is_read_again),
		T(test_HD_CONFIG_02_legacy_field_is_read_until_two_reads_agree),
		T(test_config_002_fields_of_a_pass_are_of_one_generation),
		T(test_legacy_field_that_never_settles_ends_after_9_reads),
		T(test_only_a_start_records_a_field_that_cannot_be_read),
#undef T
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
