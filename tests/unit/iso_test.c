/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 9660: names, files, Rock Ridge, and errors in a volume. */
#include "tests/unit/iso_rig.h"

#include <stdio.h>

static int find(const char *path)
{
	struct vio_files_node n;

	return vio_files_find(&v, path, &n);
}

static void expect_file(const char *path, char byte, uint32_t bytes)
{
	struct vio_files_node n;
	uint8_t got[2000];

	assert_int_equal(vio_files_find(&v, path, &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, sizeof(got)), bytes);
	assert_int_equal(got[0], byte);
	assert_int_equal(got[bytes - 1], byte);
}

/* The names in the root, each after a space, with a mark for those that cannot be read. */
static const char *names(void)
{
	static char text[8000];
	struct vio_files_node n;
	struct vio_files_entry e;
	uint64_t from = 0;
	int rc;

	text[0] = '\0';
	assert_int_equal(vio_files_find(&v, "/", &n), VIO_OK);
	while ((rc = vio_files_next(&v, &n, &from, &e)) == 1) {
		strcat(text, e.damaged ? " !" : e.node.kind == VIO_FILES_OTHER ? " ?" : " ");
		strcat(text, e.name);
	}
	if (rc < 0)
		sprintf(text + strlen(text), " %d", rc);
	return text;
}

static void test_files_are_found_and_read(void **state)
{
	struct vio_files_node n;
	uint8_t got[10];

	(void)state;
	volume();
	mounted();
	assert_string_equal(names(), " A.TXT D");
	expect_file("/A.TXT", 'a', 1300);
	expect_file("/a.txt", 'a', 1300); /* case does not matter */
	expect_file("/d/b", 'b', 5);
	expect_file("/D/../D/./B", 'b', 5);
	expect_file("../../a.txt", 'a', 1300);
	assert_int_equal(find("/none"), VIO_ENODEV);
	assert_int_equal(find("/a.txt/x"), VIO_EINVAL);
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 1295, got, 10), 5);
	assert_int_equal(vio_files_read(&v, &n, 1300, got, 10), 0);
	struct vio_files_run run;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(v.format->map(&v, &n, 1300 + i, 1, &run), 0);
}

static void test_names_without_version_and_dot(void **state)
{
	static const char *const rows[][2] = {
		{ "NAME.;1", "NAME" },	{ "NAME.", "NAME" }, { "A.B;12", "A.B" }, { "A;", "A;" },
		{ "A;B", "A;B" },	{ ";1", ";1" },	     { ".", "." },	  { "7", "7" },
		{ "A.B.C;1", "A.B.C" }, { "12", "12" },	     { "A;10", "A" },	  { "A;19", "A" },
		{ "A;#1", "A;#1" },	{ "AB12", "AB12" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		volume();
		file(rows[i][0], DATA, 1);
		file("LAST", DATA, 1);
		mounted();
		char want[80];
		const bool hidden = strcmp(rows[i][1], ".") == 0;
		sprintf(want, " A.TXT D%s%s LAST", hidden ? "" : " ", hidden ? "" : rows[i][1]);
		assert_string_equal(names(), want);
	}
}

/* The rest of a block is empty, and a directory may have several. */
static void test_directory_of_several_blocks(void **state)
{
	(void)state;
	volume();
	at = (ROOT + 1) * B;
	file("C", DATA + 2, 7);
	mounted();
	assert_string_equal(names(), " A.TXT D C");
	expect_file("/C", 'c', 7);
}

static void test_records_that_are_not_shown(void **state)
{
	(void)state;
	volume();
	record("AS", 2, 4, DATA, 9, 0); /* belongs to another file */
	file("C", DATA + 2, 7);
	mounted();
	assert_string_equal(names(), " A.TXT D C");
}

static void test_file_in_several_records(void **state)
{
	struct vio_files_node n;

	(void)state;
	volume();
	record("BIG", 3, 0x80, DATA, B, 0);
	record("BIG", 3, 0x80, DATA + 1, B, 0);
	record("BIG", 3, 0, DATA + 2, 10, 0);
	file("C", DATA + 2, 7);
	mounted();
	assert_string_equal(names(), " A.TXT D BIG C");
	assert_int_equal(vio_files_find(&v, "/BIG", &n), VIO_OK);
	assert_int_equal(n.bytes, 2 * B + 10);
	volume();
	record("BIG", 3, 0x80, DATA, B, 0);
	record("BIG", 3, 0, DATA + 2, 10, 0); /* somewhere else */
	mounted();
	assert_string_equal(names(), " A.TXT D !BIG");
	volume();
	record("BIG", 3, 0x80, DATA, B, 0);
	record("BIG", 3, 0, DATA + 1, UINT32_MAX, 0); /* beyond the disk */
	mounted();
	assert_string_equal(names(), " A.TXT D !BIG");
	volume();
	record("BIG", 3, 0x80, DATA, B, 0); /* the last one is missing */
	mounted();
	assert_string_equal(names(), " A.TXT D -11");
}

static void test_data_behind_attributes_and_interleaved(void **state)
{
	(void)state;
	volume();
	const uint64_t x = at;
	file("X", DATA, 4);
	disk[x + 1] = 3; /* blocks of attributes */
	const uint64_t y = at;
	file("Y", DATA, 4);
	disk[y + 26] = 1;
	const uint64_t z = at;
	file("Z", DATA, 4);
	disk[z + 27] = 1;
	mounted();
	assert_string_equal(names(), " A.TXT D X ?Y ?Z");
	expect_file("/X", 'd', 4);
}

/* ---- Joliet ---- */

static void joliet(const char *escape)
{
	descriptor(SECOND, 2, DIR);
	memcpy(disk + SECOND + 88, escape, 3);
	descriptor(END, 255, 0);
	directory(DIR, DIR);
	record("\0l\0o\0n\0g\0 \0n\0a\0m\0e\0;\0001", 22, 0, DATA + 4, 3, 0);
	record("\x20\xac", 2, 0, DATA, 1, 0);
}

static void test_joliet_has_the_better_names(void **state)
{
	static const char *const escapes[] = { "%/@", "%/C", "%/E" };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		volume();
		joliet(escapes[i]);
		mounted();
		assert_string_equal(names(), " long name \xe2\x82\xac");
		expect_file("/LONG name", 'e', 3);
	}
	volume();
	joliet("%/D"); /* something else */
	mounted();
	assert_string_equal(names(), " A.TXT D");
	volume();
	joliet("%/E");
	put(SECOND + 128, 2, 512);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_ENOTSUP);
}

static void test_other_descriptors_are_passed_over(void **state)
{
	static const struct {
		uint8_t type;
		const char *escape;
	} rows[] = { { 2, "%/D" }, { 2, "X/E" }, { 2, "%XE" }, { 3, "%/E" }, { 0, "%/E" } };

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		volume();
		joliet(rows[i].escape);
		disk[SECOND] = rows[i].type;
		put(SECOND + 128, 2, 512);
		mounted();
		assert_string_equal(names(), " A.TXT D");
	}
}

static void test_joliet_name_that_is_too_long(void **state)
{
	static char name[220];

	(void)state;
	volume();
	joliet("%/E");
	for (unsigned i = 0; i < 220; i++)
		name[i] = i % 2 ? 'x' : '\0';
	record(name, 220, 0, DATA, 1, 0);
	mounted();
	assert_int_equal(strlen(names()), strlen(" long name \xe2\x82\xac ") + 110);
	volume();
	joliet("%/E");
	const uint64_t begin = at;
	record(name, 220, 0, DATA, 1, 0);
	disk[begin] = 255;
	disk[begin + 32] = 222;
	disk[begin + 33 + 221] = 'x';
	mounted();
	assert_int_equal(strlen(names()), strlen(" long name \xe2\x82\xac ") + 111);
}

/* ---- Rock Ridge ---- */

static void field(uint64_t to, const char *letters, uint8_t bytes)
{
	memcpy(disk + to, letters, 2);
	disk[to + 2] = bytes;
	disk[to + 3] = 1;
}

static void name_field(uint64_t to, const char *name, uint8_t flags)
{
	field(to, "NM", (uint8_t)(5 + strlen(name)));
	disk[to + 4] = flags;
	memcpy(disk + to + 5, name, strlen(name));
}

/* The volume with SP in its root. */
static void rock(uint8_t skip)
{
	volume();
	memset(disk + ROOT * B, 0, B);
	at = ROOT * B;
	const uint64_t sp = record("\0", 1, 2, ROOT, 2 * B, 7 + 1);
	field(sp, "SP", 7);
	disk[sp + 4] = 0xbe;
	disk[sp + 5] = 0xef;
	disk[sp + 6] = skip;
	record("\1", 1, 2, ROOT, 2 * B, 0);
	file("A.TXT;1", DATA, 1300);
}

static void test_rock_ridge_has_the_best_names(void **state)
{
	(void)state;
	rock(3);
	joliet("%/E");
	at = ROOT * B + 42 + 34 + 40;
	const uint64_t f = record("B", 1, 0, DATA + 1, 5, 3 + 17);
	name_field(f + 3, "a longer one", 0);
	const uint64_t g = record("C", 1, 0, DATA + 2, 5, 3 + 17);
	name_field(g + 3, "A longer one", 0);
	mounted();
	assert_string_equal(names(), " A.TXT a longer one A longer one");
	expect_file("/a longer one", 'b', 5);
	expect_file("/A longer one", 'c', 5);
	assert_int_equal(find("/A LONGER ONE"), VIO_ENODEV); /* case matters */
	disk[ROOT * B + 34] = 'X';			     /* SP */
	mounted();
	assert_string_equal(names(), " long name \xe2\x82\xac");
}

/* Each byte that SP must have. */
static void test_first_record_that_just_holds_its_field(void **state)
{
	static const unsigned bytes[] = { 32, 34, 35, 38, 39 };

	(void)state;
	rock(0);
	disk[ROOT * B] = 34 + 7;
	mounted();
	assert_true(v.iso.rock);
	disk[ROOT * B] = 34 + 6;
	mounted();
	assert_false(v.iso.rock);
	for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		rock(0);
		disk[ROOT * B + bytes[i]] ^= 4;
		mounted();
		assert_false(v.iso.rock);
	}
}

static void test_fields_that_do_not_count(void **state)
{
	(void)state;
	rock(0);
	const uint64_t dots = record("\1", 1, 2, ROOT, 2 * B, 8);
	name_field(dots, "zzz", 0);
	const uint64_t other = record("\1X", 2, 0, DATA, 1, 8);
	name_field(other, "xxx", 0);
	mounted();
	assert_string_equal(names(), " A.TXT xxx");
	/* The fields of a record end with it, also if others take more bytes than there are. */
	rock(20);
	const uint64_t hidden = record("AS", 2, 4, DATA, 1, 64);
	name_field(hidden + 34 + 20 - 36, "stale", 0);
	record("C", 1, 0, DATA, 1, 0);
	mounted();
	assert_string_equal(names(), " A.TXT C");
}

static uint64_t continued(unsigned block, unsigned off, unsigned bytes)
{
	const uint64_t f = record("B", 1, 0, DATA + 1, 5, 28 + 8);

	name_field(f, "abc", 1);
	field(f + 8, "CE", 28);
	both(f + 12, 4, block);
	both(f + 20, 4, off);
	both(f + 28, 4, bytes);
	return f;
}

static void test_name_that_goes_on_elsewhere(void **state)
{
	(void)state;
	rock(0);
	continued(40, 100, 60);
	name_field(40 * B + 100, "def", 1);
	field(40 * B + 108, "XX", 6);
	name_field(40 * B + 114, "ghi", 0);
	mounted();
	assert_string_equal(names(), " A.TXT abcdefghi");
	field(40 * B + 108, "ST", 6); /* the end */
	assert_string_equal(names(), " A.TXT abcdef");
	field(40 * B + 108, "XX", 6);
	field(40 * B + 114, "NM", 46); /* up to the end of the area */
	assert_string_equal(names(), " A.TXT abcdefghi");
	field(40 * B + 114, "NM", 47); /* beyond it */
	assert_string_equal(names(), " A.TXT abcdef");
	field(40 * B + 108, "XX", 3); /* shorter than a field */
	assert_string_equal(names(), " A.TXT abcdef");
	name_field(40 * B + 100, "def", 2); /* "." is no name */
	assert_string_equal(names(), " A.TXT abc");
}

static void test_continuation_that_is_too_short(void **state)
{
	(void)state;
	rock(0);
	const uint64_t f = continued(40, 0, 60);
	name_field(40 * B, "def", 0);
	mounted();
	assert_string_equal(names(), " A.TXT abcdef");
	field(f + 8, "CE", 27);
	assert_string_equal(names(), " A.TXT abc");
}

static void test_continuation_that_never_ends(void **state)
{
	(void)state;
	rock(0);
	continued(40, 0, 2000);
	name_field(40 * B, "d", 1);
	field(40 * B + 6, "CE", 28);
	both(40 * B + 10, 4, 40);
	both(40 * B + 26, 4, 2000);
	mounted();
	assert_string_equal(names(), " A.TXT abcdddddddd");
	both(40 * B + 10, 4, UINT32_MAX); /* beyond the disk */
	assert_string_equal(names(), " A.TXT -11");
}

/* Names of no character, with a NUL, and as long as no other field; an area that is full. */
static void test_fields_of_all_lengths(void **state)
{
	static const char thirty[] = "123456789012345678901234567890";

	(void)state;
	for (uint8_t len = 4; len <= 5; len++) {
		rock(0);
		field(record("B", 1, 0, DATA, 1, 8), "NM", len);
		mounted();
		assert_string_equal(names(), " A.TXT B");
	}
	rock(0);
	const uint64_t f = record("B", 1, 0, DATA, 1, 16);
	name_field(f, "a?c", 1);
	disk[f + 6] = '\0';
	name_field(f + 8, "def", 0);
	mounted();
	assert_string_equal(names(), " A.TXT adef");
	rock(0);
	name_field(record("B", 1, 0, DATA, 1, 36), thirty, 0);
	mounted();
	assert_string_equal(names() + strlen(" A.TXT "), thirty);
	rock(0);
	const uint64_t g = continued(40, 0, 512);
	field(40 * B, "XX", 255);
	field(40 * B + 255, "XX", 253);
	field(40 * B + 508, "XX", 4);
	mounted();
	assert_string_equal(names(), " A.TXT abc");
	both(g + 12, 4, UINT32_MAX);
	both(g + 28, 4, 0); /* no bytes beyond the disk */
	assert_string_equal(names(), " A.TXT abc");
	volume(); /* without SP there are no fields */
	name_field(record("B", 1, 0, DATA, 1, 8), "zzz", 0);
	mounted();
	assert_string_equal(names(), " A.TXT D B");
}

static void test_pieces_and_hidden_records_with_fields(void **state)
{
	struct vio_files_node n;

	(void)state;
	rock(0);
	record("BIG", 3, 0x80, DATA, B, 0);
	record("BIG", 3, 0, DATA + 1, 10, 0);
	mounted();
	assert_int_equal(vio_files_find(&v, "/BIG", &n), VIO_OK);
	assert_int_equal(n.bytes, B + 10);
	const uint64_t f = record("R", 1, 2, DIR, B, 4 + 28);
	field(f, "RE", 4);
	field(f + 4, "CE", 28);
	both(f + 8, 4, UINT32_MAX);
	both(f + 24, 4, 10);
	assert_string_equal(names(), " A.TXT BIG -11");
}

static void test_name_that_is_longer_than_any(void **state)
{
	char name[251];

	(void)state;
	rock(0);
	continued(40, 0, 512);
	memset(name, 'n', 250);
	name[250] = '\0';
	name_field(40 * B, name, 1);
	field(40 * B + 255, "CE", 28);
	both(40 * B + 259, 4, 40);
	both(40 * B + 275, 4, 512);
	mounted();
	assert_int_equal(strlen(names()), strlen(" A.TXT ") + VIO_FILES_NAME - 1);
}

static void test_links_and_moved_directories(void **state)
{
	struct vio_files_node n;

	(void)state;
	rock(0);
	field(record("L", 1, 0, 0, 0, 6), "SL", 6);
	field(record("R", 1, 2, DIR, B, 4), "RE", 4);
	const uint64_t c = record("M", 1, 0, 0, 0, 12);
	field(c, "CL", 12);
	both(c + 4, 4, DIR);
	mounted();
	assert_string_equal(names(), " A.TXT ?L M");
	assert_int_equal(vio_files_find(&v, "/M", &n), VIO_OK);
	assert_int_equal(n.kind, VIO_FILES_DIRECTORY);
	assert_int_equal(n.bytes, 2 * B);
	expect_file("/M/B", 'b', 5);
	both(c + 4, 4, UINT32_MAX);
	assert_string_equal(names(), " A.TXT ?L -11");
	field(c, "CL", 11); /* too short */
	assert_string_equal(names(), " A.TXT ?L M");
	/* It is a directory, whatever it says itself; and an error of its fields is not lost. */
	rock(0);
	const uint64_t both_fields = record("M", 1, 0, 0, 0, 12 + 28);
	field(both_fields, "CL", 12);
	both(both_fields + 4, 4, DIR);
	disk[DIR * B + 25] = 0;
	mounted();
	expect_file("/M/B", 'b', 5);
	field(both_fields + 12, "CE", 28);
	both(both_fields + 16, 4, UINT32_MAX);
	both(both_fields + 32, 4, 10);
	assert_string_equal(names(), " A.TXT -11");
}

/* ---- Damage ---- */

static void test_records_that_are_damaged(void **state)
{
	(void)state;
	volume();
	file("X", DISK_BYTES / B, 1); /* beyond the disk */
	file("Y", UINT32_MAX, UINT32_MAX);
	file("Z", UINT32_MAX, 0); /* has no data */
	file("W", DISK_BYTES / B - 1, B + 1);
	file("U", DISK_BYTES / B - 1, B);
	mounted();
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U");
	assert_int_equal(find("/X"), VIO_EFORMAT);
	const uint64_t all = at;
	record("S", 1, 1, 0, DISK_BYTES, 0); /* the whole disk; the flag does not matter */
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U S");
	assert_int_equal(find("/S/X"), VIO_EINVAL);
	memset(disk + all, 0, at - all);
	at = all;
	const uint64_t last = at;
	file("T", DATA, 1);
	disk[last + 32] = 2; /* a name beyond the record */
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U -11");
	disk[last + 32] = 1;
	disk[last] = 33; /* shorter than a name */
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U -11");
	disk[last + 32] = 0; /* not even a byte of a name */
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U -11");
	disk[last] = 1;
	assert_string_equal(names(), " A.TXT D !X !Y Z !W U -11");
}

static void test_record_across_the_end_of_its_block_or_directory(void **state)
{
	const uint64_t used = 34 + 34 + 40 + 34; /* bytes of the root */

	(void)state;
	volume();
	put(PRIMARY + 156 + 10, 4, used);
	mounted();
	assert_string_equal(names(), " A.TXT D");
	put(PRIMARY + 156 + 10, 4, used - 1);
	mounted();
	assert_string_equal(names(), " A.TXT -11");
	volume();
	at = (ROOT + 1) * B;
	for (unsigned i = 0; i < 60; i++)
		record("Q", 1, 0, DATA, 1, 0);
	disk[at] = 34; /* 8 bytes are left in the block */
	mounted();
	assert_non_null(strstr(names(), " Q -11"));
	volume();
	while (at % B + 34 <= B)
		record("Q", 1, 0, DATA, 1, 0);
	disk[at] = 34; /* the directory continues, but not its first block */
	mounted();
	assert_non_null(strstr(names(), " Q -11"));
}

static void test_volumes_that_are_damaged_or_unknown(void **state)
{
	struct vio_files_disk small = whole;

	(void)state;
	volume();
	disk[PRIMARY + 3] = 'X';
	assert_int_equal(vio_files_mount(&v, &whole), VIO_ENODEV);
	volume();
	disk[PRIMARY] = 0; /* no primary descriptor */
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
	volume();
	disk[SECOND + 3] = 'X'; /* no end */
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
	volume();
	for (unsigned i = 16; i < 16 + 64; i++)
		memcpy(disk + i * B, disk + PRIMARY, B); /* no end, as far as is looked */
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	memset(disk + (16 + 64) * B, 0, B);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	volume();
	put(PRIMARY + 128, 2, 512);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_ENOTSUP);
	assert_string_equal(v.lacks, "blocks that do not have 2048 bytes");
	volume();
	small.bytes = PRIMARY + 189;
	assert_int_equal(vio_files_mount(&v, &small), VIO_ENODEV);
	small.bytes = SECOND + 1;
	assert_int_equal(vio_files_mount(&v, &small), VIO_EFORMAT);
	small.bytes = ROOT * B + 10; /* the root is not there */
	assert_int_equal(vio_files_mount(&v, &small), VIO_EFORMAT);
}

static int read_all(void)
{
	struct vio_files_node n;
	int rc = vio_files_mount(&v, &whole);

	if (rc == VIO_OK)
		rc = vio_files_find(&v, "/abcdef", &n);
	return rc;
}

static void test_errors_of_the_disk_are_passed_on(void **state)
{
	(void)state;
	rock(0);
	record("BIG", 3, 0x80, DATA, B, 0);
	record("BIG", 3, 0, DATA + 1, 10, 0);
	continued(40, 100, 60);
	name_field(40 * B + 100, "def", 0);
	fail_each_read(read_all, VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_files_are_found_and_read),
		T(test_names_without_version_and_dot),
		T(test_directory_of_several_blocks),
		T(test_records_that_are_not_shown),
		T(test_file_in_several_records),
		T(test_data_behind_attributes_and_interleaved),
		T(test_joliet_has_the_better_names),
		T(test_other_descriptors_are_passed_over),
		T(test_joliet_name_that_is_too_long),
		T(test_rock_ridge_has_the_best_names),
		T(test_first_record_that_just_holds_its_field),
		T(test_fields_that_do_not_count),
		T(test_name_that_goes_on_elsewhere),
		T(test_continuation_that_is_too_short),
		T(test_continuation_that_never_ends),
		T(test_fields_of_all_lengths),
		T(test_pieces_and_hidden_records_with_fields),
		T(test_name_that_is_longer_than_any),
		T(test_links_and_moved_directories),
		T(test_records_that_are_damaged),
		T(test_record_across_the_end_of_its_block_or_directory),
		T(test_volumes_that_are_damaged_or_unknown),
		T(test_errors_of_the_disk_are_passed_on),
#undef T
	};

	return cmocka_run_group_tests_name("iso", tests, NULL, NULL);
}
