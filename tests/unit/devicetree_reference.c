/* SPDX-License-Identifier: BSD-2-Clause */
#include "devicetree_reference.h"

/* libfdt has no translation. This one uses its cells, and numbers that cannot overflow. */
static wide number(const fdt32_t *p, int cells)
{
	wide v = 0;

	while (cells-- > 0)
		v = v << 32 | fdt32_to_cpu(*p++);
	return v;
}

static int ref_translate(const void *fdt, int bus, wide *base, wide bytes)
{
	const int up = fdt_parent_offset(fdt, bus);
	int len;
	const fdt32_t *r = fdt_getprop(fdt, bus, "ranges", &len);

	if (up < 0)
		return VIO_OK;
	if (r == NULL)
		return VIO_ERANGE;
	if (len == 0)
		return ref_translate(fdt, up, base, bytes);
	int na = fdt_address_cells(fdt, bus);
	int ns = fdt_size_cells(fdt, bus);
	int nup = fdt_address_cells(fdt, up);
	if (na < 0 || ns < 0 || nup < 0 || fdt_size_cells(fdt, up) < 0)
		return VIO_EFORMAT;
	for (int i = 0; i + na + nup + ns <= len / 4; i += na + nup + ns) {
		const wide from = number(r + i, na), to = number(r + i + na, nup);
		const wide room = number(r + i + na + nup, ns);

		if (from >= LIMIT || to >= LIMIT || room >= LIMIT || *base < from ||
		    *base >= from + room || *base + bytes > from + room)
			continue;
		*base = *base - from + to;
		if (*base >= LIMIT || *base + bytes > LIMIT)
			return VIO_ERANGE;
		return ref_translate(fdt, up, base, bytes);
	}
	return VIO_ERANGE;
}

int ref_reg(const void *fdt, int node, int i, wide *base, wide *bytes)
{
	const int bus = fdt_parent_offset(fdt, node);
	int len;
	const fdt32_t *r = fdt_getprop(fdt, node, "reg", &len);

	if (bus < 0 || r == NULL)
		return VIO_ENODEV;
	int na = fdt_address_cells(fdt, bus);
	int ns = fdt_size_cells(fdt, bus);
	if (na < 0 || ns < 0)
		return VIO_EFORMAT;
	if ((i + 1) * (na + ns) > len / 4)
		return VIO_ENODEV;
	*base = number(r + i * (na + ns), na);
	*bytes = number(r + i * (na + ns) + na, ns);
	if (*base >= LIMIT || *bytes >= LIMIT || *base + *bytes > LIMIT)
		return VIO_ERANGE;
	return ref_translate(fdt, bus, base, *bytes);
}

static int ref_cells(const void *fdt, int controller)
{
	int len = 0;
	const fdt32_t *p =
		controller < 0 ? NULL : fdt_getprop(fdt, controller, "#interrupt-cells", &len);

	if (p == NULL || len != 4 || *p == 0)
		return VIO_EFORMAT;
	return fdt32_to_cpu(*p) > 4 ? VIO_ERANGE : (int)fdt32_to_cpu(*p);
}

static int ref_interrupt_parent(const void *fdt, int node)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, "interrupt-parent", &len);

	if (p != NULL)
		return len < 4 ? -1 : fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(*p));
	node = fdt_parent_offset(fdt, node);
	if (node < 0 || fdt_getprop(fdt, node, "#interrupt-cells", NULL) != NULL)
		return node;
	return ref_interrupt_parent(fdt, node);
}

int ref_interrupt(const void *fdt, int node, int i, int *controller, const fdt32_t **cells)
{
	int len, ncells;
	const fdt32_t *p = fdt_getprop(fdt, node, "interrupts-extended", &len);

	for (; p != NULL; i--) {
		if (len < 4)
			return VIO_ENODEV;
		*controller = fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(*p));
		*cells = p + 1;
		ncells = ref_cells(fdt, *controller);
		if (ncells < 0 || i == 0)
			return ncells >= 0 && len < 4 + 4 * ncells ? VIO_ENODEV : ncells;
		p += 1 + ncells;
		len -= 4 + 4 * ncells;
	}
	p = fdt_getprop(fdt, node, "interrupts", &len);
	if (p == NULL)
		return VIO_ENODEV;
	*controller = ref_interrupt_parent(fdt, node);
	ncells = ref_cells(fdt, *controller);
	*cells = p + (ncells < 0 ? 0 : i * ncells);
	return ncells >= 0 && (i + 1) * ncells > len / 4 ? VIO_ENODEV : ncells;
}
