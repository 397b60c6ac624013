/* SPDX-License-Identifier: BSD-2-Clause */
/* Partition tables: valid ones, and errors in them. */
#include "tests/unit/files_rig.h"

static struct vio_part_table t;

static void entry(uint64_t sector, unsigned i, uint8_t type, uint32_t first, uint32_t n)
{
	const uint64_t at = sector * 512 + 446 + 16 * i;

	put(sector * 512 + 510, 2, 0xaa55);
	put(at + 4, 1, type);
	put(at + 8, 4, first);
	put(at + 12, 4, n);
}

static void expect(unsigned i, unsigned number, uint64_t sector, uint64_t sectors)
{
	assert_int_equal(t.part[i].number, number);
	assert_int_equal(t.part[i].first, sector * 512);
	assert_int_equal(t.part[i].bytes, sectors * 512);
}

static void test_no_table(void **state)
{
	(void)state;
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_NONE);
	put(510, 2, 0xaa55); /* as of a file system */
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_NONE);
	entry(0, 0, 6, 8, 8);
	put(446, 1, 0x12); /* code, where a flag would be */
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_NONE);
}

static void test_primary_and_logical_partitions(void **state)
{
	(void)state;
	entry(0, 0, 6, 8, 16);
	entry(0, 3, 5, 100, 400);
	entry(100, 0, 0x83, 10, 20); /* from the link itself */
	entry(100, 1, 5, 50, 50);    /* from the start of the chain */
	entry(150, 0, 0x82, 5, 7);
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_MBR);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.bad, 0);
	expect(0, 1, 8, 16);
	expect(1, 5, 110, 20);
	expect(2, 6, 155, 7);
	assert_int_equal(t.part[2].type, 0x82);
	assert_ptr_equal(vio_part_find(&t, 6), &t.part[2]);
	assert_null(vio_part_find(&t, 2));
}

static void test_blocks_of_4096_count_in_blocks(void **state)
{
	struct vio_files_disk large = whole;

	(void)state;
	large.block_bytes = 4096;
	entry(0, 0, 6, 2, 3);
	assert_int_equal(vio_part_read(&large, &t), VIO_OK);
	expect(0, 1, 16, 24);
}

static void test_chain_that_runs_in_a_circle_ends(void **state)
{
	(void)state;
	entry(0, 0, 5, 100, 400);
	entry(100, 0, 0x83, 10, 20);
	entry(100, 1, 5, 50, 50);
	entry(150, 0, 0x83, 5, 7);
	entry(150, 1, 5, 50, 50); /* itself */
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.n, VIO_PART_MAX);
	assert_true(t.more);
	assert_int_equal(t.bad, 1);
}

static void test_what_lies_beyond_is_left_out(void **state)
{
	(void)state;
	entry(0, 0, 6, 2000, 48);
	entry(0, 1, 6, 2000, 49);
	entry(0, 2, 6, 0xffffffff, 0xffffffff);
	entry(0, 3, 5, 0xfffffff0, 0xffffffff);
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.bad, 3);
	entry(0, 3, 5, 100, 400);
	entry(100, 1, 5, 400, 1); /* outside of the extended one */
	entry(500, 0, 0x83, 1, 1);
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.bad, 3);
}

static void test_places_beyond_the_disk(void **state)
{
	static const struct {
		uint64_t at;
		uint32_t n;
		int rc;
	} get[] = { { 0, 20, VIO_OK },
		    { DISK_BYTES - 20, 20, VIO_OK },
		    { DISK_BYTES - 19, 20, VIO_EFORMAT },
		    { UINT64_MAX - 5, 20, VIO_EFORMAT } };
	struct vio_files_disk part, inner;
	uint8_t raw[20];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(vio_files_get(&whole, get[i].at, raw, get[i].n), get[i].rc);
		assert_int_equal(vio_files_part(&whole, get[i].at, get[i].n, &part),
				 get[i].rc == VIO_OK);
	}
	/* A part of a part, which is not read beyond its end. */
	assert_true(vio_files_part(&whole, 100, 50, &part));
	assert_true(vio_files_part(&part, 10, 20, &inner));
	disk[110] = 7;
	assert_int_equal(vio_files_get(&inner, 0, raw, 20), VIO_OK);
	assert_int_equal(raw[0], 7);
	assert_int_equal(vio_files_get(&inner, 1, raw, 20), VIO_EFORMAT);
	assert_false(vio_files_part(&part, 31, 20, &inner));
}

static int read_table(void)
{
	return vio_part_read(&whole, &t);
}

static void test_read_error_is_passed_on(void **state)
{
	(void)state;
	entry(0, 0, 5, 100, 400);
	entry(100, 0, 0x83, 10, 20);
	entry(100, 1, 5, 50, 50);
	entry(150, 0, 0x82, 5, 7);
	fail_each_read(read_table, VIO_OK);
}

static void test_disk_without_room_for_a_sector_has_no_table(void **state)
{
	struct vio_files_disk small = whole;

	(void)state;
	entry(0, 0, 6, 0, 1);
	small.bytes = 511;
	assert_int_equal(vio_part_read(&small, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_NONE);
}

/* The partitions in the chain of an extended one with one of these types. A link of another type,
 * or one to nowhere, ends the chain. A flag may mark a partition as active. */
static void test_chains_by_their_types(void **state)
{
	static const struct {
		uint8_t type, link;
		uint32_t first;
		unsigned n;
	} row[] = { { 0x05, 0x05, 50, 2 },
		    { 0x0f, 0x0f, 50, 2 },
		    { 0x85, 0x85, 50, 2 },
		    { 0x05, 0x83, 50, 1 },
		    { 0x05, 0x05, 0, 1 } };

	for (unsigned i = 0; i < sizeof(row) / sizeof(*row); i++) {
		blank(state);
		entry(0, 0, row[i].type, 100, 400);
		entry(100, 0, 0x83, 10, 20);
		put(100 * 512 + 446, 1, 0x80);
		entry(100, 1, row[i].link, row[i].first, 50);
		entry(150, 0, 0x82, 5, 7);
		assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
		assert_int_equal(t.scheme, VIO_PART_MBR);
		assert_int_equal(t.n, row[i].n);
		assert_int_equal(t.bad, 0);
	}
}

/* The sector after the last one of the disk. Nothing else is in the table. */
static void test_chain_that_leaves_the_disk(void **state)
{
	(void)state;
	entry(0, 0, 5, DISK_BYTES / 512, 400);
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, VIO_PART_MBR);
	assert_int_equal(t.n, 0);
	assert_int_equal(t.bad, 1);
}

/* ---- GPT ---- */

static void header(uint64_t self, uint64_t entries, uint32_t count, uint32_t bytes)
{
	const uint64_t at = self * 512;

	memcpy(disk + at, "EFI PART", 8);
	put(at + 8, 4, 0x10000);
	put(at + 12, 4, 92);
	put(at + 24, 8, self);
	put(at + 72, 8, entries);
	put(at + 80, 4, count);
	put(at + 84, 4, bytes);
}

static void seal(uint64_t self)
{
	const uint64_t at = self * 512;
	uint64_t entries = 0;
	uint32_t n = 1;

	for (unsigned i = 0; i < 8; i++)
		entries |= (uint64_t)disk[at + 72 + i] << (8 * i);
	uint32_t len = (uint32_t)(disk[at + 12] | disk[at + 13] << 8);
	n = (uint32_t)(disk[at + 80] | disk[at + 81] << 8) *
	    (uint32_t)(disk[at + 84] | disk[at + 85] << 8);
	if (entries <= DISK_BYTES / 512 && entries * 512 + n <= DISK_BYTES)
		put(at + 88, 4, vio_files_crc(0, disk + entries * 512, n));
	put(at + 16, 4, 0);
	put(at + 16, 4, vio_files_crc(0, disk + at, len));
}

static void guid_entry(uint64_t entries, unsigned i, uint64_t first, uint64_t last,
		       const char *name)
{
	const uint64_t at = entries * 512 + 128 * i;

	put(at, 8, 0x1234);
	put(at + 32, 8, first);
	put(at + 40, 8, last);
	for (unsigned k = 0; name[k]; k++)
		put(at + 56 + 2 * k, 2, (uint8_t)name[k]);
}

static void gpt(void)
{
	blank(NULL);
	entry(0, 0, 0xee, 1, 2047);
	header(1, 2, 4, 128);
	header(2047, 2046, 4, 128);
	for (unsigned copy = 0; copy < 2; copy++) {
		guid_entry(copy ? 2046 : 2, 0, 40, 49, "one");
		guid_entry(copy ? 2046 : 2, 2, 100, 100, "three");
	}
	seal(1);
	seal(2047);
}

static void test_gpt_read_error_is_passed_on(void **state)
{
	(void)state;
	gpt();
	put(512 + 12, 4, 512);
	seal(1);
	fail_each_read(read_table, VIO_OK);
}

static void expect_gpt(enum vio_part_scheme scheme)
{
	assert_int_equal(vio_part_read(&whole, &t), VIO_OK);
	assert_int_equal(t.scheme, scheme);
	assert_int_equal(t.n, 2);
	expect(0, 1, 40, 10);
	expect(1, 3, 100, 1);
	assert_string_equal(t.part[1].name, "three");
}

static void test_gpt(void **state)
{
	(void)state;
	gpt();
	expect_gpt(VIO_PART_GPT);
}

/* Any damage to the header or the entries is seen, and the other copy used. */
static void test_gpt_damage_of_a_copy(void **state)
{
	static const uint64_t at[] = { 512,	   512 + 8,  512 + 12,	512 + 16, 512 + 24,
				       512 + 72,   512 + 80, 512 + 84,	512 + 88, 512 + 60,
				       1024 + 300, 1024 + 5, 1024 + 511 };

	(void)state;
	for (unsigned i = 0; i < sizeof(at) / sizeof(*at); i++) {
		gpt();
		disk[at[i]] ^= 0x40;
		expect_gpt(VIO_PART_GPT_BACKUP);
		disk[at[i] < 1024 ? at[i] + 2046 * 512 : at[i] + 2044 * 512] ^= 1;
		assert_int_equal(vio_part_read(&whole, &t), VIO_EFORMAT);
		assert_int_equal(t.n, 0);
	}
}

/* Sealed, so that the checksums are right, but without sense. */
static void test_gpt_numbers_without_sense(void **state)
{
	static const struct {
		unsigned at, width;
		uint64_t v;
	} odd[] = { { 24, 8, 2 },
		    { 72, 8, UINT64_MAX },
		    { 72, 8, UINT64_MAX / 512 },
		    { 72, 8,
		      (UINT64_C(1) << 55) + 2 }, /* in bytes that is 2^64 and the right place */
		    { 72, 8, 2048 },
		    { 80, 4, 1025 },
		    { 80, 4, UINT32_MAX },
		    { 84, 4, 127 },
		    { 84, 4, 1025 },
		    { 84, 4, UINT32_MAX },
		    { 12, 4, 0 },
		    { 12, 4, 91 },
		    { 12, 4, 513 },
		    { 12, 4, UINT32_MAX },
		    { 8, 4, 0x20000 },
		    { 0, 1, 'F' } };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		gpt();
		put(512 + odd[i].at, odd[i].width, odd[i].v);
		seal(1);
		looks = 0;
		expect_gpt(VIO_PART_GPT_BACKUP);
		assert_true(looks < 50); /* none is taken for a length */
	}
}

static void test_gpt_header_may_be_longer(void **state)
{
	(void)state;
	gpt();
	put(512 + 12, 4, 512);
	put(512 + 16, 4, 0);
	put(512 + 16, 4, vio_files_crc(0, disk + 512, 512));
	expect_gpt(VIO_PART_GPT);
	disk[512 + 500] = 1;
	expect_gpt(VIO_PART_GPT_BACKUP);
}

static void test_gpt_entries_beyond_the_disk(void **state)
{
	static const struct {
		uint64_t first, last;
	} odd[] = { { 50, 49 }, { 40, 2048 }, { 0, UINT64_MAX }, { UINT64_MAX, UINT64_MAX } };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		gpt();
		guid_entry(2, 1, odd[i].first, odd[i].last, "odd");
		seal(1);
		expect_gpt(VIO_PART_GPT);
		assert_int_equal(t.bad, 1);
	}
}

/* ---- Names ---- */

static void test_names_become_utf8(void **state)
{
	static const struct {
		uint16_t in[4];
		const char *out;
	} name[] = { { { 'a', 0xe4, 0x20ac }, "a\xc3\xa4\xe2\x82\xac" },
		     { { 0xd83d, 0xde00, 'x' }, "\xf0\x9f\x98\x80x" },
		     { { 0xd83d, 'x' }, "\xef\xbf\xbdx" },
		     { { 0xde00, 0xd83d }, "\xef\xbf\xbd\xef\xbf\xbd" },
		     { { 0xde00, 0xde00 }, "\xef\xbf\xbd\xef\xbf\xbd" },
		     { { 'a', 'b', 'c', 0xd83d }, "abc\xef\xbf\xbd" },
		     { { 0xe000, 0xffff, 0xd7ff }, "\xee\x80\x80\xef\xbf\xbf\xed\x9f\xbf" },
		     { { 0xd83d, 0xe000 }, "\xef\xbf\xbd\xee\x80\x80" } };
	char to[20];

	(void)state;
	for (unsigned i = 0; i < sizeof(name) / sizeof(*name); i++) {
		uint8_t raw[8];

		for (unsigned k = 0; k < 4; k++) {
			raw[2 * k] = (uint8_t)name[i].in[k];
			raw[2 * k + 1] = (uint8_t)(name[i].in[k] >> 8);
		}
		vio_files_utf8(raw, 4, to, sizeof(to));
		assert_string_equal(to, name[i].out);
	}
	memset(to, 'x', sizeof(to));
	vio_files_utf8((const uint8_t *)"a\0b\0c\0d\0", 4, to, 6);
	assert_string_equal(to, "ab"); /* as much as surely fits */
	assert_int_equal(to[6], 'x');
	memset(to, 'x', sizeof(to));
	vio_files_utf8((const uint8_t *)"a\0\0\0c\0d\0", 4, to, sizeof(to));
	assert_memory_equal(to, "a\0x", 3); /* nothing after the zero */
}

static void test_crc_of_the_check_string(void **state)
{
	(void)state;
	assert_int_equal(vio_files_crc(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(vio_files_crc(vio_files_crc(0, "1234", 4), "56789", 5), 0xcbf43926);
}

/* The definition: a bit at a time. */
static uint32_t crc_by_bits(uint32_t crc, const uint8_t *p, size_t n)
{
	crc = ~crc;
	for (size_t bit = 0; bit < 8 * n; bit++)
		crc = crc >> 1 ^ ((crc ^ (uint32_t)p[bit / 8] >> bit % 8) & 1 ? 0xedb88320 : 0);
	return ~crc;
}

static void test_crc_of_each_length_at_each_place(void **state)
{
	static uint8_t bytes[8 + 200];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i * 31 + i / 3);
	for (size_t n = 0; n <= 200; n++) {
		for (size_t at = 0; at < 8; at++)
			assert_int_equal(vio_files_crc((uint32_t)n, bytes + at, n),
					 crc_by_bits((uint32_t)n, bytes + at, n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_no_table),
		T(test_primary_and_logical_partitions),
		T(test_blocks_of_4096_count_in_blocks),
		T(test_chain_that_runs_in_a_circle_ends),
		T(test_what_lies_beyond_is_left_out),
		T(test_places_beyond_the_disk),
		T(test_read_error_is_passed_on),
		T(test_disk_without_room_for_a_sector_has_no_table),
		T(test_chains_by_their_types),
		T(test_chain_that_leaves_the_disk),
		T(test_gpt),
		T(test_gpt_read_error_is_passed_on),
		T(test_gpt_damage_of_a_copy),
		T(test_gpt_numbers_without_sense),
		T(test_gpt_header_may_be_longer),
		T(test_gpt_entries_beyond_the_disk),
		T(test_names_become_utf8),
		T(test_crc_of_the_check_string),
		T(test_crc_of_each_length_at_each_place),
#undef T
	};

	return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
