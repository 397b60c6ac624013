/* SPDX-License-Identifier: BSD-2-Clause */
/* What libfdt lacks: `reg` as the CPU sees it, and interrupts. It is written on top of libfdt, and
 * shares no code with the reader. Nodes are libfdt's offsets, errors those of picovirtio/types.h.
 * */
#ifndef DEVICETREE_REFERENCE_H
#define DEVICETREE_REFERENCE_H

#include <picovirtio/types.h>

#include <libfdt.h>

/* Room for a product or sum of what fits 64 bits, and for 4 cells. */
__extension__ typedef unsigned __int128 wide;

#define LIMIT ((wide)1 << 64)

int ref_reg(const void *fdt, int node, int i, wide *base, wide *bytes);

/* The number of cells of the `i`th interrupt, where they are, and whose they are. */
int ref_interrupt(const void *fdt, int node, int i, int *controller, const fdt32_t **cells);

#endif
