/* SPDX-License-Identifier: BSD-2-Clause */
/* Where memory is: RAM by the tree's word, the image, the tree itself. */
#ifndef VIO_COMMON_RAM_H
#define VIO_COMMON_RAM_H

#include "board/common/common.h"

enum { VIO_RAM_RUNS_MAX = 64 }; /* more are not looked at */

/* What vio_ram_find() found; `tree` has no bytes where there is none. */
struct vio_ram {
	struct vio_span run[VIO_RAM_RUNS_MAX], tree;
	unsigned n;
};
extern struct vio_ram vio_ram;

#endif
