/* SPDX-License-Identifier: BSD-2-Clause */
/* How to use the model, as tests/model/README.md describes: a driver with a correct device, and
 * then with one that lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <picovirtio/mmio.h>
#include <picovirtio/rng.h>
#include "tests/host_platform.h"
#include "tests/model/rng.h"

enum { AT = 0x10001000, BYTES = 0x200, VERSION = 2, QUEUE_MAX = 8 };

static struct host_platform platform;
static struct model model;
static struct model_rng host;
static struct vio_host_window window;
static struct vio_mmio transport;
static struct vio_rng rng;
static uint8_t random_bytes[16];
static struct vio_rng_request request = { .p = random_bytes, .len = sizeof(random_bytes) };

static int set_up(void **state)
{
	static struct model_config config;

	(void)state;
	host_platform_init(&platform, HOST_OFFSET);
	model_rng_config(&config, &host, VERSION, VIO_F_VERSION_1, QUEUE_MAX);
	config.memory = &platform.memory;
	model_init(&model, &config);
	host_plug(&window, &model, AT, BYTES);
	rng = (struct vio_rng){ 0 };
	assert_int_equal(vio_mmio_probe(&transport, AT, BYTES), VIO_OK);
	assert_int_equal(vio_rng_init(&rng, &transport.base, &platform.platform, NULL), VIO_OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vio_device_stop(&rng.device);
	host_unplug(&window);
	model_done(&model);
	host_platform_done(&platform);
	return 0;
}

static void test_good_device_serves_a_request(void **state)
{
	(void)state;
	assert_int_equal(vio_device_start(&rng.device), VIO_OK);
	assert_int_equal(vio_rng_submit(&rng, &request), VIO_OK);
	vio_rng_kick(&rng);
	model_run(&model);
	vio_device_poll(&rng.device);
	assert_int_equal(request.n, sizeof(random_bytes));
	model_check(&model);
}

static void test_device_that_refuses_features_does_not_start(void **state)
{
	(void)state;
	model.faults.status_clear = VIO_S_FEATURES_OK;
	assert_true(vio_device_start(&rng.device) < 0);
	assert_int_equal(rng.device.problem.cause, VIO_C_REFUSED_FEATURES);
}

static void test_completion_of_what_is_not_out_fails_the_device(void **state)
{
	(void)state;
	assert_int_equal(vio_device_start(&rng.device), VIO_OK);
	model.faults.silent = true;
	assert_int_equal(vio_rng_submit(&rng, &request), VIO_OK);
	vio_rng_kick(&rng);
	mq_look(&model.queue[0]);
	assert_true(mq_lie(&model.queue[0], MQ_ID_TOO_BIG));
	vio_device_poll(&rng.device);
	assert_int_equal(rng.device.state, VIO_FAILED);
	assert_int_equal(request.err, VIO_EDEVICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(test_good_device_serves_a_request),
		T(test_device_that_refuses_features_does_not_start),
		T(test_completion_of_what_is_not_out_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("model_sample", tests, NULL, NULL);
}
