/* SPDX-License-Identifier: BSD-2-Clause */
/* Every error and every cause has words of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>

static void test_each_error_has_its_own_words(void **state)
{
	int a;

	(void)state;
	for (a = VIO_ESTOPPED; a <= VIO_OK; a++) {
		assert_true(strlen(vio_strerror(a)) > 3);
		assert_string_not_equal(vio_strerror(a), "unknown error");
		for (int b = VIO_ESTOPPED; b < a; b++)
			assert_string_not_equal(vio_strerror(a), vio_strerror(b));
	}
	assert_string_equal(vio_strerror(VIO_ESTOPPED - 1), "unknown error");
	assert_string_equal(vio_strerror(INT32_MIN), "unknown error");
	assert_string_equal(vio_strerror(1), vio_strerror(VIO_OK)); /* a count */
}

static void test_each_cause_has_its_own_words(void **state)
{
	(void)state;
	for (unsigned a = 0; a <= VIO_C_DRIVER; a++) {
		const struct vio_explanation *const w = vio_explain((enum vio_cause)a);

		assert_non_null(w->what);
		assert_non_null(w->hint);
		assert_true(strlen(w->what) > 3);
		assert_true(a == VIO_C_NONE || strlen(w->hint) > 3); /* what to do */
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(w->what, vio_explain((enum vio_cause)b)->what);
	}
}

/* A restart may help against what a device did, but not against what it is. */
static void test_a_start_is_tried_again_only_where_it_may_help(void **state)
{
	static const enum vio_cause lasting[] = {
		VIO_C_NONE,
		VIO_C_NO_VERSION_1,
		VIO_C_MISSING_FEATURES,
		VIO_C_REFUSED_FEATURES,
		VIO_C_NO_QUEUE,
		VIO_C_QUEUE_SIZE,
		VIO_C_QUEUE_ADDRESS,
		VIO_C_NO_MEMORY,
		VIO_C_ZONED,
		VIO_C_SEGMENT_SIZE,
		VIO_C_BLOCK_SIZE,
		VIO_C_NO_OUTPUT,
		VIO_C_DRIVER + 1,
	};
	const size_t n = sizeof(lasting) / sizeof(lasting[0]);

	(void)state;
	for (unsigned cause = 0, i = 0; cause <= VIO_C_DRIVER + 1; cause++) {
		const bool lasts = i < n && cause == lasting[i];

		i += lasts;
		assert_int_equal(vio_may_retry((enum vio_cause)cause), !lasts);
	}
}

static void test_unknown_cause_is_not_null(void **state)
{
	(void)state;
	assert_non_null(vio_explain((enum vio_cause)(VIO_C_DRIVER + 1))->what);
	assert_non_null(vio_explain((enum vio_cause)UINT32_MAX)->hint);
}

/* Every feature that the driver may accept has a name. */
static void test_each_feature_that_is_accepted_has_a_name(void **state)
{
	static const struct {
		const struct vio_driver *driver;
		const struct vio_feature *names;
	} classes[] = { { &vio_blk_driver, vio_blk_features },
			{ &vio_net_driver, vio_net_features },
			{ &vio_console_driver, vio_console_features } };

	(void)state;
	for (size_t c = 0; c < 3; c++) {
		const struct vio_features *f = &classes[c].driver->features;

		for (unsigned bit = 0; bit < 64; bit++) {
			if ((f->wanted | f->harmless) >> bit & 1)
				assert_non_null(vio_feature_name(classes[c].names, bit));
		}
	}
	assert_string_equal(vio_feature_name(vio_blk_features, 9), "FLUSH");
	assert_string_equal(vio_feature_name(vio_net_features, 41), "GUEST_RSC4");
	assert_string_equal(vio_feature_name(vio_blk_features, 41), "ADMIN_VQ");
	assert_string_equal(vio_feature_name(NULL, 43), "SUSPEND");
	assert_null(vio_feature_name(NULL, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_error_has_its_own_words),
		cmocka_unit_test(test_each_cause_has_its_own_words),
		cmocka_unit_test(test_a_start_is_tried_again_only_where_it_may_help),
		cmocka_unit_test(test_unknown_cause_is_not_null),
		cmocka_unit_test(test_each_feature_that_is_accepted_has_a_name),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
