/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-crypto over its device model: sessions, requests of each service, the life cycle. */
#include "tests/unit/crypto_rig.h"

static void test_crypto_003_device_is_known_after_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live(version);
		assert_true(c.ready);
		assert_int_equal(c.info.data_queues, 2);
		assert_int_equal(c.info.services, 0xf);
		assert_int_equal(c.info.cipher_key_max, 32);
		assert_int_equal(c.info.auth_key_max, 64);
		assert_int_equal(c.info.bytes_max, MODEL_CRYPTO_MAX_SIZE);
		assert_true(vio_crypto_has(&c, VIO_CRYPTO_CIPHER, VIO_CRYPTO_AES_CBC));
		assert_false(vio_crypto_has(&c, VIO_CRYPTO_CIPHER, 16));
		assert_false(vio_crypto_has(&c, VIO_CRYPTO_CIPHER, 64));
		assert_true(vio_crypto_has(&c, VIO_CRYPTO_HASH, VIO_CRYPTO_SHA256));
		assert_true(vio_crypto_has(&c, VIO_CRYPTO_MAC, VIO_CRYPTO_HMAC_SHA1));
		assert_false(vio_crypto_has(&c, VIO_CRYPTO_MAC, VIO_CRYPTO_CMAC_AES));
		assert_true(vio_crypto_has(&c, VIO_CRYPTO_AEAD, VIO_CRYPTO_GCM));
		assert_false(vio_crypto_has(&c, (enum vio_crypto_service)4, 1));
		assert_int_equal(r.d->features & 0x3f, 0);
		teardown(NULL);
	}
}

static void test_crypto_009_text_is_encrypted_and_decrypted(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version);
		s = session(VIO_CRYPTO_CIPHER, false);
		assert_int_equal(open_session(), VIO_OK);
		assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_OK);
		for (unsigned i = 0; i < TEXT; i++)
			assert_int_equal(
				out[i], (uint8_t)(text[i] + model_crypto_add(key, KEY, iv, IV, i)));
		assert_int_equal(out[TEXT], 0x77);
		assert_int_equal(close_session(), VIO_OK);
		s = session(VIO_CRYPTO_CIPHER, true);
		assert_int_equal(open_session(), VIO_OK);
		assert_int_equal(run(request(out, TEXT, back, TEXT)), VIO_OK);
		assert_memory_equal(back, text, TEXT);
		struct vio_crypto_request ecb = request(out, TEXT, back, TEXT);
		ecb.iv = NULL;
		ecb.iv_len = 0;
		assert_int_equal(run(ecb), VIO_OK);
		assert_int_equal(host_mapped(&r.p), 0);
		teardown(NULL);
	}
}

static void test_crypto_007_crypto_008_hashes_and_macs(void **state)
{
	(void)state;
	live(2);
	for (unsigned service = VIO_CRYPTO_HASH; service <= VIO_CRYPTO_MAC; service++) {
		s = session((enum vio_crypto_service)service, false);
		assert_int_equal(open_session(), VIO_OK);
		assert_int_equal(run(request(text, TEXT, out, TAG)), VIO_OK);
		for (unsigned i = 0; i < TAG; i++)
			assert_int_equal(out[i], model_crypto_sum(text, TEXT, i));
		assert_int_equal(close_session(), VIO_OK);
	}
	assert_int_equal(host.closed, 2);
}

static void test_crypto_010_aead_has_a_tag(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_AEAD, false);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(run(request(text, TEXT, out, TEXT + TAG)), VIO_OK);
	assert_int_equal(out[TEXT], model_crypto_sum(text, TEXT, 0));
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_AEAD, true);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(run(request(out, TEXT + TAG, back, TEXT)), VIO_OK);
	assert_memory_equal(back, text, TEXT);
	out[TEXT + TAG - 1] ^= 1;
	struct vio_crypto_request q = request(out, TEXT + TAG, back, TEXT);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_OK);
	vio_crypto_kick(&c);
	settle();
	assert_int_equal(q.err, VIO_EIO);
	assert_int_equal(q.status, VIO_CRYPTO_BADMSG);
	for (unsigned i = 0; i < TEXT; i++) /* the text is not to be had */
		assert_int_equal(back[i], 0);
	assert_int_equal(c.errors, 1);
}

static void test_crypto_002_nothing_is_sent_before_the_device_is_ready(void **state)
{
	(void)state;
	plug(2, 1, NULL);
	r.m.cfg.config[0] = 2; /* not HW_READY */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(open_session(), VIO_EBUSY);
	model_crypto_ready(&r.m, true);
	vio_device_service(r.d, 0);
	assert_true(c.ready);
	assert_int_equal(open_session(), VIO_OK);
	model_crypto_ready(&r.m, false);
	vio_device_service(r.d, 0);
	struct vio_crypto_request q = request(text, TEXT, out, TEXT);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_EBUSY);
	assert_int_equal(vio_crypto_close(&c, &s), VIO_EBUSY);
}

static unsigned changes;

static void on_change(struct vio_crypto *of)
{
	assert_ptr_equal(of, &c);
	changes++;
}

static void test_caller_hears_of_each_change(void **state)
{
	(void)state;
	changes = 0;
	plug(2, 2, NULL);
	c.changed = on_change;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(changes, 0); /* it was ready at the start */
	model_crypto_ready(&r.m, true);
	vio_device_service(r.d, 0);
	assert_int_equal(changes, 0);
	model_crypto_ready(&r.m, false);
	vio_device_service(r.d, 0);
	assert_int_equal(changes, 1);
}

static void test_crypto_002_limits_of_the_device_are_kept(void **state)
{
	static uint8_t large[MODEL_CRYPTO_MAX_SIZE];
	static uint8_t long_key[65];

	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	s.key = long_key;
	s.key_len = 33;
	assert_int_equal(open_session(), VIO_ERANGE);
	s.key_len = 32;
	assert_int_equal(open_session(), VIO_OK);
	const uint32_t fit = (MODEL_CRYPTO_MAX_SIZE - VIO_CRYPTO_HEADER_BYTES - 1 - IV) / 2;
	assert_int_equal(run(request(large, fit, large + fit, fit)), VIO_OK);
	assert_int_equal(run(request(large, fit + 1, large + fit, fit + 1)), VIO_ERANGE);
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_HASH, false);
	assert_int_equal(open_session(), VIO_OK);
	const uint32_t most = MODEL_CRYPTO_MAX_SIZE - VIO_CRYPTO_HEADER_BYTES - 1 - TAG;
	assert_int_equal(run(request(large, most, out, TAG)), VIO_OK);
	assert_int_equal(run(request(large, most + 1, out, TAG)), VIO_ERANGE);
	assert_int_equal(close_session(), VIO_OK);
	assert_int_equal(run(request(text, TEXT, out, TAG)), VIO_EINVAL); /* closed */
	assert_int_equal(open_session(), VIO_OK);			  /* the same struct */
	assert_true(s.open);
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_MAC, false);
	s.done = NULL;
	s.key = long_key;
	s.key_len = 65;
	assert_int_equal(open_session(), VIO_ERANGE);
	s.key_len = 64;
	assert_int_equal(open_session(), VIO_OK);
}

/* What a service does not use has no say in it. */
static void test_values_of_other_services_are_ignored(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_HASH, true);
	s.aad_len = AAD;
	s.key_len = 1000; /* of no key */
	host.hold = true;
	assert_int_equal(vio_crypto_open(&c, &s), VIO_OK);
	assert_int_equal(c.header[s.slot][1], s.algorithm);
	assert_int_equal(c.header[s.slot][5], TAG);
	host.hold = false;
	settle();
	assert_int_equal(s.err, VIO_OK);
	assert_int_equal(run(request(text, 0, out, TAG)), VIO_EINVAL);
	assert_int_equal(run(request(text, TEXT, out, TAG)), VIO_OK);
	assert_int_equal(out[2], model_crypto_sum(text, TEXT, 2));
	c.info.services = 0xff; /* there are four */
	assert_false(vio_crypto_has(&c, (enum vio_crypto_service)4, 1));
	c.info.algorithms[VIO_CRYPTO_CIPHER] = 1 << 5;
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(vio_crypto_has(&c, VIO_CRYPTO_CIPHER, i), i == 5);
}

static void test_messages_name_the_algorithm_and_go_at_once(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	unsigned long notifies = r.m.counts.notifies;
	assert_int_equal(vio_crypto_open(&c, &s), VIO_OK);
	assert_int_equal(r.m.counts.notifies, notifies + 1); /* without a poll */
	settle();
	struct vio_crypto_request q = request(text, TEXT, out, TEXT);
	q.done = NULL;
	r.p.fail_map = 1;
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_EADDR);
	assert_false(q.busy);
	r.p.fail_map = 0;
	notifies = r.m.counts.notifies;
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_OK);
	assert_int_equal(c.header[q.slot][1], s.algorithm);
	assert_int_equal(vio_crypto_open(&c, &s), VIO_EBUSY);
	vio_crypto_kick(&c);
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	settle();
	assert_int_equal(q.err, VIO_OK);
	host.hold = true;
	assert_int_equal(vio_crypto_close(&c, &s), VIO_OK);
	assert_int_equal(c.header[s.slot][1], s.algorithm);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_false(s.open);
	assert_int_equal(s.err, VIO_EDEVICE);
	s.users = 1; /* the device is the reason, whatever the session says */
	assert_int_equal(vio_crypto_open(&c, &s), VIO_EDEVICE);
	assert_int_equal(vio_crypto_close(&c, &s), VIO_EDEVICE);
}

/* What cannot be read a few times is read, or is the cause; nothing else is made of it. */
static void test_configuration_that_changes_for_a_while(void **state)
{
	unsigned started = 0;

	(void)state;
	for (unsigned moves = 1; moves < 80; moves++) {
		plug(2, 2, NULL);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_int_equal(c.info.data_queues, 2);
			assert_int_equal(c.info.services, 0xf);
			assert_int_equal(c.info.auth_key_max, 64);
			assert_int_equal(c.info.bytes_max, MODEL_CRYPTO_MAX_SIZE);
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		}
		teardown(NULL);
		setup(NULL);
	}
	assert_true(started > 0 && started < 79);
	live(2);
}

static int wrong(struct vio_crypto_session session)
{
	return vio_crypto_open(&c, &session);
}

static void test_wrong_sessions_are_refused(void **state)
{
	(void)state;
	live(2);
	struct vio_crypto_session q = session(VIO_CRYPTO_CIPHER, false);
	q.algorithm = 16;
	assert_int_equal(wrong(q), VIO_ENOTSUP);
	q = session((enum vio_crypto_service)4, false);
	assert_int_equal(wrong(q), VIO_ENOTSUP);
	c.info.services &= ~2u;
	assert_int_equal(wrong(session(VIO_CRYPTO_HASH, false)), VIO_ENOTSUP);
	c.info.services |= 2u;
	q = session(VIO_CRYPTO_CIPHER, false);
	q.key = NULL;
	assert_int_equal(wrong(q), VIO_EINVAL);
	q = session(VIO_CRYPTO_CIPHER, false);
	q.key_len = 0;
	assert_int_equal(wrong(q), VIO_EINVAL);
	q = session(VIO_CRYPTO_HASH, false);
	q.key = key;
	q.key_len = KEY;
	assert_int_equal(wrong(q), VIO_EINVAL);
	for (unsigned i = VIO_CRYPTO_HASH; i <= VIO_CRYPTO_AEAD; i++) {
		q = session((enum vio_crypto_service)i, false);
		q.result_len = 0;
		assert_int_equal(wrong(q), VIO_EINVAL);
	}
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(close_session(), VIO_EINVAL);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(open_session(), VIO_EINVAL);
	assert_int_equal(host.opened, 1);
}

static void test_wrong_requests_are_refused(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_EINVAL); /* not open */
	assert_int_equal(open_session(), VIO_OK);
	struct vio_crypto_request q = request(text, TEXT, out, TEXT);
	q.session = NULL;
	assert_int_equal(run(q), VIO_EINVAL);
	assert_int_equal(run(request(NULL, TEXT, out, TEXT)), VIO_EINVAL);
	assert_int_equal(run(request(text, 0, out, 0)), VIO_EINVAL);
	assert_int_equal(run(request(text, TEXT, NULL, TEXT)), VIO_EINVAL);
	assert_int_equal(run(request(text, TEXT, out, TEXT - 1)), VIO_EINVAL);
	assert_int_equal(run(request(text, TEXT, out, TEXT + 1)), VIO_EINVAL);
	q = request(text, TEXT, out, TEXT);
	q.iv = NULL;
	assert_int_equal(run(q), VIO_EINVAL);
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_AEAD, false);
	assert_int_equal(open_session(), VIO_OK);
	q = request(text, TEXT, out, TEXT + TAG);
	q.aad = NULL;
	assert_int_equal(run(q), VIO_EINVAL);
	assert_int_equal(run(request(text, TEXT, out, TEXT)), VIO_EINVAL);
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_AEAD, true);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(run(request(out, TAG - 1, back, UINT32_MAX)), VIO_EINVAL);
	assert_int_equal(close_session(), VIO_OK);
	s = session(VIO_CRYPTO_HASH, false);
	assert_int_equal(open_session(), VIO_OK);
	assert_int_equal(run(request(text, TEXT, out, TAG - 1)), VIO_EINVAL);
	assert_int_equal(host.requests, 0);
}

static void test_session_is_not_closed_under_its_requests(void **state)
{
	(void)state;
	live(2);
	s = session(VIO_CRYPTO_CIPHER, false);
	host.hold = true;
	assert_int_equal(vio_crypto_open(&c, &s), VIO_OK);
	assert_int_equal(vio_crypto_open(&c, &s), VIO_EBUSY);
	assert_int_equal(vio_crypto_close(&c, &s), VIO_EBUSY);
	host.hold = false;
	settle();
	struct vio_crypto_request q = request(text, TEXT, out, TEXT);
	host.hold = true;
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_OK);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_EBUSY);
	assert_int_equal(vio_crypto_close(&c, &s), VIO_EBUSY);
	vio_crypto_kick(&c);
	host.hold = false;
	settle();
	assert_int_equal(q.err, VIO_OK);
	host.hold = true;
	assert_int_equal(vio_crypto_close(&c, &s), VIO_OK);
	assert_int_equal(vio_crypto_submit(&c, &q), VIO_EINVAL); /* closing */
	host.hold = false;
	settle();
	assert_false(s.open);
}

static void test_answers_in_another_order_and_one_notification(void **state)
{
	static uint8_t results[4][TAG];
	struct vio_crypto_request q[4];

	(void)state;
	live(2);
	s = session(VIO_CRYPTO_HASH, false);
	assert_int_equal(open_session(), VIO_OK);
	host.reversed = true;
	const unsigned long notifies = r.m.counts.notifies, reads = r.m.counts.reads;
	for (unsigned i = 0; i < 4; i++) {
		q[i] = request(text + i, TEXT - 3, results[i], TAG);
		assert_int_equal(vio_crypto_submit(&c, &q[i]), VIO_OK);
	}
	vio_crypto_kick(&c);
	settle();
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(q[i].err, VIO_OK);
		assert_int_equal(results[i][3], model_crypto_sum(text + i, TEXT - 3, 3));
	}
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	assert_int_equal(r.m.counts.reads, reads);
}

static void test_as_many_requests_as_the_options_say(void **state)
{
	const struct vio_crypto_options o = { .requests = 2 };
	static uint8_t results[3][TAG];
	struct vio_crypto_request q[3];

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	s = session(VIO_CRYPTO_HASH, false);
	assert_int_equal(open_session(), VIO_OK);
	for (unsigned n = 0; n < 3; n++) {
		host.hold = true;
		for (unsigned i = 0; i < 3; i++) {
			q[i] = request(text, TEXT, results[i], TAG);
			assert_int_equal(vio_crypto_submit(&c, &q[i]), i < 2 ? VIO_OK : VIO_EFULL);
		}
		struct vio_crypto_session other = session(VIO_CRYPTO_HASH, false);
		assert_int_equal(vio_crypto_open(&c, &other), VIO_EFULL);
		other.open = true; /* as if it had been opened */
		other.starts = c.starts;
		assert_int_equal(vio_crypto_close(&c, &other), VIO_EFULL);
		vio_crypto_kick(&c);
		host.hold = false;
		settle();
	}
	assert_int_equal(host.requests, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_crypto_003_device_is_known_after_the_start),
		T(test_crypto_009_text_is_encrypted_and_decrypted),
		T(test_crypto_007_crypto_008_hashes_and_macs),
		T(test_crypto_010_aead_has_a_tag),
		T(test_crypto_002_nothing_is_sent_before_the_device_is_ready),
		T(test_caller_hears_of_each_change),
		T(test_crypto_002_limits_of_the_device_are_kept),
		T(test_values_of_other_services_are_ignored),
		T(test_messages_name_the_algorithm_and_go_at_once),
		T(test_configuration_that_changes_for_a_while),
		T(test_wrong_sessions_are_refused),
		T(test_wrong_requests_are_refused),
		T(test_session_is_not_closed_under_its_requests),
		T(test_answers_in_another_order_and_one_notification),
		T(test_as_many_requests_as_the_options_say),
#undef T
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
