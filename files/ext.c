/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3, ext4: superblock, inodes and directories, as in "Data Structures and Algorithms" of
 * the Linux kernel's documentation of ext4. */
#include "files/cache.h"
#include "files/ext.h"

#include <string.h>

/* Offsets in the superblock, and its numbers. */
enum {
	AT_SUPER = 1024,
	AT_INODES = 0,
	AT_BLOCKS = 4,
	AT_FIRST_BLOCK = 20,
	AT_BLOCK_SHIFT = 24,
	AT_PER_GROUP = 32,
	AT_INODES_PER_GROUP = 40,
	AT_MAGIC = 56,
	AT_REVISION = 76,
	AT_INODE_BYTES = 88,
	AT_COMPATIBLE = 92,
	AT_INCOMPATIBLE = 96,
	AT_GROUP_BYTES = 254,
	AT_BLOCKS_HIGH = 336,
	SUPER_BYTES = 512, /* the part of its 1024 bytes that is used here */
	MAGIC = 0xef53,
	SHIFT_MAX = 5, /* blocks of 32 KiB at most */
	JOURNAL = 0x4, /* the compatible feature that makes it ext3 */
};

/* Incompatible features: a reader that does not know one of them must not use the disk. */
enum {
	FILETYPE = 0x2,
	RECOVER = 0x4, /* the disk was not unmounted */
	EXTENTS = 0x40,
	WIDE = 0x80, /* block numbers have 64 bits */
	FLEX_GROUPS = 0x200,
	LARGE_ATTRIBUTES = 0x400, /* this feature and the next ones do not matter for a reader */
	CHECKSUM_SEED = 0x2000,
	LARGE_DIRECTORY = 0x4000,
	INLINE_DATA = 0x8000, /* files with this flag are refused */
	CASEFOLD = 0x20000,
	KNOWN = FILETYPE | RECOVER | EXTENTS | WIDE | FLEX_GROUPS | LARGE_ATTRIBUTES |
		CHECKSUM_SEED | LARGE_DIRECTORY | INLINE_DATA | CASEFOLD,
};

/* Offsets in a group descriptor, in an inode, and in a directory entry. */
enum {
	AT_INODE_TABLE = 8,
	AT_INODE_TABLE_HIGH = 40,
	GROUP_BYTES = 32,
	GROUP_BYTES_WIDE = 64,
	GROUP_BYTES_MAX = 1024,

	AT_MODE = 0,
	AT_SIZE = 4,
	AT_FLAGS = 32,
	AT_MAP = 40,
	AT_SIZE_HIGH = 108,
	INODE_BYTES = 128,
	MODE_DIRECTORY = 4,
	MODE_FILE = 8,
	MODE_LINK = 10,
	ENCRYPTED = 0x800,
	HAS_EXTENTS = 0x80000,
	INLINE = 0x10000000,

	ENTRY_HEADER = 8,
	ROOT_INODE = 2,
};

static uint32_t power(uint32_t v, uint32_t least, uint32_t most)
{
	return v >= least && v <= most && (v & (v - 1)) == 0 ? v : 0;
}

/* Checks that all of the superblock's claims fit the disk, and that no divisor is 0. */
static int check(const struct vio_files *v, uint64_t first, uint32_t per_group)
{
	const struct vio_ext *x = &v->ext;
	const uint64_t bits = (uint64_t)x->block_bytes * 8; /* the bitmap of a group is one block */

	if (x->inode_bytes == 0 || x->group_bytes == 0 || per_group == 0 || per_group > bits ||
	    x->inodes_per_group == 0 || x->inodes_per_group > bits)
		return VIO_EFORMAT;
	if (first != (x->block_bytes == 1024) || x->blocks <= first ||
	    x->blocks > v->disk.bytes / x->block_bytes)
		return VIO_EFORMAT;
	uint64_t groups = (x->blocks - first + per_group - 1) / per_group;
	return x->inodes > groups * x->inodes_per_group ? VIO_EFORMAT : VIO_OK;
}

static void read_super(struct vio_files *v, const uint8_t *raw, uint32_t features)
{
	struct vio_ext *x = &v->ext;
	const bool first_revision = vio_files_32(raw + AT_REVISION) == 0;
	const bool wide = features & WIDE;

	x->block_bytes = UINT32_C(1024) << vio_files_32(raw + AT_BLOCK_SHIFT);
	x->inodes = vio_files_32(raw + AT_INODES);
	x->inodes_per_group = vio_files_32(raw + AT_INODES_PER_GROUP);
	x->blocks = vio_files_32(raw + AT_BLOCKS);
	if (wide)
		x->blocks |= (uint64_t)vio_files_32(raw + AT_BLOCKS_HIGH) << 32;
	x->inode_bytes = first_revision ? INODE_BYTES
					: power(vio_files_16(raw + AT_INODE_BYTES), INODE_BYTES,
						x->block_bytes);
	x->group_bytes =
		wide ? power(vio_files_16(raw + AT_GROUP_BYTES), GROUP_BYTES_WIDE, GROUP_BYTES_MAX)
		     : GROUP_BYTES;
	x->groups_at = vio_files_32(raw + AT_FIRST_BLOCK) + UINT64_C(1);
	v->unclean = features & RECOVER;
	v->name = features & (EXTENTS | WIDE | FLEX_GROUPS)	? "ext4"
		  : vio_files_32(raw + AT_COMPATIBLE) & JOURNAL ? "ext3"
								: "ext2";
}

static int mount(struct vio_files *v)
{
	uint8_t raw[SUPER_BYTES];
	const int rc = vio_files_get(&v->disk, AT_SUPER, raw, sizeof(raw));

	if (rc < 0)
		return rc == VIO_EFORMAT ? VIO_ENODEV : rc;
	if (vio_files_16(raw + AT_MAGIC) != MAGIC)
		return VIO_ENODEV;
	uint32_t features =
		vio_files_32(raw + AT_REVISION) == 0 ? 0 : vio_files_32(raw + AT_INCOMPATIBLE);
	if (features & ~(uint32_t)KNOWN || vio_files_32(raw + AT_BLOCK_SHIFT) > SHIFT_MAX)
		return VIO_ENOTSUP;
	read_super(v, raw, features);
	return check(v, vio_files_32(raw + AT_FIRST_BLOCK), vio_files_32(raw + AT_PER_GROUP));
}

/* ---- Inodes ---- */

static int read_inode(struct vio_files *v, uint32_t number, uint8_t *raw)
{
	const struct vio_ext *x = &v->ext;
	const uint32_t group = (number - 1) / x->inodes_per_group;
	const uint32_t within = (number - 1) % x->inodes_per_group;
	uint8_t g[GROUP_BYTES_WIDE] = { 0 };

	if (number == 0 || number > x->inodes)
		return VIO_EFORMAT;
	int rc = vio_files_get(&v->disk,
			       x->groups_at * x->block_bytes + (uint64_t)group * x->group_bytes, g,
			       x->group_bytes < sizeof(g) ? x->group_bytes : (uint32_t)sizeof(g));
	if (rc < 0)
		return rc;
	uint64_t table = vio_files_32(g + AT_INODE_TABLE) |
			 (uint64_t)vio_files_32(g + AT_INODE_TABLE_HIGH) << 32;
	if (table >= x->blocks)
		return VIO_EFORMAT;
	return vio_files_get(&v->disk, table * x->block_bytes + (uint64_t)within * x->inode_bytes,
			     raw, INODE_BYTES);
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
	uint8_t raw[INODE_BYTES];
	const int rc = read_inode(v, number, raw);

	if (rc < 0)
		return rc;
	uint32_t flags = vio_files_32(raw + AT_FLAGS);
	*n = (struct vio_files_node){
		.kind = kind(vio_files_16(raw + AT_MODE)),
		.bytes = vio_files_32(raw + AT_SIZE) | (uint64_t)vio_files_32(raw + AT_SIZE_HIGH)
							       << 32,
		.id = number,
		.extents = flags & HAS_EXTENTS,
		.unreadable = flags & (ENCRYPTED | INLINE),
	};
	memcpy(n->map, raw + AT_MAP, sizeof(n->map));
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

	if (n->unreadable)
		return VIO_ENOTSUP;
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

/* Read the entry at `*at`. `*inode` is 0 for a free entry. An entry ends within its block, so each
 * call makes progress, and none reads beyond the block. */
static int read_entry(struct vio_files *v, struct vio_files_node *dir, uint64_t *at, char *name,
		      uint32_t *inode)
{
	const uint32_t block = v->ext.block_bytes, left = block - (uint32_t)(*at % block);
	uint8_t raw[ENTRY_HEADER];
	int rc = VIO_EFORMAT;

	if (left >= ENTRY_HEADER)
		rc = vio_files_run_read(v, dir, *at, raw, sizeof(raw));
	if (rc < 0)
		return rc;
	uint32_t bytes = vio_files_16(raw + 4);
	*inode = vio_files_32(raw);
	if (bytes < ENTRY_HEADER || bytes % 4 != 0 || bytes > left || raw[6] > bytes - ENTRY_HEADER)
		return VIO_EFORMAT;
	if (raw[6] > 0)
		rc = vio_files_run_read(v, dir, *at + ENTRY_HEADER, name, raw[6]);
	name[raw[6]] = '\0';
	*at += bytes;
	return rc;
}

static int ext_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e)
{
	uint32_t inode;
	int rc;

	while (*at < dir->bytes) {
		rc = read_entry(v, dir, at, e->name, &inode);
		if (rc < 0)
			return rc;
		if (inode == 0 || e->name[0] == '\0')
			continue;
		e->alias[0] = '\0';
		rc = set_node(v, inode, &e->node);
		e->damaged = rc == VIO_EFORMAT;
		return rc < 0 && !e->damaged ? rc : 1;
	}
	return 0;
}

const struct vio_files_format vio_files_ext = {
	.mount = mount,
	.root = ext_root,
	.next = ext_next,
	.map = ext_map,
};
