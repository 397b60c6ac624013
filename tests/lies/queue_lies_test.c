/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Named lies of a device to a virtqueue: the queue breaks at once, and every request comes back
 * exactly once.
 */
#include "tests/lies/queue_pair.h"

static enum mq_lie lie;

static void body_lie(struct pair *p)
{
	struct vq_done d;
	int rc;

	if (!mq_lie_fits(&p->mq, lie))
		return;
	two_out(p);
	assert_true(mq_lie(&p->mq, lie));
	while ((rc = vq_reap(&p->vq, &d)) == 1)
		++*(unsigned *)d.cookie;
	assert_int_equal(rc, VIO_EDEVICE);
	assert_int_equal(p->returned[0] + p->returned[1], mq_true_part(&p->mq, lie));
	expect_broken(p);
}

static void tell(enum mq_lie what, bool strict)
{
	lie = what;
	on_all(body_lie, strict);
}

static void test_HD_SPLIT_01_one_completion_too_many(void **state)
{
	(void)state;
	tell(MQ_ONE_TOO_MANY, false);
}

static void test_HD_SPLIT_01_index_ahead_by_ring_size(void **state)
{
	(void)state;
	tell(MQ_IDX_AHEAD_SIZE, false);
}

static void test_HD_SPLIT_01_index_ahead_by_half(void **state)
{
	(void)state;
	tell(MQ_IDX_AHEAD_HALF, false);
}

static void test_HD_SPLIT_02_index_backwards(void **state)
{
	(void)state;
	tell(MQ_IDX_BACK, false);
}

static void test_HD_SPLIT_03_stale_entries(void **state)
{
	(void)state;
	tell(MQ_STALE_ENTRIES, false);
}

static void test_HD_SPLIT_04_used_id_too_big(void **state)
{
	(void)state;
	tell(MQ_ID_TOO_BIG, false);
}

static void test_HD_SPLIT_05_used_id_garbage_above_16_bits(void **state)
{
	(void)state;
	tell(MQ_ID_HIGH_BITS, false);
}

static void test_HD_SPLIT_06_used_id_of_idle_descriptor(void **state)
{
	(void)state;
	tell(MQ_ID_IDLE, false);
}

static void test_HD_SPLIT_07_used_id_not_a_head(void **state)
{
	(void)state;
	tell(MQ_ID_NOT_HEAD, false);
}

static void test_HD_SPLIT_08_used_id_twice(void **state)
{
	(void)state;
	tell(MQ_ID_TWICE, false);
}

static void test_HD_SPLIT_09_length_over_breaks_in_strict_mode(void **state)
{
	(void)state;
	tell(MQ_LEN_OVER, true);
	tell(MQ_LEN_HUGE, true);
}

static void test_HD_SPLIT_19_id_out_of_order_with_in_order(void **state)
{
	(void)state;
	tell(MQ_OUT_OF_ORDER, false);
}

static void test_HD_SPLIT_08_id_of_a_batch_that_has_ended(void **state)
{
	(void)state;
	tell(MQ_BATCH_AGAIN, false);
}

static void body_nothing_out(struct pair *p)
{
	struct vq_done d;

	mq_put_used(&p->mq, 0, 0);
	assert_int_equal(vq_reap(&p->vq, &d), VIO_EDEVICE);
}

static void test_HD_SPLIT_28_completion_on_an_idle_queue(void **state)
{
	(void)state;
	on_all(body_nothing_out, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_HD_SPLIT_01_one_completion_too_many),
		cmocka_unit_test(test_HD_SPLIT_01_index_ahead_by_ring_size),
		cmocka_unit_test(test_HD_SPLIT_01_index_ahead_by_half),
		cmocka_unit_test(test_HD_SPLIT_02_index_backwards),
		cmocka_unit_test(test_HD_SPLIT_03_stale_entries),
		cmocka_unit_test(test_HD_SPLIT_04_used_id_too_big),
		cmocka_unit_test(test_HD_SPLIT_05_used_id_garbage_above_16_bits),
		cmocka_unit_test(test_HD_SPLIT_06_used_id_of_idle_descriptor),
		cmocka_unit_test(test_HD_SPLIT_07_used_id_not_a_head),
		cmocka_unit_test(test_HD_SPLIT_08_used_id_twice),
		cmocka_unit_test(test_HD_SPLIT_09_length_over_breaks_in_strict_mode),
		cmocka_unit_test(test_HD_SPLIT_19_id_out_of_order_with_in_order),
		cmocka_unit_test(test_HD_SPLIT_08_id_of_a_batch_that_has_ended),
		cmocka_unit_test(test_HD_SPLIT_28_completion_on_an_idle_queue),
	};

	return cmocka_run_group_tests_name("lies.queue", tests, NULL, NULL);
}
