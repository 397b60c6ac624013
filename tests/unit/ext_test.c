/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2 and ext4: a volume by hand, and what can be wrong with it. */
#include "tests/unit/files_rig.h"

/* Blocks of 1 KiB: superblock 1, group 2, inodes from 5 (of 128 bytes, 32 of them), root's data in
 * 10, the file's from 20. The disk is larger, so that a block behind the volume can be read. */
enum { BLOCK = 1024, BLOCKS = 1000, TABLE = 5, ROOT = 10, FILE_AT = 20, INODES = 32, INO = 12 };

static struct vio_files v;

static uint64_t inode(unsigned n)
{
	return TABLE * BLOCK + 128 * (n - 1);
}

static void name(uint64_t at, uint32_t ino, unsigned bytes, const char *text)
{
	put(at, 4, ino);
	put(at + 4, 2, bytes);
	put(at + 6, 1, strlen(text));
	memcpy(disk + at + 8, text, strlen(text));
}

static void super(void)
{
	blank(NULL);
	put(1024 + 0, 4, INODES);
	put(1024 + 4, 4, BLOCKS);
	put(1024 + 20, 4, 1);
	put(1024 + 32, 4, 8192);
	put(1024 + 40, 4, INODES);
	put(1024 + 56, 2, 0xef53);
	put(1024 + 76, 4, 1);
	put(1024 + 88, 2, 128);
	put(1024 + 96, 4, 2);
	put(2 * BLOCK + 8, 4, TABLE);
}

static void volume(void)
{
	super();
	put(inode(2), 2, 0x41ed);
	put(inode(2) + 4, 4, BLOCK);
	put(inode(2) + 40, 4, ROOT);
	name(ROOT * BLOCK, 2, 12, ".");
	name(ROOT * BLOCK + 12, 2, 12, "..");
	name(ROOT * BLOCK + 24, INO, 1000, "file");
	put(inode(INO), 2, 0x81a4);
	put(inode(INO) + 4, 4, 3000);
	for (unsigned i = 0; i < 3; i++) {
		put(inode(INO) + 40 + 4 * i, 4, i == 1 ? 0 : FILE_AT + i);
		memset(disk + (FILE_AT + i) * BLOCK, 'a' + (int)i, BLOCK);
	}
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
}

static int read_at(const char *path, uint64_t at, uint8_t *got, uint32_t n)
{
	struct vio_files_node node;
	const int rc = vio_files_find(&v, path, &node);

	return rc < 0 ? rc : vio_files_read(&v, &node, at, got, n);
}

static void test_file_with_a_hole(void **state)
{
	uint8_t got[3001];

	(void)state;
	volume();
	assert_string_equal(v.name, "ext2");
	assert_int_equal(read_at("/file", 0, got, sizeof(got)), 3000);
	assert_int_equal(got[1023], 'a');
	assert_int_equal(got[1024], 0);
	assert_int_equal(got[2047], 0);
	assert_int_equal(got[2048], 'c');
	assert_int_equal(read_at("/File", 0, got, 1), VIO_ENODEV);
	assert_int_equal(read_at("/file", 2047, got, 2), 2);
	assert_int_equal(got[1], 'c');
}

/* Single, double and triple indirect blocks. */
static void test_indirect_blocks(void **state)
{
	static const uint64_t first[] = { 12, 12 + 256, 12 + 256 + 65536 };
	uint8_t got[1];

	(void)state;
	for (unsigned level = 1; level <= 3; level++) {
		const uint64_t at = (first[level - 1] + 3) * BLOCK;

		volume();
		put(inode(INO) + 4, 4, UINT32_MAX);
		put(inode(INO) + 40 + 4 * (11 + level), 4, 100);
		for (unsigned i = 0; i < level; i++)
			put((100 + i) * BLOCK + (i + 1 == level ? 12 : 0), 4,
			    i + 1 == level ? FILE_AT : 101 + i);
		assert_int_equal(read_at("/file", at, got, 1), 1);
		assert_int_equal(got[0], 'a');
		assert_int_equal(read_at("/file", at + BLOCK, got, 1), 1);
		assert_int_equal(got[0], 0); /* a hole */
		put(100 * BLOCK + (level == 1 ? 12 : 0), 4, BLOCKS);
		assert_int_equal(read_at("/file", at, got, 1), VIO_EFORMAT);
		put(inode(INO) + 40 + 4 * (11 + level), 4, UINT32_MAX);
		assert_int_equal(read_at("/file", at, got, 1), VIO_EFORMAT);
	}
	/* Beyond what three levels reach. */
	put(inode(INO) + 108, 4, 0xffff);
	assert_int_equal(read_at("/file", UINT64_C(20) << 30, got, 1), VIO_EFORMAT);
}

/* A flag that says nothing about how a file is stored. */
static void test_flags_that_are_no_concern(void **state)
{
	uint8_t got[1];

	(void)state;
	volume();
	put(inode(INO) + 32, 4, 0x80);
	assert_int_equal(read_at("/file", 0, got, 1), 1);
	assert_int_equal(got[0], 'a');
}

/* ---- Extents ---- */

static void header(uint64_t at, unsigned entries, unsigned depth)
{
	put(at, 2, 0xf30a);
	put(at + 2, 2, entries);
	put(at + 4, 2, 4);
	put(at + 6, 2, depth);
}

static void extent(uint64_t at, uint32_t block, unsigned len, uint64_t start)
{
	put(at, 4, block);
	put(at + 4, 2, len);
	put(at + 6, 2, start >> 32);
	put(at + 8, 4, start);
}

/* Blocks 0 and 2 of the file are at FILE_AT and FILE_AT + 2, block 5 is set aside alone; the second
 * level is in block 50. */
static void tree(void)
{
	const uint64_t root = inode(INO) + 40;

	volume();
	put(inode(INO) + 4, 4, 10000);
	put(inode(INO) + 32, 4, 0x80000);
	memset(disk + root, 0, 60);
	header(root, 1, 1);
	put(root + 12 + 4, 4, 50);
	header(50 * BLOCK, 3, 0);
	extent(50 * BLOCK + 12, 0, 1, FILE_AT);
	extent(50 * BLOCK + 24, 2, 1, FILE_AT + 2);
	extent(50 * BLOCK + 36, 5, 32769, FILE_AT);
}

static void test_extents(void **state)
{
	static const uint8_t want[] = { 'a', 0, 'c', 0, 0, 0, 0 };
	uint8_t got[1];

	(void)state;
	tree();
	for (unsigned i = 0; i < sizeof(want); i++) {
		assert_int_equal(read_at("/file", i * BLOCK + 5, got, 1), 1);
		assert_int_equal(got[0], want[i]);
	}
	/* Before the first entry of a node there is a hole. */
	extent(50 * BLOCK + 12, 1, 1, FILE_AT);
	assert_int_equal(read_at("/file", 5, got, 1), 1);
	assert_int_equal(got[0], 0);
}

/* No entry of the root is for the first blocks; it is not its header that is read as one. */
static void test_extents_begin_with_a_hole(void **state)
{
	uint8_t got[1] = { 1 };

	(void)state;
	tree();
	put(inode(INO) + 40 + 12, 4, 2);
	assert_int_equal(read_at("/file", 5, got, 1), 1);
	assert_int_equal(got[0], 0);
}

/* The second level lies behind the volume, where the disk goes on. */
static void test_extents_lie_in_the_volume(void **state)
{
	uint8_t got[1];

	(void)state;
	tree();
	memcpy(disk + BLOCKS * BLOCK, disk + 50 * BLOCK, BLOCK);
	put(inode(INO) + 40 + 12 + 4, 4, BLOCKS - 1);
	memcpy(disk + (BLOCKS - 1) * BLOCK, disk + 50 * BLOCK, BLOCK);
	assert_int_equal(read_at("/file", 0, got, 1), 1);
	put(inode(INO) + 40 + 12 + 4, 4, BLOCKS);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
}

/* Five below the root are the most. */
static void test_extents_of_many_levels(void **state)
{
	uint8_t got[1];

	(void)state;
	for (unsigned depth = 5; depth <= 6; depth++) {
		tree();
		put(inode(INO) + 40 + 6, 2, depth);
		for (unsigned i = 0; i < depth; i++) {
			header((50 + i) * BLOCK, 1, depth - 1 - i);
			extent((50 + i) * BLOCK + 12, 0, 1, FILE_AT);
			if (i + 1 < depth) {
				put((50 + i) * BLOCK + 16, 4, 51 + i);
				put((50 + i) * BLOCK + 20, 2, 0);
			}
		}
		assert_int_equal(read_at("/file", 0, got, 1), depth <= 5 ? 1 : VIO_EFORMAT);
	}
}

/* Their numbers have 32 bits, a length has 64. */
static void test_blocks_beyond_the_numbers_of_extents(void **state)
{
	const uint64_t end = (UINT64_C(1) << 32) * BLOCK;
	uint8_t got[1] = { 1 };

	(void)state;
	tree();
	put(inode(INO) + 108, 4, 0x1000);
	assert_int_equal(read_at("/file", end - 1, got, 1), 1);
	assert_int_equal(got[0], 0);
	assert_int_equal(read_at("/file", end, got, 1), VIO_EFORMAT);
}

static void test_extents_that_are_damaged(void **state)
{
	static const struct {
		uint64_t at;
		unsigned width;
		uint64_t v;
	} odd[] = { { 0, 2, 0xf30b }, { 2, 2, 5 }, { 2, 2, 0xffff },  { 6, 2, 0 },
		    { 6, 2, 2 },      { 6, 2, 6 }, { 16, 4, BLOCKS }, { 16, 4, UINT32_MAX },
		    { 20, 2, 1 },     { 16, 4, 0 } };
	static const struct {
		unsigned at, width;
		uint64_t v;
	} leaf[] = { { 0, 2, 0 },  { 2, 2, 85 },      { 6, 2, 1 },
		     { 20, 4, 0 }, { 20, 4, BLOCKS }, { 18, 2, 0xffff } };
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		tree();
		put(inode(INO) + 40 + odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
	}
	for (unsigned i = 0; i < sizeof(leaf) / sizeof(*leaf); i++) {
		tree();
		put(50 * BLOCK + leaf[i].at, leaf[i].width, leaf[i].v);
		assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
	}
	tree(); /* a tree that is its own child */
	put(inode(INO) + 46, 2, 5);
	header(50 * BLOCK, 1, 4);
	put(50 * BLOCK + 16, 4, 50);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
}

/* ---- Directories and inodes ---- */

static void test_entries_that_are_damaged(void **state)
{
	static const struct {
		unsigned at, width, v;
	} odd[] = { { 28, 2, 0 }, { 28, 2, 7 },	   { 28, 2, 14 },    { 28, 2, 1001 },
		    { 28, 2, 4 }, { 28, 2, 1004 }, { 28, 2, 0xffff } };
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		volume();
		put(ROOT * BLOCK + odd[i].at, odd[i].width, odd[i].v);
		assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
	}
	volume();
	put(ROOT * BLOCK + 28, 2, 12);
	put(ROOT * BLOCK + 30, 1, 5); /* a name that is longer than its entry */
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
}

/* Entries without an inode or without a name; the second block of a directory. */
static void test_entries_that_are_free(void **state)
{
	struct vio_files_entry e;
	struct vio_files_node root;
	uint64_t at = 0;

	(void)state;
	volume();
	put(inode(2) + 4, 4, 2 * BLOCK);
	put(inode(2) + 44, 4, ROOT + 1);
	name(ROOT * BLOCK + 24, 0, 20, "gone");
	name(ROOT * BLOCK + 44, INO, 980, "");
	memset(disk + (ROOT + 1) * BLOCK, 0, BLOCK);
	name((ROOT + 1) * BLOCK, INO, 24, "other");
	name((ROOT + 1) * BLOCK + 24, INO, 1000, "file");
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
	assert_string_equal(e.name, "other");
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
	assert_string_equal(e.name, "file");
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 0);
	assert_int_equal(vio_files_next(&v, &e.node, &at, &e), VIO_EINVAL);
}

static void test_inodes_that_are_damaged(void **state)
{
	static const uint32_t number[] = { INODES + 1, UINT32_MAX };
	struct vio_files_entry e;
	struct vio_files_node root;
	uint64_t at = 0;
	uint8_t got[1];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		volume();
		put(ROOT * BLOCK + 24, 4, number[i]);
		assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
		at = 0;
		assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
		assert_true(e.damaged);
		assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
	}
	volume();
	put(2 * BLOCK + 8, 4, BLOCKS); /* the table of inodes lies behind the volume */
	memcpy(disk + BLOCKS * BLOCK, disk + TABLE * BLOCK, 4 * BLOCK);
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_EFORMAT);
	volume();
	put(inode(2) + 4, 4, BLOCKS * BLOCK + 1);
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_EFORMAT);
	volume();
	put(inode(2), 2, 0x81a4);
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_EFORMAT);
}

static void test_what_is_stored_otherwise_is_refused(void **state)
{
	uint8_t got[1];

	(void)state;
	volume();
	put(inode(INO) + 32, 4, 0x800);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_ENOTSUP);
	assert_string_equal(v.lacks, "encryption");
	volume();
	put(inode(INO), 2, 0xa1ff); /* a link */
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EINVAL);
}

static void test_superblocks_without_sense(void **state)
{
	static const struct {
		unsigned at;
		uint32_t v;
		int rc;
	} odd[] = { { 56, 0, VIO_ENODEV },     { 96, 1, VIO_ENOTSUP },
		    { 24, 6, VIO_ENOTSUP },    { 24, UINT32_MAX, VIO_ENOTSUP },
		    { 24, 2, VIO_EFORMAT },    { 20, 0, VIO_EFORMAT },
		    { 4, 0, VIO_EFORMAT },     { 4, DISK_BYTES / BLOCK + 1, VIO_EFORMAT },
		    { 32, 0, VIO_EFORMAT },    { 32, 8193, VIO_EFORMAT },
		    { 40, 0, VIO_EFORMAT },    { 40, 8193, VIO_EFORMAT },
		    { 88, 0, VIO_EFORMAT },    { 88, 129, VIO_EFORMAT },
		    { 88, 2048, VIO_EFORMAT }, { 0, INODES + 1, VIO_EFORMAT },
		    { 96, 0x82, VIO_EFORMAT } };

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		super();
		put(1024 + odd[i].at, odd[i].at == 56 || odd[i].at == 88 ? 2 : 4, odd[i].v);
		assert_int_equal(vio_files_mount(&v, &whole), odd[i].rc);
	}
}

/* Two numbers of which one alone would be found out by the other. */
static void test_superblocks_of_two_wrong_numbers(void **state)
{
	(void)state;
	super();
	put(1024 + 4, 4, 0); /* no block, and as many groups as there are numbers */
	put(1024 + 32, 4, 1);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
	super();
	put(1024 + 0, 4, 0); /* no inode, and none a group */
	put(1024 + 40, 4, 0);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
}

/* The words that have features and the size of an inode later are anything in the first one. */
static void test_the_first_revision_has_no_features(void **state)
{
	uint8_t got[1];

	(void)state;
	volume();
	put(1024 + 76, 4, 0);
	put(1024 + 88, 2, 77);
	put(1024 + 96, 4, UINT32_MAX);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_string_equal(v.name, "ext2");
	assert_int_equal(read_at("/file", 0, got, 1), 1);
}

/* Eight inodes a group: the file is in the second group, the root in the first. */
static void test_inodes_of_a_second_group(void **state)
{
	uint8_t got[1];

	(void)state;
	volume();
	put(1024 + 32, 4, 250);
	put(1024 + 40, 4, 8);
	put(2 * BLOCK + 32 + 8, 4, TABLE + 1);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_int_equal(read_at("/file", 0, got, 1), 1);
	assert_int_equal(got[0], 'a');
}

static void test_kinds_by_their_features(void **state)
{
	(void)state;
	super();
	put(1024 + 92, 4, ~UINT32_C(4));
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_string_equal(v.name, "ext2");
	assert_false(v.unclean);
	put(1024 + 92, 4, 4);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_string_equal(v.name, "ext3");
	put(1024 + 96, 4, 0x46);
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_string_equal(v.name, "ext4");
	assert_true(v.unclean);
	put(1024 + 254, 2, 64);
	put(1024 + 96, 4, 0xc2);
	put(1024 + 336, 4, 1); /* 2^32 blocks more than the disk has */
	assert_int_equal(vio_files_mount(&v, &whole), VIO_EFORMAT);
}

static int mount_and_read(void)
{
	const int rc = vio_files_mount(&v, &whole);
	uint8_t got[2100];

	return rc < 0 ? rc : read_at("/file", 0, got, sizeof(got));
}

static void test_read_error_is_passed_on(void **state)
{
	(void)state;
	volume();
	fail_each_read(mount_and_read, 2100);
	tree();
	fail_each_read(mount_and_read, 2100);
}

static void test_disk_without_room_for_a_superblock_has_none(void **state)
{
	struct vio_files_disk small = whole;

	(void)state;
	super();
	small.bytes = 1024 + 599;
	assert_int_equal(vio_files_mount(&v, &small), VIO_ENODEV);
	small.bytes = 1024 + 600;
	assert_int_equal(vio_files_mount(&v, &small), VIO_EFORMAT);
}

/* ---- Features ---- */

/* As Linux does: what matters for a reader is known or refused by its name. */
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
		put(at + ATTRIBUTES + 4 + 2, 2, 40); /* the value, from behind the magic */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_file_with_a_hole),
		T(test_indirect_blocks),
		T(test_flags_that_are_no_concern),
		T(test_extents),
		T(test_extents_begin_with_a_hole),
		T(test_extents_lie_in_the_volume),
		T(test_extents_of_many_levels),
		T(test_blocks_beyond_the_numbers_of_extents),
		T(test_extents_that_are_damaged),
		T(test_entries_that_are_damaged),
		T(test_entries_that_are_free),
		T(test_inodes_that_are_damaged),
		T(test_what_is_stored_otherwise_is_refused),
		T(test_superblocks_without_sense),
		T(test_superblocks_of_two_wrong_numbers),
		T(test_kinds_by_their_features),
		T(test_the_first_revision_has_no_features),
		T(test_inodes_of_a_second_group),
		T(test_each_feature_is_known_or_named),
		T(test_clusters),
		T(test_inline_files_and_directories),
		T(test_inline_data_that_is_damaged),
		T(test_directories_without_an_end),
		T(test_directories_of_4_gib_need_their_feature),
		T(test_read_error_is_passed_on),
		T(test_disk_without_room_for_a_superblock_has_none),
#undef T
	};

	return cmocka_run_group_tests_name("ext", tests, NULL, NULL);
}
