/* SPDX-License-Identifier: BSD-2-Clause */
/* The choice of the devicetree: the first of some places that holds one. */
#ifndef VIO_COMMON_HANDOVER_H
#define VIO_COMMON_HANDOVER_H

#include <picovirtio/board.h>

/* A place where a devicetree may be, and the source of this address ("a1"). Address 0 is no
 * place. */
struct tree_place {
	const char *who;
	uintptr_t at;
};

/*
 * Open the tree at the first of `n` places that holds one, or else the built-in one
 * (PICOVIRTIO_DEVICETREE). With PICOVIRTIO_DEVICETREE_FIRST the built-in tree is tried first. The
 * function fills vio_board.dt, dt_error (VIO_ENODEV: no tree), dt_from, dt_built_in and dt_refused.
 * An address may be anything: odd, within `image`, used for something else, or not mapped. Returns
 * the tree, or NULL. Only for vio_board_init(), like vio_board_guard().
 */
const void *vio_tree_choose(const struct tree_place *places, size_t n, struct vio_span image);

/* The length that a tree claims. */
uint32_t vio_tree_bytes(const void *fdt);

#endif
