/* SPDX-License-Identifier: BSD-2-Clause */
/* The transport built without version 1, as by -DPICOVIRTIO_LEGACY=OFF. */
#undef PICOVIRTIO_LEGACY
#define PICOVIRTIO_LEGACY 0
#include "transport/mmio.c"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "tests/host_platform.h"

enum { AT = 0x10001000, WINDOW = 0x200 };

static int probe(uint32_t version, struct vio_mmio *t)
{
	static const struct model_class cls = { .name = "any", .device_id = 42 };
	static struct vio_host_window window;
	static struct model model;
	struct host_platform host;

	host_platform_init(&host, HOST_IDENTITY);
	const struct model_config cfg = { .version = version, .cls = &cls, .memory = &host.memory };
	model_init(&model, &cfg);
	host_plug(&window, &model, AT, WINDOW);
	int rc = vio_mmio_probe(t, AT, WINDOW);
	host_unplug(&window);
	model_done(&model);
	host_platform_done(&host);
	return rc;
}

static void test_version_1_is_refused(void **state)
{
	struct vio_mmio t;

	(void)state;
	assert_int_equal(probe(1, &t), VIO_ENOTSUP);
	assert_int_equal(t.version, 1);
}

static void test_version_2_is_as_before(void **state)
{
	struct vio_mmio t;

	(void)state;
	assert_int_equal(probe(2, &t), VIO_OK);
	assert_ptr_equal(t.base.ops, &version_2);
	assert_false(vio_legacy(&t.base));
	assert_int_equal(t.base.used_align, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_1_is_refused),
		cmocka_unit_test(test_version_2_is_as_before),
	};

	return cmocka_run_group_tests_name("no_legacy", tests, NULL, NULL);
}
