/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-entropy: requests of any length, which deliver exactly the bytes that the device wrote. */
#include <picovirtio/driver.h>
#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"

static struct rig r;
static struct model_rng host;
static struct vio_rng rng;

enum { MOST = 64 };

static struct vio_rng_request request;
static uint8_t bytes[MOST];

static struct {
	unsigned calls;
	int err;
	size_t n;
	uint8_t bytes[MOST];
	size_t again; /* ask for so many more from within the callback */
	int again_result;
} got;

static int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static void live_on(uint32_t version, uint32_t max)
{
	rig_close(&r);
	memset(&rng, 0, sizeof(rng));
	memset(&host, 0, sizeof(host));
	memset(&got, 0, sizeof(got));
	memset(&request, 0, sizeof(request));
	rig_init_for(&r, version);
	model_rng_config(&r.cfg, &host, version, version == 2 ? BIT64(32) : 0, max);
	rig_drive(&r, &rng.device, &vio_rng_driver);
	rig_plug(&r, true);
	host.next = 1;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

static void live(void)
{
	live_on(2, 8);
}

static void on_bytes(struct vio_rng *g, struct vio_rng_request *q);

static int ask(size_t n)
{
	if (!request.busy)
		request = (struct vio_rng_request){
			.p = bytes, .len = (uint32_t)n, .done = on_bytes, .arg = &got
		};
	int rc = vio_rng_submit(&rng, &request);
	vio_rng_kick(&rng);
	return rc;
}

static void on_bytes(struct vio_rng *g, struct vio_rng_request *q)
{
	assert_ptr_equal(g, &rng);
	assert_ptr_equal(q, &request);
	assert_ptr_equal(q->arg, &got);
	assert_false(q->busy);
	got.calls++;
	got.err = q->err;
	got.n = q->n;
	assert_true(q->n <= q->len);
	memcpy(got.bytes, bytes, q->n);
	if (got.again != 0)
		got.again_result = ask(got.again);
}

static void turn(void)
{
	model_run(&r.m);
	vio_device_poll(r.d);
}

static void test_bytes_arrive(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, version == 1 ? 1 : 1024);
		assert_int_equal(ask(MOST), VIO_OK);
		assert_int_equal(got.calls, 0);
		turn();
		assert_int_equal(got.calls, 1);
		assert_int_equal(got.err, VIO_OK);
		assert_int_equal(got.n, MOST);
		for (size_t i = 0; i < MOST; i++)
			assert_int_equal(got.bytes[i], i + 1);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_wrong_use_is_refused(void **state)
{
	(void)state;
	live();
	assert_int_equal(ask(0), VIO_EINVAL);
	assert_int_equal(ask(1), VIO_OK);
	assert_int_equal(ask(1), VIO_EBUSY);
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(ask(1), VIO_OK);
	turn();
	assert_int_equal(got.calls, 2);
	assert_ptr_equal(vio_rng_of(r.d), &rng);
	assert_null(vio_rng_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_rng_of(r.d));
}

static void test_device_that_is_not_live_is_refused(void **state)
{
	static struct vio_rng fresh;

	(void)state;
	live();
	request = (struct vio_rng_request){ .p = bytes, .len = 1 };
	assert_int_equal(vio_rng_submit(&fresh, &request), VIO_EDEVICE);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(ask(1), VIO_EDEVICE);
	assert_int_equal(got.calls, 0);
}

static void test_memory_that_cannot_be_mapped_is_reported(void **state)
{
	(void)state;
	live();
	r.p.fail_map = 1;
	assert_int_equal(ask(1), VIO_EADDR);
	assert_int_equal(ask(1), VIO_OK);
	turn();
	assert_int_equal(got.n, 1);
}

static void test_full_queue_is_reported(void **state)
{
	struct vio_rng_request other = { .p = &(uint8_t){ 0 }, .len = 1 };

	(void)state;
	live_on(2, 1);
	host.hold = true;
	assert_int_equal(ask(1), VIO_OK);
	assert_int_equal(vio_rng_submit(&rng, &other), VIO_EFULL);
	assert_int_equal(host_mapped(&r.p), 1);
	assert_false(other.busy);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
}

/* 16 of 255 bytes: one notification, and each gets its own bytes. */
static void test_many_requests_in_one_batch(void **state)
{
	static struct vio_rng_request many[16];
	static uint8_t room[16][255];

	(void)state;
	live();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_rng_init(&rng, &r.t.base, &r.p.platform,
				      &(struct vio_rng_options){ .requests = 16 }),
			 VIO_OK);
	r.m.cfg.queue_max[0] = 16;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	for (unsigned i = 0; i < 16; i++) {
		many[i] = (struct vio_rng_request){ .p = room[i], .len = 255 };
		assert_int_equal(vio_rng_submit(&rng, &many[i]), VIO_OK);
	}
	vio_rng_kick(&rng);
	assert_int_equal(rng.queue.kicks, 1);
	turn();
	for (unsigned i = 0; i < 16; i++) {
		assert_false(many[i].busy);
		assert_int_equal(many[i].err, VIO_OK);
		assert_int_equal(many[i].n, 255);
		assert_int_equal(room[i][254], (uint8_t)(i * 255 + 255));
	}
	assert_int_equal(host_mapped(&r.p), 0);
}

static void test_HD_QUEUE_01_device_without_its_queue_does_not_start(void **state)
{
	(void)state;
	live();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.m.cfg.queue_max[0] = 0;
	assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_QUEUE);
}

static void test_rng_002_only_the_used_length_is_passed_on(void **state)
{
	(void)state;
	live();
	host.at_most = 5;
	assert_int_equal(ask(20), VIO_OK);
	turn();
	assert_int_equal(got.n, 5);
	assert_int_equal(got.bytes[4], 5);
}

static void test_HD_RNG_01_nothing_for_ever_is_an_error_each_time(void **state)
{
	(void)state;
	live();
	host.nothing = true;
	for (unsigned i = 1; i <= 5; i++) {
		assert_int_equal(ask(8), VIO_OK);
		turn();
		assert_int_equal(got.calls, i);
		assert_int_equal(got.err, VIO_EDEVICE);
		assert_int_equal(got.n, 0);
	}
	assert_int_equal(host.requests, 5); /* never asked again by itself */
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_RNG_02_nothing_once_and_then_all(void **state)
{
	(void)state;
	live();
	host.nothing = true;
	assert_int_equal(ask(8), VIO_OK);
	turn();
	host.nothing = false;
	assert_int_equal(ask(8), VIO_OK);
	turn();
	assert_int_equal(got.err, VIO_OK);
	assert_int_equal(got.n, 8);
}

/* The device writes `n` bytes, and claims to have written `len`. */
static void claim(const void *from, size_t n, uint32_t len)
{
	struct mq_chain c;

	host.hold = true;
	assert_int_equal(ask(16), VIO_OK);
	model_run(&r.m);
	assert_true(mq_take(&r.m.queue[0], &c));
	mq_write(&r.m.queue[0], &c, 0, from, n);
	model_complete(&r.m, 0, c.head, len);
	vio_device_poll(r.d);
}

static void test_HD_RNG_03_length_beyond_the_request_is_clamped(void **state)
{
	(void)state;
	live();
	claim("abcdefgh", 8, 17);
	assert_int_equal(got.n, 16);
	claim("ijklmnop", 8, UINT32_MAX);
	assert_int_equal(got.n, 16);
}

static void test_HD_RNG_05_bytes_that_were_not_written_are_not_old_ones(void **state)
{
	const uint8_t zero[16] = { 0 };

	(void)state;
	live();
	assert_int_equal(ask(16), VIO_OK);
	turn();
	assert_memory_not_equal(got.bytes, zero, 16);
	claim("new", 3, 16);
	assert_int_equal(got.n, 16);
	assert_memory_equal(got.bytes, "new", 3);
	assert_memory_equal(got.bytes + 3, zero, 13);
	claim("", 0, 16); /* nothing was written at all */
	assert_int_equal(got.err, VIO_EDEVICE);
	claim("", 0, 7); /* too few to judge */
	assert_int_equal(got.n, 7);
	assert_memory_equal(got.bytes, zero, 7);
}

static void test_HD_RNG_04_stuck_source_is_an_error(void **state)
{
	(void)state;
	live();
	claim("aaaaaaaaaaaaaaaa", 16, 16);
	assert_int_equal(got.err, VIO_EDEVICE);
	assert_int_equal(got.n, 0);
	claim("aaaaaaab", 8, 8);
	assert_int_equal(got.err, VIO_OK);
	assert_int_equal(got.n, 8);
	claim("aaaaaaabcdefghij", 16, 16);
	assert_int_equal(got.err, VIO_EDEVICE);
	claim("bbbbbbbb", 8, 8);
	assert_int_equal(got.err, VIO_EDEVICE);
	claim("zyxwvuts", 8, 8);
	assert_int_equal(got.err, VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_callback_may_ask_again(void **state)
{
	(void)state;
	live();
	got.again = 3;
	assert_int_equal(ask(2), VIO_OK);
	turn();
	assert_int_equal(got.again_result, VIO_OK);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.bytes[1], 2);
	got.again = 0;
	turn();
	assert_int_equal(got.calls, 2);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.bytes[0], 3);
}

static void test_failed_device_answers_once_with_an_error(void **state)
{
	(void)state;
	live();
	host.hold = true;
	got.again = 1;
	assert_int_equal(ask(8), VIO_OK);
	model_run(&r.m);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(got.calls, 1);
	assert_int_equal(got.err, VIO_EDEVICE);
	assert_int_equal(got.n, 0);
	assert_int_equal(got.again_result, VIO_EDEVICE);
	assert_int_equal(host_mapped(&r.p), 0);
	got.again = 0;
	host.hold = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(ask(8), VIO_OK);
	turn();
	assert_int_equal(got.n, 8);
}

static void test_silent_device_is_given_up_in_the_end(void **state)
{
	uint64_t now = 0;

	(void)state;
	live();
	r.m.faults.silent = true;
	assert_int_equal(ask(8), VIO_OK);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(got.calls, 1);
	assert_int_equal(got.err, VIO_EDEVICE);
}

static struct vio_rng_request more[RIG_MORE];
static unsigned answered;

static void on_more(struct vio_rng *g, struct vio_rng_request *q)
{
	(void)g;
	assert_false(q->busy);
	answered++;
}

static void ask_for_a_byte(unsigned nth)
{
	static uint8_t to[RIG_MORE][MOST];

	more[nth] = (struct vio_rng_request){ .p = to[nth], .len = 1, .done = on_more };
	assert_int_equal(vio_rng_submit(&rng, &more[nth]), VIO_OK);
	vio_rng_kick(&rng);
}

static void test_one_lost_request_fails_the_device(void **state)
{
	(void)state;
	live();
	rig_loses_one(&r, 0, ask_for_a_byte);
	assert_true(answered > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_bytes_arrive),
		T(test_wrong_use_is_refused),
		T(test_device_that_is_not_live_is_refused),
		T(test_memory_that_cannot_be_mapped_is_reported),
		T(test_full_queue_is_reported),
		T(test_many_requests_in_one_batch),
		T(test_HD_QUEUE_01_device_without_its_queue_does_not_start),
		T(test_rng_002_only_the_used_length_is_passed_on),
		T(test_HD_RNG_01_nothing_for_ever_is_an_error_each_time),
		T(test_HD_RNG_02_nothing_once_and_then_all),
		T(test_HD_RNG_03_length_beyond_the_request_is_clamped),
		T(test_HD_RNG_05_bytes_that_were_not_written_are_not_old_ones),
		T(test_HD_RNG_04_stuck_source_is_an_error),
		T(test_callback_may_ask_again),
		T(test_failed_device_answers_once_with_an_error),
		T(test_silent_device_is_given_up_in_the_end),
		T(test_one_lost_request_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
