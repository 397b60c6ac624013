/* SPDX-License-Identifier: BSD-2-Clause */
/* memcpy() and memset() of board/common, under other names, compared with copies byte by byte: all
 * alignments, all lengths, and no byte outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

void *copy_under_test(void *restrict to, const void *restrict from, size_t n);
void *set_under_test(void *to, int value, size_t n);

enum { GUARD = 32, LENGTH = 150, ALIGN = 16, ROOM = GUARD + ALIGN + LENGTH + GUARD, LONG = 5000 };

static _Alignas(64) uint8_t got[ROOM], want[ROOM], source[ROOM];

static void fill(void)
{
	for (unsigned i = 0; i < ROOM; i++) {
		got[i] = want[i] = (uint8_t)(i * 5 + 1);
		source[i] = (uint8_t)(0xff - i * 3);
	}
}

static void test_copies_of_all_alignments_and_lengths(void **state)
{
	(void)state;
	for (unsigned to = GUARD; to < GUARD + ALIGN; to++) {
		for (unsigned from = GUARD; from < GUARD + ALIGN; from++) {
			for (unsigned n = 0; n <= LENGTH; n++) {
				fill();
				for (unsigned i = 0; i < n; i++)
					want[to + i] = source[from + i];
				assert_ptr_equal(copy_under_test(got + to, source + from, n),
						 got + to);
				assert_memory_equal(got, want, ROOM);
			}
		}
	}
}

static void test_fills_of_all_alignments_and_lengths(void **state)
{
	static const int value[] = { 0, 1, 0x80, 0xff, -1, 0x1234 };

	(void)state;
	for (unsigned k = 0; k < sizeof(value) / sizeof(*value); k++) {
		for (unsigned to = GUARD; to < GUARD + ALIGN; to++) {
			for (unsigned n = 0; n <= LENGTH; n++) {
				fill();
				for (unsigned i = 0; i < n; i++)
					want[to + i] = (uint8_t)value[k];
				assert_ptr_equal(set_under_test(got + to, value[k], n), got + to);
				assert_memory_equal(got, want, ROOM);
			}
		}
	}
}

static void test_a_long_copy(void **state)
{
	static uint8_t from[LONG + 8], to[LONG + 8];

	(void)state;
	for (unsigned i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i + i / 256);
	for (unsigned shift = 0; shift < 8; shift++) {
		set_under_test(to, 0, sizeof(to));
		copy_under_test(to, from + shift, LONG);
		assert_memory_equal(to, from + shift, LONG);
		assert_int_equal(to[LONG], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_of_all_alignments_and_lengths),
		cmocka_unit_test(test_fills_of_all_alignments_and_lengths),
		cmocka_unit_test(test_a_long_copy),
	};

	return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
