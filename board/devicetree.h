/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A read-only reader for flattened devicetrees (Devicetree Specification 0.4,
 * chapter 5, versions 16 and 17). Bounds-checked, allocation-free: a truncated, looping or
 * mutated tree gives an error or "not there", never a wrong access. Every call takes
 * time linear in the tree (dt_interrupt() with interrupts-extended: times i + 1). The tree
 * must not change while it is used: copy it first if somebody else can write to it.
 */
#ifndef VIO_DEVICETREE_H
#define VIO_DEVICETREE_H

#include "board/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	DT_DEPTH_MAX = 16,	   /* nodes on the longest path, the root counted; more: error */
	DT_BYTES_MAX = 0x01000000, /* 16 MiB; a bigger totalsize is an error */
};

/* A checked tree. Fields are private. */
struct dt {
	const uint8_t *blob;
	uint32_t size, structs, structs_end, strings, strings_end, reserved, nreserved;
};

/* A node: an offset into the structure block; DT_NONE is no node. */
struct dt_node {
	uint32_t at;
};
#define DT_NONE ((struct dt_node){ 0 })

static inline bool dt_is(struct dt_node n)
{
	return n.at != 0;
}

/* A property's value. `data` NULL: not there. */
struct dt_prop {
	const char *name;
	const uint8_t *data;
	uint32_t len;
};

/*
 * Check the whole tree once: header, blocks, every token, names, depth. `avail` is
 * how many bytes may be read at `blob` (UINT32_MAX: as many as its header says,
 * DT_BYTES_MAX at most). VIO_EFORMAT: not a usable tree. VIO_EINVAL: NULL, or not
 * aligned to 8, as the boot protocols and the reservation block want it. After an error
 * every call finds nothing.
 */
int dt_open(struct dt *dt, const void *blob, size_t avail);

/* Walking. dt_next() visits every node in the order of the tree, the root first
 * (dt_next(dt, DT_NONE, &depth)); `depth` 0 is the root, NULL is allowed. */
struct dt_node dt_root(const struct dt *dt);
struct dt_node dt_next(const struct dt *dt, struct dt_node n, int *depth);
struct dt_node dt_first_child(const struct dt *dt, struct dt_node parent);
struct dt_node dt_next_sibling(const struct dt *dt, struct dt_node n);
struct dt_node dt_parent(const struct dt *dt, struct dt_node n);

/* The nodes from the root to `n`, both in it; returns how many, 0: `n` is not in the tree. */
unsigned dt_lineage(const struct dt *dt, struct dt_node n, struct dt_node path[DT_DEPTH_MAX]);

const char *dt_name(const struct dt *dt, struct dt_node n); /* "uart@10000000"; "" for the root */

/* By path ("/soc/uart@10000000", a name without unit address matches the first), or by
 * alias ("serial0"); text after ':' is left out. By phandle. */
struct dt_node dt_path(const struct dt *dt, const char *path);
struct dt_node dt_phandle(const struct dt *dt, uint32_t phandle);

/* The full path of a node. VIO_ERANGE: longer than `len`. */
int dt_path_of(const struct dt *dt, struct dt_node n, char *buf, size_t len);

/* Properties. dt_prop_next() visits them in order, starting with {0}. */
struct dt_prop dt_prop(const struct dt *dt, struct dt_node n, const char *name);
bool dt_prop_next(const struct dt *dt, struct dt_node n, struct dt_prop *p);

/* One cell (big-endian u32). VIO_EFORMAT: the property is too short or not there. */
int dt_cell(struct dt_prop p, unsigned i, uint32_t *out);

/* The `i`th string of a list, or NULL; always terminated within the property. */
const char *dt_string(struct dt_prop p, unsigned i);

/* Is one of the strings of a list exactly this? The second for `compatible`. */
bool dt_has_string(const struct dt *dt, struct dt_node n, const char *prop, const char *what);
bool dt_compatible(const struct dt *dt, struct dt_node n, const char *what);

/* The next node after `n` (the last one found, or DT_NONE: from the root) that is compatible
 * with `what`, and neither it nor an ancestor is disabled. */
struct dt_node dt_find(const struct dt *dt, struct dt_node n, const char *what);

/* `status` is missing, "okay" or "ok": here alone, or here and on every ancestor. */
bool dt_enabled(const struct dt *dt, struct dt_node n);
bool dt_available(const struct dt *dt, struct dt_node n);

/*
 * The `i`th entry of `reg` as the CPU sees it: by the parent's cell counts, translated
 * through the `ranges` of every ancestor (several entries, empty ranges). Only whole
 * entries count; one without size cells has 0 bytes. VIO_ENODEV: no such entry. VIO_EFORMAT:
 * malformed. VIO_ERANGE: no range covers it whole, a bus on the way has no `ranges`, or the value
 * does not fit 64 bits.
 */
int dt_reg(const struct dt *dt, struct dt_node n, unsigned i, struct vio_span *out);

/*
 * The `i`th interrupt: controller (interrupt-parent inherited; interrupts-extended honoured)
 * and specifier cells. VIO_ENODEV: no such interrupt. VIO_EFORMAT: no controller there, or
 * without a usable #interrupt-cells. VIO_ERANGE: more than 4 cells.
 */
struct dt_irq {
	struct dt_node controller;
	unsigned ncells;
	uint32_t cell[4];
};
int dt_interrupt(const struct dt *dt, struct dt_node n, unsigned i, struct dt_irq *out);

/* The `i`th run of RAM over all memory nodes below the root that are not disabled. Empty and
 * malformed entries are not counted. VIO_ENODEV: no more. */
int dt_memory(const struct dt *dt, unsigned i, struct vio_span *out);

/* The `i`th reservation: the memory reservation block (an entry past 2^64 ends there), then
 * `reg` in /reserved-memory (a child's `status` does not matter; entries that are empty or
 * cannot be translated are not counted). VIO_ENODEV: no more. */
int dt_reserved(const struct dt *dt, unsigned i, struct vio_span *out);

/* The node that /chosen stdout-path names (path or alias, options after ':' ignored), or
 * DT_NONE; it may be disabled. */
struct dt_node dt_stdout(const struct dt *dt);

#ifdef __cplusplus
}
#endif
#endif
