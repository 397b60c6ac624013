/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of ext2 to ext4 that are read: features, clusters, data in inodes, links, endless
 * directories. */
#include "tests/unit/ext_rig.h"

/* As Linux does: each feature that matters for a reader is supported, or refused by its name. */
static void test_each_feature_is_known_or_named(void **state)
{
	static const struct {
		uint32_t bit;
		const char *lacks;
	} feature[] = { { 0x1, "compression" },
			{ 0x2, NULL },
			{ 0x4, NULL },
			{ 0x8, "a journal without a file system (journal_dev)" },
			{ 0x10, NULL },
			{ 0x40, NULL },
			{ 0x100, NULL },
			{ 0x200, NULL },
			{ 0x400, NULL },
			{ 0x1000, "data in directories (dirdata)" },
			{ 0x2000, NULL },
			{ 0x4000, NULL },
			{ 0x8000, NULL },
			{ 0x10000, NULL },
			{ 0x20000, NULL },
			{ 0x40000, "an incompatible feature that is newer than this reader" } };
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < sizeof(feature) / sizeof(*feature); i++) {
		volume();
		put(1024 + 96, 4, feature[i].bit);
		if (feature[i].lacks) {
			assert_int_equal(vio_files_mount(&v, &whole), VIO_ENOTSUP);
			assert_string_equal(v.lacks, feature[i].lacks);
		} else {
			assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
			assert_null(v.lacks);
			assert_int_equal(read_at("/file", 0, got, 1), 1);
		}
	}
	put(1024 + 96, 4, 2);
	put(1024 + 24, 4, 6);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_ENOTSUP);
	assert_string_equal(v.lacks, "blocks of more than 32 KiB");
}

/* Bitmaps that count clusters of 8 blocks: a group may have 8 times as many blocks. */
static void test_clusters(void **state)
{
	static const struct {
		uint32_t shift, blocks, clusters, first;
		int rc;
	} group[] = { { 3, 65536, 8192, 0, VIO_OK },	  { 3, 65536, 8192, 1, VIO_EFORMAT },
		      { 3, 65536, 8191, 0, VIO_EFORMAT }, { 3, 65544, 8193, 0, VIO_EFORMAT },
		      { 17, 1 << 17, 1, 0, VIO_EFORMAT }, { 0, 8192, 8192, 1, VIO_OK },
		      { 3, 0, 0, 0, VIO_EFORMAT } };

	(void)state;
	for (unsigned i = 0; i < sizeof(group) / sizeof(*group); i++) {
		volume();
		put(1024 + 100, 4, 0x200);
		put(1024 + 20, 4, group[i].first);
		put(1024 + 28, 4, group[i].shift);
		put(1024 + 32, 4, group[i].blocks);
		put(1024 + 36, 4, group[i].clusters);
		assert_int_equal(vio_files_mount(&v, &whole), group[i].rc);
	}
	put(1024 + 24, 4, 2);
	put(1024 + 28, 4, 1);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
}

/* ---- Files in their inode ---- */

enum { WIDE_INODE = 256, ATTRIBUTES = 160 }; /* behind 32 more bytes */

static uint64_t wide_inode(unsigned n)
{
	return TABLE * BLOCK + WIDE_INODE * (n - 1);
}

/* The directory "dir", inode 3, and in it "file" of 100 bytes, inode 12. The entry "file" is in the
 * attribute. */
static void inline_volume(void)
{
	const uint64_t f = wide_inode(INO), dir = wide_inode(3), a = f + ATTRIBUTES;

	super();
	put(1024 + 88, 2, WIDE_INODE);
	put(1024 + 96, 4, 0x8002);
	put(wide_inode(2), 2, 0x41ed);
	put(wide_inode(2) + 4, 4, BLOCK);
	put(wide_inode(2) + 40, 4, 20);
	name(20 * BLOCK, 3, BLOCK, "dir");
	for (unsigned i = 0; i < 2; i++) {
		const uint64_t at = i ? dir : f;

		put(at, 2, i ? 0x41ed : 0x81a4);
		put(at + 4, 4, i ? 76 : 100);
		put(at + 32, 4, 0x10000000);
		put(at + 128, 2, 32);
		put(at + ATTRIBUTES, 4, 0xea020000);
		put(at + ATTRIBUTES + 4, 4, 0x0704); /* "system." and four letters */
		put(at + ATTRIBUTES + 4 + 2, 2, 40); /* the value, after the magic number */
		put(at + ATTRIBUTES + 4 + 8, 4, i ? 16 : 40);
		memcpy(disk + at + ATTRIBUTES + 20, "data", 4);
	}
	put(dir + 40, 4, 2); /* the directory above */
	name(dir + 44, 0, 56, "");
	name(dir + ATTRIBUTES + 44, INO, 16, "file");
	for (unsigned i = 0; i < 100; i++)
		disk[i < 60 ? f + 40 + i : a + 44 + i - 60] = (uint8_t)i;
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
}

static void test_inline_files_and_directories(void **state)
{
	uint8_t got[101];

	(void)state;
	inline_volume();
	assert_int_equal(read_at("/dir/file", 0, got, sizeof(got)), 100);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(got[i], i);
	assert_int_equal(read_at("/dir/../dir/./file", 60, got, 5), 5);
	assert_int_equal(got[0], 60);
	assert_int_equal(read_at("/dir/fil", 0, got, 1), VIO_ENODEV);
}

static int read_the_rest(void)
{
	uint8_t got[40];

	return read_at("/dir/file", 60, got, sizeof(got));
}

static void test_read_error_of_inline_data_is_passed_on(void **state)
{
	(void)state;
	inline_volume();
	fail_each_read(read_the_rest, 40);
}

static void test_inline_data_that_is_damaged(void **state)
{
	static const struct {
		unsigned at, width;
		uint32_t v;
	} odd[] = { { 128, 2, 0xffff },
		    { 128, 2, 125 },
		    { ATTRIBUTES, 4, 0xea020001 },
		    { ATTRIBUTES + 4, 4, 0 },
		    { ATTRIBUTES + 4, 1, 5 },
		    { ATTRIBUTES + 5, 1, 6 },
		    { ATTRIBUTES + 6, 2, 53 },
		    { ATTRIBUTES + 6, 2, 0xffff },
		    { ATTRIBUTES + 8, 4, 7 },
		    { ATTRIBUTES + 12, 4, 53 },
		    { ATTRIBUTES + 12, 4, UINT32_MAX },
		    { ATTRIBUTES + 12, 4, 39 },
		    { ATTRIBUTES + 12, 4, 0 },
		    { ATTRIBUTES + 20, 1, 'D' } };
	uint8_t got[100];

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		inline_volume();
		put(wide_inode(INO) + odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(read_at("/dir/file", 0, got, 60), 60);
		assert_int_equal(read_at("/dir/file", 0, got, 100), VIO_EFORMAT);
	}
	/* Another attribute before it. */
	inline_volume();
	const uint64_t first = wide_inode(INO) + ATTRIBUTES + 4;
	memmove(disk + first + 20, disk + first, 20);
	put(first, 2, 0x0702);
	memcpy(disk + first + 16, "me", 3);
	put(first + 20 + 2, 2, 50);
	put(first + 20 + 8, 4, 40);
	assert_int_equal(read_at("/dir/file", 0, got, 100), 100);
	/* Inodes without room for attributes. */
	volume();
	put(inode(INO) + 32, 4, 0x10000000);
	assert_int_equal(read_at("/file", 0, got, 60), 60);
	assert_int_equal(read_at("/file", 60, got, 1), VIO_EFORMAT);
	/* Entries of a directory that go beyond its parts. */
	inline_volume();
	put(wide_inode(3) + 44 + 4, 2, 60);
	assert_int_equal(read_at("/dir/file", 0, got, 1), VIO_EFORMAT);
	inline_volume();
	put(wide_inode(3) + ATTRIBUTES + 44 + 4, 2, 20);
	assert_int_equal(read_at("/dir/file", 0, got, 1), VIO_EFORMAT);
}

/* The attribute has fewer bytes than the size of the directory says: it ends before an entry, in
 * its first eight bytes, or in its name. */
static void test_inline_directory_that_ends_early(void **state)
{
	const uint64_t dir = wide_inode(3), next = dir + ATTRIBUTES + 44 + 16;
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < 2 * 17; i++) {
		const unsigned bytes = 16 + i / 2;

		inline_volume();
		if (i % 2 != 0)
			put(dir + ATTRIBUTES + 44 + 6, 1, 0); /* the entry before has no name */
		put(dir + 4, 4, 60 + 32);
		put(dir + ATTRIBUTES + 4 + 8, 4, bytes);
		name(next, INO, 16, "another8");
		const int rc = read_at("/dir/other", 0, got, 1);
		assert_int_equal(rc, bytes < 32 ? VIO_EFORMAT : VIO_ENODEV);
	}
}

/* The attribute has fewer bytes than the size of the link says. */
static void test_inline_link_that_ends_early(void **state)
{
	struct vio_files_node n;

	(void)state;
	inline_volume();
	put(wide_inode(INO), 2, 0xa1ff);
	memset(disk + wide_inode(INO) + 40, '/', 60);
	memset(disk + wide_inode(INO) + ATTRIBUTES + 44, '/', 40);
	assert_int_equal(vio_files_find(&v, "/dir/file", &n), VIO_OK); /* the root */
	assert_int_equal(n.kind, VIO_FILES_DIRECTORY);
	put(wide_inode(INO) + ATTRIBUTES + 12, 4, 39);
	assert_int_equal(vio_files_find(&v, "/dir/file", &n), VIO_EFORMAT);
}

/* ---- Directories without an end ---- */

/* A directory of 64 MiB whose blocks are all one block. */
static const struct vio_files_disk huge = { .read = files_rig_read,
					    .ctx = disk,
					    .bytes = UINT64_C(1) << 30,
					    .block_bytes = VIO_FILES_SECTOR };

static void endless(const char *text)
{
	const unsigned bytes = text[0] ? 12 : 8;

	volume();
	put(1024 + 4, 4, 70000);
	put(1024 + 32, 4, 8192);
	put(inode(2) + 4, 4, 64 << 20);
	for (unsigned i = 0; i < 12; i++)
		put(inode(2) + 40 + 4 * i, 4, ROOT);
	put(inode(2) + 88, 4, 101);
	put(inode(2) + 92, 4, 100);
	for (unsigned i = 0; i < 256; i++) {
		put(100 * BLOCK + 4 * i, 4, 101);
		put(101 * BLOCK + 4 * i, 4, ROOT);
	}
	memset(disk + ROOT * BLOCK, 0, BLOCK);
	for (unsigned at = 0; at < BLOCK; at += bytes)
		name(ROOT * BLOCK + at, text[0] ? INO : 0,
		     at + 2 * bytes > BLOCK ? BLOCK - at : bytes, text);
	assert_int_equal(vio_files_mount(&v, &huge), VIO_OK);
}

static void test_directories_without_an_end(void **state)
{
	static const char *const text[] = { "", ".", ".." };
	struct vio_files_entry e;
	struct vio_files_node root, n;
	uint64_t at = 0;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		endless(text[i]);
		assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
		at = 0;
		assert_int_equal(vio_files_next(&v, &root, &at, &e), VIO_ERANGE);
	}
	endless("x");
	assert_int_equal(vio_files_find(&v, "/x", &n), VIO_OK);
	assert_int_equal(vio_files_find(&v, "/y", &n), VIO_ERANGE);
}

/* The upper half of a size is another word in the inode of a directory. */
static void test_directories_of_4_gib_need_their_feature(void **state)
{
	uint8_t got[1];

	(void)state;
	volume();
	put(inode(2) + 108, 4, 1);
	assert_int_equal(read_at("/file", 0, got, 1), 1);
	put(1024 + 96, 4, 0x4002);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
}

/* ---- Links ---- */

/* Links "a", "b", ... with these targets beside "file", all in the root. */
static void links(const char *const *target, unsigned n)
{
	volume();
	put(ROOT * BLOCK + 28, 2, 12); /* the entry "file" */
	for (unsigned i = 0; i < n; i++) {
		const unsigned ino = INO + 1 + i, last = i + 1 == n ? BLOCK - 36 - 12 * i : 12;

		put(inode(ino), 2, 0xa1ff);
		put(inode(ino) + 4, 4, strlen(target[i]));
		memcpy(disk + inode(ino) + 40, target[i], strlen(target[i]));
		name(ROOT * BLOCK + 36 + 12 * i, ino, last, (char[]){ (char)('a' + i), '\0' });
	}
}

static void test_links_are_followed(void **state)
{
	static const char *const target[] = { "file", "/a",	"..//./b/", "b",
					      "none", "file/x", "///file" };
	static const int rc[] = { 1, 1, 1, 1, VIO_ENODEV, VIO_EINVAL, 1 };
	uint8_t got[1];

	(void)state;
	links(target, 7);
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(read_at((char[]){ '/', (char)('a' + i), '\0' }, 0, got, 1), rc[i]);
	assert_int_equal(read_at("/a/..", 0, got, 1), VIO_EINVAL);
	put(inode(INO + 1) + 4, 4, 2000); /* a long target, in block 0x656c6966 */
	assert_int_equal(read_at("/b", 0, got, 1), VIO_EFORMAT);
	put(inode(INO + 1) + 40, 4, FILE_AT);
	put(inode(INO + 1) + 44, 4, FILE_AT + 1);
	memset(disk + FILE_AT * BLOCK, '/', 2 * BLOCK);
	memcpy(disk + FILE_AT * BLOCK + 1022, "file", 4); /* over the end of a block */
	assert_int_equal(read_at("/b", 0, got, 1), 1);
}

/* A target without '/' in front begins where the link is. */
static void test_links_begin_in_their_directory(void **state)
{
	enum { SUB = INO + 1, NEAR, FAR, THERE };
	uint8_t got[1];

	(void)state;
	volume();
	name(ROOT * BLOCK + 24, INO, 16, "file");
	name(ROOT * BLOCK + 40, SUB, BLOCK - 40, "sub");
	put(inode(SUB), 2, 0x41ed);
	put(inode(SUB) + 4, 4, BLOCK);
	put(inode(SUB) + 40, 4, 40);
	name(40 * BLOCK, NEAR, 16, "near");
	name(40 * BLOCK + 16, FAR, 12, "far");
	name(40 * BLOCK + 28, THERE, BLOCK - 28, "there");
	for (unsigned i = 0; i < 2; i++) {
		const char *target = i == 0 ? "there" : "/there";

		put(inode(NEAR + i), 2, 0xa1ff);
		put(inode(NEAR + i) + 4, 4, strlen(target));
		memcpy(disk + inode(NEAR + i) + 40, target, strlen(target));
	}
	put(inode(THERE), 2, 0x81a4);
	put(inode(THERE) + 4, 4, 1);
	put(inode(THERE) + 40, 4, FILE_AT);
	assert_int_equal(read_at("/sub/near", 0, got, 1), 1);
	assert_int_equal(got[0], 'a');
	assert_int_equal(read_at("/sub/far", 0, got, 1), VIO_ENODEV);
}

static void test_links_that_lead_on_for_ever_end(void **state)
{
	/* A ring; one that grows; nine within each other, and eight. */
	static const char *const ring[] = { "b",   "a",	  "c/x", "e/.", "f/.", "g/.",
					    "h/.", "i/.", "j/.", "k/.", "l/.", "/" };
	uint8_t got[1];

	(void)state;
	links(ring, 12);
	for (const char *path = "abcd"; *path; path++)
		assert_int_equal(read_at((char[]){ *path, '\0' }, 0, got, 1), VIO_ERANGE);
	assert_int_equal(read_at("e", 0, got, 1), VIO_EINVAL); /* the root, which is no file */
	/* 40 links one after the other, and 41. */
	static char path[2 * 41 + 5] = "";
	for (unsigned i = 0; i < 40; i++)
		memcpy(path + 2 * i, "l/", 2);
	strcpy(path + 80, "file");
	assert_int_equal(read_at(path, 0, got, 1), 1);
	strcpy(path + 80, "l/file");
	assert_int_equal(read_at(path, 0, got, 1), VIO_ERANGE);
}

static int follow_a_link(void)
{
	struct vio_files_node n;
	int rc = vio_files_mount(&v, &whole);

	return rc < 0 ? rc : vio_files_find(&v, "/b", &n);
}

static void test_read_error_of_a_link_is_passed_on(void **state)
{
	static const char *const target[] = { "file", "./a" };

	(void)state;
	links(target, 2);
	fail_each_read(follow_a_link, VIO_OK);
}

/* With META_GROUPS, from `first` on, a block of descriptors lies in the first group of those that
 * it describes, behind the copy of the superblock if that group has one. No other place has any
 * here. */
static void test_descriptors_in_the_groups_that_they_describe(void **state)
{
	enum { GROUP_BLOCKS = 17, PER_GROUP = 8, FEW = 1, TWO = 2, BACKUPS = 588 };
	static const struct {
		unsigned bytes, first, group, copies, block;
	} rows[] = {
		{ 1024, 1, 1, 0, 19 },	   { 1024, 1, 2, 0, 36 },     { 1024, 2, 1, 0, 3 },
		{ 1024, 0, 1, 0, 19 },	   { 1024, 1, 1, FEW, 19 },   { 1024, 1, 2, FEW, 35 },
		{ 1024, 1, 3, FEW, 53 },   { 1024, 1, 5, FEW, 87 },   { 1024, 1, 6, FEW, 103 },
		{ 1024, 1, 7, FEW, 121 },  { 1024, 1, 9, FEW, 155 },  { 1024, 1, 15, FEW, 256 },
		{ 1024, 1, 25, FEW, 427 }, { 1024, 1, 49, FEW, 835 }, { 1024, 1, 1, TWO, 18 },
		{ 1024, 1, 2, TWO, 36 },   { 1024, 1, 3, TWO, 52 },   { 1024, 1, 4, TWO, 70 },
		{ 64, 1, 17, 0, 274 },	   { 64, 1, 31, FEW, 273 },   { 64, 2, 17, 0, 3 },
	};
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned file = rows[i].group * PER_GROUP + 1;
		const unsigned within = rows[i].group % (BLOCK / rows[i].bytes) * rows[i].bytes;

		volume();
		put(1024 + 0, 4, 58 * PER_GROUP);
		put(1024 + 32, 4, GROUP_BLOCKS);
		put(1024 + 40, 4, PER_GROUP);
		put(1024 + 92, 4, rows[i].copies == TWO ? 0x200 : 0);
		put(1024 + 96, 4, 0x2 | 0x10 | 0x80);
		put(1024 + 100, 4, rows[i].copies == FEW);
		put(1024 + 254, 2, rows[i].bytes);
		put(1024 + 260, 4, rows[i].first);
		put(1024 + BACKUPS, 4, 2);
		put(1024 + BACKUPS + 4, 4, 4);
		put(ROOT * BLOCK + 24, 4, file);
		memcpy(disk + inode(1), disk + inode(INO), 128);
		put(rows[i].block * BLOCK + within + 8, 4, TABLE);
		assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
		assert_int_equal(read_at("/file", 0, got, 1), 1);
		assert_int_equal(got[0], 'a');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_each_feature_is_known_or_named),
		T(test_clusters),
		T(test_inline_files_and_directories),
		T(test_read_error_of_inline_data_is_passed_on),
		T(test_inline_data_that_is_damaged),
		T(test_inline_directory_that_ends_early),
		T(test_inline_link_that_ends_early),
		T(test_directories_without_an_end),
		T(test_directories_of_4_gib_need_their_feature),
		T(test_descriptors_in_the_groups_that_they_describe),
		T(test_links_are_followed),
		T(test_links_begin_in_their_directory),
		T(test_links_that_lead_on_for_ever_end),
		T(test_read_error_of_a_link_is_passed_on),
#undef T
	};

	return cmocka_run_group_tests_name("ext_kinds", tests, NULL, NULL);
}
