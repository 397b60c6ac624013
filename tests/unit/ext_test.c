/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2 and ext4: a volume that the test writes, and errors in it. */
#include "tests/unit/ext_rig.h"

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
	/* Beyond the reach of three levels. */
	put(inode(INO) + 108, 4, 0xffff);
	assert_int_equal(read_at("/file", UINT64_C(20) << 30, got, 1), VIO_EFORMAT);
}

/* A flag that does not affect how a file is stored. */
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

/* The second level is after the end of the volume, where the disk continues. */
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

/* An extent that begins in the volume, and goes on where only the disk continues. */
static void test_extent_that_leaves_the_volume(void **state)
{
	static uint8_t got[10000];

	(void)state;
	tree();
	header(50 * BLOCK, 1, 0);
	extent(50 * BLOCK + 12, 0, 10, BLOCKS - 2);
	assert_int_equal(read_at("/file", 0, got, 2 * BLOCK), 2 * BLOCK);
	assert_int_equal(read_at("/file", 0, got, sizeof(got)), VIO_EFORMAT);
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

/* Only "." and ".." are left out. */
static void test_names_that_begin_with_a_dot(void **state)
{
	static const char *const text[] = { ".a", "..", "..b" };
	struct vio_files_entry e;
	struct vio_files_node root;
	uint64_t at = 0;

	(void)state;
	volume();
	for (unsigned i = 0; i < 3; i++)
		name(ROOT * BLOCK + 24 + 12 * i, INO, i < 2 ? 12 : 976, text[i]);
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
	assert_string_equal(e.name, ".a");
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 1);
	assert_string_equal(e.name, "..b");
	assert_int_equal(vio_files_next(&v, &root, &at, &e), 0);
}

static void test_the_longest_read(void **state)
{
	struct vio_files_node n;
	static uint8_t got[3000];

	(void)state;
	volume();
	assert_int_equal(vio_files_find(&v, "/file", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, INT32_MAX), 3000);
	assert_int_equal(vio_files_read(&v, &n, 0, got, INT32_MAX + UINT32_C(1)), VIO_EINVAL);
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
	put(2 * BLOCK + 8, 4, BLOCKS); /* the table of inodes is after the end of the volume */
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
	put(inode(INO), 2, 0xa1ff); /* a link to a name that no file can have */
	assert_int_equal(read_at("/file", 0, got, 1), VIO_ENODEV);
	put(inode(INO) + 4, 4, 4097);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
	put(inode(INO) + 4, 4, 0);
	assert_int_equal(read_at("/file", 0, got, 1), VIO_EFORMAT);
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

/* Two numbers: a wrong value in only one of them would disagree with the other. */
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
		T(test_extent_that_leaves_the_volume),
		T(test_names_that_begin_with_a_dot),
		T(test_the_longest_read),
		T(test_read_error_is_passed_on),
		T(test_disk_without_room_for_a_superblock_has_none),
#undef T
	};

	return cmocka_run_group_tests_name("ext", tests, NULL, NULL);
}
