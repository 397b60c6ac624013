/* SPDX-License-Identifier: BSD-2-Clause */
/* GET_ID, which no feature bit covers: a device that does not implement it gets the request once,
 * without lasting harm. */
#include <picovirtio/recover.h>
#include "tests/unit/blk_rig.h"

static struct blk_rig x;
static uint8_t id[VIO_BLK_ID_BYTES];

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	x.direct = false;
	return 0;
}

static void sleep_on(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)ctx;
	assert_true(deadline != UINT64_MAX);
	p->clock = deadline + 1;
}

static void live(uint32_t version, uint64_t features)
{
	blk_live(&x, version, features);
	x.r.m.serve_on_kick = true;
	x.r.p.on_idle = sleep_on;
}

static unsigned long asked(void)
{
	return x.host.count[MODEL_BLK_GET_ID];
}

/* As the loop does it: poll, service, sleep to the deadline. How GET_ID ended. */
static int ask(struct blk_io *io)
{
	const uint64_t begin = x.r.p.clock;
	uint64_t next;
	const int rc = blk_io(&x, io, VIO_BLK_GET_ID, 0, id, sizeof(id));

	if (rc < 0)
		return rc;
	vio_blk_kick(&x.b);
	while (io->r.busy) {
		vio_device_poll(x.r.d);
		next = vio_recover_service(x.r.d, x.r.p.clock);
		if (io->r.busy)
			sleep_on(&x.r.p, NULL, next);
	}
	assert_true(x.r.p.clock - begin < 3 * BLK_SECOND);
	return io->r.err;
}

/* Until it is up again; how many tries that costs. */
static unsigned come_back(void)
{
	for (unsigned i = 0; x.r.d->state != VIO_LIVE; i++) {
		assert_true(i < 10);
		sleep_on(&x.r.p, NULL, vio_recover_service(x.r.d, x.r.p.clock));
		vio_recover_service(x.r.d, x.r.p.clock);
	}
	return x.r.d->recovery.tries;
}

static void expect_disk_works(void)
{
	assert_int_equal(vio_blk_read(&x.b, 4, x.data, 1024, BLK_SECOND), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 4 * 512, 1024);
}

static void expect_not_asked_again(void)
{
	struct blk_io io;
	const unsigned long before = asked();

	assert_true(x.b.id_refused);
	assert_int_equal(ask(&io), VIO_ENOTSUP);
	assert_int_equal(asked(), before);
}

static void test_a_device_that_fails_over_it_is_back_at_no_cost(void **state)
{
	struct blk_io io;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live(version, 0);
		x.host.id_breaks = true;
		assert_int_equal(ask(&io), VIO_EDEVICE);
		assert_int_equal(x.r.d->problem.cause, VIO_C_NEEDS_RESET);
		assert_int_equal(come_back(), 0);
		assert_int_equal(x.r.d->recovery.restarts, 1);
		expect_disk_works();
		expect_not_asked_again();
		blk_close(&x);
	}
}

static void test_a_device_that_never_answers_it_is_back_in_seconds(void **state)
{
	struct blk_io io;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live(version, 0);
		x.host.id_silent = true;
		assert_int_equal(ask(&io), VIO_EDEVICE);
		assert_int_equal(x.r.d->problem.cause, VIO_C_SILENT);
		assert_int_equal(come_back(), 0);
		expect_disk_works();
		expect_not_asked_again();
		blk_close(&x);
	}
}

/* The other requests of the disk come back, with no restart at all. */
static void test_where_queues_can_be_reset_the_device_stays_up(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, VIO_F_RING_RESET);
	x.host.id_silent = true;
	assert_int_equal(ask(&io), VIO_EDEVICE);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_false(x.r.d->recovery.excused);
	assert_int_equal(x.r.d->recovery.restarts, 0);
	expect_disk_works();
	expect_not_asked_again();
}

static void test_a_refusal_is_remembered(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, 0);
	x.host.id_unsupp = true;
	assert_int_equal(ask(&io), VIO_ENOTSUP);
	assert_int_equal(x.r.d->state, VIO_LIVE);
	expect_not_asked_again();
	assert_int_equal(asked(), 1);
}

/* A device with all of its tries used gets the start that does not count. */
static void test_the_start_is_made_where_no_try_is_left(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, 0);
	x.r.d->recovery.tries = VIO_RECOVER_TRIES;
	x.r.d->recovery.at = x.r.p.clock;
	x.host.id_breaks = true;
	assert_int_equal(ask(&io), VIO_EDEVICE);
	assert_int_equal(come_back(), VIO_RECOVER_TRIES);
	model_needs_reset(&x.r.m);
	vio_recover_service(x.r.d, x.r.p.clock);
	assert_true(vio_recover_left_off(x.r.d));
}

/* Work that may be lost by a reset has the time that it always had. */
static void test_other_requests_keep_their_time(void **state)
{
	struct blk_io id_io, io;

	(void)state;
	x.direct = true; /* both slots keep such a request */
	live(2, BLK_INDIRECT);
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 0, x.data, 512), VIO_OK);
	assert_int_equal(blk_io(&x, &id_io, VIO_BLK_READ, 2, x.data + 512, 512), VIO_OK);
	blk_turn(&x);
	x.host.id_silent = true;
	assert_int_equal(blk_io(&x, &id_io, VIO_BLK_GET_ID, 0, id, sizeof(id)), VIO_OK);
	vio_blk_kick(&x.b);
	x.host.hold = true;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 4, x.data, 512), VIO_OK);
	vio_blk_kick(&x.b);
	vio_device_service(x.r.d, x.r.p.clock);
	for (unsigned i = 0; i < 2; i++) { /* a second notification, then the end */
		x.r.p.clock += 10 * BLK_SECOND;
		vio_device_service(x.r.d, x.r.p.clock);
	}
	assert_int_equal(x.r.d->state, VIO_LIVE);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_false(io.r.busy);
	assert_int_equal(io.r.err, VIO_OK);
	while (id_io.r.busy)
		sleep_on(&x.r.p, NULL, vio_recover_service(x.r.d, x.r.p.clock));
	assert_int_equal(come_back(), 0);
}

/* Also those that follow an identity that is answered. */
static void test_requests_after_an_answer_have_their_time(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, BLK_INDIRECT);
	memcpy(x.host.id, "disk", 5);
	assert_int_equal(ask(&io), VIO_OK);
	x.host.hold = true;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_READ, 4, x.data, 512), VIO_OK);
	vio_blk_kick(&x.b);
	for (unsigned i = 0; i < 3; i++) {
		vio_device_service(x.r.d, x.r.p.clock);
		x.r.p.clock += 5 * BLK_SECOND;
	}
	assert_int_equal(x.r.d->state, VIO_LIVE);
	assert_int_equal(x.b.queue[0].kicks, 2);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	assert_int_equal(io.r.err, VIO_OK);
}

/* It is not the device that ended the request. */
static void test_a_stop_by_hand_is_no_refusal(void **state)
{
	struct blk_io io;

	(void)state;
	live(2, 0);
	x.host.hold = true;
	assert_int_equal(blk_io(&x, &io, VIO_BLK_GET_ID, 0, id, sizeof(id)), VIO_OK);
	vio_blk_kick(&x.b);
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	assert_int_equal(io.r.err, VIO_EDEVICE);
	assert_false(x.b.id_refused);
	assert_false(x.r.d->recovery.excused);
	x.host.hold = false;
	memcpy(x.host.id, "disk", 5);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	assert_int_equal(ask(&io), VIO_OK);
	assert_string_equal((const char *)id, "disk");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_a_device_that_fails_over_it_is_back_at_no_cost),
		T(test_a_device_that_never_answers_it_is_back_in_seconds),
		T(test_where_queues_can_be_reset_the_device_stays_up),
		T(test_a_refusal_is_remembered),
		T(test_the_start_is_made_where_no_try_is_left),
		T(test_other_requests_keep_their_time),
		T(test_requests_after_an_answer_have_their_time),
		T(test_a_stop_by_hand_is_no_refusal),
#undef T
	};

	return cmocka_run_group_tests_name("blk_id", tests, NULL, NULL);
}
