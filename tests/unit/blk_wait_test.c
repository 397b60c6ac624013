/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk, the functions that wait: each wait ends, and the memory of a request in flight is not
 * reused. */
#include "tests/unit/blk_rig.h"

static struct blk_rig x;
static unsigned idles;
static bool late; /* the answer comes while we sleep */

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void sleep_on(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)ctx;
	assert_true(idles++ < 100000); /* it would never end */
	if (late && x.host.nheld) {
		p->clock += 1000000;
		model_blk_finish(&x.r.m, 0);
	} else {
		p->clock = deadline;
	}
}

static void live(uint32_t version, bool at_once)
{
	blk_live(&x, version, BLK_F(FLUSH));
	x.r.m.serve_on_kick = true;
	x.host.hold = !at_once;
	x.r.p.on_idle = sleep_on;
	idles = 0;
	late = false;
}

static void test_one_line_reads_writes_and_flushes(void **state)
{
	static uint8_t out[1024];

	(void)state;
	blk_pattern(out, sizeof(out), 77);
	for (uint32_t version = 1; version <= 2; version++) {
		live(version, true);
		assert_int_equal(vio_blk_write(&x.b, 4, out, sizeof(out), BLK_SECOND), VIO_OK);
		assert_int_equal(vio_blk_flush(&x.b, BLK_SECOND), VIO_OK);
		assert_memory_equal(x.host.durable + 4 * 512, out, sizeof(out));
		assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_OK);
		assert_memory_equal(x.data, out, sizeof(out));
		assert_int_equal(idles, 0);
		assert_int_equal(host_mapped(&x.r.p), 0);
		x.host.fail = true;
		assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_EIO);
		assert_int_equal(vio_blk_read(&x.b, 300, x.data, 512, BLK_SECOND), VIO_ERANGE);
		blk_close(&x);
	}
}

static void test_slow_answer_is_slept_for(void **state)
{
	(void)state;
	live(2, false);
	late = true;
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 4 * 512, 1024);
	assert_int_equal(idles, 1);
}

/* The memory stays the device's: it may still write there. */
static void answer_in_between(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)ctx;
	if (x.host.nheld)
		model_blk_finish(&x.r.m, 0);
	p->clock = deadline;
}

/* No line ends the sleep: the deadline must not be the first look after it. */
static void test_answer_whose_interrupt_does_not_come_is_found(void **state)
{
	(void)state;
	live(2, false);
	x.r.p.no_lines = true;
	x.r.p.on_idle = answer_in_between;
	uint64_t begin = x.r.p.clock;
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_OK);
	assert_true(x.r.p.clock - begin < BLK_SECOND / 10);
}

static void test_wait_ends_at_its_deadline_and_the_buffer_stays_out(void **state)
{
	(void)state;
	live(2, false);
	uint64_t begin = x.r.p.clock;
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_ETIMEDOUT);
	assert_true(x.r.p.clock - begin < 2 * BLK_SECOND);
	assert_int_equal(host_mapped(&x.r.p), 1);
	assert_int_equal(vio_blk_read(&x.b, 5, x.data + 4096, 512, BLK_SECOND), VIO_EBUSY);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_memory_equal(x.data, x.host.disk + 4 * 512, 1024);
	assert_int_equal(host_mapped(&x.r.p), 0);
	x.host.hold = false;
	assert_int_equal(vio_blk_read(&x.b, 5, x.data, 512, BLK_SECOND), VIO_OK);
}

static void test_wait_for_ever_ends_with_the_device(void **state)
{
	(void)state;
	live(2, false);
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, UINT64_MAX), VIO_EDEVICE);
	assert_int_equal(x.r.d->state, VIO_FAILED);
	assert_int_equal(x.r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, UINT64_MAX), VIO_EDEVICE);
}

/* The request stays the device's then. */
static void test_wait_for_ever_ends_with_a_device_that_cannot_be_reset(void **state)
{
	(void)state;
	live(2, false);
	x.r.m.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, UINT64_MAX), VIO_EDEVICE);
	assert_int_equal(x.r.d->state, VIO_QUARANTINED);
	assert_true(x.b.own.busy);
	x.r.m.faults.reset_reads = 0;
	x.r.m.reset_left = 0;
	vio_device_service(x.r.d, x.r.p.clock);
	assert_false(x.b.own.busy);
}

static void test_request_that_is_out_is_not_waited_for(void **state)
{
	static struct blk_io io;

	(void)state;
	live(2, false);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
	assert_int_equal(vio_blk_wait(&x.b, &io.r, BLK_SECOND), VIO_EBUSY);
	assert_int_equal(idles, 0);
	blk_turn(&x);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_int_equal(io.r.err, VIO_OK);
}

static int result;

static void wait_within(struct vio_blk *b, struct vio_blk_request *r)
{
	(void)r;
	result = vio_blk_read(b, 8, x.data + 2048, 512, BLK_SECOND);
}

static void test_callback_may_wait(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, true);
	result = 1;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
	io.r.done = wait_within;
	vio_blk_kick(&x.b);
	vio_device_poll(x.r.d);
	assert_int_equal(result, VIO_OK);
	assert_memory_equal(x.data + 2048, x.host.disk + 8 * 512, 512);
}

static void test_flush_that_is_not_offered_is_no_success(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	assert_int_equal(vio_blk_flush(&x.b, BLK_SECOND), VIO_ENOTSUP);
}

static void test_disk_is_found_behind_its_device_alone(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	assert_ptr_equal(vio_blk_of(x.r.d), &x.b);
	assert_null(vio_blk_of(NULL));
	x.r.d->driver = &toy_driver;
	assert_null(vio_blk_of(x.r.d));
	x.r.d->driver = &vio_blk_driver;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_one_line_reads_writes_and_flushes),
		T(test_slow_answer_is_slept_for),
		T(test_answer_whose_interrupt_does_not_come_is_found),
		T(test_wait_ends_at_its_deadline_and_the_buffer_stays_out),
		T(test_wait_for_ever_ends_with_the_device),
		T(test_wait_for_ever_ends_with_a_device_that_cannot_be_reset),
		T(test_request_that_is_out_is_not_waited_for),
		T(test_callback_may_wait),
		T(test_flush_that_is_not_offered_is_no_success),
		T(test_disk_is_found_behind_its_device_alone),
#undef T
	};

	return cmocka_run_group_tests_name("blk_wait", tests, NULL, NULL);
}
