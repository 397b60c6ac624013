/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: a device with several queues. */
#include "tests/unit/blk_rig.h"

enum { SOME = 12 };

static struct blk_rig x;
static struct blk_io io[VIO_BLK_REQUESTS + 1];

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void live(uint32_t version, unsigned queues, uint32_t size, uint64_t features)
{
	blk_prepare(&x, version, BLK_F(MQ) | features);
	model_blk_queues(&x.r.cfg, queues, size);
	assert_int_equal(blk_go(&x), VIO_OK);
}

static void read_some(void)
{
	for (unsigned i = 0; i < SOME; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	blk_turn(&x);
	assert_int_equal(x.calls, SOME);
	assert_memory_equal(x.data, x.host.disk, 512 * SOME);
}

static void test_requests_go_to_the_queues_in_turns(void **state)
{
	static const unsigned offered[] = { 1, 2, 3, 4, 9 };

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		const unsigned n = offered[i / 2];
		const unsigned used = n < VIO_BLK_QUEUES ? n : VIO_BLK_QUEUES;

		live(1 + i % 2, n, BLK_RING, 0);
		assert_true(x.r.m.accepted & BLK_F(MQ));
		assert_int_equal(x.b.nqueue, used);
		read_some();
		for (unsigned q = 0; q < 9; q++)
			assert_int_equal(x.host.served[q], q < used ? SOME / used : 0);
		blk_close(&x);
	}
}

static void test_HD_BLK_16_num_queues_0_is_one_queue(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(MQ));
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.nqueue, 1);
	read_some();
}

/* The number is in config space, whether or not MQ is offered. */
static void test_num_queues_counts_with_the_feature_alone(void **state)
{
	(void)state;
	blk_prepare(&x, 2, 0);
	model_blk_queues(&x.r.cfg, 4, BLK_RING);
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.nqueue, 1);
	read_some();
}

/* It claims more queues than it has. */
static void test_queue_that_is_not_there_refuses_the_disk(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(MQ));
	model_blk_set(&x.r.cfg, MODEL_BLK_NUM_QUEUES, 2, 3);
	x.r.cfg.queue_max[1] = BLK_RING;
	assert_int_not_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.r.d->problem.queue, 2);
}

/* `n` requests fill three rings. */
static void full_queue_is_passed_over(unsigned n, uint64_t features)
{
	unsigned held;

	live(2, 3, 4, features);
	x.host.hold = true;
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	assert_int_equal(blk_io(&x, &io[n], VIO_BLK_READ, n, x.data + 512 * n, 512), VIO_EFULL);
	blk_turn(&x);
	assert_int_equal(x.host.nheld, n);
	for (held = 0; x.host.held_queue[held] != 1; held++)
		;
	model_blk_finish(&x.r.m, held); /* of the second queue; the turn is the first one's */
	vio_device_poll(x.r.d);
	assert_int_equal(x.calls, 1);
	assert_ptr_equal(x.ended[0], &io[1].r);
	assert_int_equal(blk_io(&x, &io[n], VIO_BLK_READ, n, x.data + 512 * n, 512), VIO_OK);
	blk_turn(&x);
	assert_int_equal(x.host.held_queue[n - 1], 1);
	x.host.hold = false;
	while (x.host.nheld)
		model_blk_finish(&x.r.m, x.host.nheld - 1);
	vio_device_poll(x.r.d);
	assert_int_equal(x.calls, n + 1);
	assert_memory_equal(x.data, x.host.disk, 512 * (n + 1));
	blk_close(&x);
}

static void test_full_queue_is_passed_over(void **state)
{
	(void)state;
	full_queue_is_passed_over(3, 0);
	x.direct = true; /* the slot of the last request has had one like it */
	full_queue_is_passed_over(12, BLK_INDIRECT);
	x.direct = false;
}

/* A request like the one before in its slot goes to the next queue, too. */
static void test_kept_requests_take_turns(void **state)
{
	enum { QUEUES = 4, ROUNDS = 3 };

	(void)state;
	x.direct = true;
	live(2, QUEUES, BLK_RING, BLK_INDIRECT);
	for (unsigned i = 0; i < ROUNDS * QUEUES; i++)
		assert_int_equal(blk_do(&x, VIO_BLK_READ, i, x.data, 512), VIO_OK);
	for (unsigned q = 0; q < QUEUES; q++)
		assert_int_equal(x.host.served[q], ROUNDS);
	x.direct = false;
}

/* Slots of the queues 1 and 2 are free. The one of queue 2 takes the only place of queue 1. */
static void test_kept_request_leaves_a_full_queue(void **state)
{
	unsigned held;

	(void)state;
	x.direct = true;
	live(2, 3, 4, BLK_INDIRECT);
	x.host.hold = true;
	for (unsigned i = 0; i < 12; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	blk_turn(&x);
	for (unsigned q = 1; q < 3; q++) {
		for (held = 0; x.host.held_queue[held] != q; held++)
			;
		model_blk_finish(&x.r.m, held);
		vio_device_poll(x.r.d);
	}
	assert_int_equal(blk_io(&x, &io[12], VIO_BLK_READ, 0, x.data + 512 * 12, 1024), VIO_OK);
	assert_int_equal(vq_free(&x.b.queue[1].vq), 0);
	assert_int_equal(blk_io(&x, &io[13], VIO_BLK_READ, 14, x.data + 512 * 14, 512), VIO_OK);
	assert_int_equal(vq_free(&x.b.queue[2].vq), 0);
	x.host.hold = false;
	blk_turn(&x);
	while (x.host.nheld)
		model_blk_finish(&x.r.m, x.host.nheld - 1);
	vio_device_poll(x.r.d);
	assert_int_equal(x.calls, 14);
	assert_memory_equal(x.data + 512 * 14, x.host.disk + 512 * 14, 512);
	x.direct = false;
}

/* The smallest ring limits the segments. */
static void test_segments_fit_every_queue(void **state)
{
	(void)state;
	blk_prepare(&x, 2, BLK_F(MQ));
	model_blk_queues(&x.r.cfg, 2, BLK_RING);
	x.r.cfg.queue_max[1] = 8;
	assert_int_equal(blk_go(&x), VIO_OK);
	assert_int_equal(x.b.info.segs, 6);
	read_some();
}

static void test_reset_gives_back_what_is_in_every_queue(void **state)
{
	(void)state;
	live(2, 4, BLK_RING, BLK_INDIRECT);
	x.host.hold = true;
	for (unsigned i = 0; i < SOME; i++)
		assert_int_equal(blk_io(&x, &io[i], VIO_BLK_READ, i, x.data + 512 * i, 512),
				 VIO_OK);
	blk_turn(&x);
	assert_int_equal(x.host.nheld, SOME);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(x.calls, SOME);
	for (unsigned i = 0; i < SOME; i++)
		assert_int_equal(io[i].r.err, VIO_EDEVICE);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	x.host.hold = false;
	x.calls = 0;
	read_some();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_requests_go_to_the_queues_in_turns),
		T(test_HD_BLK_16_num_queues_0_is_one_queue),
		T(test_num_queues_counts_with_the_feature_alone),
		T(test_queue_that_is_not_there_refuses_the_disk),
		T(test_full_queue_is_passed_over),
		T(test_kept_requests_take_turns),
		T(test_kept_request_leaves_a_full_queue),
		T(test_segments_fit_every_queue),
		T(test_reset_gives_back_what_is_in_every_queue),
#undef T
	};

	return cmocka_run_group_tests_name("blk_queues", tests, NULL, NULL);
}
