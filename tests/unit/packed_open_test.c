/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed rings of whole devices: which format a queue gets, and its size. */
#include "tests/unit/toy_rig.h"

static void plug(void)
{
	plug_toy(2, offer(2) | VIO_F_RING_PACKED);
}

/* The size of a queue, on both sides. */
static void sized(uint32_t max, uint32_t want)
{
	plug();
	toy.open = 1;
	r.m.cfg.queue_max[0] = max;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), want);
	assert_int_equal(r.m.queue[0].set.size, want);
	assert_true(r.m.queue[0].set.packed);
	assert_ptr_equal(toy.q[0].vq.format, &vq_format_packed);
}

static void test_packed_002_size_need_not_be_a_power_of_two(void **state)
{
	(void)state;
	sized(7, 7);
	sized(3, 3);
	sized(1, 1);
	sized(100, TOY_SIZE);
	sized(UINT32_MAX, TOY_SIZE);
}

static void test_packed_002_use_queue_size_max_takes_any_size(void **state)
{
	(void)state;
	plug();
	r.d->use_queue_size_max = true;
	r.m.cfg.queue_max[0] = 6;
	r.m.cfg.queue_max[1] = 8;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), 6);
	plug();
	r.d->use_queue_size_max = true;
	r.m.cfg.queue_max[0] = 9;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), 9);
}

static void test_offered_and_switched_off_is_split(void **state)
{
	(void)state;
	plug();
	r.d->features_off = VIO_F_RING_PACKED;
	r.m.cfg.queue_max[0] = 7;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vq_size(&toy.q[0].vq), 4);
	assert_ptr_equal(toy.q[0].vq.format, &vq_format_split);
	assert_false(r.m.queue[0].set.packed);
}

/* Requests go through, and through a second start with the other format. */
static void test_format_can_change_between_starts(void **state)
{
	(void)state;
	plug();
	r.m.serve_on_kick = true;
	for (unsigned start = 0; start < 4; start++) {
		r.d->features_off = start % 2 ? VIO_F_RING_PACKED : 0;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(r.m.queue[0].set.packed, start % 2 == 0);
		for (unsigned n = 0; n < TOY_SIZE + 5; n++) {
			assert_int_equal(toy_submit(&toy, 0), VIO_OK);
			vio_queue_kick(&toy.q[0]);
			vio_device_poll(r.d);
			assert_int_equal(toy_out(&toy), 0);
		}
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_packed_002_size_need_not_be_a_power_of_two),
		T(test_packed_002_use_queue_size_max_takes_any_size),
		T(test_offered_and_switched_off_is_split),
		T(test_format_can_change_between_starts),
#undef T
	};

	return cmocka_run_group_tests_name("packed_open", tests, NULL, NULL);
}
