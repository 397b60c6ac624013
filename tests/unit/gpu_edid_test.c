/* SPDX-License-Identifier: BSD-2-Clause */
/* The base block of an EDID, byte by byte. */
#include "drivers/gpu/gpu_internal.h"
#include "tests/unit/gpu_rig.h"

enum { BLOCK = 128, FIRST = 54, DESCRIPTOR = 18, SUM = 127 };

static uint8_t block[BLOCK];
static struct vio_gpu_monitor m;

static int empty(void **state)
{
	(void)state;
	memset(block, 0, sizeof(block));
	memset(block + 1, 0xff, 6);
	return 0;
}

static void read_block(void)
{
	uint8_t *const copy = test_malloc(BLOCK); /* what is read beyond it is noticed */
	uint8_t sum = 0;

	for (unsigned i = 0; i < SUM; i++)
		sum = (uint8_t)(sum + block[i]);
	block[SUM] = (uint8_t)-sum;
	memcpy(copy, block, BLOCK);
	memset(&m, 'x', sizeof(m));
	assert_true(vio_gpu_edid(copy, BLOCK, &m));
	test_free(copy);
}

static uint8_t *descriptor(unsigned i)
{
	return block + FIRST + i * DESCRIPTOR;
}

static void name(unsigned i, const char *text)
{
	uint8_t *const d = descriptor(i);

	memset(d, 0, DESCRIPTOR);
	d[3] = 0xfc;
	memcpy(d + 5, text, strlen(text));
}

/* Three letters of 5 bits each; the highest bit is none of theirs. */
static void test_maker_has_letters(void **state)
{
	static const struct {
		unsigned code;
		char letter;
	} letters[] = { { 0, '?' },  { 1, 'A' },  { 2, 'B' }, { 25, 'Y' },
			{ 26, 'Z' }, { 27, '?' }, { 31, '?' } };

	(void)state;
	for (unsigned i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		for (unsigned place = 0; place < 3; place++) {
			const unsigned others = 0x8000 | 3 << 10 | 3 << 5 | 3;
			const unsigned shift = 10 - 5 * place;
			const unsigned maker = (others & ~(31u << shift)) | letters[i].code
										    << shift;

			block[8] = (uint8_t)(maker >> 8);
			block[9] = (uint8_t)maker;
			read_block();
			for (unsigned k = 0; k < 3; k++)
				assert_int_equal(m.maker[k], k == place ? letters[i].letter : 'C');
			assert_int_equal(m.maker[3], '\0');
		}
	}
}

static void test_name_ends_where_it_ends(void **state)
{
	static const char *const names[][2] = { { "plain\nand more", "plain" },
						{ "\x1f \x20~\x7e\x7f\xff\n", "?  ~~??" },
						{ "", "" },
						{ "thirteen char", "thirteen char" } };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		empty(NULL);
		name(0, names[i][0]);
		descriptor(1)[0] = 'y'; /* directly behind 13 characters */
		read_block();
		assert_string_equal(m.name, names[i][1]);
		assert_int_equal(m.width, 0);
	}
	empty(NULL);
	name(0, "stop\n");
	memcpy(descriptor(0) + 5 + 4, "\0rest", 5);
	read_block();
	assert_string_equal(m.name, "stop");
	name(0, "a longer one\n"); /* the last one counts, and nothing of the others */
	name(3, "b\n");
	read_block();
	assert_string_equal(m.name, "b");
}

/* The first descriptor with a pixel clock, in either of its bytes. The other half of bytes 4 and 7
 * is of the blanking. */
static void test_mode_is_the_first_one(void **state)
{
	(void)state;
	read_block();
	assert_int_equal(m.width, 0);
	assert_int_equal(m.height, 0);
	for (unsigned clock = 0; clock < 2; clock++) {
		for (unsigned i = 0; i < 4; i++) {
			empty(NULL);
			for (unsigned k = i; k < 4; k++) {
				descriptor(k)[clock] = 1;
				descriptor(k)[2] = (uint8_t)(0x21 + k);
				descriptor(k)[4] = 0x3f;
				descriptor(k)[5] = 0x54;
				descriptor(k)[7] = 0x6f;
			}
			read_block();
			assert_int_equal(m.width, 0x321 + i);
			assert_int_equal(m.height, 0x654);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, empty, NULL)
		T(test_maker_has_letters),
		T(test_name_ends_where_it_ends),
		T(test_mode_is_the_first_one),
#undef T
	};

	return cmocka_run_group_tests_name("gpu_edid", tests, NULL, NULL);
}
