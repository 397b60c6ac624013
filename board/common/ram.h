/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory: RAM according to the devicetree, the image, and the devicetree itself. */
#ifndef VIO_COMMON_RAM_H
#define VIO_COMMON_RAM_H

#include "board/common/common.h"

enum { VIO_RAM_RUNS_MAX = 64 }; /* further runs are ignored */

/* The result of vio_ram_find(). Without a devicetree `tree` has 0 bytes. */
struct vio_ram {
	struct vio_span run[VIO_RAM_RUNS_MAX], tree;
	unsigned n;
};
extern struct vio_ram vio_ram;

#endif
