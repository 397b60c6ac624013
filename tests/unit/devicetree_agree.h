/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the reader with libfdt. Each function fails the test if they differ. */
#ifndef DEVICETREE_AGREE_H
#define DEVICETREE_AGREE_H

#include "devicetree_blob.h"

/* Nodes, names, depths, properties, strings of lists, reservations: one walk. */
void agree_on_walk(const struct vio_dt *dt, const void *fdt);

/* For one node, each a walk of its own: path, parent, children, phandle, reg, interrupts. */
void agree_on_node(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n);

void agree_on_aliases(const struct vio_dt *dt, const void *fdt);

/* All of the above, for every node. */
void agree(const struct vio_dt *dt, const void *fdt);

/*
 * Open `b` with both. They must agree on whether it is a tree, but for the differences
 * that are meant, each stated in devicetree_agree.c; returns whether both accept it.
 */
bool agree_to_open(const struct blob *b, struct vio_dt *dt);

#endif
