/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-crypto: devices that lie, fail or do not answer. */
#include "tests/unit/crypto_rig.h"

static void test_HD_CRYPTO_01_number_of_queues_is_wild(void **state)
{
	static const uint32_t numbers[] = { 0, 1025, 65536, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		plug(2, 1, NULL);
		memcpy(r.m.cfg.config + 4, &numbers[i], 4);
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
		assert_int_equal(r.d->problem.got, VIO_CRYPTO_NO_QUEUES);
		assert_int_equal(r.m.counts.written_at[0x030 / 4], 0); /* no queue was selected */
		teardown(NULL);
	}
	plug(2, 1, NULL);
	r.m.cfg.config[5] = 4; /* 1025 with the one that is there: still too many */
	r.m.cfg.config[4] = 0; /* 1024: as many as there may be, and no such control queue */
	assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
	assert_int_equal(r.d->problem.queue, 1024);
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	(void)state;
	for (unsigned q = 0; q < 2; q++) {
		plug(2, 1, NULL);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, q);
		teardown(NULL);
		plug(2, 1, NULL);
		r.m.cfg.queue_max[q] = 4;
		assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
		assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
		assert_int_equal(r.d->problem.queue, q);
		teardown(NULL);
	}
}

static void test_HD_CRYPTO_02_status_is_an_error_or_none_at_all(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	for (host.status = 1; host.status <= 6; host.status++) {
		assert_int_equal(open_session(), VIO_EIO);
		assert_int_equal(s.status, host.status);
		assert_false(s.open);
	}
	host.status = 7;
	assert_int_equal(open_session(), VIO_EDEVICE);
	host.status = 0xffffff00; /* its lowest byte is no status */
	assert_int_equal(open_session(), VIO_EDEVICE);
	host.status = 0;
	host.keep_status = true;
	assert_int_equal(open_session(), VIO_EDEVICE);
	host.keep_status = false;
	memset(host.session, 0, sizeof(host.session));
	assert_int_equal(open_session(), VIO_OK);
	const uint32_t errors = c.errors;
	for (host.status = 1; host.status <= 7; host.status++) {
		memset(out, 0x77, sizeof(out));
		assert_int_equal(run(request(text, TEXT, out, TEXT)),
				 host.status == 7 ? VIO_EDEVICE : VIO_EIO);
		assert_int_equal(out[0] | out[TEXT - 1], 0);
		assert_int_equal(out[TEXT], 0x77);
	}
	host.status = 0;
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_OK);
	host.keep_status = true; /* the one of before is no answer */
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_EDEVICE);
	assert_int_equal(c.errors, errors + 8);
	assert_int_equal(close_session(), VIO_EDEVICE);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_CRYPTO_03_answer_is_shorter_than_the_result(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	for (host.answer_bytes = 1; host.answer_bytes < 16; host.answer_bytes++) {
		assert_int_equal(open_session(), VIO_EDEVICE);
		assert_false(s.open);
		memset(host.session, 0, sizeof(host.session));
	}
	host.answer_bytes = 0;
	assert_int_equal(open_session(), VIO_OK);
	host.no_bytes = true;
	assert_int_equal(close_session(), VIO_EDEVICE);
	host.no_bytes = false;
	host.answer_bytes = 0;
	assert_int_equal(open_session(), VIO_OK);
	host.answer_bytes = TEXT;
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_EDEVICE);
	assert_int_equal(out[0], 0);
	host.answer_bytes = TEXT + 2; /* beyond what is writable: clamped */
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_CRYPTO_04_sessions_are_gone_after_a_restart(void **state)
{
	struct vio_crypto_session other = session(VIO_CRYPTO_CIPHER, false);

	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(open_session(), VIO_OK);
	host.hold = true;
	struct vio_crypto_request q = request(text, TEXT, out, TEXT);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_OK);
	vio_crypto_kick(&c);
	assert_int_equal(vio_crypto_open(&c, &other), VIO_OK);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(q.err, VIO_EDEVICE);
	assert_int_equal(out[0], 0);
	assert_int_equal(other.err, VIO_EDEVICE);
	assert_int_equal(other.status, VIO_CRYPTO_ERR);
	assert_int_equal(q.status, VIO_CRYPTO_ERR);
	assert_int_equal(sessions_done, 2);
	assert_int_equal(c.errors, 2);
	assert_int_equal(c.requests, 1);
	assert_int_equal(vio_crypto_open(&c, &other), VIO_EDEVICE);
	assert_int_equal(host_mapped(&r.p), 0);
	vio_crypto_kick(&c);
	host.hold = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_EINVAL);
	assert_int_equal(vio_crypto_close(&c, &s), VIO_EINVAL);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_OK);
	assert_int_equal(c.nfree, c.slots);
}

static void test_HD_CRYPTO_05_silent_device_is_given_up(void **state)
{
	uint64_t now = 0;

	(void)state;
	live(2);
	r.m.faults.silent = true;
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(vio_crypto_open(&c, &s), VIO_OK);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, 2);
	assert_int_equal(s.err, VIO_EDEVICE);
	assert_false(s.busy);
}

static void test_map_that_fails_keeps_nothing(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	for (uint32_t i = 1; i <= 3; i++) {
		r.p.fail_map = i;
		assert_int_equal(vio_crypto_open(&c, &s), VIO_EADDR);
		assert_false(s.busy);
	}
	assert_int_equal(open_session(), VIO_OK);
	for (uint32_t i = 1; i <= 5; i++) {
		r.p.fail_map = i;
		assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_EADDR);
	}
	assert_int_equal(s.users, 0);
	assert_int_equal(c.nfree, c.slots);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(close_session(), VIO_OK);
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t memory[VIO_CRYPTO_MEMORY(4) / 8];
	struct vio_crypto_options o = { .requests = 4, .memory = memory, .bytes = sizeof(memory) };
	static struct vio_crypto other;

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	s = session(VIO_CRYPTO_HASH, false);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(r.p.privates, 0); /* nothing else was taken */
	o.bytes--;
	assert_int_equal(vio_crypto_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	o.requests = 3;
	assert_int_equal(vio_crypto_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_crypto_options){ .requests = 128 };
	assert_int_equal(vio_crypto_init(&other, &r.t.base, &r.p.platform, &o), VIO_OK);
	o.requests = 256;
	assert_int_equal(vio_crypto_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	assert_ptr_equal(vio_crypto_of(r.d), &c);
	assert_null(vio_crypto_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_crypto_of(r.d));
	r.d->driver = &vio_crypto_driver;
}

static void encrypt_once(unsigned nth)
{
	static struct vio_crypto_request q[RIG_MORE];
	static uint8_t from[RIG_MORE][2 * TEXT], to[RIG_MORE][2 * TEXT];

	q[nth] = request(from[nth], TEXT, to[nth], TEXT);
	assert_int_equal(vio_crypto_submit(&c, &q[nth]), VIO_OK);
	vio_crypto_kick(&c);
}

static void test_one_lost_request_fails_the_device(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(open_session(), VIO_OK);
	rig_loses_one(&r, 0, encrypt_once);
	assert_true(requests_done > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_HD_CRYPTO_01_number_of_queues_is_wild),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_HD_CRYPTO_02_status_is_an_error_or_none_at_all),
		T(test_HD_CRYPTO_03_answer_is_shorter_than_the_result),
		T(test_HD_CRYPTO_04_sessions_are_gone_after_a_restart),
		T(test_HD_CRYPTO_05_silent_device_is_given_up),
		T(test_one_lost_request_fails_the_device),
		T(test_map_that_fails_keeps_nothing),
		T(test_memory_of_the_caller_and_options),
#undef T
	};

	return cmocka_run_group_tests_name("crypto_lies", tests, NULL, NULL);
}
