/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to ext.c and ext_map.c. */
#ifndef FILES_EXT_H
#define FILES_EXT_H

#include "files/files.h"

/* The block of the disk that has block `block` of a file; `*at` 0: none, it reads as zeroes. */
int ext_map(struct files *v, const struct files_node *n, uint64_t block, uint64_t *at);

#endif
