/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3, ext4: inodes and directories, as in "Data Structures and Algorithms" of
 * the Linux kernel's documentation of ext4. */
#include "files/cache.h"
#include "files/ext.h"

#include <string.h>

/* Offsets in a group descriptor, in an inode, and in a directory entry. */
enum {
	AT_INODE_TABLE = 8,
	AT_INODE_TABLE_HIGH = 40,
	GROUP_BYTES_WIDE = 64,

	AT_MODE = 0,
	AT_SIZE = 4,
	AT_FLAGS = 32,
	AT_MAP = 40,
	AT_SIZE_HIGH = 108,
	MODE_DIRECTORY = 4,
	MODE_FILE = 8,
	MODE_LINK = 10,
	ENCRYPTED = 0x800,
	HAS_EXTENTS = 0x80000,
	INLINE = 0x10000000,

	ENTRY_HEADER = 8,
	ROOT_INODE = 2,
};

/* ---- Inodes ---- */

/* `*at` is the place of the inode on the disk. */
static int read_inode(struct vio_files *v, uint32_t number, uint8_t *raw, uint64_t *at)
{
	const struct vio_ext *x = &v->ext;
	const uint32_t group = (number - 1) / x->inodes_per_group;
	const uint32_t within = (number - 1) % x->inodes_per_group;
	uint8_t g[GROUP_BYTES_WIDE] = { 0 };

	if (number == 0 || number > x->inodes)
		return VIO_EFORMAT;
	int rc = vio_files_get(&v->disk, vio_ext_group_at(x, group), g,
			       x->group_bytes < sizeof(g) ? x->group_bytes : (uint32_t)sizeof(g));
	if (rc < 0)
		return rc;
	uint64_t table = vio_files_32(g + AT_INODE_TABLE) |
			 (uint64_t)vio_files_32(g + AT_INODE_TABLE_HIGH) << 32;
	if (table >= x->blocks)
		return VIO_EFORMAT;
	*at = table * x->block_bytes + (uint64_t)within * x->inode_bytes;
	return vio_files_get(&v->disk, *at, raw, EXT_INODE_BYTES);
}

static enum vio_files_kind kind(uint32_t mode)
{
	switch (mode >> 12) {
	case MODE_DIRECTORY: return VIO_FILES_DIRECTORY;
	case MODE_FILE: return VIO_FILES_FILE;
	case MODE_LINK: return VIO_FILES_LINK;
	default: return VIO_FILES_OTHER;
	}
}

static int set_node(struct vio_files *v, uint32_t number, struct vio_files_node *n)
{
	uint8_t raw[EXT_INODE_BYTES];
	uint64_t at;
	const int rc = read_inode(v, number, raw, &at);

	if (rc < 0)
		return rc;
	uint32_t flags = vio_files_32(raw + AT_FLAGS);
	*n = (struct vio_files_node){
		.kind = kind(vio_files_16(raw + AT_MODE)),
		.bytes = vio_files_32(raw + AT_SIZE),
		.id = number,
		.extents = flags & HAS_EXTENTS,
		.in_inode = flags & INLINE,
		.encrypted = flags & ENCRYPTED,
		.at = at + AT_MAP,
	};
	memcpy(n->map, raw + AT_MAP, sizeof(n->map));
	/* In the inode of a directory this word has another meaning, unless very large directories
	 * are allowed. */
	if (n->kind == VIO_FILES_FILE || v->ext.large_directories)
		n->bytes |= (uint64_t)vio_files_32(raw + AT_SIZE_HIGH) << 32;
	/* A directory has no holes, so it is no larger than the disk. A file may be larger. */
	if (n->kind == VIO_FILES_DIRECTORY && n->bytes > v->ext.blocks * v->ext.block_bytes)
		return VIO_EFORMAT;
	return VIO_OK;
}

static int ext_root(struct vio_files *v, struct vio_files_node *n)
{
	const int rc = set_node(v, ROOT_INODE, n);

	return rc == VIO_OK && n->kind != VIO_FILES_DIRECTORY ? VIO_EFORMAT : rc;
}

static int ext_map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
		   struct vio_files_run *r)
{
	const uint32_t block = v->ext.block_bytes, within = (uint32_t)(at % block);
	struct ext_run x;

	if (n->encrypted) {
		v->lacks = "encryption";
		return VIO_ENOTSUP;
	}
	if (n->in_inode || vio_ext_is_short_link(n))
		return vio_ext_inline(v, n, at, r);
	int rc = vio_ext_map(v, n, at / block, ((uint64_t)within + most + block - 1) / block, &x);
	if (rc < 0)
		return rc;
	*r = (struct vio_files_run){
		.at = x.at * block + within,
		.bytes = x.n * block - within,
		.hole = x.at == 0,
	};
	return 1;
}

/* ---- Directories ---- */

/* The bytes from `at` to the end of its block, or of its part of the inode. */
static uint64_t left_of(const struct vio_files *v, const struct vio_files_node *dir, uint64_t at)
{
	if (!dir->in_inode)
		return v->ext.block_bytes - at % v->ext.block_bytes;
	return (at < VIO_FILES_MAP && dir->bytes > VIO_FILES_MAP ? VIO_FILES_MAP : dir->bytes) - at;
}

/* Read the entry at `*at`. `*inode` is 0 for a free entry. An entry ends within its block, so each
 * call makes progress, and none reads beyond the block. */
static int read_entry(struct vio_files *v, struct vio_files_node *dir, uint64_t *at, char *name,
		      uint32_t *inode)
{
	const uint64_t left = left_of(v, dir, *at);
	uint8_t raw[ENTRY_HEADER];
	int rc = VIO_EFORMAT;

	if (left >= ENTRY_HEADER)
		rc = vio_files_run_read_whole(v, dir, *at, raw, sizeof(raw));
	if (rc < 0)
		return rc;
	uint32_t bytes = vio_files_16(raw + 4);
	*inode = vio_files_32(raw);
	if (bytes < ENTRY_HEADER || bytes % 4 != 0 || bytes > left || raw[6] > bytes - ENTRY_HEADER)
		return VIO_EFORMAT;
	if (raw[6] > 0)
		rc = vio_files_run_read_whole(v, dir, *at + ENTRY_HEADER, name, raw[6]);
	name[raw[6]] = '\0';
	*at += bytes;
	return rc;
}

/* A directory within its inode begins with the number of its parent, in place of an entry. */
static int read_above(const struct vio_files_node *dir, uint64_t *at, char *name, uint32_t *inode)
{
	*inode = vio_files_32(dir->map);
	*at = sizeof(*inode);
	memcpy(name, "..", sizeof(".."));
	return VIO_OK;
}

static int ext_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e)
{
	uint32_t inode;

	for (uint32_t free = 0; *at < dir->bytes; free++) {
		const bool is_above = dir->in_inode && *at == 0;
		const int rc = is_above ? read_above(dir, at, e->name, &inode)
					: read_entry(v, dir, at, e->name, &inode);

		if (rc < 0)
			return rc;
		if (free == VIO_FILES_FREE_MAX)
			return VIO_ERANGE;
		if (inode == 0 || e->name[0] == '\0')
			continue;
		e->alias[0] = '\0';
		e->damaged = false;
		e->node.id = inode;
		return 1;
	}
	return 0;
}

const struct vio_files_format vio_files_ext = {
	.mount = vio_ext_mount,
	.root = ext_root,
	.next = ext_next,
	.node = set_node,
	.map = ext_map,
};
