/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to ext.c and ext_map.c. */
#ifndef VIO_FILES_EXT_H
#define VIO_FILES_EXT_H

#include <picovirtio/files.h>

/* Set `*at` to the block of the disk that holds block `block` of a file. 0: there is none, and the
 * block reads as zeroes. */
int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t *at);

#endif
