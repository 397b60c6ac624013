/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: each kind of request with a correct disk, on both register versions. */
#include "tests/unit/blk_rig.h"

static struct blk_rig x;

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

#define ALL                                                                                        \
	(BLK_F(FLUSH) | BLK_F(CONFIG_WCE) | BLK_F(DISCARD) | BLK_F(WRITE_ZEROES) |                 \
	 BLK_F(LIFETIME) | BLK_F(SECURE_ERASE) | BLK_F(SEG_MAX))

/* Both versions, with and without indirect tables; on version 1 also with ANY_LAYOUT. */
static void each(void (*test)(void))
{
	static const uint64_t ring[] = { 0, BLK_INDIRECT, BLK_ANY_LAYOUT };

	for (unsigned i = 0; i < 5; i++) {
		blk_live(&x, i < 3 ? 1 : 2, ALL | ring[i % 3]);
		test();
		assert_int_equal(host_mapped(&x.r.p), 0);
		blk_close(&x);
	}
}

static void read_and_write(void)
{
	static uint8_t out[3 * 512];

	blk_pattern(out, sizeof(out), 99);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 5, x.data, 2048), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 5 * 512, 2048);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 197, out, sizeof(out)), VIO_OK);
	assert_memory_equal(x.host.disk + 197 * 512, out, sizeof(out));
	assert_int_equal(x.calls, 2);
	assert_int_equal(x.b.errors, 0);
}

static void test_blk_op_027_read_and_write_move_the_bytes(void **state)
{
	(void)state;
	each(read_and_write);
}

/* No copy is made: the bytes appear where the caller has them, in pieces of its choice. */
static void scattered(void)
{
	struct vio_blk_seg seg[4] = { { x.data + 4000, 100 },
				      { x.data, 412 },
				      { x.data + 2000, 1000 },
				      { x.data + 9000, 24 } };
	struct vio_blk_request r = {
		.op = VIO_BLK_READ, .sector = 9, .seg = seg, .nseg = 4, .done = blk_ended, .arg = &x
	};

	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_OK);
	memset(seg, 0, sizeof(seg)); /* the list was copied */
	blk_turn(&x);
	assert_int_equal(r.err, VIO_OK);
	assert_memory_equal(x.data + 4000, x.host.disk + 9 * 512, 100);
	assert_memory_equal(x.data, x.host.disk + 9 * 512 + 100, 412);
	assert_memory_equal(x.data + 2000, x.host.disk + 9 * 512 + 512, 1000);
	assert_memory_equal(x.data + 9000, x.host.disk + 9 * 512 + 1512, 24);
	assert_int_equal(x.host.most_segments, 4);
}

static void test_segments_of_any_length_are_scattered_and_gathered(void **state)
{
	(void)state;
	each(scattered);
}

/* sddf_slot_vs_id: data and status belong to the request, not to a place in the ring. */
static void any_order(void)
{
	static struct blk_io io[6];
	static const unsigned order[6] = { 3, 4, 0, 2, 1, 0 }, which[6] = { 3, 5, 0, 4, 2, 1 };

	x.calls = 0;
	x.host.hold = true;
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, 10 * i, x.data + 512 * i, 512),
				 VIO_OK);
	blk_turn(&x);
	assert_int_equal(x.host.nheld, 6);
	for (unsigned i = 0; i < 6; i++) {
		x.host.fail = which[i] == 4;
		model_blk_finish(&x.r.m, order[i]);
		vio_device_poll(x.r.d);
		assert_int_equal(x.calls, i + 1);
		assert_ptr_equal(x.ended[i], &io[which[i]].r);
	}
	x.host.fail = x.host.hold = false;
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(io[i].r.err, i == 4 ? VIO_EIO : VIO_OK);
		if (i != 4)
			assert_memory_equal(x.data + 512 * i, x.host.disk + 5120 * i, 512);
	}
}

static void test_HD_BLK_17_sddf_slot_vs_id_requests_end_in_any_order(void **state)
{
	(void)state;
	each(any_order);
}

static void as_many_as_fit(void)
{
	static struct blk_io io[VIO_BLK_REQUESTS + 1];
	unsigned i, n = VIO_BLK_REQUESTS;

	x.calls = 0;
	x.host.hold = true;
	for (i = 0; i < n; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_WRITE, i, x.data, 512), VIO_OK);
	assert_int_equal(blk_io(&x, &io[n], VIO_BLK_WRITE, 50, x.data, 512), VIO_EFULL);
	assert_int_equal(host_mapped(&x.r.p), x.r.p.direct ? 0 : n);
	assert_int_equal(vio_blk_submit(&x.b, &io[0].r), VIO_EBUSY);
	blk_turn(&x);
	model_blk_finish(&x.r.m, n - 1);
	vio_device_poll(x.r.d);
	assert_int_equal(blk_io(&x, &io[n], VIO_BLK_WRITE, 50, x.data, 512), VIO_OK);
	blk_turn(&x);
	while (x.host.nheld)
		model_blk_finish(&x.r.m, x.host.nheld - 1);
	vio_device_poll(x.r.d);
	assert_int_equal(x.calls, n + 1);
	x.host.hold = false;
}

static void test_as_many_are_in_flight_as_there_is_room_for(void **state)
{
	(void)state;
	each(as_many_as_fit);
}

/* One notification for the lot. */
static void test_requests_are_published_together(void **state)
{
	static struct blk_io io[8];

	(void)state;
	blk_live(&x, 2, ALL);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	assert_int_equal(x.r.m.counts.notifies, 0);
	blk_turn(&x);
	assert_int_equal(x.r.m.counts.notifies, 1);
	assert_int_equal(x.calls, 8);
}

/* sddf_fake_flush: a write is durable only after the device has completed a flush. */
static void flush(void)
{
	blk_pattern(x.data, 512, 41);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 7, x.data, 512), VIO_OK);
	assert_memory_not_equal(x.host.durable + 7 * 512, x.data, 512);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_OK);
	assert_int_equal(x.host.count[MODEL_BLK_FLUSH], 1);
	assert_memory_equal(x.host.durable + 7 * 512, x.data, 512);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 1, 0, false), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_FLUSH, 0, x.data, 512), VIO_EINVAL);
}

static void test_blk_op_004_sddf_fake_flush_reaches_the_device(void **state)
{
	(void)state;
	each(flush);
	blk_live(&x, 2, 0);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_ENOTSUP);
}

static void ranges(void)
{
	static const uint8_t zero[4 * 512];
	struct blk_io io;

	assert_int_equal(blk_range(&x, VIO_BLK_WRITE_ZEROES, 4, 4, false), VIO_OK);
	assert_memory_equal(x.host.disk + 4 * 512, zero, sizeof(zero));
	assert_int_equal(x.host.flags, 0);
	assert_int_equal(blk_range(&x, VIO_BLK_WRITE_ZEROES, 4, 4, true), VIO_OK);
	assert_int_equal(x.host.flags, 1);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 20, 2, true), VIO_OK);
	assert_int_equal(x.host.flags, 0);
	assert_int_equal(x.host.disk[20 * 512], 0xdd);
	assert_int_equal(x.host.disk[21 * 512 + 511], 0xdd);
	assert_int_equal(blk_range(&x, VIO_BLK_SECURE_ERASE, 30, 1, false), VIO_OK);
	assert_int_equal(x.host.disk[30 * 512], 0xdd);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 64, false), VIO_OK);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 65, false), VIO_ERANGE);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, BLK_SECTORS - 1, 2, false), VIO_ERANGE);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 0, false), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_DISCARD, 0, x.data, 16), VIO_EINVAL);
	io.seg = (struct vio_blk_seg){ x.data, 16 };
	io.r = (struct vio_blk_request){
		.op = VIO_BLK_DISCARD, .sectors = 1, .seg = &io.seg, .nseg = 1
	};
	assert_int_equal(vio_blk_submit(&x.b, &io.r), VIO_EINVAL); /* data with a range */
}

static void test_blk_op_014_discard_zeroes_and_erase_one_range_each(void **state)
{
	(void)state;
	each(ranges);
}

static void test_ranges_that_the_device_does_not_do_are_refused(void **state)
{
	static const enum vio_blk_op op[] = { VIO_BLK_DISCARD, VIO_BLK_WRITE_ZEROES,
					      VIO_BLK_SECURE_ERASE };

	(void)state;
	blk_live(&x, 2, 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(blk_range(&x, op[i], 0, 1, false), VIO_ENOTSUP);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_LIFETIME, 0, x.data, 6), VIO_ENOTSUP);
	blk_close(&x);
	blk_prepare(&x, 2, ALL);
	for (unsigned i = 0; i < 3; i++) /* blk-op-009 to 011: no segment is allowed at all */
		model_blk_set(&x.r.cfg, MODEL_BLK_DISCARD_SEG + 12 * i, 4, 0);
	assert_int_equal(blk_go(&x), VIO_OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(blk_range(&x, op[i], 0, 1, false), VIO_ENOTSUP);
}

static void identity(void)
{
	memcpy(x.host.id, "a serial of 20 bytes", 20);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_ID, 0, x.data, 20), VIO_OK);
	assert_memory_equal(x.data, "a serial of 20 bytes", 20);
	x.host.id_bytes = 4;
	x.data[20] = 0x55;
	assert_int_equal(blk_do(&x, VIO_BLK_GET_ID, 0, x.data, 20), VIO_OK);
	assert_memory_equal(x.data, "a se\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x55", 21);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_ID, 0, x.data, 21), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_LIFETIME, 0, x.data, 6), VIO_OK);
	assert_memory_equal(x.data, "\1\0\2\0\3\0", 6);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_LIFETIME, 0, x.data, 8), VIO_EINVAL);
}

static void test_HD_BLK_13_identity_is_20_bytes_and_may_lack_a_nul(void **state)
{
	(void)state;
	each(identity);
}

static void test_HD_BLK_12_read_only_disk_gets_no_write(void **state)
{
	(void)state;
	blk_live(&x, 2, ALL | BLK_F(RO));
	assert_true(x.b.info.read_only);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 0, x.data, 512), VIO_EREADONLY);
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 1, false), VIO_EREADONLY);
	assert_int_equal(blk_range(&x, VIO_BLK_WRITE_ZEROES, 0, 1, false), VIO_EREADONLY);
	assert_int_equal(blk_range(&x, VIO_BLK_SECURE_ERASE, 0, 1, false), VIO_EREADONLY);
	assert_int_equal(x.r.m.counts.notifies, 0);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
}

/* blk-op-006: whole sectors, whatever the block size; and what nobody can mean. */
static void test_blk_op_006_odd_lengths_are_refused(void **state)
{
	struct vio_blk_request r = { .op = VIO_BLK_READ };
	struct vio_blk_seg seg[VIO_BLK_SEGS + 1] = { { x.data, 512 }, { x.data, 0 } };

	(void)state;
	blk_live(&x, 2, ALL);
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 511), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 0, x.data, 513), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, UINT32_MAX & ~511u), VIO_EINVAL);
	assert_int_equal(blk_do(&x, (enum vio_blk_op)2, 0, x.data, 512), VIO_EINVAL);
	r.seg = seg;
	r.nseg = 2;
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_EINVAL);
	r.nseg = VIO_BLK_SEGS + 1;
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_EINVAL);
	assert_int_equal(r.err, VIO_EINVAL);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(x.r.m.counts.notifies, 0);
}

static void test_memory_that_cannot_be_mapped_is_given_back(void **state)
{
	struct vio_blk_seg seg[3] = { { x.data, 512 },
				      { x.data + 512, 512 },
				      { x.data + 1024, 512 } };
	struct vio_blk_request r = { .op = VIO_BLK_WRITE, .seg = seg, .nseg = 3 };

	(void)state;
	blk_live(&x, 2, ALL);
	if (x.r.p.direct)
		return; /* nothing has to be mapped */
	x.r.p.fail_map = 3;
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_EADDR);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_false(r.busy);
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_OK);
	blk_turn(&x);
	assert_false(r.busy);
}

static void submit_again(struct vio_blk *b, struct vio_blk_request *r)
{
	if (++x.calls < 5)
		assert_int_equal(vio_blk_submit(b, r), VIO_OK);
}

static void test_callback_may_submit_and_need_not_kick(void **state)
{
	struct vio_blk_seg seg = { x.data, 512 };
	struct vio_blk_request r = {
		.op = VIO_BLK_READ, .seg = &seg, .nseg = 1, .done = submit_again
	};

	(void)state;
	blk_live(&x, 2, ALL);
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_OK);
	vio_blk_kick(&x.b);
	for (unsigned i = 1; i <= 5; i++) {
		model_run(&x.r.m);
		vio_device_poll(x.r.d);
		assert_int_equal(x.calls, i);
	}
	assert_false(r.busy);
}

/* The place of a request is free again before its callback runs. */
static void test_callback_may_submit_though_all_places_are_taken(void **state)
{
	static struct blk_io io[VIO_BLK_REQUESTS];

	(void)state;
	blk_live(&x, 2, ALL | BLK_INDIRECT);
	x.host.hold = true;
	for (unsigned i = 0; i < VIO_BLK_REQUESTS; i++) {
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
		io[i].r.done = submit_again;
	}
	blk_turn(&x);
	model_blk_finish(&x.r.m, 5);
	vio_device_poll(x.r.d);
	assert_int_equal(x.calls, 1);
	assert_true(io[5].r.busy);
}

/* One slot: each request follows one that is like it, or is not. */
static void one_after_another(void)
{
	static uint8_t a[4096], b[4096];

	blk_pattern(a, sizeof(a), 1);
	blk_pattern(b, sizeof(b), 2);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 8, a, 4096), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 16, b, 4096), VIO_OK); /* the same */
	assert_memory_equal(x.host.disk + 8 * 512, a, 4096);
	assert_memory_equal(x.host.disk + 16 * 512, b, 4096);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 8, b, 4096), VIO_OK); /* the other way */
	assert_memory_equal(b, a, 4096);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 16, a, 2048), VIO_OK); /* shorter */
	assert_memory_equal(a, x.host.disk + 16 * 512, 2048);
	for (unsigned i = 0; i < 2; i++) { /* new, and the same */
		assert_int_equal(blk_do(&x, VIO_BLK_READ, BLK_SECTORS - 3, a, 2048), VIO_ERANGE);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, UINT64_MAX, a, 2048), VIO_ERANGE);
		assert_int_equal(blk_do(&x, VIO_BLK_READ, BLK_SECTORS - 4, a, 2048), VIO_OK);
	}
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, a, 0), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, a, 0), VIO_EINVAL);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, a, 512), VIO_OK);
	assert_memory_equal(a, x.host.disk + 512, 512);
}

static void test_requests_of_one_slot_may_be_alike_or_not(void **state)
{
	static const struct vio_blk_options one = { .requests = 1 };

	(void)state;
	x.options = &one;
	each(one_after_another);
	x.options = NULL;
}

/* Two segments of the same length in all are not one. */
static void test_segments_after_a_request_of_one_buffer(void **state)
{
	static const struct vio_blk_options one = { .requests = 1 };
	struct vio_blk_seg seg[2] = { { x.data + 8192, 1024 }, { x.data + 4096, 1024 } };
	struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = 3, .seg = seg, .nseg = 2 };

	(void)state;
	x.options = &one;
	blk_live(&x, 2, BLK_INDIRECT);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 0, x.data, 1024), VIO_OK);
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_OK);
	blk_turn(&x);
	assert_int_equal(r.err, VIO_OK);
	assert_memory_equal(x.data + 8192, x.host.disk + 3 * 512, 1024);
	assert_memory_equal(x.data + 4096, x.host.disk + 5 * 512, 1024);
	/* The next start may have another size of blocks. */
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 1, x.data, 512), VIO_OK);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	model_blk_set(&x.r.m.cfg, MODEL_BLK_BLK_SIZE, 4, 4096);
	x.r.m.cfg.features |= BLK_F(BLK_SIZE);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 8, x.data, 512), VIO_EINVAL);
	x.options = NULL;
}

static void test_request_of_one_buffer_after_segments(void **state)
{
	static const struct vio_blk_options one = { .requests = 1 };
	struct vio_blk_seg seg[2] = { { x.data + 8192, 512 }, { x.data + 4096, 512 } };
	struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = 3, .seg = seg, .nseg = 2 };

	(void)state;
	x.options = &one;
	x.direct = true;
	blk_live(&x, 2, BLK_INDIRECT);
	assert_int_equal(vio_blk_submit(&x.b, &r), VIO_OK);
	blk_turn(&x);
	assert_int_equal(r.err, VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 7, x.data, 1024), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 7 * 512, 1024);
	assert_memory_equal(x.data + 4096, x.host.disk + 4 * 512, 512);
	x.options = NULL;
	x.direct = false;
}

/* The slot of the one before changes in what differs. The device does not see a wrong one. */
static void test_request_like_the_one_before_is_checked_too(void **state)
{
	static const struct vio_blk_options one = { .requests = 1 };
	struct blk_io io;

	(void)state;
	x.options = &one;
	x.direct = true;
	blk_prepare(&x, 2, BLK_INDIRECT | BLK_F(BLK_SIZE) | VIO_F_SUSPEND);
	model_blk_set(&x.r.cfg, MODEL_BLK_BLK_SIZE, 4, 1024);
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 1024), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 3, x.data, 1024), VIO_EINVAL);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 4, x.data, 1024), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, BLK_SECTORS, x.data, 1024), VIO_ERANGE);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 6, x.data + 1024, 1024), VIO_OK);
	assert_memory_equal(x.data + 1024, x.host.disk + 6 * 512, 1024);
	assert_memory_equal(x.data, x.host.disk + 4 * 512, 1024);
	x.host.hold = true;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 2, x.data, 1024), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 1024), VIO_EFULL);
	blk_turn(&x);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_int_equal(io.r.err, VIO_OK);
	assert_int_equal(vio_device_suspend(x.r.d), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 2, x.data, 1024), VIO_EDEVICE);
	x.options = NULL;
	x.direct = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_blk_op_027_read_and_write_move_the_bytes),
		T(test_requests_of_one_slot_may_be_alike_or_not),
		T(test_request_like_the_one_before_is_checked_too),
		T(test_segments_after_a_request_of_one_buffer),
		T(test_request_of_one_buffer_after_segments),
		T(test_segments_of_any_length_are_scattered_and_gathered),
		T(test_HD_BLK_17_sddf_slot_vs_id_requests_end_in_any_order),
		T(test_as_many_are_in_flight_as_there_is_room_for),
		T(test_requests_are_published_together),
		T(test_blk_op_004_sddf_fake_flush_reaches_the_device),
		T(test_blk_op_014_discard_zeroes_and_erase_one_range_each),
		T(test_ranges_that_the_device_does_not_do_are_refused),
		T(test_HD_BLK_13_identity_is_20_bytes_and_may_lack_a_nul),
		T(test_HD_BLK_12_read_only_disk_gets_no_write),
		T(test_blk_op_006_odd_lengths_are_refused),
		T(test_memory_that_cannot_be_mapped_is_given_back),
		T(test_callback_may_submit_and_need_not_kick),
		T(test_callback_may_submit_though_all_places_are_taken),
#undef T
	};

	return cmocka_run_group_tests_name("blk", tests, NULL, NULL);
}
