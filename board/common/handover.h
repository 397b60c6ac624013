/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devicetree describes the machine: the first of some places that holds one. */
#ifndef VIO_COMMON_HANDOVER_H
#define VIO_COMMON_HANDOVER_H

#include <picovirtio/board.h>

/* Where a tree may be, and who says so ("a1"). Address 0 is no place: nothing was said. */
struct tree_place {
	const char *who;
	uintptr_t at;
};

/*
 * Open the tree at the first of `n` places that holds one, and the one that is built in
 * (PICOVIRTIO_DEVICETREE) if none does; with PICOVIRTIO_DEVICETREE_FIRST the built-in one is
 * tried before the places. Fills vio_board.dt, dt_error (VIO_ENODEV: none), dt_from, dt_built_in
 * and dt_refused. An address may be anything: odd, in `image`, of something else, of nothing at
 * all. The tree that was taken, or NULL. For vio_board_init(), as vio_guard_call() is.
 */
const void *vio_tree_choose(const struct tree_place *places, size_t n, struct vio_span image);

/* How long a tree says it is. */
uint32_t vio_tree_bytes(const void *fdt);

#endif
