/* SPDX-License-Identifier: BSD-2-Clause */
/* A link that comes back: the device is notified even if it wants no notification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/net_rig.h"

static void test_transmit_queue_is_nudged_when_the_link_is_up(void **state)
{
	unsigned long before;

	(void)state;
	live();
	turn();
	before = r.m.counts.notifies;
	model_net_set_link(&r.m, false);
	vio_device_service(r.d, 0);
	assert_int_equal(r.m.counts.notifies, before);
	model_net_set_link(&r.m, true);
	vio_device_service(r.d, 0);
	assert_int_equal(r.m.counts.notifies, before + 1);
	turn();
	assert_int_equal(r.d->state, VIO_LIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_transmit_queue_is_nudged_when_the_link_is_up,
					  teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
