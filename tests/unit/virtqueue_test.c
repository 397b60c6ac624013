/* SPDX-License-Identifier: BSD-2-Clause */
/* Split rings: layout, submit, publish, indirect tables. */
#include "virtqueue/format.h"

#include "vq_rig.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };

static void test_layout_is_that_of_the_specification(void **state)
{
	/* modern: packed tight; legacy: the used ring on the next page */
	static const struct {
		uint16_t size;
		size_t align, driver, device, bytes;
	} want[] = {
		{ 8, 4, 128, 152, 222 },
		{ 64, 4, 1024, 1160, 1678 },
		{ 256, 4, 4096, 4616, 6670 },
		{ 8, 4096, 128, 4096, 4096 + 70 },
		{ 64, 4096, 1024, 4096, 4614 },
		{ 256, 4096, 4096, 8192, 8192 + 2054 },
		{ 8, 64, 128, 192, 262 },
		{ 1, 4, 16, 24, 38 },
		{ 32768, 4, 524288, 589832, 851982 },
	};
	struct vq_layout l;

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(vq_get_layout(&vq_format_split, want[i].size, want[i].align, &l),
				 0);
		assert_int_equal(l.desc, 0);
		assert_int_equal(l.driver, want[i].driver);
		assert_int_equal(l.device, want[i].device);
		assert_int_equal(l.bytes, want[i].bytes);
		assert_int_equal(l.align, want[i].align > 16 ? want[i].align : 16);
		assert_int_equal(VQ_SPLIT_BYTES(want[i].size, want[i].align), want[i].bytes);
	}
}

static void test_layout_refuses_impossible_sizes(void **state)
{
	static const uint16_t bad[] = { 0, 3, 6, 1023, 32769, 65535 };
	static const size_t bad_align[] = { 0, 1, 2, 6, 4095 };
	struct vq_layout l;

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vq_get_layout(&vq_format_split, bad[i], 4, &l), VIO_EINVAL);
	for (unsigned i = 0; i < sizeof(bad_align) / sizeof(bad_align[0]); i++)
		assert_int_equal(vq_get_layout(&vq_format_split, 8, bad_align[i], &l), VIO_EINVAL);
	assert_int_equal(vq_get_layout(NULL, 8, 4, &l), VIO_EINVAL);
}

static void test_init_zeroes_the_ring_and_nothing_else(void **state)
{
	(void)state;
	rig_start(8, (struct rig_options){ 0 });
	for (size_t i = 0; i < rig_layout.bytes; i++)
		assert_int_equal(rig_mem[i], 0);
	assert_int_equal(rig_mem[rig_layout.bytes], 0xa5);
	assert_int_equal(((uint8_t *)rig_priv)[VQ_PRIVATE_BYTES(8)], 0xa5);
	assert_int_equal(vq_size(&q), 8);
	assert_int_equal(vq_free(&q), 8);
	assert_int_equal(vq_areas(&q).desc.addr, rig_dma);
	assert_int_equal(vq_areas(&q).driver.addr, rig_dma + 128);
	assert_int_equal(vq_areas(&q).device.addr, rig_dma + 152);
	assert_false(vq_publish(&q));
}

static void test_init_refuses_bad_memory(void **state)
{
	struct vq_config good = rig_config(8, (struct rig_options){ 0 }), c;

	(void)state;
	c = good, c.mem = NULL;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.priv = NULL;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.mem = rig_mem + 8;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.mem_dma.addr += 8;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.priv = (uint8_t *)rig_priv + 4;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.used_align = 4096, c.mem = rig_mem + 2048;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.size = 6;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
	c = good, c.format = NULL;
	assert_int_equal(vq_init(&q, &c), VIO_EINVAL);
}

static void test_submit_writes_the_chain_read_before_write(void **state)
{
	const struct vq_seg seg[3] = { { { 0x123456789a }, 16 },
				       { { 0xfedcba9876543210 }, 512 },
				       { { 0x30 }, 1 } };

	(void)state;
	rig_start(8, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_OK);
	assert_int_equal(*rig_avail(1), 0); /* not before publish */
	assert_int_equal(vq_free(&q), 5);
	assert_true(vq_publish(&q));
	assert_int_equal(*rig_avail(1), 1);
	unsigned i = rig_avail_head(0);
	for (unsigned k = 0; k < 3; k++) {
		assert_int_equal(rig_desc(i)->addr, seg[k].addr.addr);
		assert_int_equal(rig_desc(i)->len, seg[k].len);
		assert_int_equal(rig_desc(i)->flags, (k ? WRITE : 0) | (k < 2 ? NEXT : 0));
		i = rig_desc(i)->next;
	}
	assert_false(vq_publish(&q)); /* nothing new */
}

static void test_submit_flags_of_read_only_and_single_requests(void **state)
{
	const struct vq_seg seg[2] = { { { 1 }, 1 }, { { 2 }, 2 } };

	(void)state;
	rig_start(8, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 2, 0, cookies), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 0, 1, cookies), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 1, 0, cookies), VIO_OK);
	(void)vq_publish(&q);
	assert_int_equal(rig_desc(rig_avail_head(0))->flags, NEXT);
	assert_int_equal(rig_desc(rig_desc(rig_avail_head(0))->next)->flags, 0);
	assert_int_equal(rig_desc(rig_avail_head(1))->flags, WRITE);
	assert_int_equal(rig_desc(rig_avail_head(2))->flags, 0);
}

static void test_HD_SPLIT_27_submit_is_all_or_nothing(void **state)
{
	struct vq_seg seg[5] = {
		{ { 1 }, 1 }, { { 2 }, 1 }, { { 3 }, 1 }, { { 4 }, 1 }, { { 5 }, 1 }
	};

	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 0, 0, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, 5, 0, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, 0, 5, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, UINT32_MAX, 2, cookies),
			 VIO_EINVAL); /* sum wraps to 1 */
	for (unsigned k = 0; k < 3; k++) {
		seg[k].len = 0;
		assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EINVAL);
		seg[k].len = 1;
	}
	assert_int_equal(vq_submit(&q, seg, 1, 1, cookies), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 1, 2, cookies), VIO_EFULL);
	assert_int_equal(vq_free(&q), 2);
	assert_int_equal(vq_submit(&q, seg, 2, 0, cookies + 1), VIO_OK);
	assert_int_equal(vq_submit(&q, seg, 1, 0, cookies), VIO_EFULL);
	(void)vq_publish(&q);
	assert_int_equal(*rig_avail(1), 2);
	rig_complete(rig_avail_head(1), 0);
	rig_reap(1, 0);
	assert_int_equal(vq_free(&q), 2);
}

static void test_HD_HOST_07_submit_refuses_4_gib_in_all(void **state)
{
	struct vq_seg seg[2] = { { { 1 }, UINT32_MAX }, { { 2 }, 1 } };

	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_submit(&q, seg, 1, 1, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, 2, 0, cookies), VIO_EINVAL);
	assert_int_equal(vq_submit(&q, seg, 0, 2, cookies), VIO_EINVAL);
	assert_int_equal(vq_free(&q), 4);
	seg[0].len--;
	assert_int_equal(vq_submit(&q, seg, 0, 2, cookies), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(0), UINT32_MAX);
	rig_reap(0, UINT32_MAX);
}

static void test_publish_obeys_used_flags_without_event_idx(void **state)
{
	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	*rig_used(0) = 1;
	*rig_avail_event() = 0; /* would ask for it, were it looked at */
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	assert_false(vq_publish(&q));
	*rig_used(0) = 0;
	*rig_avail_event() = 0x7000; /* and this would not */
	assert_int_equal(rig_submit(1, 1), VIO_OK);
	assert_true(vq_publish(&q));
	*rig_used(0) = 0xfffe; /* only bit 0 counts */
	assert_int_equal(rig_submit(1, 1), VIO_OK);
	assert_true(vq_publish(&q));
}

static void test_publish_ignores_used_flags_with_event_idx(void **state)
{
	(void)state;
	rig_start(4, (struct rig_options){ .event_idx = true });
	*rig_used(0) = 1;
	*rig_avail_event() = 0;
	assert_int_equal(rig_submit(0, 1), VIO_OK);
	assert_true(vq_publish(&q));
	*rig_used(0) = 0;
	*rig_avail_event() = 5;
	assert_int_equal(rig_submit(1, 1), VIO_OK);
	assert_false(vq_publish(&q));
}

/* Every event value against every kind of batch; the reference walks the indices. */
static void test_HD_SPLIT_17_virtio_drivers_event_wrap(void **state)
{
	static const uint16_t old_at[] = { 0, 1, 100, 32760, 32768, 65519, 65520, 65527, 65535 };

	(void)state;
	for (unsigned o = 0; o < sizeof(old_at) / sizeof(old_at[0]); o++)
		for (unsigned batch = 1; batch <= 16; batch *= 2)
			for (unsigned event = 0; event < 65536; event++) {
				bool want = false;

				for (unsigned k = 0; k < batch; k++)
					want |= (uint16_t)(old_at[o] + k) == event;
				if (idx_passed(event, (uint16_t)(old_at[o] + batch), old_at[o]) !=
				    want)
					fail_msg("event %u old %u batch %u", event, old_at[o],
						 batch);
			}
}

/* The same through publish, over the wrap of the index. */
static void test_HD_SPLIT_18_virtio_drivers_event_wrap_in_publish(void **state)
{
	(void)state;
	rig_start(16, (struct rig_options){ .event_idx = true });
	rig_cycle(65500);
	for (unsigned round = 0, old = 65500; round < 20; round++) {
		const unsigned batch = 1u << round % 5;

		*rig_avail_event() = (uint16_t)(old + round % 17);
		for (unsigned k = 0; k < batch; k++)
			assert_int_equal(rig_submit(k, 1), VIO_OK);
		assert_int_equal(vq_publish(&q), round % 17 < batch);
		for (unsigned k = 0; k < batch; k++) {
			rig_complete(rig_avail_head(old + k), 1);
			rig_reap(k, 1);
		}
		old += batch;
	}
	assert_true(*rig_avail(1) < 65500); /* it did wrap */
}

static struct vq_indirect table_of(void)
{
	static uint8_t mem[16 * 4] __attribute__((aligned(16)));
	static uint32_t len[4];

	return (struct vq_indirect){ .table = mem, .at = { 0x600000000 }, .len = len, .max = 4 };
}

static void test_indirect_table_takes_one_descriptor(void **state)
{
	const struct vq_seg seg[3] = { { { 0x10 }, 16 }, { { 0x20 }, 512 }, { { 0x30 }, 1 } };
	struct vq_indirect t = table_of();
	const struct rig_desc *const d = t.table;

	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EINVAL); /* not built */
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 2), VIO_OK);
	for (unsigned k = 0; k < 3; k++) {
		assert_int_equal(d[k].addr, seg[k].addr.addr);
		assert_int_equal(d[k].len, seg[k].len);
		assert_int_equal(d[k].flags, (k ? WRITE : 0) | (k < 2 ? NEXT : 0));
		assert_int_equal(d[k].next, k < 2 ? k + 1 : 0);
	}
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_OK);
	assert_int_equal(vq_free(&q), 3);
	(void)vq_publish(&q);
	const unsigned head = rig_avail_head(0);
	assert_int_equal(rig_desc(head)->flags, INDIRECT);
	assert_int_equal(rig_desc(head)->addr, 0x600000000);
	assert_int_equal(rig_desc(head)->len, 48);
	rig_complete(head, 513);
	rig_reap(0, 513);
	assert_int_equal(vq_free(&q), 4);
}

static void test_indirect_set_replaces_one_address(void **state)
{
	const struct vq_seg seg[3] = { { { 0x10 }, 16 }, { { 0x20 }, 512 }, { { 0x30 }, 1 } };
	struct vq_indirect t = table_of();
	const struct rig_desc *const d = t.table;

	(void)state;
	rig_start(4, (struct rig_options){ 0 });
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 2), VIO_OK);
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 1), VIO_OK);
	assert_int_equal(vq_indirect_set(&t, 2, seg[2]), VIO_EINVAL); /* of the table before */
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 2), VIO_OK);
	assert_int_equal(vq_indirect_set(&t, 1, (struct vq_seg){ { 0x777 }, 512 }), VIO_OK);
	assert_int_equal(d[1].addr, 0x777);
	assert_int_equal(d[1].len, 512);
	assert_int_equal(d[1].flags, NEXT | WRITE);
	assert_int_equal(vq_indirect_set(&t, 3, seg[0]), VIO_EINVAL);
	assert_int_equal(vq_indirect_set(&t, 1, (struct vq_seg){ { 0x778 }, 513 }), VIO_EINVAL);
	assert_int_equal(vq_indirect_set(&t, 1, (struct vq_seg){ { 0x778 }, 0 }), VIO_EINVAL);
	assert_int_equal(d[1].addr, 0x777);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_OK);
	(void)vq_publish(&q);
	rig_complete(rig_avail_head(0), 514); /* one too many: writable are 512 + 1 */
	rig_reap(0, 513);
	assert_int_equal(q.clamped, 1);
}

static void test_indirect_build_refuses(void **state)
{
	struct vq_seg seg[4] = { { { 1 }, 1 }, { { 2 }, 1 }, { { 3 }, 1 }, { { 4 }, 1 } };
	struct vq_indirect t = table_of();

	(void)state;
	rig_start(2, (struct rig_options){ 0 });
	assert_int_equal(vq_indirect_build(&q, &t, seg, 0, 0), VIO_EINVAL);
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 2), VIO_EINVAL); /* the ring has 2 */
	rig_start(8, (struct rig_options){ 0 });
	assert_int_equal(vq_indirect_build(&q, &t, seg, 3, 2), VIO_EINVAL); /* the table has 4 */
	assert_int_equal(vq_indirect_build(&q, &t, seg, UINT32_MAX, 2), VIO_EINVAL);
	seg[3].len = 0;
	assert_int_equal(vq_indirect_build(&q, &t, seg, 2, 2), VIO_EINVAL);
	seg[3].len = UINT32_MAX - 3; /* the most that the ring can name */
	assert_int_equal(vq_indirect_build(&q, &t, seg, 2, 2), VIO_OK);
	seg[3].len++;
	assert_int_equal(vq_indirect_build(&q, &t, seg, 2, 2), VIO_EINVAL);
	t.at.addr += 8;
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 1), VIO_EINVAL);
	t = table_of(), t.len = NULL;
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 1), VIO_EINVAL);
	t = table_of(), t.table = NULL;
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 1), VIO_EINVAL);
	t = table_of();
	assert_int_equal(vq_indirect_build(&q, &t, seg, 1, 1), VIO_OK);
}

static void test_indirect_submit_refuses(void **state)
{
	const struct vq_seg seg[4] = { { { 1 }, 1 }, { { 2 }, 1 }, { { 3 }, 1 }, { { 4 }, 1 } };
	struct vq_indirect t = table_of();

	(void)state;
	rig_start(4, (struct rig_options){ .no_indirect = true });
	assert_int_equal(vq_indirect_build(&q, &t, seg, 2, 2), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_ENOTSUP);
	rig_start(2, (struct rig_options){ 0 }); /* too small for that table */
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EINVAL);
	rig_start(4, (struct rig_options){ 0 });
	for (unsigned k = 0; k < 4; k++)
		assert_int_equal(vq_submit_indirect(&q, &t, cookies + k), VIO_OK);
	assert_int_equal(vq_submit_indirect(&q, &t, cookies), VIO_EFULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_is_that_of_the_specification),
		cmocka_unit_test(test_layout_refuses_impossible_sizes),
		cmocka_unit_test(test_init_zeroes_the_ring_and_nothing_else),
		cmocka_unit_test(test_init_refuses_bad_memory),
		cmocka_unit_test(test_submit_writes_the_chain_read_before_write),
		cmocka_unit_test(test_submit_flags_of_read_only_and_single_requests),
		cmocka_unit_test(test_HD_SPLIT_27_submit_is_all_or_nothing),
		cmocka_unit_test(test_HD_HOST_07_submit_refuses_4_gib_in_all),
		cmocka_unit_test(test_publish_obeys_used_flags_without_event_idx),
		cmocka_unit_test(test_publish_ignores_used_flags_with_event_idx),
		cmocka_unit_test(test_HD_SPLIT_17_virtio_drivers_event_wrap),
		cmocka_unit_test(test_HD_SPLIT_18_virtio_drivers_event_wrap_in_publish),
		cmocka_unit_test(test_indirect_table_takes_one_descriptor),
		cmocka_unit_test(test_indirect_set_replaces_one_address),
		cmocka_unit_test(test_indirect_build_refuses),
		cmocka_unit_test(test_indirect_submit_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
