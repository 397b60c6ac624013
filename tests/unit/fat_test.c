/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT: a volume that the test writes, and errors in it. */
#include "tests/unit/files_rig.h"

/* FAT16 with clusters of a sector: table at 1 (32 sectors), root at 33 (2), data at 35. */
enum { TABLE = 512, ROOT = 33 * 512, DATA = 35 * 512, CLUSTER = 512, SECTORS = 2048 };

static struct vio_files v;

static void table(unsigned c, unsigned next)
{
	if (v.fat.bits == 16)
		put(TABLE + 2 * c, 2, next);
	else
		put(TABLE + c + c / 2, 2,
		    c & 1 ? (next << 4) | (disk[TABLE + c + c / 2] & 15u)
			  : next | (unsigned)(disk[TABLE + c + c / 2 + 1] & 0xf0) << 8);
}

static void boot(void)
{
	blank(NULL);
	put(11, 2, 512);
	put(13, 1, 1);
	put(14, 2, 1);
	put(16, 1, 1);
	put(17, 2, 32);
	put(19, 2, SECTORS);
	put(21, 1, 0xf8);
	put(22, 2, 32);
	put(510, 2, 0xaa55);
}

static void entry(uint64_t at, const char *name, uint8_t attribute, unsigned first, uint32_t bytes)
{
	memcpy(disk + at, name, 11);
	put(at + 11, 1, attribute);
	put(at + 26, 2, first);
	put(at + 28, 4, bytes);
}

/* Clusters 2, 3 and 5 are "A.TXT"; cluster 4 is the directory "D" with "B" in it, cluster 6. */
static void volume(void)
{
	boot();
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	table(2, 3);
	table(3, 5);
	table(5, 0xffff);
	table(4, 0xffff);
	table(6, 0xffff);
	for (unsigned i = 2; i < 7; i++)
		memset(disk + DATA + (i - 2) * CLUSTER, i == 4 ? 0 : 'a' + (int)i, CLUSTER);
	entry(ROOT, "A       TXT", 0x20, 2, 1300);
	entry(ROOT + 32, "D          ", 0x10, 4, 0);
	entry(DATA + 2 * CLUSTER, ".          ", 0x10, 4, 0);
	entry(DATA + 2 * CLUSTER + 32, "..         ", 0x10, 0, 0);
	entry(DATA + 2 * CLUSTER + 64, "B          ", 0x20, 6, 5);
}

static void expect_file(const char *path, const char *bytes, uint32_t n)
{
	struct vio_files_node node;
	uint8_t got[2000];

	assert_int_equal(vio_files_find(&v, path, &node), VIO_OK);
	assert_int_equal(vio_files_read(&v, &node, 0, got, sizeof(got)), n);
	assert_memory_equal(got, bytes, 5);
}

static void test_files_are_found_and_read(void **state)
{
	struct vio_files_node n;
	uint8_t got[600];

	(void)state;
	volume();
	assert_string_equal(v.name, "FAT12");
	expect_file("/A.TXT", "ccccc", 1300);
	expect_file("a.txt", "ccccc", 1300);
	expect_file("/D/B", "ggggg", 5);
	expect_file("//d/.././D//b", "ggggg", 5);
	expect_file("../../a.txt", "ccccc", 1300);
	expect_file("/./a.txt", "ccccc", 1300);
	put(DATA + 2 * CLUSTER, 1, 0xe5); /* no entry for the directory itself */
	expect_file("/D/./b", "ggggg", 5);
	assert_int_equal(vio_files_find(&v, "/C", &n), VIO_ENODEV);
	assert_int_equal(vio_files_find(&v, "/A", &n), VIO_ENODEV);
	assert_int_equal(vio_files_find(&v, "/A.TXT/B", &n), VIO_EINVAL);
	assert_int_equal(vio_files_find(&v, "/D", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 1), VIO_EINVAL);
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	/* Back and forth, over the ends of clusters. */
	assert_int_equal(vio_files_read(&v, &n, 1020, got, 600), 280);
	assert_int_equal(got[3], 'd');
	assert_int_equal(got[4], 'f');
	assert_int_equal(vio_files_read(&v, &n, 510, got, 4), 4);
	assert_memory_equal(got, "ccdd", 4);
	assert_int_equal(vio_files_read(&v, &n, 1300, got, 1), 0);
	assert_int_equal(vio_files_read(&v, &n, UINT64_MAX, got, 1), 0);
	assert_int_equal(vio_files_read(&v, &n, 0, got, UINT32_MAX), VIO_EINVAL);
}

/* The entries of a directory, up to its end. */
static unsigned count_entries(const char *path)
{
	struct vio_files_node n;
	struct vio_files_entry e;
	uint64_t at = 0;
	unsigned count = 0;
	int rc;

	assert_int_equal(vio_files_find(&v, path, &n), VIO_OK);
	assert_int_equal(n.kind, VIO_FILES_DIRECTORY);
	assert_true(n.bytes > 0);
	while ((rc = vio_files_next(&v, &n, &at, &e)) == 1)
		count++;
	assert_int_equal(rc, 0);
	return count;
}

/* Full, without the entry that ends them: the root, before clusters that look like entries, and a
 * directory that ends with its chain. */
static void test_directories_end_with_their_room(void **state)
{
	struct vio_files_node n;
	struct vio_files_entry e;
	uint64_t at = 0;

	(void)state;
	volume();
	assert_int_equal(count_entries("/"), 2);
	assert_int_equal(count_entries("/D"), 1);
	for (unsigned i = 2; i < 32; i++)
		entry(ROOT + 32 * i, "X          ", 0x20, 6, 5);
	for (unsigned i = 3; i < 16; i++)
		entry(DATA + 2 * CLUSTER + 32 * i, "X          ", 0x20, 6, 5);
	entry(DATA, "X          ", 0x20, 6, 5);
	entry(DATA + 3 * CLUSTER, "X          ", 0x20, 6, 5);
	assert_int_equal(count_entries("/"), 32);
	assert_int_equal(count_entries("/D"), 14);
	assert_int_equal(vio_files_find(&v, "/", &n), VIO_OK);
	at = DATA - ROOT + 32;
	assert_int_equal(vio_files_next(&v, &n, &at, &e), 0);
	at = 0;
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	assert_int_equal(vio_files_next(&v, &n, &at, &e), VIO_EINVAL);
}

/* Each invalid chain is found, and no loop is endless. */
static void test_chains_that_are_damaged(void **state)
{
	static const unsigned next[] = { 0, 1, 0xff7, 2, 3, 2020, 0xff0 };
	struct vio_files_node n;
	uint8_t got[2000];

	(void)state;
	for (unsigned i = 0; i < sizeof(next) / sizeof(*next); i++) {
		volume();
		table(3, next[i]);
		put(ROOT + 28, 4, 100000);
		assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
		assert_int_equal(vio_files_read(&v, &n, 0, got, 1024), 1024);
		assert_int_equal(vio_files_read(&v, &n, 20 * CLUSTER, got, 1), VIO_EFORMAT);
		assert_int_equal(vio_files_read(&v, &n, 0, got, 1024), 1024);
	}
	volume(); /* shorter than it says */
	put(ROOT + 28, 4, 1537);
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 1537), VIO_EFORMAT);
}

/* A cluster of the disk that is not the volume's: its table has room for it. */
static void test_cluster_beyond_the_volume(void **state)
{
	struct vio_files_node n;
	struct vio_files_entry e;
	uint64_t at = 0;
	uint8_t got[1];

	(void)state;
	volume();
	put(19, 2, 1500);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	table(3, 1600);
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, CLUSTER, got, 1), 1);
	assert_int_equal(vio_files_read(&v, &n, 2 * CLUSTER, got, 1), VIO_EFORMAT);
	put(ROOT + 26, 2, 1600);
	assert_int_equal(vio_files_find(&v, "/", &n), VIO_OK);
	assert_int_equal(vio_files_next(&v, &n, &at, &e), 1);
	assert_true(e.damaged);
	assert_int_equal(vio_files_read(&v, &e.node, 0, got, 1), VIO_EFORMAT);
}

/* A long circle. */
static void test_circle_of_clusters_is_noticed(void **state)
{
	struct vio_files_node n;
	uint8_t got[1];

	(void)state;
	volume();
	for (unsigned c = 10; c < 500; c++)
		table(c, c + 1);
	table(500, 300);
	entry(ROOT, "A       TXT", 0x20, 10, 1000000);
	assert_int_equal(vio_files_find(&v, "/A.TXT", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 490 * 512, got, 1), 1);
	assert_int_equal(vio_files_read(&v, &n, 1900 * 512, got, 1), VIO_EFORMAT);
}

static void test_directory_that_runs_in_a_circle_ends(void **state)
{
	struct vio_files_entry e;
	struct vio_files_node n;
	uint64_t at = 0;
	int rc;

	(void)state;
	volume();
	for (unsigned i = 3; i < 16; i++)
		entry(DATA + 2 * CLUSTER + 32 * i, "X          ", 0x20, 6, 5);
	table(4, 4);
	assert_int_equal(vio_files_find(&v, "/D", &n), VIO_OK);
	for (unsigned i = 0; (rc = vio_files_next(&v, &n, &at, &e)) == 1; i++)
		assert_true(i < 100);
	assert_int_equal(rc, VIO_EFORMAT);
	assert_int_equal(vio_files_find(&v, "/D/nothing", &n), VIO_EFORMAT);
}

static void test_entries_that_are_damaged(void **state)
{
	static const unsigned first[] = { 0, 1, 2015, 0xffff };
	struct vio_files_entry e;
	struct vio_files_node root;
	uint8_t got[1];
	uint64_t at;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		volume();
		if (i < 4)
			put(ROOT + 26, 2, first[i]);
		else
			put(ROOT + 28, 4, UINT32_MAX); /* more than the disk has */
		assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
		at = 0;
		assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
		assert_true(e.damaged);
		if (i < 4) /* a node that must not be used reads nothing */
			assert_int_equal(vio_files_read(&v, &e.node, 0, got, 1), VIO_EFORMAT);
		assert_int_equal(vio_files_find(&v, "/A.TXT", &root), VIO_EFORMAT);
		expect_file("/D/B", "ggggg", 5);
		put(ROOT + 32 + 26, 2, i < 4 ? first[i] : 4); /* the directory */
		assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
		at = 32;
		assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
		assert_int_equal(e.damaged, i > 0 && i < 4); /* cluster 0 is the root */
	}
}

/* ---- Names ---- */

static uint8_t sum(const char *name)
{
	uint8_t s = 0;

	for (unsigned i = 0; i < 11; i++)
		s = (uint8_t)((s >> 1 | s << 7) + name[i]);
	return s;
}

static void piece(uint64_t at, uint8_t number, const char *text, uint8_t check)
{
	static const uint8_t place[] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };

	memset(disk + at, 0xff, 32);
	put(at, 1, number);
	put(at + 11, 2, 0x0f);
	put(at + 13, 1, check);
	put(at + 26, 2, 0);
	for (unsigned i = 0; i < 13; i++) {
		put(at + place[i], 2, (uint8_t)text[i]);
		if (!text[i])
			break;
	}
}

static void long_name(uint8_t check)
{
	volume();
	piece(ROOT + 64, 0x42, "teen letters", check);
	piece(ROOT + 96, 1, "more than fif", check);
	entry(ROOT + 128, "MORETH~1   ", 0x20, 6, 5);
}

static void test_long_names(void **state)
{
	const uint8_t check = sum("MORETH~1   ");
	struct vio_files_node n;

	(void)state;
	long_name(check);
	expect_file("/more than fifteen letters", "ggggg", 5);
	expect_file("/MORE than fifteen LETTERS", "ggggg", 5);
	expect_file("/moreth~1", "ggggg", 5);
	/* Not that of this entry: another checksum, a piece missing, twice, or without a start. */
	for (unsigned i = 0; i < 6; i++) {
		long_name(i == 0 ? (uint8_t)(check + 1) : check);
		if (i == 1)
			put(ROOT + 96, 1, 2);
		else if (i == 2)
			put(ROOT + 96, 1, 0xe5);
		else if (i == 3)
			put(ROOT + 64, 1, 0x02);
		else if (i == 4)
			put(ROOT + 64, 1, 0x40 | 63);
		else if (i == 5)
			put(ROOT + 64, 1, 0x40 | 21);
		assert_int_equal(vio_files_find(&v, "/more than fifteen letters", &n), VIO_ENODEV);
		expect_file("/moreth~1", "ggggg", 5);
	}
}

/* The attributes of a piece have two bits that mean nothing. */
static void test_long_name_with_odd_attributes(void **state)
{
	(void)state;
	long_name(sum("MORETH~1   "));
	put(ROOT + 64 + 11, 1, 0xcf);
	put(ROOT + 96 + 11, 1, 0x4f);
	expect_file("/more than fifteen letters", "ggggg", 5);
}

/* The second of three pieces is missing, or it is not of this name; another one follows the last;
 * there is one with the number 0. */
static void test_pieces_that_do_not_belong_together(void **state)
{
	static const struct {
		uint8_t number[3];
		const char *name;
	} row[] = { { { 0x43, 1 }, "/first piece !" },
		    { { 0x43, 2, 1 }, "/first piece !first piece !last" },
		    { { 0x42, 1, 0x80 }, "/first piece !last" },
		    { { 0x40 }, "/last" } };
	const uint8_t check = sum("MORETH~1   ");
	struct vio_files_node n;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(*row); i++) {
		uint64_t at = ROOT + 64;

		volume();
		for (unsigned k = 0; k < 3 && row[i].number[k] != 0; k++, at += 32)
			piece(at, row[i].number[k], k == 0 ? "last" : "first piece !",
			      row[i].number[k] == 2 ? check ^ 1 : check);
		entry(at, "MORETH~1   ", 0x20, 6, 5);
		assert_int_equal(count_entries("/"), 3);
		assert_int_equal(vio_files_find(&v, row[i].name, &n), VIO_ENODEV);
		expect_file("/moreth~1", "ggggg", 5);
	}
}

static void test_short_names(void **state)
{
	static const struct {
		const char *raw, *name;
		uint8_t bits;
	} name[] = { { "FILE    TXT", "FILE.TXT", 0 },	    { "FILE    TXT", "file.TXT", 8 },
		     { "FILE    TXT", "FILE.txt", 0x10 },   { "F          ", "F", 0 },
		     { "ABCDEFGHIJK", "abcdefgh.ijk", 24 }, { "\x05Z\xe4     A  ", "?Z?.A", 0 },
		     { "A\0B        ", "A?B", 0 } };
	struct vio_files_entry e;
	struct vio_files_node root;

	(void)state;
	for (unsigned i = 0; i < sizeof(name) / sizeof(*name); i++) {
		uint64_t at = 0;

		volume();
		entry(ROOT, name[i].raw, 0x20, 2, 5);
		put(ROOT + 12, 1, name[i].bits);
		assert_int_equal(vio_files_find(&v, "", &root), VIO_OK);
		assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
		assert_string_equal(e.name, name[i].name);
		assert_string_equal(e.alias, "");
	}
}

static void test_deleted_and_labels_are_left_out(void **state)
{
	struct vio_files_entry e;
	struct vio_files_node root;
	uint64_t at = 0;

	(void)state;
	volume();
	entry(ROOT,
	      "\xe5"
	      "GONE      ",
	      0x20, 2, 5);
	entry(ROOT + 64, "LABEL      ", 0x08, 0, 0);
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
	assert_string_equal(e.name, "D");
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 0);
}

/* ---- The first sector ---- */

static void test_numbers_that_are_none_are_no_fat(void **state)
{
	static const struct {
		unsigned at, width, v;
	} odd[] = { { 11, 2, 0 }, { 11, 2, 513 }, { 11, 2, 256 }, { 11, 2, 8192 },
		    { 13, 1, 0 }, { 13, 1, 3 },	  { 14, 2, 0 },	  { 16, 1, 0 },
		    { 16, 1, 5 }, { 19, 2, 0 },	  { 21, 1, 1 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		boot();
		put(odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(vio_files_mount(&v, &whole), VIO_ENODEV);
	}
}

static void test_volume_that_does_not_fit_is_damaged(void **state)
{
	static const struct {
		unsigned at, width, v;
	} odd[] = { { 19, 2, SECTORS + 1 }, { 14, 2, 2100 }, { 22, 2, 5 },   { 22, 2, 2100 },
		    { 17, 2, 65535 },	    { 16, 1, 0xff }, { 11, 2, 4096 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		const bool none = odd[i].at == 16;

		boot();
		put(odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(vio_files_mount(&v, &whole), none ? VIO_ENODEV : VIO_EFORMAT);
	}
}

/* ---- 16 and 32 bits ---- */

/* It claims to be larger than its memory: FAT16 has at least 4085 clusters. */
static const struct vio_files_disk large = { .read = files_rig_read,
					     .ctx = disk,
					     .bytes = UINT64_C(1) << 40,
					     .block_bytes = VIO_FILES_SECTOR };

/* A volume of one of the widths. */
static void wide_volume(unsigned bits)
{
	boot();
	put(16, 1, 2);
	put(19, 2, 0);
	put(32, 4, 5000);
	if (bits == 32) {
		put(17, 2, 0);
		put(22, 2, 0);
		put(36, 4, 64);
		put(44, 4, 9);
	}
	assert_int_equal(vio_files_mount(&v, &large), VIO_OK);
	assert_int_equal(v.fat.bits, bits);
}

/* An entry of the table with this number. */
static void wide_table(unsigned number, unsigned c, uint32_t next)
{
	const unsigned bytes = v.fat.bits / 8, sectors = 2 * v.fat.bits;

	put(512 + number * UINT64_C(512) * sectors + c * (uint64_t)bytes, bytes, next);
}

static uint64_t cluster(unsigned c)
{
	return v.fat.data_at + (c - 2) * UINT64_C(512);
}

/* "A" has clusters 2, 4090 and 4; its end, the mark of a bad cluster, and the bits of an entry that
 * do not count are those of its width. The root of FAT32 is cluster 9. */
static void test_volumes_of_each_width(void **state)
{
	static const uint32_t end[] = { 0xfff8, 0xffff, 0x0ffffff8, 0xffffffff };
	struct vio_files_node n;
	uint8_t got[600];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const unsigned bits = i < 2 ? 16 : 32;

		wide_volume(bits);
		assert_string_equal(v.name, bits == 16 ? "FAT16" : "FAT32");
		wide_table(0, 2, bits == 16 ? 4090 : 0xf0000000 + 4090);
		wide_table(0, 4090, 4);
		wide_table(0, 4, end[i]);
		wide_table(0, 9, end[i]);
		memset(disk + cluster(4), 'e', 512);
		entry(bits == 16 ? v.fat.root_at : cluster(9), "A          ", 0x20, 2, 1124);
		assert_int_equal(vio_files_find(&v, "/A", &n), VIO_OK);
		assert_int_equal(vio_files_read(&v, &n, 1024, got, 600), 100);
		assert_int_equal(got[0], 'e');
		wide_table(0, 2, end[i]); /* shorter than it says */
		assert_int_equal(vio_files_find(&v, "/A", &n), VIO_OK);
		assert_int_equal(vio_files_read(&v, &n, 512, got, 1), VIO_EFORMAT);
		for (unsigned k = 0; k < 16; k++)
			entry(cluster(9) + 32 * k, "X          ", 0x20, 2, 1);
		if (bits == 32)
			assert_int_equal(count_entries("/"), 16);
		wide_table(0, 2, bits == 16 ? 0xfff7 : 0x0ffffff7); /* a bad cluster */
		assert_int_equal(vio_files_read(&v, &n, 512, got, 1), VIO_EFORMAT);
	}
	/* Only FAT32 has the upper half of the first cluster. */
	wide_volume(32);
	wide_table(0, 9, end[3]);
	entry(cluster(9), "A          ", 0x20, 2, 1);
	put(cluster(9) + 20, 2, 1);
	assert_int_equal(vio_files_find(&v, "/A", &n), VIO_EFORMAT);
	wide_volume(16);
	wide_table(0, 2, end[1]);
	entry(v.fat.root_at, "A          ", 0x20, 2, 1);
	put(v.fat.root_at + 20, 2, 1);
	assert_int_equal(vio_files_find(&v, "/A", &n), VIO_OK);
}

static void test_which_table_counts(void **state)
{
	static const struct {
		uint16_t flags;
		unsigned table;
	} row[] = { { 0, 0 }, { 1, 0 }, { 0x80, 0 }, { 0x81, 1 }, { 0x71, 0 }, { 0xff91, 1 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(*row); i++) {
		wide_volume(32);
		put(40, 2, row[i].flags);
		wide_table(row[i].table, 9, 5); /* the root goes on in cluster 5 */
		wide_table(row[i].table, 5, 0x0fffffff);
		for (unsigned k = 0; k < 16; k++)
			entry(cluster(9) + 32 * k, "X          ", 0x08, 0, 0);
		entry(cluster(5), "A          ", 0x20, 5, 0);
		assert_int_equal(vio_files_mount(&v, &large), VIO_OK);
		assert_int_equal(count_entries("/"), 1);
	}
}

/* A FAT16 with as many clusters as FAT32, and a FAT32 with more than numbers for them. */
static void test_numbers_of_clusters_that_no_width_has(void **state)
{
	static const struct {
		uint32_t sectors, table, root;
		int rc;
	} row[] = { { 65524 + 515, 256, 32, VIO_OK },
		    { 65525 + 515, 256, 32, VIO_EFORMAT },
		    { 0x0ffffff5 + 4194305, 2097152, 0, VIO_OK },
		    { 0x0ffffff6 + 4194305, 2097152, 0, VIO_EFORMAT } };

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(*row); i++) {
		boot();
		put(16, 1, 2);
		put(17, 2, row[i].root);
		put(19, 2, 0);
		put(22, 2, row[i].root ? row[i].table : 0);
		put(32, 4, row[i].sectors);
		put(36, 4, row[i].table);
		put(44, 4, 2);
		assert_int_equal(vio_files_mount(&v, &large), row[i].rc);
	}
}

static void test_fat32_root_and_table_are_checked(void **state)
{
	static const struct {
		unsigned at, width, v;
		int rc;
	} odd[] = { { 44, 4, 2, VIO_OK },	  { 44, 4, 1, VIO_EFORMAT },
		    { 44, 4, 5000, VIO_EFORMAT }, { 42, 2, 1, VIO_ENOTSUP },
		    { 17, 2, 1, VIO_EFORMAT },	  { 36, 4, 10, VIO_EFORMAT },
		    { 36, 4, 0, VIO_EFORMAT },	  { 36, 4, UINT32_MAX, VIO_EFORMAT },
		    { 40, 2, 0x81, VIO_EFORMAT } };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		boot();
		put(17, 2, 0);
		put(22, 2, 0);
		put(36, 4, 32);
		put(44, 4, 2);
		put(odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(vio_files_mount(&v, &whole), odd[i].rc);
		if (odd[i].rc == VIO_ENOTSUP)
			assert_string_equal(v.lacks, "a version of FAT32 that is not 0");
		else
			assert_null(v.lacks);
	}
}

/* Half a pair is no character, and what lies around the halves is one. */
static void test_characters_of_names(void **state)
{
	static const uint16_t unit[] = { 0xd7ff, 0xd800, 0xe000, 0xdbff, 0xdfff, 0xdc00 };
	uint8_t utf16[sizeof(unit)];
	char text[20];

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		utf16[2 * i] = (uint8_t)unit[i];
		utf16[2 * i + 1] = (uint8_t)(unit[i] >> 8);
	}
	vio_files_utf8(utf16, 6, text, sizeof(text));
	assert_string_equal(text, "\xed\x9f\xbf"
				  "\xef\xbf\xbd"
				  "\xee\x80\x80"
				  "\xf4\x8f\xbf\xbf"
				  "\xef\xbf\xbd");
}

/* One cluster at a time: an error after the requested clusters does not matter. */
static int mount_find_and_read(void)
{
	uint8_t got[CLUSTER];
	uint64_t at = 0;
	struct vio_files_node n;
	int rc = vio_files_mount(&v, &whole);

	if (rc == VIO_OK)
		rc = vio_files_find(&v, "/D/../A.TXT", &n);
	while (rc == VIO_OK && at < n.bytes) {
		rc = vio_files_read(&v, &n, at, got, sizeof(got));
		at += sizeof(got);
		rc = rc < 0 ? rc : VIO_OK;
	}
	return rc;
}

static void test_read_error_is_passed_on(void **state)
{
	(void)state;
	volume();
	fail_each_read(mount_find_and_read, VIO_OK);
}

static void test_disk_without_room_for_a_sector_has_none(void **state)
{
	struct vio_files_disk small = whole;

	(void)state;
	boot();
	small.bytes = 511;
	assert_int_equal(vio_files_mount(&v, &small), VIO_ENODEV);
	small.bytes = 512;
	assert_int_equal(vio_files_mount(&v, &small), VIO_EFORMAT);
}

/* As with Linux the signature may be missing, if all else is right. */
static void test_a_fat_without_its_signature(void **state)
{
	(void)state;
	volume();
	put(510, 2, 0);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	expect_file("/A.TXT", "ccccc", 1300);
	put(19, 2, SECTORS + 1);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_ENODEV);
	put(510, 2, 0xaa55);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
}

static void test_what_is_not_read_is_named(void **state)
{
	static const struct {
		const char *name, *magic;
		uint64_t at;
	} format[] = { { "exFAT", "EXFAT   ", 3 },
		       { "NTFS", "NTFS    ", 3 },
		       { "squashfs", "hsqs", 0 },
		       { "XFS", "XFSB", 0 },
		       { "Btrfs", "_BHRfS_M", 65600 },
		       { "LVM", "LVM2 001", 536 },
		       { "swap", "SWAPSPACE2", 4086 },
		       { "LUKS", "LUKS\xba\xbe", 0 },
		       { "EROFS", "\xe2\xe1\xf5\xe0", 1024 },
		       { "F2FS", "\x10 \xf5\xf2", 1024 } };
	struct vio_files_disk small = whole;

	(void)state;
	assert_null(vio_files_foreign(&whole));
	for (unsigned i = 0; i < sizeof(format) / sizeof(*format); i++) {
		blank(NULL);
		memcpy(disk + format[i].at, format[i].magic, strlen(format[i].magic));
		assert_int_equal(vio_files_mount(&v, &whole), VIO_ENODEV);
		assert_string_equal(vio_files_foreign(&whole), format[i].name);
		small.bytes = format[i].at + strlen(format[i].magic) - 1;
		assert_null(vio_files_foreign(&small));
		disk[format[i].at + strlen(format[i].magic) - 1] ^= 1;
		assert_null(vio_files_foreign(&whole));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_files_are_found_and_read),
		T(test_directories_end_with_their_room),
		T(test_chains_that_are_damaged),
		T(test_cluster_beyond_the_volume),
		T(test_circle_of_clusters_is_noticed),
		T(test_directory_that_runs_in_a_circle_ends),
		T(test_entries_that_are_damaged),
		T(test_long_names),
		T(test_long_name_with_odd_attributes),
		T(test_pieces_that_do_not_belong_together),
		T(test_short_names),
		T(test_deleted_and_labels_are_left_out),
		T(test_numbers_that_are_none_are_no_fat),
		T(test_a_fat_without_its_signature),
		T(test_what_is_not_read_is_named),
		T(test_volume_that_does_not_fit_is_damaged),
		T(test_fat32_root_and_table_are_checked),
		T(test_characters_of_names),
		T(test_volumes_of_each_width),
		T(test_which_table_counts),
		T(test_numbers_of_clusters_that_no_width_has),
		T(test_read_error_is_passed_on),
		T(test_disk_without_room_for_a_sector_has_none),
#undef T
	};

	return cmocka_run_group_tests_name("fat", tests, NULL, NULL);
}
