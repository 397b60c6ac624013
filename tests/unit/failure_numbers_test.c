/* SPDX-License-Identifier: BSD-2-Clause */
/* A failure in an image without words for causes: the error in words, the rest in numbers. */
#define _POSIX_C_SOURCE 200809L /* fmemopen */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "firmware/words/failure.h"

const struct vio_explanation *(*const failure_explain)(enum vio_cause) = NULL;

static void test_a_failure_is_told_in_numbers(void **state)
{
	static char text[200];
	FILE *const before = stdout;
	const struct vio_device d = { .problem = { .cause = VIO_C_QUEUE_SIZE,
						   .err = VIO_ERANGE,
						   .queue = 1,
						   .got = 48,
						   .want = 64 } };

	(void)state;
	stdout = fmemopen(text, sizeof(text), "w");
	failure_print("a-device", &d);
	fclose(stdout);
	stdout = before;
	assert_int_equal(VIO_C_QUEUE_SIZE, 7);
	assert_string_equal(text,
			    "a-device: outside the allowed range (cause 7, queue 1, got 0x30, "
			    "want 0x40)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_failure_is_told_in_numbers),
	};

	return cmocka_run_group_tests_name("failure_numbers", tests, NULL, NULL);
}
