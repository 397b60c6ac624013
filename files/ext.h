/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to ext.c and ext_map.c. */
#ifndef VIO_FILES_EXT_H
#define VIO_FILES_EXT_H

#include <picovirtio/files.h>

/* Which groups have a copy of the superblock. */
enum { EXT_BACKUPS_ALL, EXT_BACKUPS_FEW, EXT_BACKUPS_TWO };

enum { EXT_INODE_BYTES = 128 }; /* of an inode, the part that every file system has */

/* Consecutive blocks of a file that are consecutive on the disk too. */
struct ext_run {
	uint64_t at; /* the first one; 0: there are none, and the blocks read as zeroes */
	uint64_t n;
};

/* Find the block of the disk that holds block `block` of a file, and the blocks that follow it in a
 * row, up to about `most`. */
int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t most,
		struct ext_run *r);

/* Read the superblock: the function `mount` of the format. */
int vio_ext_mount(struct vio_files *v);

/* The place of a group's descriptor on the disk. */
uint64_t vio_ext_group_at(const struct vio_ext *x, uint32_t group);

/* A short link has its target where another file has its map. */
static inline bool vio_ext_is_short_link(const struct vio_files_node *n)
{
	return n->kind == VIO_FILES_LINK && n->bytes < VIO_FILES_MAP && !n->extents;
}

/* Find byte `at` of a file that lies in its inode: in the place of the map, and then in the value
 * of an extended attribute. This is the function `map` of the format. */
int vio_ext_inline(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		   struct vio_files_run *r);

#endif
