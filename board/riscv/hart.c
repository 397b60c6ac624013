/* SPDX-License-Identifier: BSD-2-Clause */
/* The hart that runs us, and its place in the tree. */
#include "board/riscv/riscv.h"

enum { ENTRIES_MAX = 15872 }; /* contexts of the biggest PLIC */

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

int vio_riscv_hart_entry(struct vio_dt_node n, uint32_t irq)
{
	const struct vio_dt_node hart = vio_riscv_hart_node();
	struct vio_dt_irq at;

	for (int i = 0; i < ENTRIES_MAX; i++) {
		const int err = vio_dt_interrupt(&vio_board.dt, n, (unsigned)i, &at);

		if (err == VIO_ENODEV || !vio_dt_is(hart))
			break;
		if (err == VIO_OK && vio_dt_parent(&vio_board.dt, at.controller).at == hart.at &&
		    at.ncells == 1 && at.cell[0] == irq)
			return i;
	}
	return VIO_ENODEV;
}
