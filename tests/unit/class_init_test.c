/* SPDX-License-Identifier: BSD-2-Clause */
/* Each class through the table of its driver, as a probe uses it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <picovirtio/balloon.h>
#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/crypto.h>
#include <picovirtio/fs.h>
#include <picovirtio/gpu.h>
#include <picovirtio/input.h>
#include <picovirtio/net.h>
#include <picovirtio/p9.h>
#include <picovirtio/rng.h>
#include <picovirtio/scsi.h>
#include <picovirtio/sound.h>
#include <picovirtio/vsock.h>
#include "tests/host_platform.h"

static const struct vio_driver *const drivers[] = {
	&vio_balloon_driver, &vio_blk_driver, &vio_console_driver, &vio_crypto_driver,
	&vio_fs_driver,	     &vio_gpu_driver, &vio_input_driver,   &vio_net_driver,
	&vio_p9_driver,	     &vio_rng_driver, &vio_scsi_driver,	   &vio_sound_driver,
	&vio_vsock_driver,
};

/* The platform gives all memory that an instance asks for, or none. */
static void test_each_class_takes_its_memory_from_the_platform(void **state)
{
	struct vio_transport transport = { 0 };

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof(drivers) / sizeof(drivers[0]); i++) {
		const struct vio_driver *const driver = drivers[i / 2];
		struct vio_device *d = calloc(1, driver->state_size);
		struct host_platform p;

		assert_non_null(d);
		host_platform_init(&p, HOST_HIGH);
		p.fail_memory = i % 2;
		assert_int_equal(driver->init(d, &transport, &p.platform, NULL),
				 i % 2 ? VIO_ENOMEM : VIO_OK);
		assert_ptr_equal(d->driver, i % 2 ? NULL : driver);
		assert_ptr_equal(d->transport, i % 2 ? NULL : &transport);
		assert_ptr_equal(d->platform, i % 2 ? NULL : &p.platform);
		host_platform_done(&p);
		free(d);
	}
}

/* The caller's memory may hold anything. */
static void test_part_of_an_instance_is_zeroed(void **state)
{
	static _Alignas(8) uint8_t memory[24];
	static const uint8_t zero[16];
	struct vio_room room;

	(void)state;
	memset(memory, 0xa5, sizeof(memory));
	assert_int_equal(vio_room_open(&room, NULL, memory, sizeof(memory), 24), VIO_OK);
	assert_ptr_equal(vio_room_take(&room, 13), memory);
	assert_memory_equal(memory, zero, sizeof(zero));
	assert_int_equal(memory[sizeof(zero)], 0xa5);
	assert_null(vio_room_take(&room, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_class_takes_its_memory_from_the_platform),
		cmocka_unit_test(test_part_of_an_instance_is_zeroed),
	};

	return cmocka_run_group_tests_name("class_init", tests, NULL, NULL);
}
