/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader for flattened devicetrees (Devicetree Specification 0.4, chapter 5, versions 16 and 17).
 * It checks every bound and allocates nothing. A truncated, looping or mutated tree causes an error
 * or the answer "not there", never a wrong access. The tree must not change while it is in use:
 * copy the tree first if other code can write to it.
 *
 * Each call takes time linear in the size of the tree. vio_dt_interrupt() takes i + 1 times as long
 * if the node uses interrupts-extended. To visit many nodes use a walk (struct vio_dt_walk), which
 * remembers its position.
 */
#ifndef VIO_DEVICETREE_H
#define VIO_DEVICETREE_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_DT_DEPTH_MAX = 16,	       /* most nodes on a path, including the root */
	VIO_DT_BYTES_MAX = 0x01000000, /* largest totalsize: 16 MiB */
};

/* A checked tree. Fields are private. */
struct vio_dt {
	const uint8_t *blob;
	uint32_t size, structs, structs_end, strings, strings_end, reserved, nreserved;
};

/* A node, as an offset into the structure block. VIO_DT_NONE means "no node". */
struct vio_dt_node {
	uint32_t at;
};
#define VIO_DT_NONE ((struct vio_dt_node){ 0 })

static inline bool vio_dt_is(struct vio_dt_node n)
{
	return n.at != 0;
}

/* A property. `data` is NULL if the node has no such property. */
struct vio_dt_prop {
	const char *name;
	const uint8_t *data;
	uint32_t len;
};

/*
 * Check the whole tree once: header, blocks, every token, names, depth. `avail` is the number of
 * bytes that may be read at `blob`. UINT32_MAX means as many as the header says, up to
 * VIO_DT_BYTES_MAX. `blob` must stay in place while `dt` is in use. After an error every call on
 * `dt` finds nothing.
 *
 * VIO_EFORMAT: this is not a usable tree. VIO_EINVAL: `blob` is NULL or not aligned to 8, which the
 * boot protocols and the reservation block require.
 */
int vio_dt_open(struct vio_dt *dt, const void *blob, size_t avail);

/* Neighbours of a node; VIO_DT_NONE if there is none. vio_dt_next() visits every node in the order
 * of the tree, and starts at the root if `n` is VIO_DT_NONE. It sets `*depth` to the depth of the
 * node, 0 for the root; `depth` may be NULL. */
struct vio_dt_node vio_dt_root(const struct vio_dt *dt);
struct vio_dt_node vio_dt_next(const struct vio_dt *dt, struct vio_dt_node n, int *depth);
struct vio_dt_node vio_dt_first_child(const struct vio_dt *dt, struct vio_dt_node parent);
struct vio_dt_node vio_dt_next_sibling(const struct vio_dt *dt, struct vio_dt_node n);
struct vio_dt_node vio_dt_parent(const struct vio_dt *dt, struct vio_dt_node n);

/* Fill `path` with the nodes from the root to `n`, including both. Returns the number of nodes; 0
 * if `n` is not in the tree. */
unsigned vio_dt_lineage(const struct vio_dt *dt, struct vio_dt_node n,
			struct vio_dt_node path[VIO_DT_DEPTH_MAX]);

/* The name of a node, such as "uart@10000000". The root's name is "". */
const char *vio_dt_name(const struct vio_dt *dt, struct vio_dt_node n);

/* Find a node by its path ("/soc/uart@10000000") or alias ("serial0"), or by its phandle. A name
 * without unit address matches the first node of that name. Text after ':' is ignored. */
struct vio_dt_node vio_dt_path(const struct vio_dt *dt, const char *path);
struct vio_dt_node vio_dt_phandle(const struct vio_dt *dt, uint32_t phandle);

/* Write the full path of a node to `buf`. VIO_ERANGE: the path needs more than `len` bytes. */
int vio_dt_path_of(const struct vio_dt *dt, struct vio_dt_node n, char *buf, size_t len);

/* Find a property by its name. vio_dt_prop_next() visits all properties in order: start with a
 * zeroed `*p`; false means that there are no more. */
struct vio_dt_prop vio_dt_get_prop(const struct vio_dt *dt, struct vio_dt_node n, const char *name);
bool vio_dt_prop_next(const struct vio_dt *dt, struct vio_dt_node n, struct vio_dt_prop *p);

/* Read cell `i`, a big-endian 32-bit number. VIO_EFORMAT: the property is missing or too short. */
int vio_dt_cell(struct vio_dt_prop p, unsigned i, uint32_t *out);

/* String `i` of a list of strings, or NULL. The string always ends within the property. */
const char *vio_dt_string(struct vio_dt_prop p, unsigned i);

/* True if one string of the list in property `prop` equals `what`. vio_dt_compatible() does the
 * same for `compatible`. */
bool vio_dt_has_string(const struct vio_dt *dt, struct vio_dt_node n, const char *prop,
		       const char *what);
bool vio_dt_compatible(const struct vio_dt *dt, struct vio_dt_node n, const char *what);

/* The next node after `n` that is compatible with `what` and available (vio_dt_available()). Start
 * with `n` VIO_DT_NONE, then pass the previous result. */
struct vio_dt_node vio_dt_find(const struct vio_dt *dt, struct vio_dt_node n, const char *what);

/*
 * A walk over the available nodes, in the order of the tree. It keeps the path from the root to its
 * current node, so vio_dt_walk_reg() and vio_dt_walk_interrupt() need not search for that path. A
 * walk over all nodes takes time linear in the size of the tree. Start with a zeroed struct. The
 * fields are private.
 */
struct vio_dt_walk {
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	unsigned levels;	  /* number of nodes in `path`; 0: before the root */
	uint32_t phandle;	  /* the latest phandle that was looked up; 0: none yet */
	struct vio_dt_node named; /* the node with that phandle */
};

/* The next available node that is compatible with `what` (NULL: any node). VIO_DT_NONE: there are
 * no more. */
struct vio_dt_node vio_dt_walk_next(const struct vio_dt *dt, struct vio_dt_walk *w,
				    const char *what);

/* True if `status` is missing, "okay" or "ok": vio_dt_enabled() checks the node only,
 * vio_dt_available() the node and all its ancestors. */
bool vio_dt_enabled(const struct vio_dt *dt, struct vio_dt_node n);
bool vio_dt_available(const struct vio_dt *dt, struct vio_dt_node n);

/*
 * Entry `i` of `reg`, as CPU addresses. The entry is read with the cell counts of the parent, and
 * translated through the `ranges` of every ancestor. Only complete entries count. An entry without
 * size cells has 0 bytes. VIO_ENODEV: no such entry. VIO_EFORMAT: malformed. VIO_ERANGE: no range
 * covers the entry completely, an ancestor bus has no `ranges`, or a value needs more than 64 bits.
 */
int vio_dt_reg(const struct vio_dt *dt, struct vio_dt_node n, unsigned i, struct vio_span *out);

/* The same for the current node of a walk. */
int vio_dt_walk_reg(const struct vio_dt *dt, const struct vio_dt_walk *w, unsigned i,
		    struct vio_span *out);

/*
 * Interrupt `i` of a node: its controller, and the cells of its specifier. The functions use
 * interrupts-extended, or interrupts with the interrupt-parent of the node or of an ancestor.
 * VIO_ENODEV: no such interrupt. VIO_EFORMAT: the controller is missing, or has no usable
 * #interrupt-cells. VIO_ERANGE: the specifier has more than 4 cells.
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

/* Run `i` of RAM. The runs of all enabled memory nodes below the root are numbered from 0 on,
 * without empty and malformed entries. VIO_ENODEV: there are no more. */
int vio_dt_memory(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/*
 * Run `i` of memory that is in use. The runs come from these places:
 * - the memory reservation block (an entry that extends past 2^64 is cut there),
 * - `reg` in /reserved-memory,
 * - in /chosen the initial RAM disk (linux,initrd-start and -end), linux,elfcorehdr and
 *   linux,ima-kexec-buffer,
 * - `reg` of the children of /chosen (modules of a hypervisor, a frame buffer).
 * The `status` of a child does not matter. Entries that are empty, or that cannot be translated,
 * are not counted. VIO_ENODEV: there are no more.
 */
int vio_dt_reserved(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/*
 * Range `i` of usable memory (linux,usable-memory-range in /chosen). Memory outside of these ranges
 * must not be used. VIO_ENODEV: there are no more; for `i` 0: all memory may be used. VIO_EFORMAT,
 * VIO_ERANGE: the property is malformed.
 */
int vio_dt_usable(const struct vio_dt *dt, unsigned i, struct vio_span *out);

/* The node that stdout-path in /chosen names by its path or alias; text after ':' is ignored.
 * VIO_DT_NONE: there is none. The node may be disabled. */
struct vio_dt_node vio_dt_stdout(const struct vio_dt *dt);

#ifdef __cplusplus
}
#endif
#endif
