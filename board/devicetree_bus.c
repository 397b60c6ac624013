/* SPDX-License-Identifier: BSD-2-Clause */
/* The meaning of properties that belongs to a bus: addresses and interrupts. */
#include "board/devicetree_private.h"

static int count_of(const struct vio_dt *dt, struct vio_dt_node n, const char *name,
		    uint32_t missing, uint32_t *out)
{
	const struct vio_dt_prop p = vio_dt_get_prop(dt, n, name);

	*out = missing;
	if (!p.data)
		return VIO_OK;
	if (p.len != 4 || vio_dt_cell(p, 0, out) != VIO_OK || *out > 4)
		return VIO_EFORMAT;
	return VIO_OK;
}

/* If the properties are missing, the values are 2 and 1 (2.3.5). */
int vio_dt_cells_of(const struct vio_dt *dt, struct vio_dt_node bus, struct vio_dt_cells *c)
{
	if (count_of(dt, bus, "#address-cells", 2, &c->address) != VIO_OK ||
	    count_of(dt, bus, "#size-cells", 1, &c->size) != VIO_OK || c->address == 0)
		return VIO_EFORMAT;
	return VIO_OK;
}

int vio_dt_take_number(struct vio_dt_prop p, uint32_t *i, uint32_t cells, uint64_t *out)
{
	uint64_t value = 0;
	uint32_t cell = 0;
	int rc = VIO_OK;

	for (; cells > 0; cells--) {
		if (value > UINT32_MAX)
			rc = VIO_ERANGE;
		if (vio_dt_cell(p, (*i)++, &cell) != VIO_OK)
			return VIO_EFORMAT;
		value = value << 32 | cell;
	}
	*out = value;
	return rc;
}

bool vio_dt_span_fits(struct vio_span s)
{
	return s.bytes == 0 || s.bytes - 1 <= UINT64_MAX - s.base;
}

static bool covers(struct vio_span window, struct vio_span s)
{
	const uint64_t at = s.base - window.base;

	return s.base >= window.base && at < window.bytes && s.bytes <= window.bytes - at;
}

/* Translate from the addresses of the children of `bus` to those of the children of `parent`. */
static int translate_once(const struct vio_dt *dt, struct vio_dt_node bus,
			  struct vio_dt_node parent, struct vio_span *s)
{
	const struct vio_dt_prop ranges = vio_dt_get_prop(dt, bus, "ranges");
	struct vio_dt_cells in, out;

	if (!ranges.data)
		/* Without `ranges`, the children's addresses have no meaning outside of the bus. */
		return VIO_ERANGE;
	if (ranges.len == 0)
		return VIO_OK; /* an empty `ranges` means the same addresses on both sides */
	if (vio_dt_cells_of(dt, bus, &in) != VIO_OK || vio_dt_cells_of(dt, parent, &out) != VIO_OK)
		return VIO_EFORMAT;

	const uint32_t entry = in.address + out.address + in.size;

	for (uint32_t i = 0; ranges.len / 4 - i >= entry;) {
		struct vio_span window = { 0, 0 }, moved = { 0, 0 };
		int rc = vio_dt_take_number(ranges, &i, in.address, &window.base);

		rc |= vio_dt_take_number(ranges, &i, out.address, &moved.base);
		rc |= vio_dt_take_number(ranges, &i, in.size, &window.bytes);
		/* An entry of more than 64 bits, as PCI has them, is skipped: no address of ours
		 * lies in it. */
		if (rc != VIO_OK || !covers(window, *s))
			continue;
		s->base -= window.base;
		if (s->base > UINT64_MAX - moved.base)
			return VIO_ERANGE;
		s->base += moved.base;
		return vio_dt_span_fits(*s) ? VIO_OK : VIO_ERANGE;
	}
	return VIO_ERANGE;
}

int vio_dt_reg_below(const struct vio_dt *dt, const struct vio_dt_node *path, unsigned levels,
		     struct vio_dt_node n, unsigned i, struct vio_span *out)
{
	const struct vio_dt_prop reg = vio_dt_get_prop(dt, n, "reg");
	struct vio_dt_cells c;
	struct vio_span s = { 0, 0 };

	if (!reg.data)
		return VIO_ENODEV;
	if (vio_dt_cells_of(dt, path[levels - 1], &c) != VIO_OK)
		return VIO_EFORMAT;
	if (i >= reg.len / 4 / (c.address + c.size))
		return VIO_ENODEV;
	uint32_t at = i * (c.address + c.size);
	int rc = vio_dt_take_number(reg, &at, c.address, &s.base);
	if (rc == VIO_OK)
		rc = vio_dt_take_number(reg, &at, c.size, &s.bytes);
	if (rc == VIO_OK && !vio_dt_span_fits(s))
		rc = VIO_ERANGE;
	for (unsigned l = levels - 1; rc == VIO_OK && l > 0; l--)
		rc = translate_once(dt, path[l], path[l - 1], &s);
	if (rc == VIO_OK)
		*out = s;
	return rc;
}

int vio_dt_reg(const struct vio_dt *dt, struct vio_dt_node n, unsigned i, struct vio_span *out)
{
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	const unsigned levels = vio_dt_lineage(dt, n, path);

	if (levels < 2)
		return VIO_ENODEV; /* the root is on no bus */
	return vio_dt_reg_below(dt, path, levels - 1, n, i, out);
}

int vio_dt_walk_reg(const struct vio_dt *dt, const struct vio_dt_walk *w, unsigned i,
		    struct vio_span *out)
{
	if (w->levels < 2)
		return VIO_ENODEV;
	return vio_dt_reg_below(dt, w->path, w->levels - 1, w->path[w->levels - 1], i, out);
}

/* The node that the phandle in cell `i` names. Most trees have one phandle for all devices, so the
 * last result is kept. */
static struct vio_dt_node node_in(const struct vio_dt *dt, struct vio_dt_walk *w,
				  struct vio_dt_prop p, unsigned i)
{
	uint32_t phandle = 0;

	if (vio_dt_cell(p, i, &phandle) != VIO_OK || phandle == 0)
		return VIO_DT_NONE;
	if (phandle != w->phandle) {
		w->phandle = phandle;
		w->named = vio_dt_phandle(dt, phandle);
	}
	return w->named;
}

/*
 * The interrupt controller of the current node of a walk. It is the node that the nearest
 * interrupt-parent names, of the node itself or of its ancestors. If an ancestor is a controller
 * itself and comes first, it is that one (2.4.1).
 */
static struct vio_dt_node interrupt_parent(const struct vio_dt *dt, struct vio_dt_walk *w)
{
	for (unsigned l = w->levels; l-- > 0;) {
		if (l + 1 < w->levels &&
		    vio_dt_get_prop(dt, w->path[l], "#interrupt-cells").data != NULL)
			return w->path[l];

		const struct vio_dt_prop p = vio_dt_get_prop(dt, w->path[l], "interrupt-parent");

		if (p.data)
			return node_in(dt, w, p, 0);
	}
	return VIO_DT_NONE;
}

/* The number of cells of a specifier for `controller`: at least 1. */
static int specifier_cells(const struct vio_dt *dt, struct vio_dt_node controller, uint32_t *cells)
{
	const struct vio_dt_prop p = vio_dt_get_prop(dt, controller, "#interrupt-cells");

	if (p.len != 4 || vio_dt_cell(p, 0, cells) != VIO_OK || *cells == 0)
		return VIO_EFORMAT;
	return *cells > 4 ? VIO_ERANGE : VIO_OK;
}

/* Read the specifier at cell `at`. out->controller and out->ncells are set. */
static int read_specifier(struct vio_dt_prop p, uint32_t at, struct vio_dt_irq *out)
{
	for (unsigned k = 0; k < out->ncells; k++)
		if (vio_dt_cell(p, at + k, &out->cell[k]) != VIO_OK)
			return VIO_ENODEV;
	return VIO_OK;
}

/* Each entry names its controller, which determines the length of the entry. */
static int interrupt_extended(const struct vio_dt *dt, struct vio_dt_walk *w, struct vio_dt_prop p,
			      unsigned i, struct vio_dt_irq *out)
{
	uint32_t ncells, at = 0;
	int rc;

	for (;; i--) {
		if (at >= p.len / 4)
			return VIO_ENODEV;
		out->controller = node_in(dt, w, p, at);
		rc = specifier_cells(dt, out->controller, &ncells);
		if (rc != VIO_OK)
			return rc;
		at++;
		if (i == 0)
			break;
		at += ncells;
	}
	out->ncells = ncells;
	return read_specifier(p, at, out);
}

int vio_dt_walk_interrupt(const struct vio_dt *dt, struct vio_dt_walk *w, unsigned i,
			  struct vio_dt_irq *out)
{
	const struct vio_dt_node n = w->levels == 0 ? VIO_DT_NONE : w->path[w->levels - 1];
	struct vio_dt_prop p = vio_dt_get_prop(dt, n, "interrupts-extended");
	uint32_t ncells;

	*out = (struct vio_dt_irq){ 0 };
	if (p.data) /* has precedence over `interrupts` (2.4.1.2) */
		return interrupt_extended(dt, w, p, i, out);
	p = vio_dt_get_prop(dt, n, "interrupts");
	if (!p.data)
		return VIO_ENODEV;
	out->controller = interrupt_parent(dt, w);
	int rc = specifier_cells(dt, out->controller, &ncells);
	if (rc != VIO_OK)
		return rc;
	if (i >= p.len / 4 / ncells)
		return VIO_ENODEV;
	out->ncells = ncells;
	return read_specifier(p, i * ncells, out);
}

int vio_dt_interrupt(const struct vio_dt *dt, struct vio_dt_node n, unsigned i,
		     struct vio_dt_irq *out)
{
	struct vio_dt_walk w = { 0 };

	w.levels = vio_dt_lineage(dt, n, w.path);
	return vio_dt_walk_interrupt(dt, &w, i, out);
}
