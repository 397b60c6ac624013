/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: the configuration of a disk, with valid and invalid values. */
#include "tests/unit/blk_rig.h"

static struct blk_rig x;

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void test_feat_002_every_block_feature_we_know_stands_alone(void **state)
{
	const uint64_t ours = 0x1fe66; /* 5.2.3, by number */

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_prepare(&x, version, UINT64_MAX & ~BIT64(version == 1 ? 63 : 30));
		assert_int_equal(blk_go(&x), VIO_OK);
		assert_int_equal(x.r.m.accepted & 0xffffff, ours);
		blk_close(&x);
	}
}

static void test_config_003_nothing_is_read_without_its_feature(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	for (unsigned i = 0; i < x.r.nlog; i++) /* only the capacity always exists */
		assert_true(x.r.log[i].off < AT_CONFIG + 8 || x.r.log[i].write);
	assert_int_equal(x.b.info.sectors, BLK_SECTORS);
	assert_int_equal(x.b.info.block_bytes, 512);
	assert_int_equal(x.b.info.segs, VIO_BLK_SEGS);
	assert_false(x.b.info.read_only);
	assert_int_equal(x.b.info.discard_max, 0);
}

static void test_geometry_is_what_the_device_says(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_prepare(&x, version,
			    BLK_F(BLK_SIZE) | BLK_F(TOPOLOGY) | BLK_F(SIZE_MAX) | BLK_F(DISCARD) |
				    BLK_F(WRITE_ZEROES));
		model_blk_set(&x.r.cfg, MODEL_BLK_BLK_SIZE, 4, 1024);
		model_blk_set(&x.r.cfg, MODEL_BLK_PHYSICAL_EXP, 1, 2);
		model_blk_set(&x.r.cfg, MODEL_BLK_ALIGNMENT, 1, 1);
		model_blk_set(&x.r.cfg, MODEL_BLK_MIN_IO, 2, 300);
		model_blk_set(&x.r.cfg, MODEL_BLK_OPT_IO, 4, 70000);
		model_blk_set(&x.r.cfg, MODEL_BLK_SIZE_MAX, 4, 4096);
		model_blk_set(&x.r.cfg, MODEL_BLK_DISCARD_ALIGN, 4, 8);
		model_blk_set(&x.r.cfg, MODEL_BLK_ZEROES_UNMAP, 1, version == 2);
		assert_int_equal(blk_go(&x), VIO_OK);
		assert_int_equal(x.b.info.block_bytes, 1024);
		assert_int_equal(x.b.info.physical_exp, 2);
		assert_int_equal(x.b.info.physical_first, 1);
		assert_int_equal(x.b.info.min_io, 300);
		assert_int_equal(x.b.info.opt_io, 70000);
		assert_int_equal(x.b.info.seg_bytes, 4096);
		assert_int_equal(x.b.info.discard_max, 64);
		assert_int_equal(x.b.info.discard_align, 8);
		assert_int_equal(x.b.info.zeroes_unmap, version == 2);
		blk_close(&x);
	}
}

/* The length of a request must be a multiple of the block size. The units stay sectors. */
static void test_capacity_512_vs_blksize_units_are_kept_apart(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(BLK_SIZE));
	model_blk_set(&x.r.cfg, MODEL_BLK_BLK_SIZE, 4, 4096);
	model_blk_set(&x.r.cfg, MODEL_BLK_CAPACITY, 8, 199); /* the last block is no whole one */
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.info.sectors, 199);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 184, x.data, 4096), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 184 * 512, 4096);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 192, x.data, 4096), VIO_ERANGE);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 200, x.data, 4096), VIO_ERANGE);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 4096), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_EINVAL);
}

static void test_HD_BLK_07_lk_blk_size_unchecked(void **state)
{
	static const uint32_t odd[] = { 0, 3, 256, 511, 513, 1023, 4097, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		blk_prepare(&x, 2, BLK_F(BLK_SIZE));
		model_blk_set(&x.r.cfg, MODEL_BLK_BLK_SIZE, 4, odd[i]);
		assert_int_equal(blk_go(&x), VIO_OK);
		assert_int_equal(x.b.info.block_bytes, 512);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 512), VIO_OK);
		blk_close(&x);
	}
}

static void test_HD_BLK_04_capacity_0_refuses_all(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(DISCARD));
	model_blk_set(&x.r.cfg, MODEL_BLK_CAPACITY, 8, 0);
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_ERANGE);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 1, false), VIO_ERANGE);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_ID, 0, x.data, 20), VIO_OK);
}

static void test_HD_BLK_05_huge_capacity_wraps_nowhere(void **state)
{
	static struct blk_io io;
	const uint64_t last = UINT64_MAX - 1;

	(void)state;
	blk_prepare(&x, 2, 0);
	model_blk_set(&x.r.cfg, MODEL_BLK_CAPACITY, 8, UINT64_MAX);
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.info.sectors, UINT64_MAX);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, last, x.data, 512), VIO_EIO); /* it is asked */
	assert_int_equal(x.host.count[MODEL_BLK_IN], 1);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, last, x.data, 1024), VIO_ERANGE);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, UINT64_MAX, x.data, 512), VIO_ERANGE);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, UINT64_MAX, x.data, 1024), VIO_ERANGE);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 3, x.data, 512), VIO_OK);
}

static void test_HD_BLK_06_beyond_the_capacity_is_refused_here(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, 0);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 199, x.data, 512), VIO_OK);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 199, x.data, 1024), VIO_ERANGE);
		assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 200, x.data, 512), VIO_ERANGE);
		assert_int_equal(blk_do(&x, VIO_BLK_WRITE, UINT64_MAX, x.data, 512), VIO_ERANGE);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, UINT64_MAX - 1, x.data, 1024),
				 VIO_ERANGE);
		assert_int_equal(x.r.m.counts.notifies, 1);
		blk_close(&x);
	}
}

static void with_size_max(uint32_t size_max)
{
	blk_prepare(&x, 2, BLK_F(SIZE_MAX));
	model_blk_set(&x.r.cfg, MODEL_BLK_SIZE_MAX, 4, size_max);
	assert_int_equal(blk_go(&x), VIO_OK);
}

static void test_HD_BLK_08_uboot_size_max0_is_as_good_as_absent(void **state)
{
	(void)state;
	with_size_max(0);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 8192), VIO_OK);
	assert_int_equal(x.host.longest, 8192);
	assert_int_equal(x.host.most_segments, 1);
}

static void test_blocks_that_are_too_large_refuse_the_device(void **state)
{
	static const uint32_t large[] = { 8192, 65536, 0x80000000u };

	(void)state;
	for (unsigned i = 0; i < sizeof(large) / sizeof(*large); i++) {
		blk_prepare(&x, 2, BLK_F(BLK_SIZE));
		model_blk_set(&x.r.cfg, MODEL_BLK_BLK_SIZE, 4, large[i]);
		assert_int_equal(blk_go(&x), VIO_ENOTSUP);
		assert_int_equal(x.r.d->problem.cause, VIO_C_BLOCK_SIZE);
		assert_int_equal(x.r.d->problem.got, large[i]);
		assert_int_equal(x.r.d->problem.want, 4096);
		blk_close(&x);
	}
}

static void test_HD_BLK_09_size_max_is_rounded_down_and_long_segments_split(void **state)
{
	static struct blk_io io;

	(void)state;
	with_size_max(1500);
	assert_int_equal(x.b.info.seg_bytes, 1024);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 5 * 512), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 2 * 512, 5 * 512);
	assert_int_equal(x.host.longest, 1024);
	assert_int_equal(x.host.most_segments, 3);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, VIO_BLK_SEGS * 1024), VIO_OK);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 0, x.data, VIO_BLK_SEGS * 1024 + 512),
			 VIO_EINVAL);
	assert_int_equal(host_mapped(&x.r.p), 0);
}

static void test_HD_BLK_09_size_max_below_a_sector_refuses_the_device(void **state)
{
	static const uint32_t tiny[] = { 1, 511 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		blk_prepare(&x, 2, BLK_F(SIZE_MAX));
		model_blk_set(&x.r.cfg, MODEL_BLK_SIZE_MAX, 4, tiny[i]);
		assert_int_equal(blk_go(&x), VIO_ENOTSUP);
		assert_int_equal(x.r.d->problem.cause, VIO_C_SEGMENT_SIZE);
		assert_int_equal(x.r.d->problem.got, tiny[i]);
		assert_int_equal(x.r.d->problem.want, 512);
		blk_close(&x);
	}
}

static void with_seg_max(uint32_t seg_max)
{
	blk_prepare(&x, 2, BLK_F(SEG_MAX) | BLK_INDIRECT);
	model_blk_set(&x.r.cfg, MODEL_BLK_SEG_MAX, 4, seg_max);
	assert_int_equal(blk_go(&x), VIO_OK);
}

static int read_in(unsigned n)
{
	struct vio_blk_seg seg[VIO_BLK_SEGS];
	struct vio_blk_request r = { .op = VIO_BLK_READ, .seg = seg, .nseg = n };

	for (unsigned i = 0; i < n; i++)
		seg[i] = (struct vio_blk_seg){ x.data + 1024 * i, 512 };
	int rc = vio_blk_submit(&x.b, &r);
	blk_turn(&x);
	assert_false(r.busy);
	return rc < 0 ? rc : r.err;
}

static void test_HD_BLK_10_seg_max_is_honoured_and_0_means_1(void **state)
{
	(void)state;
	with_seg_max(0);
	assert_int_equal(x.b.info.segs, 1);
	assert_int_equal(read_in(1), VIO_OK);
	assert_int_equal(read_in(2), VIO_EINVAL);
	blk_close(&x);
	with_seg_max(3);
	assert_int_equal(read_in(3), VIO_OK);
	assert_int_equal(read_in(4), VIO_EINVAL);
	blk_close(&x);
	with_seg_max(UINT32_MAX);
	assert_int_equal(x.b.info.segs, VIO_BLK_SEGS);
	assert_int_equal(read_in(VIO_BLK_SEGS), VIO_OK);
}

static void test_small_ring_limits_the_segments_or_the_device(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_INDIRECT);
	x.r.cfg.queue_max[0] = 4;
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.info.segs, 2);
	assert_int_equal(read_in(2), VIO_OK);
	assert_int_equal(read_in(3), VIO_EINVAL);
	blk_close(&x);
	blk_prepare(&x, 2, 0);
	x.r.cfg.queue_max[0] = 2;
	assert_int_equal(blk_go(&x), VIO_ERANGE);
	assert_int_equal(x.r.d->problem.cause, VIO_C_QUEUE_SIZE);
}

static void test_HD_BLK_11_impossible_physical_block_is_ignored(void **state)
{
	static const uint8_t exp[] = { 16, 17, 32, 255 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		blk_prepare(&x, 2, BLK_F(TOPOLOGY));
		model_blk_set(&x.r.cfg, MODEL_BLK_PHYSICAL_EXP, 1, exp[i]);
		assert_int_equal(blk_go(&x), VIO_OK);
		assert_int_equal(x.b.info.physical_exp, i == 0 ? 16 : 0);
		blk_close(&x);
	}
}

/* However many fields there are, the generation is read twice in the start, and twice at the first
 * look for changes; num_queues is read before the queues are opened. */
static void test_fields_are_read_in_one_pass(void **state)
{
	unsigned generations = 0;

	(void)state;
	blk_prepare(&x, 2, BLK_F(BLK_SIZE) | BLK_F(SEG_MAX) | BLK_F(SIZE_MAX) | BLK_F(TOPOLOGY));
	assert_int_equal(blk_go(&x), VIO_OK);
	for (unsigned i = 0; i < x.r.nlog; i++)
		generations += !x.r.log[i].write && x.r.log[i].off == 0x0fc;
	assert_int_equal(generations, 4);
}

/* The place of the first one is recorded. */
static void test_HD_CONFIG_03_field_behind_the_window_fails_the_start(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(BLK_SIZE) | BLK_F(TOPOLOGY));
	rig_plug(&x.r, true);
	x.r.t.len = VIO_MMIO_MIN_BYTES + MODEL_BLK_BLK_SIZE;
	assert_int_equal(vio_device_start(x.r.d), VIO_ERANGE);
	assert_int_equal(x.r.d->problem.cause, VIO_C_CONFIG);
	assert_int_equal(x.r.d->problem.got, MODEL_BLK_BLK_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_feat_002_every_block_feature_we_know_stands_alone),
		T(test_config_003_nothing_is_read_without_its_feature),
		T(test_geometry_is_what_the_device_says),
		T(test_capacity_512_vs_blksize_units_are_kept_apart),
		T(test_HD_BLK_07_lk_blk_size_unchecked),
		T(test_HD_BLK_04_capacity_0_refuses_all),
		T(test_HD_BLK_05_huge_capacity_wraps_nowhere),
		T(test_HD_BLK_06_beyond_the_capacity_is_refused_here),
		T(test_HD_BLK_08_uboot_size_max0_is_as_good_as_absent),
		T(test_blocks_that_are_too_large_refuse_the_device),
		T(test_HD_BLK_09_size_max_is_rounded_down_and_long_segments_split),
		T(test_HD_BLK_09_size_max_below_a_sector_refuses_the_device),
		T(test_HD_BLK_10_seg_max_is_honoured_and_0_means_1),
		T(test_small_ring_limits_the_segments_or_the_device),
		T(test_HD_BLK_11_impossible_physical_block_is_ignored),
		T(test_fields_are_read_in_one_pass),
		T(test_HD_CONFIG_03_field_behind_the_window_fails_the_start),
#undef T
	};

	return cmocka_run_group_tests_name("blk_config", tests, NULL, NULL);
}
