/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to ext.c and ext_map.c. */
#ifndef VIO_FILES_EXT_H
#define VIO_FILES_EXT_H

#include <picovirtio/files.h>

/* Blocks of a file that follow each other on the disk. */
struct ext_run {
	uint64_t at; /* the first one; 0: none, and they read as zeroes */
	uint64_t n;
};

/* Find the block of the disk that holds block `block` of a file, and those after it in a row, up to
 * about `most`. */
int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t most,
		struct ext_run *r);

#endif
