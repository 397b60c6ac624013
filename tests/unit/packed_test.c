/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed rings: submit and publish. */
#include "packed_rig.h"

static void test_packed_001_002_layout_takes_any_size(void **state)
{
	static const uint16_t sizes[] = { 1, 2, 3, 7, 8, 100, 256, 32767, 32768 };
	struct vq_layout l;

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(vq_get_layout(&vq_format_packed, sizes[i], 4, &l), VIO_OK);
		assert_int_equal(l.align, 16);
		assert_int_equal(l.desc, 0);
		assert_int_equal(l.driver, 16u * sizes[i]);
		assert_int_equal(l.device, 16u * sizes[i] + 4);
		assert_int_equal(l.bytes, 16u * sizes[i] + 8);
		assert_int_equal(VQ_PACKED_BYTES(sizes[i]), l.bytes);
	}
	assert_int_equal(vq_get_layout(&vq_format_packed, 0, 4, &l), VIO_EINVAL);
	assert_int_equal(vq_get_layout(&vq_format_packed, 32769, 4, &l), VIO_EINVAL);
}

static void test_packed_003_init_zeroes_the_ring_and_nothing_else(void **state)
{
	(void)state;
	rig_start(7, (struct rig_options){ 0 });
	for (size_t i = 0; i < VQ_PACKED_BYTES(7); i++)
		assert_int_equal(rig_mem[i], 0);
	assert_int_equal(rig_mem[VQ_PACKED_BYTES(7)], 0xa5);
	assert_int_equal(((uint8_t *)rig_priv)[VQ_PRIVATE_BYTES(7)], 0xa5);
	assert_int_equal(vq_size(&q), 7);
	assert_int_equal(vq_free(&q), 7);
	assert_int_equal(vq_areas(&q).desc.addr, rig_dma);
	assert_int_equal(vq_areas(&q).driver.addr, rig_dma + 112);
	assert_int_equal(vq_areas(&q).device.addr, rig_dma + 116);
	assert_false(vq_publish(&q));
	assert_false(vq_has_used(&q));
	/* The first lap is 1 for both sides. */
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	(void)vq_publish(&q);
	assert_int_equal(rig_desc(0)->flags, AVAIL | WRITE);
	rig_complete_flags(0, 1, 1, WRITE);
	assert_int_equal(rig_desc(0)->flags, AVAIL | USED | WRITE);
	rig_reap(0, 1);
}

static void test_packed_001_init_refuses_bad_memory(void **state)
{
	const struct vq_config good = rig_config(8, (struct rig_options){ 0 });

	(void)state;
	struct vq_config c = good;
	c.mem = NULL;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.mem = rig_mem + 8;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.mem_dma.addr += 4;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
}

/* Side by side over the end of the ring; lap bits change there. */
static void test_packed_010_022_lists_are_in_order_and_wrap(void **state)
{
	const struct vq_seg seg[3] = { { { 0x123456789a }, 16 },
				       { { 0xfedcba9876543210 }, 512 },
				       { { 0x30 }, 1 } };

	(void)state;
	rig_start(7, (struct rig_options){ 0 });
	for (unsigned at = 0; at < 40; at += 3) {
		assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_OK);
		assert_int_equal(vq_free(&q), 4);
		assert_true(vq_publish(&q));
		for (unsigned k = 0; k < 3; k++) {
			volatile struct rig_desc *const d = rig_desc((at + k) % 7);

			assert_int_equal(d->addr, seg[k].addr.addr);
			assert_int_equal(d->len, seg[k].len);
			assert_int_equal(d->flags, (k ? WRITE : 0) | (k < 2 ? NEXT : 0) |
							   rig_avail_bits(at + k));
		}
		rig_complete(rig_desc((at + 2) % 7)->id, 513, 3);
		rig_reap(0, 513);
		assert_int_equal(vq_free(&q), 7);
	}
}

/* The device does not see submitted requests before publish, and never a part of one. */
static void test_packed_013_018_batch_opens_with_its_first_flags(void **state)
{
	const struct vq_seg seg[2] = { { { 1 }, 1 }, { { 2 }, 2 } };

	(void)state;
	rig_start(8, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 1, 1, cookies), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 2, 0, cookies), VIO_OK);
	assert_int_equal(rig_desc(0)->flags, 0);
	assert_int_equal(rig_desc(1)->flags, AVAIL | WRITE);
	assert_int_equal(rig_desc(2)->flags, AVAIL | NEXT);
	assert_int_equal(rig_desc(3)->flags, AVAIL);
	assert_true(vq_publish(&q));
	assert_int_equal(rig_desc(0)->flags, AVAIL | NEXT);
	assert_false(vq_publish(&q)); /* nothing new */
	assert_int_not_equal(rig_desc(1)->id, rig_desc(3)->id);
}

static void test_packed_009_011_012_submit_is_all_or_nothing(void **state)
{
	struct vq_seg seg[6] = { { { 1 }, 1 }, { { 2 }, 1 }, { { 3 }, 1 },
				 { { 4 }, 1 }, { { 5 }, 1 }, { { 6 }, 1 } };

	(void)state;
	rig_start(5, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 0, 0, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, 6, 0, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, UINT32_MAX, 2, cookies), VIO_EINVAL);
	for (unsigned k = 0; k < 3; k++) {
		seg[k].len = 0;
		assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EINVAL);
		seg[k].len = 1;
	}
	seg[1].len = UINT32_MAX - 1; /* one byte more than the ring can name */
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EINVAL);
	seg[1].len = 1;
	/* Nothing of a refused request may be in the ring after the published ones. */
	for (unsigned k = 0; k < 5; k++)
		assert_int_equal(rig_desc(k)->flags, 0);
	seg[1].len = UINT32_MAX - 2;
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_OK);
	seg[1].len = 1;
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EFULL);
	assert_int_equal(vq_free(&q), 2);
	assert_int_equal(vq_submit(&q, seg, 2, 0, cookies), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 1, 0, cookies), VIO_EFULL);
	/* Completions out of order: each completed request frees its descriptors, wherever they
	 * were. */
	(void)vq_publish(&q);
	rig_complete(rig_desc(4)->id, 0, 2);
	rig_reap(0, 0);
	assert_int_equal(vq_free(&q), 2);
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EFULL);
}

static void test_HD_PACKED_07_list_that_fills_the_ring(void **state)
{
	static struct vq_seg seg[8];

	(void)state;
	for (uint16_t size = 1; size <= 8; size++) {
		rig_start(size, (struct rig_options){ .event_idx = true });
		for (unsigned k = 0; k < size; k++)
			seg[k] = (struct vq_seg){ { 16 + k }, 1 };
		for (unsigned at = 0; at < 9u * size; at += size) {
			if (at == 4u * size) { /* and from elsewhere than the start */
				rig_cycle(size / 2u);
				at += size / 2u;
			}
			rig_ask(DESC, (at % size) | (at / size % 2 ? 0 : LAP));
			assert_int_equal(vq_submit(&q, seg, 0, size, cookies + at), VIO_OK);
			assert_int_equal(vq_free(&q), 0);
			assert_true(vq_publish(&q));
			for (unsigned k = 0; k < size; k++)
				assert_int_equal(rig_desc((at + k) % size)->flags & (AVAIL | USED),
						 rig_avail_bits(at + k));
			assert_false(vq_has_used(&q));
			rig_complete(rig_desc((at + size - 1) % size)->id, 1, size);
			rig_reap(at, 1);
			assert_false(vq_has_used(&q));
			assert_int_equal(vq_free(&q), size);
		}
	}
}

/* ---- Does the device want a notification? ---- */

static void test_packed_024_HD_PACKED_08_publish_obeys_the_mode(void **state)
{
	static const struct {
		bool event_idx, notify;
		uint16_t mode;
	} row[] = {
		{ false, true, ENABLE },      { false, false, DISABLE }, { false, true, DESC },
		{ false, true, 3 },	      { true, true, ENABLE },	 { true, false, DISABLE },
		{ true, false, DESC },	      { true, true, 3 }, /* the place is far away */
		{ true, false, 4 | DISABLE }, { true, true, 0xfffc },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		rig_start(8, (struct rig_options){ .event_idx = row[i].event_idx });
		rig_ask(row[i].mode, 5 | LAP);
		assert_int_equal(rig_submit(0, 1), VIO_OK);
		assert_int_equal(vq_publish(&q), row[i].notify);
	}
}

/* Every place and lap against every batch, by walking the descriptors. */
static void test_packed_024_virtio_drivers_event_wrap(void **state)
{
	static const uint16_t sizes[] = { 1, 2, 5, 8 };

	(void)state;
	for (unsigned s = 0; s < 4; s++) {
		const unsigned size = sizes[s];

		rig_start((uint16_t)size, (struct rig_options){ .event_idx = true });
		for (unsigned at = 0, n = 0; at < 200 * size; at += n) {
			const unsigned place = at * 7 / 3 % size, lap = at / 5 % 2 ? LAP : 0;
			bool want = false;

			n = 1 + at % size;
			for (unsigned k = 0; k < n; k++) {
				want |= (at + k) % size == place &&
					((at + k) / size % 2 ? 0 : LAP) == lap;
				assert_int_equal(rig_submit(k, 1), VIO_OK);
			}
			rig_ask(DESC, place | lap);
			assert_int_equal(vq_publish(&q), want);
			for (unsigned k = 0; k < n; k++)
				rig_complete(rig_desc((at + k) % size)->id, 1, 1);
			for (unsigned k = 0; k < n; k++)
				rig_reap(k, 1);
		}
	}
}

/* Nonsense decides about a notification, and nothing else. */
static void test_HD_PACKED_09_event_beyond_the_ring(void **state)
{
	(void)state;
	rig_start(6, (struct rig_options){ .event_idx = true });
	for (unsigned at = 0; at < 6 * 50; at++) {
		rig_ask(DESC, 6 + at * 997);
		assert_int_equal(rig_submit(1, 4), VIO_OK);
		(void)vq_publish(&q);
		assert_int_equal(rig_desc(at % 6)->flags, WRITE | rig_avail_bits(at));
		rig_complete(rig_desc(at % 6)->id, 4, 1);
		rig_reap(1, 4);
	}
	assert_int_equal(vq_free(&q), 6);
}

/* ---- Indirect tables ---- */

static void test_packed_015_016_017_indirect_table_takes_one_descriptor(void **state)
{
	static uint8_t mem[16 * 4] __attribute__((aligned(16)));
	static uint32_t len[4];
	const struct vq_seg seg[4] = { { { 0x10 }, 16 }, { { 0x20 }, 512 }, { { 0x30 }, 1 } };
	struct vq_indirect t = { .table = mem, .at = { 0x600000000 }, .len = len, .max = 4 };
	const struct rig_desc *const d = t.table;

	(void)state;
	rig_start(3, (struct rig_options){ 0 });
	memset(mem, 0xa5, sizeof(mem));
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EINVAL);  /* not built */
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 3), VIO_EINVAL); /* above the size */
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 2), VIO_OK);
	for (unsigned k = 0; k < 3; k++) {
		assert_int_equal(d[k].addr, seg[k].addr.addr);
		assert_int_equal(d[k].len, seg[k].len);
		assert_int_equal(d[k].flags, k ? WRITE : 0);
	}
	for (unsigned at = 0; at < 10; at++) {
		assert_int_equal(vq_submit_indirect(&q, &t, cookies + at), VIO_OK);
		assert_int_equal(vq_free(&q), 2);
		(void)vq_publish(&q);
		assert_int_equal(rig_desc(at % 3)->flags, INDIRECT | rig_avail_bits(at));
		assert_int_equal(rig_desc(at % 3)->addr, 0x600000000);
		assert_int_equal(rig_desc(at % 3)->len, 48);
		rig_complete(rig_desc(at % 3)->id, 600, 1);
		rig_reap(at, 513);
	}
	assert_int_equal(q.clamped, 10);
}

static void test_packed_014_no_indirect_where_it_was_not_negotiated(void **state)
{
	static uint8_t mem[16] __attribute__((aligned(16)));
	static uint32_t len[1];
	struct vq_indirect t = { .table = mem, .at = { 16 }, .len = len, .max = 1 };
	const struct vq_seg seg = { { 0x10 }, 16 };

	(void)state;
	rig_start(1, (struct rig_options){ .no_indirect = true });
	assert_int_equal(vq_indirect_build(&q, &t, &seg, 1, 0), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_ENOTSUP);
	assert_int_equal(vq_free(&q), 1);
	rig_start(1, (struct rig_options){ 0 });
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EFULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed_001_002_layout_takes_any_size),
		cmocka_unit_test(test_packed_003_init_zeroes_the_ring_and_nothing_else),
		cmocka_unit_test(test_packed_001_init_refuses_bad_memory),
		cmocka_unit_test(test_packed_010_022_lists_are_in_order_and_wrap),
		cmocka_unit_test(test_packed_013_018_batch_opens_with_its_first_flags),
		cmocka_unit_test(test_packed_009_011_012_submit_is_all_or_nothing),
		cmocka_unit_test(test_HD_PACKED_07_list_that_fills_the_ring),
		cmocka_unit_test(test_packed_024_HD_PACKED_08_publish_obeys_the_mode),
		cmocka_unit_test(test_packed_024_virtio_drivers_event_wrap),
		cmocka_unit_test(test_HD_PACKED_09_event_beyond_the_ring),
		cmocka_unit_test(test_packed_015_016_017_indirect_table_takes_one_descriptor),
		cmocka_unit_test(test_packed_014_no_indirect_where_it_was_not_negotiated),
	};

	return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
