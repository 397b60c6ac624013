/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: where RAM is, and which parts of it are in use. */
#include "board/devicetree_private.h"

/* Is this the run that is asked for? `*i` is the number of runs before that one. An empty run does
 * not count. */
static bool take(struct vio_span s, unsigned *i, struct vio_span *out)
{
	if (s.bytes == 0)
		return false;
	if (*i > 0) {
		(*i)--;
		return false;
	}
	*out = s;
	return true;
}

/*
 * The i-th usable entry of `reg` of the children of path[levels - 1]. False: there are fewer
 * entries; `*i` is then what is left to count.
 */
static bool take_reg(const struct vio_dt *dt, const struct vio_dt_node *path, unsigned levels,
		     struct vio_dt_node n, unsigned *i, struct vio_span *out)
{
	struct vio_span s = { 0, 0 };
	int rc = VIO_OK;

	for (unsigned k = 0; rc == VIO_OK || rc == VIO_ERANGE; k++) {
		rc = vio_dt_reg_below(dt, path, levels, n, k, &s);
		if (rc == VIO_OK && take(s, i, out))
			return true;
	}
	return false;
}

int vio_dt_memory(const struct vio_dt *dt, unsigned i, struct vio_span *out)
{
	const struct vio_dt_node root = vio_dt_root(dt);
	struct vio_dt_node n = vio_dt_first_child(dt, root);

	for (; vio_dt_is(n); n = vio_dt_next_sibling(dt, n))
		if (vio_dt_has_string(dt, n, "device_type", "memory") && vio_dt_enabled(dt, n) &&
		    take_reg(dt, &root, 1, n, &i, out))
			return VIO_OK;
	return VIO_ENODEV;
}

/* An entry of the reservation block, which vio_dt_open() has checked. */
static void block_entry(const struct vio_dt *dt, uint32_t i, struct vio_span *out)
{
	const struct vio_dt_prop block = { NULL, dt->blob + dt->reserved, 16 * dt->nreserved };
	uint32_t at = 4 * i;

	/* This cannot fail: each number has two cells, and both lie within the block. */
	(void)vio_dt_take_number(block, &at, 2, &out->base);
	(void)vio_dt_take_number(block, &at, 2, &out->bytes);
	if (!vio_dt_span_fits(*out))
		out->bytes = 0 - out->base; /* too little memory is safer than too much */
}

/* A number of one or two cells, whatever #address-cells of the root is. */
static bool number_in(const struct vio_dt *dt, struct vio_dt_node n, const char *name,
		      uint64_t *out)
{
	const struct vio_dt_prop p = vio_dt_get_prop(dt, n, name);
	uint32_t at = 0;

	return (p.len == 4 || p.len == 8) && vio_dt_take_number(p, &at, p.len / 4, out) == VIO_OK;
}

/* An initial RAM disk, for Linux or another kernel. If it ends before it starts, it does not count;
 * Linux does the same. */
static struct vio_span initrd_of(const struct vio_dt *dt, struct vio_dt_node chosen)
{
	uint64_t start, end;

	if (!number_in(dt, chosen, "linux,initrd-start", &start) ||
	    !number_in(dt, chosen, "linux,initrd-end", &end) || end < start)
		return (struct vio_span){ 0, 0 };
	return (struct vio_span){ start, end - start };
}

/* The `i`th run of a property that lists runs in the cells of the root. VIO_ENODEV: there are no
 * more. */
static int run_in(const struct vio_dt *dt, struct vio_dt_prop p, unsigned i, struct vio_span *out)
{
	struct vio_dt_cells c;

	if (!p.data)
		return VIO_ENODEV;
	if (vio_dt_cells_of(dt, vio_dt_root(dt), &c) != VIO_OK ||
	    p.len % (4 * (c.address + c.size)) != 0)
		return VIO_EFORMAT;
	if (i >= p.len / 4 / (c.address + c.size))
		return VIO_ENODEV;
	uint32_t at = i * (c.address + c.size);
	int rc = vio_dt_take_number(p, &at, c.address, &out->base);
	if (rc == VIO_OK)
		rc = vio_dt_take_number(p, &at, c.size, &out->bytes);
	return rc == VIO_OK && !vio_dt_span_fits(*out) ? VIO_ERANGE : rc;
}

/* What an earlier kernel left in memory for the next one. */
static bool take_left(const struct vio_dt *dt, struct vio_dt_node chosen, unsigned *i,
		      struct vio_span *out)
{
	static const char *const names[] = { "linux,elfcorehdr", "linux,ima-kexec-buffer" };
	struct vio_span s = { 0, 0 };

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		if (run_in(dt, vio_dt_get_prop(dt, chosen, names[k]), 0, &s) == VIO_OK &&
		    take(s, i, out))
			return true;
	}
	return false;
}

/* The children of path[1]: a reservation, a module of a hypervisor, a frame buffer. */
static bool take_child(const struct vio_dt *dt, const struct vio_dt_node path[2], unsigned *i,
		       struct vio_span *out)
{
	struct vio_dt_node n = vio_dt_first_child(dt, path[1]);

	for (; vio_dt_is(n); n = vio_dt_next_sibling(dt, n))
		if (take_reg(dt, path, 2, n, i, out))
			return true;
	return false;
}

int vio_dt_reserved(const struct vio_dt *dt, unsigned i, struct vio_span *out)
{
	const struct vio_dt_node root = vio_dt_root(dt), chosen = vio_dt_path(dt, "/chosen");
	const struct vio_dt_node reserved[2] = { root, vio_dt_path(dt, "/reserved-memory") };
	const struct vio_dt_node in_chosen[2] = { root, chosen };

	if (i < dt->nreserved) {
		block_entry(dt, i, out);
		return VIO_OK;
	}
	i -= dt->nreserved;
	if (take_child(dt, reserved, &i, out) || take(initrd_of(dt, chosen), &i, out) ||
	    take_left(dt, chosen, &i, out) || take_child(dt, in_chosen, &i, out))
		return VIO_OK;
	return VIO_ENODEV;
}

int vio_dt_usable(const struct vio_dt *dt, unsigned i, struct vio_span *out)
{
	const struct vio_dt_node chosen = vio_dt_path(dt, "/chosen");

	return run_in(dt, vio_dt_get_prop(dt, chosen, "linux,usable-memory-range"), i, out);
}
