/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to ext.c and ext_map.c. */
#ifndef VIO_FILES_EXT_H
#define VIO_FILES_EXT_H

#include <picovirtio/files.h>

/* Which groups have a copy of the superblock. */
enum { EXT_BACKUPS_ALL, EXT_BACKUPS_FEW, EXT_BACKUPS_TWO };

enum { EXT_INODE_BYTES = 128 }; /* of an inode, the part that every file system has */

/* Blocks of a file that follow each other on the disk. */
struct ext_run {
	uint64_t at; /* the first one; 0: none, and they read as zeroes */
	uint64_t n;
};

/* Find the block of the disk that holds block `block` of a file, and those after it in a row, up to
 * about `most`. */
int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t most,
		struct ext_run *r);

/* Read the superblock: the function `mount` of the format. */
int vio_ext_mount(struct vio_files *v);

/* The place of a group's descriptor on the disk. */
uint64_t vio_ext_group_at(const struct vio_ext *x, uint32_t group);

/* The target of a short link is where another file has its map. */
static inline bool vio_ext_is_short_link(const struct vio_files_node *n)
{
	return n->kind == VIO_FILES_LINK && n->bytes < VIO_FILES_MAP && !n->extents;
}

/* Where byte `at` of a file is that lies in its inode: in the place of the map, and behind it in
 * the value of an extended attribute. As the function `map` of the format. */
int vio_ext_inline(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		   struct vio_files_run *r);

#endif
