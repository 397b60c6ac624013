/* SPDX-License-Identifier: BSD-2-Clause */
/* The hart that runs the image, and its place in the devicetree. */
#include "board/riscv/riscv.h"

enum { ENTRIES_MAX = 15872 }; /* contexts of the largest PLIC */

unsigned long vio_riscv_hart;

struct vio_dt_node vio_riscv_hart_node(void)
{
	struct vio_dt_node n = VIO_DT_NONE;
	uint64_t id;

	while (vio_dt_is(n = vio_tree_cpu(n))) {
		if (vio_tree_cells(n, "reg", &id) == VIO_OK && id == vio_riscv_hart)
			break;
	}
	return n;
}

/* The interrupt controller within this hart, which is a child of the hart's node. VIO_DT_NONE:
 * there is none. */
static struct vio_dt_node own_controller(void)
{
	const struct vio_dt_node hart = vio_riscv_hart_node();
	struct vio_dt_node n =
		vio_dt_is(hart) ? vio_dt_first_child(&vio_board.dt, hart) : VIO_DT_NONE;
	uint32_t cells;

	while (vio_dt_is(n) &&
	       (vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "#interrupt-cells"), 0, &cells) ||
		cells != 1))
		n = vio_dt_next_sibling(&vio_board.dt, n);
	return n;
}

unsigned vio_riscv_entries(struct vio_dt_node n)
{
	return vio_dt_get_prop(&vio_board.dt, n, "interrupts-extended").len / 8;
}

int vio_riscv_hart_entry(struct vio_dt_node n, uint32_t irq)
{
	const struct vio_dt_prop entries = vio_dt_get_prop(&vio_board.dt, n, "interrupts-extended");
	const struct vio_dt_prop own = vio_dt_get_prop(&vio_board.dt, own_controller(), "phandle");
	uint32_t phandle, at, line;

	if (vio_dt_cell(own, 0, &phandle) != VIO_OK)
		return VIO_ENODEV;
	for (unsigned i = 0; i < ENTRIES_MAX; i++) {
		if (vio_dt_cell(entries, 2 * i, &at) != VIO_OK ||
		    vio_dt_cell(entries, 2 * i + 1, &line) != VIO_OK)
			break;
		if (at == phandle && line == irq)
			return (int)i;
	}
	return VIO_ENODEV;
}
