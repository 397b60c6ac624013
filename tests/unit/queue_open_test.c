/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_queue_open(): sizes, memory, and each way in which it can fail. */
#include "tests/unit/toy_rig.h"

static void plug(uint32_t version)
{
	plug_toy(version, offer(version));
}

static void fails(enum vio_cause cause, int err)
{
	toy_start_fails(&r, &toy, cause, err);
	assert_int_equal(toy.starts, 1);
}

/* The size that a queue gets, on both sides. */
static void sized(uint32_t version, uint32_t max, uint32_t want)
{
	plug(version);
	toy.open = 1;
	r.m.cfg.queue_max[0] = max;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), want);
	assert_int_equal(r.m.queue[0].set.size, want);
}

static void both_sized(uint32_t max, uint32_t want)
{
	sized(1, max, want);
	sized(2, max, want);
}

static void test_HD_QUEUE_01_no_queue_fails_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		toy.least = 1;
		r.m.cfg.queue_max[0] = 0;
		fails(VIO_C_NO_QUEUE, VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, 0);
	}
}

static void test_HD_QUEUE_02_size_is_the_power_of_two_below(void **state)
{
	(void)state;
	both_sized(7, 4);
	both_sized(3, 2);
	both_sized(100, 8);
	both_sized(1, 1);
}

static void test_HD_QUEUE_03_huge_sizes_get_the_size_we_have_room_for(void **state)
{
	(void)state;
	both_sized(1024, TOY_SIZE);
	both_sized(65535, TOY_SIZE);
	both_sized(UINT32_MAX, TOY_SIZE);
}

static void test_HD_QUEUE_06_queue_in_use_fails_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		r.m.faults.queue_busy = true;
		fails(VIO_C_QUEUE_BUSY, VIO_EBUSY);
	}
}

static void test_HD_QUEUE_07_queue_that_does_not_stick_fails_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		r.m.faults.queue_refused = true;
		fails(VIO_C_QUEUE_REFUSED, VIO_EDEVICE);
	}
}

/* Ring memory above 2^44 bytes: a frame number of 32 bits cannot say it. */
static void test_HD_QUEUE_09_legacy_ring_out_of_reach_fails_the_start(void **state)
{
	(void)state;
	rig_init(&r, HOST_OFFSET);
	toy_config(&r, &toy, 1, 1);
	rig_plug(&r, true);
	fails(VIO_C_QUEUE_ADDRESS, VIO_EADDR);
	assert_true(r.d->problem.got >= UINT64_C(1) << 44);
	assert_int_equal(r.m.counts.written_at[AT_QUEUE_PFN / 4], 0);
}

static void test_ring_memory_above_4_gib_is_told_in_both_halves(void **state)
{
	(void)state;
	rig_init(&r, HOST_OFFSET);
	toy_config(&r, &toy, 2, 1 | BIT64(32));
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_true(r.m.queue[0].set.desc >= UINT64_C(1) << 32);
	assert_int_equal(r.m.queue[0].set.desc, vq_areas(&toy.q[0].vq).desc.addr);
	assert_int_equal(r.m.queue[0].set.used, vq_areas(&toy.q[0].vq).device.addr);
}

/* An earlier session may have left something else there (4.2.2.2). */
static void test_high_words_of_addresses_are_written_where_they_are_0(void **state)
{
	static const uint32_t high[] = { 0x084, 0x094, 0x0a4 };

	(void)state;
	rig_close(&r);
	rig_init(&r, HOST_LOW);
	toy_config(&r, &toy, 2, 1 | BIT64(32));
	rig_plug(&r, true);
	toy.open = 1;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	for (size_t i = 0; i < sizeof(high) / sizeof(high[0]); i++)
		assert_true(rig_find(&r, true, high[i], 0) < rig_find(&r, true, AT_QUEUE_READY, 0));
}

static void test_HD_QUEUE_11_missing_second_queue_undoes_the_first(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		r.m.cfg.queue_max[1] = 0;
		fails(VIO_C_NO_QUEUE, VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, 1);
		assert_false(r.m.queue[0].live);
		assert_null(r.d->queues);
	}
}

static void test_HD_QUEUE_13_ignored_queue_select_is_seen_as_busy(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		r.m.faults.select_ignored = true;
		fails(VIO_C_QUEUE_BUSY, VIO_EBUSY);
		assert_int_equal(r.d->problem.queue, 1);
	}
}

static void test_no_ring_memory_fails_the_start(void **state)
{
	(void)state;
	plug(2);
	r.p.fail_ring = 2;
	fails(VIO_C_NO_MEMORY, VIO_ENOMEM);
	assert_int_equal(r.d->problem.queue, 1);
	assert_true(r.d->problem.want >= 16 * TOY_SIZE);
}

static void *crooked(void *ctx, size_t len, size_t align, vio_dma *at)
{
	static uint8_t memory[16384];

	(void)ctx;
	(void)align;
	assert_true(len < sizeof(memory) - 64);
	at->addr = 8;
	return memory + 64 - (uintptr_t)memory % 64 + 8;
}

static void test_crooked_ring_memory_fails_the_start(void **state)
{
	(void)state;
	plug(2);
	r.p.platform.ring_memory = crooked;
	fails(VIO_C_QUEUE_ADDRESS, VIO_EADDR);
	assert_int_equal(r.m.counts.written_at[AT_QUEUE_SIZE / 4], 0);
}

static void test_ring_that_grows_between_starts_gets_new_memory(void **state)
{
	(void)state;
	plug(2);
	r.m.cfg.queue_max[0] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	unsigned rings = r.p.rings;
	r.m.cfg.queue_max[0] = 8;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.rings, rings + 1);
	assert_int_equal(vq_size(&toy.q[0].vq), 8);
}

static void start_with_size(uint32_t max)
{
	r.m.cfg.queue_max[0] = max;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
}

/* The memory of an earlier start is gone when there was none for a larger ring. */
static void test_start_after_one_without_ring_memory_gets_new_memory(void **state)
{
	(void)state;
	plug(2);
	toy.open = 1;
	start_with_size(2);
	r.m.cfg.queue_max[0] = 8;
	r.p.fail_ring = 1;
	toy_start_fails(&r, &toy, VIO_C_NO_MEMORY, VIO_ENOMEM);
	start_with_size(2);
}

/* ---- Devices that ignore QueueSize ---- */

static void test_use_queue_size_max_takes_the_size_as_it_is(void **state)
{
	(void)state;
	plug(2);
	toy.max = 8;
	r.d->use_queue_size_max = true;
	r.m.faults.ignore_queue_size = true;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), 8);
}

/* The queue is larger than the driver's memory, and the platform has no memory for its slots. */
static void test_no_memory_for_the_slots_fails_the_start(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		plug(2);
		r.d->use_queue_size_max = true;
		r.m.cfg.queue_max[1] = 2 * TOY_SIZE;
		if (i == 0)
			r.p.fail_memory = 1;
		else
			r.p.platform.memory = NULL;
		fails(VIO_C_NO_MEMORY, VIO_ENOMEM);
		assert_int_equal(r.d->problem.queue, 1);
		assert_true(r.d->problem.want >= 2 * TOY_SIZE * sizeof(void *));
		if (i == 0) /* there is some now */
			assert_int_equal(vio_device_start(r.d), VIO_OK);
	}
}

static int opened(struct vio_queue *q, uint16_t max, void *priv, vio_done_fn done)
{
	const struct vio_queue_options o = { .index = 1, .max = max, .priv = priv, .done = done };

	return vio_queue_open(r.d, q, &o);
}

static void open_without_memory(struct toy *t)
{
	t->start_error = opened(&t->q[1], TOY_SIZE, NULL, t->q[0].done);
}

static void open_without_memory_and_be_refused(struct toy *t)
{
	r.m.faults.queue_refused = true;
	open_without_memory(t);
}

static void test_platform_has_the_memory_that_the_class_did_not_reserve(void **state)
{
	(void)state;
	plug(2);
	toy.open = 1;
	toy.on_opened = open_without_memory;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(toy_submit(&toy, 1), VIO_OK);
	plug(2);
	toy.open = 1;
	toy.on_opened = open_without_memory_and_be_refused;
	fails(VIO_C_QUEUE_REFUSED, VIO_EDEVICE);
}

static void test_legacy_queue_size_fixed_that_does_not_fit_is_an_error(void **state)
{
	const uint32_t max[] = { 6, 100 }; /* no powers of two */

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		plug(1 + i % 2);
		r.d->use_queue_size_max = true;
		r.m.cfg.queue_max[0] = max[i / 2];
		fails(VIO_C_QUEUE_SIZE, VIO_ERANGE);
		assert_int_equal(r.d->problem.got, max[i / 2]);
		assert_int_equal(r.d->problem.want, TOY_SIZE);
	}
}

static void test_queue_that_is_too_small_for_the_driver_is_an_error(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version);
		r.m.cfg.queue_max[1] = TOY_SIZE / 2;
		toy.least = TOY_SIZE / 2;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		plug(version);
		r.m.cfg.queue_max[1] = TOY_SIZE / 2;
		toy.least = TOY_SIZE / 2 + 1;
		fails(VIO_C_QUEUE_SIZE, VIO_ERANGE);
		assert_int_equal(r.d->problem.queue, 1);
		assert_int_equal(r.d->problem.got, TOY_SIZE / 2);
		assert_int_equal(r.d->problem.want, TOY_SIZE / 2 + 1);
	}
}

/* ---- Wrong use ---- */

static void open_badly(struct toy *t)
{
	struct vio_queue *q = &t->q[1];

	assert_int_equal(opened(q, 0, t->priv[1], t->q[0].done), VIO_EINVAL);
	assert_int_equal(opened(q, 6, t->priv[1], t->q[0].done), VIO_EINVAL);
	assert_int_equal(opened(q, 8, t->priv[1], NULL), VIO_EINVAL);
	assert_int_equal(opened(&t->q[0], 8, t->priv[1], t->q[0].done), VIO_EINVAL);
}

static void test_open_refuses_what_makes_no_sense(void **state)
{
	static struct vio_queue extra;

	(void)state;
	plug(2);
	toy.on_opened = open_badly;
	assert_int_equal(opened(&toy.q[1], 8, toy.priv[1], toy.q[0].done), VIO_EINVAL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->problem.cause, VIO_C_NONE);
	assert_int_equal(opened(&toy.q[1], 8, toy.priv[1], toy.q[0].done), VIO_EINVAL);
	assert_int_equal(opened(&extra, 8, toy.priv[1], toy.q[0].done), VIO_EINVAL);
	assert_int_equal(r.d->problem.cause, VIO_C_NONE);
}

/* One request with two segments in an indirect table. */
static int submit_indirect(void)
{
	static _Alignas(16) uint8_t table[2 * 16];
	static uint32_t len[2];
	const struct vio_platform *p = &r.p.platform;
	struct toy_request *q = &toy.request[0];
	struct vq_indirect t = { .table = table, .len = len, .max = 2 };
	struct vq_seg seg[2] = { { .len = 6 }, { .len = TOY_BYTES - 6 } };

	q->at = p->map(p->ctx, q->bytes, TOY_BYTES, VIO_FROM_DEVICE);
	q->out = true;
	seg[0].addr = q->at;
	seg[1].addr.addr = q->at.addr + 6;
	assert_int_equal(vq_indirect_build(&toy.q[0].vq, &t, seg, 0, 2), VIO_OK);
	t.at = p->map(p->ctx, table, sizeof(table), VIO_TO_DEVICE);
	int rc = vio_queue_submit_indirect(&toy.q[0], &t, q);
	vio_queue_kick(&toy.q[0]);
	model_run(&r.m);
	return rc;
}

static void test_indirect_requests_follow_the_negotiated_feature(void **state)
{
	(void)state;
	plug(2);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(submit_indirect(), VIO_ENOTSUP);
	assert_int_equal(toy.q[0].requests, 0);
	rig_close(&r);
	rig_init_for(&r, 2);
	toy_config(&r, &toy, 2, 1 | BIT64(32) | VIO_F_INDIRECT_DESC);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(submit_indirect(), VIO_OK);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.q[0].requests, 1);
	assert_int_equal(toy.ndone, 1);
	assert_int_equal(toy.written[0], TOY_BYTES);
	assert_string_equal((char *)toy.request[0].bytes, "0123456789abcde");
}

static void do_without(struct toy *t)
{
	r.m.faults.queue_refused = true;
	assert_int_equal(opened(&t->q[1], 8, t->priv[1], t->q[0].done), VIO_EDEVICE);
	r.m.faults.queue_refused = false;
}

static void test_driver_may_do_without_a_queue(void **state)
{
	(void)state;
	plug(2);
	toy.open = 1;
	toy.on_opened = do_without;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->problem.cause, VIO_C_NONE);
	assert_int_equal(toy_submit(&toy, 1), VIO_EDEVICE);
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
}

static void test_submit_before_open_is_refused(void **state)
{
	const struct vq_seg seg = { { 0x1000 }, 4 };
	struct vio_queue q = { 0 };

	(void)state;
	plug(2);
	assert_int_equal(vio_queue_submit(&q, &seg, 0, 1, NULL), VIO_EDEVICE);
	assert_int_equal(vio_queue_submit_indirect(&q, NULL, NULL), VIO_EDEVICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_QUEUE_01_no_queue_fails_the_start),
		T(test_HD_QUEUE_02_size_is_the_power_of_two_below),
		T(test_HD_QUEUE_03_huge_sizes_get_the_size_we_have_room_for),
		T(test_HD_QUEUE_06_queue_in_use_fails_the_start),
		T(test_HD_QUEUE_07_queue_that_does_not_stick_fails_the_start),
		T(test_HD_QUEUE_09_legacy_ring_out_of_reach_fails_the_start),
		T(test_ring_memory_above_4_gib_is_told_in_both_halves),
		T(test_high_words_of_addresses_are_written_where_they_are_0),
		T(test_HD_QUEUE_11_missing_second_queue_undoes_the_first),
		T(test_HD_QUEUE_13_ignored_queue_select_is_seen_as_busy),
		T(test_no_ring_memory_fails_the_start),
		T(test_crooked_ring_memory_fails_the_start),
		T(test_ring_that_grows_between_starts_gets_new_memory),
		T(test_start_after_one_without_ring_memory_gets_new_memory),
		T(test_use_queue_size_max_takes_the_size_as_it_is),
		T(test_no_memory_for_the_slots_fails_the_start),
		T(test_platform_has_the_memory_that_the_class_did_not_reserve),
		T(test_legacy_queue_size_fixed_that_does_not_fit_is_an_error),
		T(test_queue_that_is_too_small_for_the_driver_is_an_error),
		T(test_open_refuses_what_makes_no_sense),
		T(test_indirect_requests_follow_the_negotiated_feature),
		T(test_driver_may_do_without_a_queue),
		T(test_submit_before_open_is_refused),
#undef T
	};

	return cmocka_run_group_tests_name("queue_open", tests, NULL, NULL);
}
