/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: zones, the cache, and a disk that changes while it is in use. */
#include "tests/unit/blk_rig.h"

static struct blk_rig x;

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void test_blk_008_host_managed_zones_are_refused_before_features_ok(void **state)
{
	uint32_t s[16];

	(void)state;
	blk_prepare(&x, 2, BLK_F(ZONED));
	model_blk_set(&x.r.cfg, MODEL_BLK_ZONED_MODEL, 1, 1);
	assert_int_equal(blk_go(&x), VIO_ENOTSUP);
	assert_int_equal(x.r.d->problem.cause, VIO_C_ZONED);
	assert_int_equal(x.r.d->problem.got, 1);
	assert_true(strlen(vio_explain(VIO_C_ZONED)->hint) > 0);
	unsigned n = rig_written(&x.r, AT_STATUS, s, 16);
	assert_true(n >= 2);
	for (unsigned i = 0; i < n; i++)
		assert_false(s[i] & 8);
	assert_true(s[n - 2] & 0x80);
	assert_int_equal(s[n - 1], 0);
}

static void test_blk_009_other_zone_models_are_plain_disks(void **state)
{
	static const uint8_t model[] = { 0, 2, 3, 255 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		blk_prepare(&x, 2, BLK_F(ZONED));
		model_blk_set(&x.r.cfg, MODEL_BLK_ZONED_MODEL, 1, model[i]);
		assert_int_equal(blk_go(&x), VIO_OK);
		assert_false(x.r.m.accepted & BLK_F(ZONED));
		assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 9, x.data, 512), VIO_OK);
		blk_close(&x);
	}
}

static void test_blk_003_write_back_is_assumed_of_what_can_flush(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	assert_false(x.b.info.write_back);
	assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_ENOTSUP);
	blk_close(&x);
	blk_live(&x, 2, BLK_F(FLUSH));
	assert_true(x.b.info.write_back);
	assert_int_equal(vio_blk_set_write_back(&x.b, false), VIO_ENOTSUP);
}

static void test_HD_CONFIG_05_blk_004_write_back_is_read_and_switched(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_prepare(&x, version, BLK_F(FLUSH) | BLK_F(CONFIG_WCE));
		model_blk_set(&x.r.cfg, MODEL_BLK_WRITEBACK, 1, 0);
		assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_EDEVICE);
		assert_int_equal(blk_go(&x), VIO_OK);
		if (version == 2) /* after FEATURES_OK, the fourth write to Status */
			assert_true(rig_find(&x.r, false, AT_CONFIG + MODEL_BLK_WRITEBACK, 0) >
				    rig_find(&x.r, true, AT_STATUS, 3));
		assert_false(x.b.info.write_back);
		assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_OK);
		assert_true(x.b.info.write_back);
		assert_int_equal(x.r.m.cfg.config[MODEL_BLK_WRITEBACK], 1);
		x.r.instead.off = AT_CONFIG + MODEL_BLK_WRITEBACK;
		x.r.instead.value = 1;
		x.r.instead.times = MODEL_NEVER;
		assert_int_equal(vio_blk_set_write_back(&x.b, false), VIO_EIO);
		assert_true(x.b.info.write_back);
		x.r.instead.times = 0;
		blk_close(&x);
	}
}

static void resize(uint64_t sectors)
{
	model_config_change(&x.r.m, MODEL_BLK_CAPACITY, &sectors, sizeof(sectors));
	vio_device_service(x.r.d, 0);
}

static void test_HD_CONFIG_06_blk_op_001_capacity_is_read_at_each_change(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_INDIRECT);
		assert_int_equal(x.b.resizes, 0);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 220, x.data, 512), VIO_ERANGE);
		resize(221);
		assert_int_equal(x.b.info.sectors, 221);
		assert_int_equal(x.b.resizes, 1);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 220, x.data, 512), VIO_OK);
		resize(10);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 10, x.data, 512), VIO_ERANGE);
		assert_int_equal(x.b.resizes, 2);
		resize(10);
		assert_int_equal(x.b.resizes, 2);
		blk_close(&x);
	}
}

static void test_HD_BLK_15_capacity_shrinks_during_a_request(void **state)
{
	static struct blk_io io;

	(void)state;
	blk_live(&x, 2, 0);
	x.host.hold = x.host.shrunk = true;
	memset(x.data, 0x33, sizeof(x.data));
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 190, x.data, 1024), VIO_OK);
	blk_turn(&x);
	resize(100);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_int_equal(io.r.err, VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 190 * 512, 1024);
	assert_int_equal(x.data[1024], 0x33);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 100, x.data, 512), VIO_ERANGE);
}

static void test_capacity_that_never_settles_fails_the_device(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	x.r.m.faults.generation_moves = MODEL_NEVER;
	resize(10);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_int_equal(x.r.d->problem.cause, VIO_C_CONFIG);
	assert_int_equal(x.r.d->problem.got, 0); /* the capacity */
}

/* The mode stays unknown, and the disk in use. */
static void test_cache_mode_that_never_settles_does_not_fail_the_device(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_F(FLUSH) | BLK_F(CONFIG_WCE));
	x.r.m.faults.generation_moves = MODEL_NEVER;
	assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_EIO);
	vio_device_poll(x.r.d);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_int_equal(x.r.d->problem.cause, VIO_C_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_blk_008_host_managed_zones_are_refused_before_features_ok),
		T(test_blk_009_other_zone_models_are_plain_disks),
		T(test_blk_003_write_back_is_assumed_of_what_can_flush),
		T(test_HD_CONFIG_05_blk_004_write_back_is_read_and_switched),
		T(test_HD_CONFIG_06_blk_op_001_capacity_is_read_at_each_change),
		T(test_HD_BLK_15_capacity_shrinks_during_a_request),
		T(test_capacity_that_never_settles_fails_the_device),
		T(test_cache_mode_that_never_settles_does_not_fail_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("blk_change", tests, NULL, NULL);
}
