/* SPDX-License-Identifier: BSD-2-Clause */
/* Quirks by their words in the boot arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "firmware/devices/quirks.h"

static void test_words_among_others_are_found(void **state)
{
	(void)state;
	assert_int_equal(quirks_named("use_queue_size_max"), QUIRK_QUEUE_SIZE_MAX);
	assert_int_equal(quirks_named("  root=/dev/vda  config_words quiet"), QUIRK_CONFIG_WORDS);
	assert_int_equal(quirks_named("config_bytes use_queue_size_max "),
			 QUIRK_CONFIG_BYTES | QUIRK_QUEUE_SIZE_MAX);
}

static void test_other_words_are_none(void **state)
{
	(void)state;
	assert_int_equal(quirks_named(NULL), 0);
	assert_int_equal(quirks_named(""), 0);
	assert_int_equal(quirks_named("   "), 0);
	assert_int_equal(quirks_named("use_queue_size_max2 xconfig_words config_byte"), 0);
}

static void test_each_row_has_a_word_of_its_own_and_a_symptom(void **state)
{
	const struct quirk_row *r;
	unsigned seen = 0;

	(void)state;
	for (r = quirk_table; r->word != NULL; r++) {
		assert_non_null(r->symptom);
		assert_int_equal(quirks_named(r->word), r->quirk);
		assert_int_equal(seen & r->quirk, 0);
		seen |= r->quirk;
	}
	assert_int_not_equal(seen, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_among_others_are_found),
		cmocka_unit_test(test_other_words_are_none),
		cmocka_unit_test(test_each_row_has_a_word_of_its_own_and_a_symptom),
	};

	return cmocka_run_group_tests_name("quirks", tests, NULL, NULL);
}
