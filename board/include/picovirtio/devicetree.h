/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A read-only reader for flattened devicetrees (Devicetree Specification 0.4,
 * chapter 5, versions 16 and 17). Bounds-checked, allocation-free: a truncated, looping or
 * mutated tree gives an error or "not there", never a wrong access. Every call takes
 * time linear in the tree (vio_dt_interrupt() with interrupts-extended: times i + 1); to ask
 * something of many nodes, use a walk (struct vio_dt_walk), which knows where it is. The tree
 * must not change while it is used: copy it first if somebody else can write to it.
 */
#ifndef VIO_DEVICETREE_H
#define VIO_DEVICETREE_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_DT_DEPTH_MAX = 16, /* nodes on the longest path, the root counted; more: error */
	VIO_DT_BYTES_MAX = 0x01000000, /* 16 MiB; a bigger totalsize is an error */
};

/* A checked tree. Fields are private. */
struct vio_dt {
	const uint8_t *blob;
	uint32_t size, structs, structs_end, strings, strings_end, reserved, nreserved;
};

/* A node: an offset into the structure block; VIO_DT_NONE is no node. */
struct vio_dt_node {
	uint32_t at;
};
#define VIO_DT_NONE ((struct vio_dt_node){ 0 })

static inline bool vio_dt_is(struct vio_dt_node n)
{
	return n.at != 0;
}

/* A property's value. `data` NULL: not there. */
struct vio_dt_prop {
	const char *name;
	const uint8_t *data;
	uint32_t len;
};

/*
 * Check the whole tree once: header, blocks, every token, names, depth. `avail` is
 * how many bytes may be read at `blob` (UINT32_MAX: as many as its header says,
 * VIO_DT_BYTES_MAX at most). VIO_EFORMAT: not a usable tree. VIO_EINVAL: NULL, or not
 * aligned to 8, as the boot protocols and the reservation block want it. After an error
 * every call finds nothing.
 */
int vio_dt_open(struct vio_dt *dt, const void *blob, size_t avail);

/* Walking. vio_dt_next() visits every node in the order of the tree, the root first
 * (vio_dt_next(dt, VIO_DT_NONE, &depth)); `depth` 0 is the root, NULL is allowed. */
struct vio_dt_node vio_dt_root(const struct vio_dt *dt);
struct vio_dt_node vio_dt_next(const struct vio_dt *dt, struct vio_dt_node n, int *depth);
struct vio_dt_node vio_dt_first_child(const struct vio_dt *dt, struct vio_dt_node parent);
struct vio_dt_node vio_dt_next_sibling(const struct vio_dt *dt, struct vio_dt_node n);
struct vio_dt_node vio_dt_parent(const struct vio_dt *dt, struct vio_dt_node n);

/* The nodes from the root to `n`, both in it; returns how many, 0: `n` is not in the tree. */
unsigned vio_dt_lineage(const struct vio_dt *dt, struct vio_dt_node n,
			struct vio_dt_node path[VIO_DT_DEPTH_MAX]);

const char *vio_dt_name(const struct vio_dt *dt,
			struct vio_dt_node n); /* "uart@10000000"; "" for the root */

/* By path ("/soc/uart@10000000", a name without unit address matches the first), or by
 * alias ("serial0"); text after ':' is left out. By phandle. */
struct vio_dt_node vio_dt_path(const struct vio_dt *dt, const char *path);
struct vio_dt_node vio_dt_phandle(const struct vio_dt *dt, uint32_t phandle);

/* The full path of a node. VIO_ERANGE: longer than `len`. */
int vio_dt_path_of(const struct vio_dt *dt, struct vio_dt_node n, char *buf, size_t len);

/* Properties. vio_dt_prop_next() visits them in order, starting with {0}. */
struct vio_dt_prop vio_dt_prop(const struct vio_dt *dt, struct vio_dt_node n, const char *name);
bool vio_dt_prop_next(const struct vio_dt *dt, struct vio_dt_node n, struct vio_dt_prop *p);

/* One cell (big-endian u32). VIO_EFORMAT: the property is too short or not there. */
int vio_dt_cell(struct vio_dt_prop p, unsigned i, uint32_t *out);

/* The `i`th string of a list, or NULL; always terminated within the property. */
const char *vio_dt_string(struct vio_dt_prop p, unsigned i);

/* Is one of the strings of a list exactly this? The second for `compatible`. */
bool vio_dt_has_string(const struct vio_dt *dt, struct vio_dt_node n, const char *prop,
		       const char *what);
bool vio_dt_compatible(const struct vio_dt *dt, struct vio_dt_node n, const char *what);

/* The next node after `n` (the last one found, or VIO_DT_NONE: from the root) that is compatible
 * with `what`, and neither it nor an ancestor is disabled. */
struct vio_dt_node vio_dt_find(const struct vio_dt *dt, struct vio_dt_node n, const char *what);

/*
 * A walk over the available nodes, in the order of the tree. It keeps the path from the root to
 * the node that it is at, so that vio_dt_walk_reg() and vio_dt_walk_interrupt() need not look for
 * it: a walk over all nodes takes time linear in the tree. Starts as {0}; the fields are private.
 */
struct vio_dt_walk {
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	unsigned levels;	  /* nodes in `path`; 0: before the root */
	uint32_t phandle;	  /* looked up last; 0: none yet */
	struct vio_dt_node named; /* the node with it */
};

/* The next node that is compatible with `what` (NULL: any), and neither it nor an ancestor is
 * disabled; VIO_DT_NONE: no more. */
struct vio_dt_node vio_dt_walk_next(const struct vio_dt *dt, struct vio_dt_walk *w,
				    const char *what);

/* `status` is missing, "okay" or "ok": here alone, or here and on every ancestor. */
bool vio_dt_enabled(const struct vio_dt *dt, struct vio_dt_node n);
bool vio_dt_available(const struct vio_dt *dt, struct vio_dt_node n);

/*
 * The `i`th entry of `reg` as the CPU sees it: by the parent's cell counts, translated
 * through the `ranges` of every ancestor (several entries, empty ranges). Only whole
 * entries count; one without size cells has 0 bytes. VIO_ENODEV: no such entry. VIO_EFORMAT:
 * malformed. VIO_ERANGE: no range covers it whole, a bus on the way has no `ranges`, or the value
 * does not fit 64 bits.
 */
int vio_dt_reg(const struct vio_dt *dt, struct vio_dt_node n, unsigned i, struct vio_span *out);

/* The same of the node that a walk is at. */
int vio_dt_walk_reg(const struct vio_dt *dt, const struct vio_dt_walk *w, unsigned i,
		    struct vio_span *out);

/*
 * The `i`th interrupt: controller (interrupt-parent inherited; interrupts-extended honoured)
 * and specifier cells. VIO_ENODEV: no such interrupt. VIO_EFORMAT: no controller there, or
 * without a usable #interrupt-cells. VIO_ERANGE: more than 4 cells.
 */
struct vio_dt_irq {
	struct vio_dt_node controller;
	unsigned ncells;
	uint32_t cell[4];
};
int vio_dt_interrupt(const struct vio_dt *dt, struct vio_dt_node n, unsigned i,
		     struct vio_dt_irq *out);
int vio_dt_walk_interrupt(const struct vio_dt *dt, struct vio_dt_walk *w, unsigned i,
			  struct vio_dt_irq *out);

/* The `i`th run of RAM over all memory nodes below the root that are not disabled. Empty and
 * malformed entries are not counted. VIO_ENODEV: no more. */
int vio_dt_memory(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/*
 * The `i`th run of memory that is in use: the memory reservation block (an entry past 2^64 ends
 * there); `reg` in /reserved-memory; of /chosen the initial RAM disk (linux,initrd-start and
 * -end), linux,elfcorehdr, linux,ima-kexec-buffer, and `reg` of its children (modules of a
 * hypervisor, a frame buffer). A child's `status` does not matter; entries that are empty or
 * cannot be translated are not counted. VIO_ENODEV: no more.
 */
int vio_dt_reserved(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/*
 * The `i`th run outside of which no memory may be used (/chosen linux,usable-memory-range).
 * VIO_ENODEV: no more; of i 0: all may be. VIO_EFORMAT, VIO_ERANGE: malformed.
 */
int vio_dt_usable(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/* The node that /chosen stdout-path names (path or alias, options after ':' ignored), or
 * VIO_DT_NONE; it may be disabled. */
struct vio_dt_node vio_dt_stdout(const struct vio_dt *dt);

#ifdef __cplusplus
}
#endif
#endif
