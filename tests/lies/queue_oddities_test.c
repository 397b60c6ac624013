/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and oddities of a device that a virtqueue tolerates. */
#include "tests/lies/queue_pair.h"

#include <string.h>

static enum mq_lie lie;

static void body_clamped(struct pair *p)
{
	struct vq_done d;

	two_out(p);
	assert_true(mq_lie(&p->mq, lie));
	assert_int_equal(vq_reap(&p->vq, &d), 1);
	assert_ptr_equal(d.cookie, &p->returned[0]);
	assert_int_equal(d.written, 12);
	assert_int_equal(p->vq.clamped, 1);
	assert_int_equal(vq_reap(&p->vq, &d), 0);
}

static void test_HD_SPLIT_09_length_over_is_clamped_and_counted(void **state)
{
	(void)state;
	for (lie = MQ_LEN_OVER; lie <= MQ_LEN_HUGE; lie++)
		on_all(body_clamped, false);
}

static void body_tx_length(struct pair *p)
{
	const struct vq_seg s = seg(p, 0, 0, BYTES);
	struct mq_chain c;
	struct vq_done d;

	assert_int_equal(vq_submit(&p->vq, &s, 1, 0, &p->returned[0]), VIO_OK);
	publish(p);
	assert_true(mq_take(&p->mq, &c));
	mq_complete(&p->mq, c.head, 30);
	assert_int_equal(vq_reap(&p->vq, &d), 1);
	assert_int_equal(d.written, 0);
}

static void test_HD_SPLIT_11_length_of_a_request_without_writable_part(void **state)
{
	(void)state;
	on_all(body_tx_length, false);
}

static void body_no_length(struct pair *p)
{
	struct mq_chain c;
	struct vq_done d;

	two_out(p);
	assert_true(mq_take(&p->mq, &c));
	mq_complete(&p->mq, c.head, 0);
	assert_int_equal(vq_reap(&p->vq, &d), 1);
	assert_int_equal(d.written, 0);
}

static void test_HD_SPLIT_10_length_0_where_data_is_due(void **state)
{
	(void)state;
	on_all(body_no_length, true);
}

/* The device overwrites the driver's part of the rings: the queue does not read it back. */
static void body_rewrites(struct pair *p)
{
	const struct vio_queue_areas at = vq_areas(&p->vq);
	struct model_memory *mem = &p->host.memory;
	const struct vq_seg s = seg(p, 2, 0, 5);
	struct mq_chain c[2];
	struct vq_done d;

	two_out(p);
	assert_true(mq_take(&p->mq, &c[0]) && mq_take(&p->mq, &c[1]));
	p->mq.forgiving = true;
	memset(mem->at(mem->ctx, at.desc.addr, 16 * SIZE, true), 0xff, 16 * SIZE);
	memset(mem->at(mem->ctx, at.driver.addr, 6 + 2 * SIZE, true), 0xff, 6 + 2 * SIZE);
	mq_put_used(&p->mq, c[1].head, 3);
	mq_put_used(&p->mq, c[0].head, 4);
	assert_int_equal(vq_reap(&p->vq, &d), 1);
	assert_true(d.cookie == &p->returned[1] && d.written == 3);
	assert_int_equal(vq_reap(&p->vq, &d), 1);
	assert_true(d.cookie == &p->returned[0] && d.written == 4);
	assert_int_equal(vq_free(&p->vq), SIZE);
	assert_int_equal(vq_submit(&p->vq, &s, 1, 0, &p->returned[2]), VIO_OK);
	vq_publish(&p->vq);
	/* Index and slot continue from the queue's own count: 8 + 2 requests before. */
	assert_int_equal(model_load16(mem, at.driver.addr + 2), SIZE + 3);
	uint64_t desc = at.desc.addr + 16ull * model_load16(mem, at.driver.addr + 4 + 2 * 2);
	assert_true(desc < at.desc.addr + 16 * SIZE);
	assert_true(model_load64(mem, desc) == s.addr.addr && model_load32(mem, desc + 8) == 5);
	assert_int_equal(model_load16(mem, desc + 12), 0);
}

static void test_HD_SPLIT_12_13_14_15_rings_rewritten_by_the_device(void **state)
{
	(void)state;
	on_split(body_rewrites, false);
}

/* 2.7.10.1 with its 16-bit arithmetic: is `event` one of the entries? */
static bool wanted(uint16_t event, uint16_t old, unsigned n)
{
	for (unsigned k = 0; k < n; k++) {
		if ((uint16_t)(old + k) == event)
			return true;
	}
	return false;
}

/* More than 65536 requests, so that every index wraps. */
static void test_HD_SPLIT_17_avail_event_garbage_virtio_drivers_event_wrap(void **state)
{
	struct pair p = { .event_idx = true };
	uint16_t old = SIZE, event = 0;

	(void)state;
	open_pair(&p);
	for (unsigned i = 0; i < 40000; i++) {
		const unsigned n = 1 + i % 4;
		struct mq_chain c;
		struct vq_done d;

		event = i % 3 ? (uint16_t)(old + i % 7 - 2) : (uint16_t)(event * 25173 + 13849);
		mq_ask(&p.mq, MQ_ASK_AT, event);
		for (unsigned k = 0; k < n; k++) {
			const struct vq_seg s = seg(&p, k, 0, 1);

			assert_int_equal(vq_submit(&p.vq, &s, 1, 0, NULL), VIO_OK);
		}
		assert_int_equal(vq_publish(&p.vq), wanted(event, old, n));
		old = (uint16_t)(old + n);
		while (mq_take(&p.mq, &c))
			mq_complete(&p.mq, c.head, 0);
		for (unsigned k = 0; k < n; k++)
			assert_int_equal(vq_reap(&p.vq, &d), 1);
	}
	close_pair(&p);
}

static void body_index_stands_still(struct pair *p)
{
	const struct vio_queue_areas at = vq_areas(&p->vq);
	struct vq_done d;

	two_out(p);
	model_store32(&p->host.memory, at.device.addr + 4, 0); /* an entry alone */
	assert_false(vq_has_used(&p->vq));
	assert_int_equal(vq_reap(&p->vq, &d), 0);
	assert_false(vq_arm(&p->vq));
}

static void test_HD_SPLIT_22_entry_written_but_index_stands_still(void **state)
{
	(void)state;
	on_split(body_index_stands_still, false);
}

static void body_full(struct pair *p)
{
	struct vq_seg s = seg(p, 0, 0, 1);

	for (unsigned i = 0; i < SIZE; i++)
		assert_int_equal(vq_submit(&p->vq, &s, 1, 0, NULL), VIO_OK);
	assert_int_equal(vq_submit(&p->vq, &s, 1, 0, NULL), VIO_EFULL);
	publish(p);
	assert_int_equal(vq_submit(&p->vq, &s, 1, 0, NULL), VIO_EFULL);
}

static void test_HD_SPLIT_27_nothing_comes_back_ring_is_full(void **state)
{
	(void)state;
	on_all(body_full, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_SPLIT_09_length_over_is_clamped_and_counted),
		cmocka_unit_test(test_HD_SPLIT_10_length_0_where_data_is_due),
		cmocka_unit_test(test_HD_SPLIT_11_length_of_a_request_without_writable_part),
		cmocka_unit_test(test_HD_SPLIT_12_13_14_15_rings_rewritten_by_the_device),
		cmocka_unit_test(test_HD_SPLIT_17_avail_event_garbage_virtio_drivers_event_wrap),
		cmocka_unit_test(test_HD_SPLIT_22_entry_written_but_index_stands_still),
		cmocka_unit_test(test_HD_SPLIT_27_nothing_comes_back_ring_is_full),
	};

	return cmocka_run_group_tests_name("lies.queue_oddities", tests, NULL, NULL);
}
