/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3, ext4: the superblock, and the places of the group descriptors. */
#include "files/ext.h"

#include <string.h>

/* Offsets in the superblock, and its numbers. */
enum {
	AT_SUPER = 1024,
	AT_INODES = 0,
	AT_BLOCKS = 4,
	AT_FIRST_BLOCK = 20,
	AT_BLOCK_SHIFT = 24,
	AT_CLUSTER_SHIFT = 28,
	AT_PER_GROUP = 32,
	AT_CLUSTERS_PER_GROUP = 36,
	AT_INODES_PER_GROUP = 40,
	AT_MAGIC = 56,
	AT_REVISION = 76,
	AT_INODE_BYTES = 88,
	AT_COMPATIBLE = 92,
	AT_INCOMPATIBLE = 96,
	/* Features that matter for writers; two of them matter for readers too. */
	AT_READ_ONLY = 100,
	AT_GROUP_BYTES = 254,
	AT_FIRST_META = 260,
	AT_BLOCKS_HIGH = 336,
	AT_BACKUPS = 588,
	SUPER_BYTES = 600, /* the part of its 1024 bytes that is used here */
	MAGIC = 0xef53,
	SHIFT_MAX = 5, /* blocks of 32 KiB at most */
	GROUP_BYTES = 32,
	GROUP_BYTES_WIDE = 64,
	GROUP_BYTES_MAX = 1024,
};

/* Feature bits. A reader that does not know an incompatible one must not use the disk. */
enum {
	JOURNAL = 0x4,	     /* compatible: the file system is ext3 */
	TWO_BACKUPS = 0x200, /* compatible: AT_BACKUPS has the groups */
	FEW_BACKUPS = 0x1,   /* read-only: not every group has a copy of the superblock */
	CLUSTERS = 0x200,    /* read-only, called bigalloc: the bitmaps count clusters of blocks */

	FILETYPE = 0x2,
	RECOVER = 0x4, /* the disk was not unmounted */
	META_GROUPS = 0x10,
	EXTENTS = 0x40,
	WIDE = 0x80, /* block numbers have 64 bits */
	FLEX_GROUPS = 0x200,
	LARGE_DIRECTORY = 0x4000,
	/* These do not matter for a reader: protection against two writers, attribute values in
	 * inodes, the seed of checksums, the case of names. If there are encrypted files, only
	 * these are refused. */
	MULTI_MOUNT = 0x100,
	ATTRIBUTE_INODES = 0x400,
	CHECKSUM_SEED = 0x2000,
	INLINE_DATA = 0x8000,
	ENCRYPTION = 0x10000,
	CASEFOLD = 0x20000,
	KNOWN = FILETYPE | RECOVER | META_GROUPS | EXTENTS | WIDE | FLEX_GROUPS | LARGE_DIRECTORY |
		MULTI_MOUNT | ATTRIBUTE_INODES | CHECKSUM_SEED | INLINE_DATA | ENCRYPTION |
		CASEFOLD,
};

/* The names of the unknown features, as far as they have one. */
static const char *lacking(uint32_t features)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = { { 0x1, "compression" },
		      { 0x8, "a journal without a file system (journal_dev)" },
		      { 0x1000, "data in directories (dirdata)" } };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (features & names[i].bit)
			return names[i].name;
	}
	return "an incompatible feature that is newer than this reader";
}

static uint32_t power(uint32_t v, uint32_t least, uint32_t most)
{
	return v >= least && v <= most && (v & (v - 1)) == 0 ? v : 0;
}

/* Checks that all of the superblock's claims fit the disk, and that no divisor is 0. */
static int check(const struct vio_files *v, uint32_t bits_per_group)
{
	const struct vio_ext *x = &v->ext;
	const uint64_t bits = (uint64_t)x->block_bytes * 8; /* the bitmap of a group is one block */

	if (x->inode_bytes == 0 || x->group_bytes == 0 || x->group_blocks == 0 ||
	    bits_per_group > bits || x->inodes_per_group == 0 || x->inodes_per_group > bits)
		return VIO_EFORMAT;
	if (x->first_block != (x->block_bytes == 1024 && x->cluster_blocks == 1) ||
	    x->blocks <= x->first_block || x->blocks > v->disk.bytes / x->block_bytes)
		return VIO_EFORMAT;
	uint64_t groups = (x->blocks - x->first_block + x->group_blocks - 1) / x->group_blocks;
	return x->inodes > groups * x->inodes_per_group ? VIO_EFORMAT : VIO_OK;
}

/* If the bitmaps count clusters, a group has as many blocks as its clusters. */
static int read_clusters(struct vio_ext *x, const uint8_t *raw, uint32_t *bits)
{
	const uint32_t shift = vio_files_32(raw + AT_CLUSTER_SHIFT);
	const uint32_t block_shift = vio_files_32(raw + AT_BLOCK_SHIFT);

	*bits = x->group_blocks;
	x->cluster_blocks = 1;
	if (!(vio_files_32(raw + AT_READ_ONLY) & CLUSTERS))
		return VIO_OK;
	if (shift < block_shift || shift - block_shift > 16)
		return VIO_EFORMAT;
	x->cluster_blocks = UINT32_C(1) << (shift - block_shift);
	*bits = vio_files_32(raw + AT_CLUSTERS_PER_GROUP);
	return (uint64_t)*bits * x->cluster_blocks == x->group_blocks ? VIO_OK : VIO_EFORMAT;
}

/* Which groups have a copy of the superblock. In these groups the descriptors come after the
 * copy. */
static void read_backups(struct vio_ext *x, const uint8_t *raw)
{
	x->backups = vio_files_32(raw + AT_COMPATIBLE) & TWO_BACKUPS  ? EXT_BACKUPS_TWO
		     : vio_files_32(raw + AT_READ_ONLY) & FEW_BACKUPS ? EXT_BACKUPS_FEW
								      : EXT_BACKUPS_ALL;
	x->backup[0] = vio_files_32(raw + AT_BACKUPS);
	x->backup[1] = vio_files_32(raw + AT_BACKUPS + 4);
}

static void read_super(struct vio_files *v, const uint8_t *raw, uint32_t features)
{
	struct vio_ext *x = &v->ext;
	const bool first_revision = vio_files_32(raw + AT_REVISION) == 0;
	const bool wide = features & WIDE;

	x->block_bytes = UINT32_C(1024) << vio_files_32(raw + AT_BLOCK_SHIFT);
	x->inodes = vio_files_32(raw + AT_INODES);
	x->inodes_per_group = vio_files_32(raw + AT_INODES_PER_GROUP);
	x->group_blocks = vio_files_32(raw + AT_PER_GROUP);
	x->blocks = vio_files_32(raw + AT_BLOCKS);
	if (wide)
		x->blocks |= (uint64_t)vio_files_32(raw + AT_BLOCKS_HIGH) << 32;
	x->inode_bytes = first_revision ? EXT_INODE_BYTES
					: power(vio_files_16(raw + AT_INODE_BYTES), EXT_INODE_BYTES,
						x->block_bytes);
	x->group_bytes =
		wide ? power(vio_files_16(raw + AT_GROUP_BYTES), GROUP_BYTES_WIDE, GROUP_BYTES_MAX)
		     : GROUP_BYTES;
	x->first_block = vio_files_32(raw + AT_FIRST_BLOCK);
	x->first_meta = features & META_GROUPS ? vio_files_32(raw + AT_FIRST_META) : UINT32_MAX;
	x->large_directories = features & LARGE_DIRECTORY;
	v->unclean = features & RECOVER;
	v->name = features & (EXTENTS | WIDE | FLEX_GROUPS)	? "ext4"
		  : vio_files_32(raw + AT_COMPATIBLE) & JOURNAL ? "ext3"
								: "ext2";
}

int vio_ext_mount(struct vio_files *v)
{
	uint8_t raw[SUPER_BYTES];
	const int rc = vio_files_get(&v->disk, AT_SUPER, raw, sizeof(raw));
	uint32_t bits;

	if (rc < 0)
		return rc == VIO_EFORMAT ? VIO_ENODEV : rc;
	if (vio_files_16(raw + AT_MAGIC) != MAGIC)
		return VIO_ENODEV;
	const bool first_revision = vio_files_32(raw + AT_REVISION) == 0;
	const uint32_t features = first_revision ? 0 : vio_files_32(raw + AT_INCOMPATIBLE);
	if (features & ~(uint32_t)KNOWN)
		v->lacks = lacking(features & ~(uint32_t)KNOWN);
	else if (vio_files_32(raw + AT_BLOCK_SHIFT) > SHIFT_MAX)
		v->lacks = "blocks of more than 32 KiB";
	if (v->lacks)
		return VIO_ENOTSUP;
	if (first_revision) /* the words of the other features are not defined */
		memset(raw + AT_COMPATIBLE, 0, 12);
	read_super(v, raw, features);
	read_backups(&v->ext, raw);
	if (read_clusters(&v->ext, raw, &bits) < 0)
		return VIO_EFORMAT;
	return check(v, bits);
}

static bool is_power_of(uint32_t n, uint32_t base)
{
	while (n % base == 0)
		n /= base;
	return n == 1;
}

/* Whether this group has a copy; group 0, which has the original, is not asked for. */
static bool has_backup(const struct vio_ext *x, uint32_t group)
{
	if (x->backups == EXT_BACKUPS_TWO)
		return group == x->backup[0] || group == x->backup[1];
	return x->backups == EXT_BACKUPS_ALL || group == 1 || is_power_of(group, 3) ||
	       is_power_of(group, 5) || is_power_of(group, 7);
}

/* Usually all descriptors follow the superblock. With META_GROUPS, from block `first_meta` on, each
 * block of descriptors lies in the first of the groups that it describes. */
uint64_t vio_ext_group_at(const struct vio_ext *x, uint32_t group)
{
	const uint32_t per_block = x->block_bytes / x->group_bytes, n = group / per_block;
	const uint64_t within = (uint64_t)(group % per_block) * x->group_bytes;
	const uint32_t super = x->block_bytes == AT_SUPER; /* the block of the superblock */
	uint64_t block = super + UINT64_C(1) + n;

	if (n >= x->first_meta && n > 0) {
		const uint32_t home = n * per_block;

		block = x->first_block + (uint64_t)home * x->group_blocks + has_backup(x, home);
	}
	return block * x->block_bytes + within;
}
