/* SPDX-License-Identifier: BSD-2-Clause */
/* getentropy() over the real driver and a modelled device; the loop is this test. */
#include "tests/unit/device_rig.h"

#include <picovirtio/rng.h>
#include "firmware/devices/entropy.h"
#include "firmware/devices/probe.h"
#include "firmware/image.h"

#include <errno.h>

enum { MANY = 200 };

extern const struct service service_entropy;

static struct rig r;
static struct model_rng host;
static struct vio_rng rng;
static struct vio_loop loop;
static struct probe found;
static uint64_t waited;

/* The host's turn and ours, until it is so; a device that does nothing more is waited for as long
 * as is asked. */
bool vio_loop_wait(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	assert_ptr_equal(l, &loop);
	for (unsigned i = 0; i < 10 && !ready(arg); i++) {
		model_run(&r.m);
		vio_device_poll(r.d);
	}
	if (!ready(arg))
		waited += timeout;
	return ready(arg);
}

uint64_t vio_loop_now(const struct vio_loop *l)
{
	(void)l;
	return waited;
}

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	memset(&rng, 0, sizeof(rng));
	memset(&found, 0, sizeof(found));
	waited = 0;
	rig_init_for(&r, 2);
	model_rng_config(&r.cfg, &host, 2, BIT64(32), 8);
	rig_drive(&r, &rng.device, &vio_rng_driver);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	found.devices = r.d;
	service_entropy.start(&found, &loop);
	errno = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

static bool is_filled_with(const uint8_t *p, size_t n, uint8_t v)
{
	size_t i;

	for (i = 0; i < n && p[i] == v; i++)
		;
	return i == n;
}

/* The model's bytes count up. */
static void expect_counting(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], i & 255);
}

static void test_bytes_of_several_requests(void **state)
{
	uint8_t a[ENTROPY_MAX + 1];

	(void)state;
	a[ENTROPY_MAX] = 0x5a;
	assert_int_equal(getentropy(a, ENTROPY_MAX), 0);
	expect_counting(a, ENTROPY_MAX);
	assert_int_equal(a[ENTROPY_MAX], 0x5a);
	assert_int_equal(host.requests, 1);
	assert_int_equal(getentropy(a, 0), 0);
}

/* The device may return fewer bytes than requested. */
static void test_short_answers_are_put_together(void **state)
{
	uint8_t a[MANY];

	(void)state;
	host.at_most = 9;
	assert_int_equal(getentropy(a, sizeof(a)), 0);
	expect_counting(a, sizeof(a));
}

static void test_too_many_bytes(void **state)
{
	uint8_t a[ENTROPY_MAX + 1];

	(void)state;
	assert_int_equal(getentropy(a, sizeof(a)), -1);
	assert_int_equal(errno, EINVAL);
}

/* The first: an image may have TCP/IP, which asks, and not this service. */
static void test_before_the_service_is_started_there_are_no_bytes(void **state)
{
	uint8_t a = 0x5a;

	(void)state;
	assert_int_equal(entropy_get(&a, 1), VIO_ENODEV);
	assert_int_equal(a, 0);
}

static void test_without_a_device_there_are_no_bytes(void **state)
{
	uint8_t a[MANY];

	(void)state;
	found.devices = NULL;
	memset(a, 0x5a, sizeof(a));
	assert_int_equal(getentropy(a, sizeof(a)), -1);
	assert_int_equal(errno, ENOSYS);
	assert_true(is_filled_with(a, sizeof(a), 0));
	assert_int_equal(entropy_get(a, 1), VIO_ENODEV);
	found.devices = r.d; /* there, but not live */
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_ptr_equal(entropy_device(), r.d);
	assert_int_equal(getentropy(a, sizeof(a)), -1);
	assert_int_equal(errno, EIO);
}

/* Nothing of the earlier bytes is left. */
static void test_device_that_stops_answering_is_given_up(void **state)
{
	uint8_t a[MANY];

	(void)state;
	memset(a, 0x5a, sizeof(a));
	host.hold = true;
	assert_int_equal(getentropy(a, sizeof(a)), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(waited, UINT64_C(30000000000));
	assert_true(is_filled_with(a, sizeof(a), 0));
	/* The request is still in flight, and the next call waits for it. */
	assert_int_equal(entropy_get(a, 1), VIO_ETIMEDOUT);
}

static void test_source_that_gives_nothing_is_an_error(void **state)
{
	uint8_t a[MANY];

	(void)state;
	host.nothing = true;
	memset(a, 0x5a, sizeof(a));
	assert_int_equal(getentropy(a, sizeof(a)), -1);
	assert_int_equal(errno, EIO);
	assert_true(is_filled_with(a, sizeof(a), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		cmocka_unit_test(test_before_the_service_is_started_there_are_no_bytes),
		T(test_bytes_of_several_requests),
		T(test_short_answers_are_put_together),
		T(test_too_many_bytes),
		T(test_without_a_device_there_are_no_bytes),
		T(test_device_that_stops_answering_is_given_up),
		T(test_source_that_gives_nothing_is_an_error),
#undef T
	};

	return cmocka_run_group_tests_name("entropy", tests, NULL, NULL);
}
