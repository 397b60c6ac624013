/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: a disk that fails, lies or disappears. The driver checks each status, each length and
 * the order of completions. */
#include "tests/unit/blk_rig.h"

static struct blk_rig x;

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void test_blk_op_016_io_error_is_reported_for_each_request(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_F(FLUSH) | BLK_F(DISCARD));
		x.host.fail = true;
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_EIO);
		assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 0, x.data, 512), VIO_EIO);
		assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_EIO);
		assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 1, false), VIO_EIO);
		assert_int_equal(x.b.errors, 4);
		x.host.fail = false;
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
		assert_int_equal(x.r.d->state, VIO_LIVE);
		blk_close(&x);
	}
}

/* The failure is reported once. The driver does not repeat the request by itself. */
static void test_HD_BLK_14_unsupported_though_offered_is_reported_once(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_F(FLUSH) | BLK_F(DISCARD));
	x.host.unsupp = true;
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_ENOTSUP);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 1, false), VIO_ENOTSUP);
	assert_int_equal(x.host.count[MODEL_BLK_FLUSH], 1);
	assert_int_equal(x.host.count[MODEL_BLK_DISCARD], 1);
}

static void test_HD_BLK_01_every_other_status_is_an_error(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_INDIRECT);
	x.host.lie_status = true;
	for (unsigned s = 3; s <= 255; s++) {
		x.host.status = (uint8_t)s;
		x.calls = 0;
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_EIO);
	}
	assert_int_equal(x.b.errors, 253);
	assert_int_equal(x.r.d->state, VIO_LIVE);
}

/* The header of each request, and the bytes that are written: the next request is right again. */
static void test_HD_SPLIT_26_what_the_device_overwrites_is_not_read_again(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_F(FLUSH) | BLK_F(DISCARD));
		x.r.m.queue[0].overwrites = x.r.p.dma != HOST_CACHE;
		for (unsigned i = 0; i < 4; i++) {
			blk_pattern(x.data, 1024, i);
			assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 8 + i, x.data, 512), VIO_OK);
			if (x.r.p.dma == HOST_COHERENT)
				assert_int_equal(x.data[511], 0xa5);
			assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 16 + i, 1, false), VIO_OK);
			assert_int_equal(blk_do(&x, VIO_BLK_READ, 8 + i, x.data, 512), VIO_OK);
			blk_pattern(x.data + 512, 512, i);
			assert_memory_equal(x.data, x.data + 512, 512);
			assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_OK);
		}
		assert_int_equal(x.b.errors, 0);
		blk_close(&x);
	}
}

/* Also where the request before, in the same place, ended well. */
static void test_HD_BLK_02_status_never_written_is_an_error(void **state)
{
	static struct blk_io io;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_INDIRECT | BLK_F(FLUSH));
		assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 0, x.data, 512), VIO_OK);
		x.host.no_status = true;
		assert_int_equal(blk_io(&x, &io, VIO_BLK_WRITE, 0, x.data, 512), VIO_OK);
		blk_turn(&x);
		assert_int_equal(io.r.err, VIO_EIO);
		assert_int_equal(io.r.status, 0xff);
		assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_EIO);
		blk_close(&x);
	}
}

static void test_HD_BLK_03_short_read_is_an_error(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_INDIRECT | BLK_F(LIFETIME));
	x.host.short_by = 1;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 1024), VIO_EIO);
	x.host.short_by = 1024;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 1024), VIO_EIO);
	x.host.short_by = 0;
	x.host.len_lie = true;
	x.host.len = 1023;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 1024), VIO_EIO);
	x.host.len = 5;
	assert_int_equal(blk_do(&x, VIO_BLK_GET_LIFETIME, 0, x.data, 6), VIO_EIO);
	assert_int_equal(x.b.short_reads, 4);
}

/* All the data was written, and the status has a value: kvmtool's length is one less than QEMU's,
 * and negative, as a number without sign, on an error. */
static void test_kvmtool_length_leaves_the_status_byte_out(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_INDIRECT);
	x.host.len_lie = true;
	x.host.len = 1024;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 1024), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 1024, 1024);
	x.host.len = UINT32_MAX;
	x.host.fail = true;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 1024), VIO_EIO);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_int_equal(x.b.short_reads, 0);
}

/* For a write the device writes only the status, which the driver has set to another value before.
 */
static void test_length_of_a_write_is_not_looked_at(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_F(FLUSH));
	x.host.len_lie = true;
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 0, x.data, 1024), VIO_OK);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_OK);
}

static void test_blk_leg_004_used_length_is_ignored(void **state)
{
	static const uint32_t len[] = { 0, 1, 512, 1024, UINT32_MAX };

	(void)state;
	blk_live(&x, 1, 0);
	x.host.len_lie = true;
	for (unsigned i = 0; i < 5; i++) {
		x.host.len = len[i];
		memset(x.data, 0, 1024);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, i, x.data, 1024), VIO_OK);
		assert_memory_equal(x.data, x.host.disk + 512 * i, 1024);
	}
}

/* The status that counts is the one that was read at the completion. */
static void test_HD_SPLIT_25_status_is_copied_before_it_is_judged(void **state)
{
	static struct blk_io io;

	(void)state;
	blk_live(&x, 2, 0);
	x.host.fail = true;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
	blk_turn(&x);
	assert_int_equal(io.r.status, 1);
	x.b.slot[0].shared[16 * (VIO_BLK_SEGS + 2) + 32] = 0; /* the device changes its mind */
	assert_int_equal(io.r.status, 1);
	assert_int_equal(io.r.err, VIO_EIO);
}

static void test_HD_BLK_17_completing_what_is_not_out_fails_the_device(void **state)
{
	static struct blk_io io[3];

	(void)state;
	blk_live(&x, 2, 0);
	x.host.hold = true;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	blk_turn(&x);
	assert_true(mq_lie(&x.r.m.queue[0], mq_lie_fits(&x.r.m.queue[0], MQ_ID_NOT_HEAD)
						    ? MQ_ID_NOT_HEAD
						    : MQ_ID_IDLE));
	vio_device_poll(x.r.d);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_int_equal(x.r.d->problem.cause, VIO_C_BAD_USED);
	assert_int_equal(x.calls, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(io[i].r.err, VIO_EDEVICE);
	assert_int_equal(host_mapped(&x.r.p), 0);
}

static void test_requests_come_back_from_a_device_that_gives_up_and_starts_again(void **state)
{
	static struct blk_io io[2];
	unsigned rings;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_INDIRECT);
		x.host.hold = true;
		assert_int_equal(blk_io(&x, &io[0], VIO_BLK_WRITE, 0, x.data, 512), VIO_OK);
		blk_turn(&x);
		assert_int_equal(blk_io(&x, &io[1], VIO_BLK_READ, 0, x.data + 512, 512), VIO_OK);
		model_needs_reset(&x.r.m);
		vio_device_service(x.r.d, 0);
		assert_int_equal(x.r.d->state, VIO_FAILED);
		assert_int_equal(x.calls, 2);
		assert_int_equal(io[0].r.err, VIO_EDEVICE);
		assert_int_equal(io[1].r.err, VIO_EDEVICE);
		assert_int_equal(blk_io(&x, &io[0], VIO_BLK_READ, 0, x.data, 512), VIO_EDEVICE);
		x.host.hold = false;
		rings = x.r.p.rings;
		assert_int_equal(vio_device_start(x.r.d), VIO_OK);
		assert_int_equal(x.r.p.rings, rings); /* the memory of the first start */
		assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 512), VIO_OK);
		assert_memory_equal(x.data, x.host.disk + 512, 512);
		blk_close(&x);
	}
}

static void test_no_memory_for_requests_is_reported(void **state)
{
	(void)state;
	blk_prepare(&x, 2, 0);
	x.r.p.fail_ring = 2;
	assert_int_equal(blk_go(&x), VIO_ENOMEM);
	assert_int_equal(x.r.d->problem.cause, VIO_C_NO_MEMORY);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
}

/* Also where a field that is read later is there again, and before the features are chosen. */
static void test_config_space_that_ends_early_is_reported(void **state)
{
	static const struct {
		uint64_t features;
		size_t bytes;
	} row[] = { { BLK_F(DISCARD), 0x120 },
		    { BLK_F(DISCARD) | BLK_F(FLUSH) | BLK_F(CONFIG_WCE), 0x124 },
		    { BLK_F(ZONED), 0x120 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(*row); i++) {
		blk_prepare(&x, 2, row[i].features);
		rig_plug(&x.r, false);
		host_unplug(&x.r.w);
		host_plug(&x.r.w, &x.r.m, RIG_AT, row[i].bytes);
		assert_int_equal(vio_mmio_probe(&x.r.t, RIG_AT, row[i].bytes), VIO_OK);
		x.r.d->transport = &x.r.t.base;
		assert_int_equal(vio_device_start(x.r.d), VIO_ERANGE);
		assert_int_equal(x.r.d->problem.cause, VIO_C_CONFIG);
		blk_close(&x);
	}
}

static void test_write_back_that_cannot_be_written_is_reported(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_F(FLUSH) | BLK_F(CONFIG_WCE));
	assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_OK);
	x.r.t.len = 0x120; /* as far as the driver knows now */
	assert_int_equal(vio_blk_set_write_back(&x.b, true), VIO_ERANGE);
}

/* Tables that were built for packed rings are no use to a split one. */
static void test_tables_are_built_anew_for_the_other_ring_format(void **state)
{
	(void)state;
	blk_live(&x, 2, BLK_INDIRECT | VIO_F_RING_PACKED);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 512), VIO_OK);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	x.r.d->features_off = VIO_F_RING_PACKED;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	memset(x.data, 0, 512);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 512), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 512, 512);
}

static void read_a_sector(unsigned nth)
{
	static struct blk_io io[RIG_MORE];

	assert_int_equal(blk_io(&x, &io[nth], VIO_BLK_READ, 1, x.data + 512 * nth, 512), VIO_OK);
	vio_blk_kick(&x.b);
}

static void test_one_lost_request_fails_the_disk(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		blk_live(&x, version, BLK_INDIRECT);
		rig_loses_one(&x.r, 0, read_a_sector);
		assert_true(x.calls > 8);
		assert_int_equal(x.ended[x.calls - 1]->err, VIO_EDEVICE);
		blk_close(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_blk_op_016_io_error_is_reported_for_each_request),
		T(test_HD_BLK_14_unsupported_though_offered_is_reported_once),
		T(test_HD_BLK_01_every_other_status_is_an_error),
		T(test_HD_SPLIT_26_what_the_device_overwrites_is_not_read_again),
		T(test_HD_BLK_02_status_never_written_is_an_error),
		T(test_HD_BLK_03_short_read_is_an_error),
		T(test_kvmtool_length_leaves_the_status_byte_out),
		T(test_length_of_a_write_is_not_looked_at),
		T(test_blk_leg_004_used_length_is_ignored),
		T(test_HD_SPLIT_25_status_is_copied_before_it_is_judged),
		T(test_HD_BLK_17_completing_what_is_not_out_fails_the_device),
		T(test_requests_come_back_from_a_device_that_gives_up_and_starts_again),
		T(test_no_memory_for_requests_is_reported),
		T(test_config_space_that_ends_early_is_reported),
		T(test_write_back_that_cannot_be_written_is_reported),
		T(test_tables_are_built_anew_for_the_other_ring_format),
		T(test_one_lost_request_fails_the_disk),
#undef T
	};

	return cmocka_run_group_tests_name("blk_lies", tests, NULL, NULL);
}
