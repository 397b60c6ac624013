/* SPDX-License-Identifier: BSD-2-Clause */
/* What fs.c and fs_tree.c share. */
#ifndef MODEL_FS_PRIVATE_H
#define MODEL_FS_PRIVATE_H

#include "tests/model/fs.h"
#include "tests/model/p9_private.h"

enum { MODEL_FS_ROOT = 1 };

/* Carry out a request whose header was read. Returns 0, or Linux's error number. */
uint32_t model_fs_run(struct model_fs *s, uint32_t code, uint64_t node, struct model_p9_message *in,
		      struct model_p9_message *out);

#endif
