/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the devicetree reader share. */
#ifndef VIO_DEVICETREE_PRIVATE_H
#define VIO_DEVICETREE_PRIVATE_H

#include <picovirtio/devicetree.h>

/* The number of cells that the children of a bus use in `reg`. It is not inherited. */
struct vio_dt_cells {
	uint32_t address, size;
};
int vio_dt_cells_of(const struct vio_dt *dt, struct vio_dt_node bus, struct vio_dt_cells *c);

/* Read a number of `cells` cells at *i, and move *i after it. VIO_EFORMAT: the property ends
 * before. VIO_ERANGE: the number needs more than 64 bits. */
int vio_dt_take_number(struct vio_dt_prop p, uint32_t *i, uint32_t cells, uint64_t *out);

/* Does the run end at 2^64 or below? */
bool vio_dt_span_fits(struct vio_span s);

/* vio_dt_reg() for a node whose ancestors are path[0] (the root) .. path[levels - 1]. */
int vio_dt_reg_below(const struct vio_dt *dt, const struct vio_dt_node *path, unsigned levels,
		     struct vio_dt_node n, unsigned i, struct vio_span *out);

#endif
