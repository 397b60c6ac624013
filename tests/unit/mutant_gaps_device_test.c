/* SPDX-License-Identifier: BSD-2-Clause */
/* Register traffic of bring-up that no other test looks at. */
#include <picovirtio/driver.h>
#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"

static struct rig r;
static struct model_rng host;
static struct vio_rng rng;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

/* An earlier session may have left something else there: the high word is written even
 * where it is 0 (4.2.2.2). */
static void test_high_words_of_addresses_are_written_where_they_are_0(void **state)
{
	static const uint32_t high[] = { 0x084, 0x094, 0x0a4 };
	struct model_memory *memory;

	(void)state;
	rig_init(&r, HOST_LOW);
	memory = r.cfg.memory;
	model_rng_config(&r.cfg, &host, 2, BIT64(32), 8);
	r.cfg.memory = memory;
	rig_drive(&r, &rng.device, &vio_rng_driver);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	for (size_t i = 0; i < sizeof(high) / sizeof(high[0]); i++)
		assert_true(rig_find(&r, true, high[i], 0) < rig_find(&r, true, AT_QUEUE_READY, 0));
	model_check(&r.m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_high_words_of_addresses_are_written_where_they_are_0,
					  teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
