/* SPDX-License-Identifier: BSD-2-Clause */
/* An ext2 volume that a test writes, for tests of its features and of errors in it. */
#ifndef EXT_RIG_H
#define EXT_RIG_H

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

static inline int read_at(const char *path, uint64_t at, uint8_t *got, uint32_t n)
{
	struct vio_files_node node;
	const int rc = vio_files_find(&v, path, &node);

	return rc < 0 ? rc : vio_files_read(&v, &node, at, got, n);
}

#endif
