/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/ram.h"
#include "board/common/handover.h"

extern char __image_start[], __image_end[];

struct vio_ram vio_ram;

struct vio_span vio_image_span(void)
{
	return (struct vio_span){ (uintptr_t)__image_start,
				  (uintptr_t)(__image_end - __image_start) };
}

void vio_ram_find(const void *fdt)
{
	struct vio_ram *r = &vio_ram;

	r->n = 0;
	r->tree = (struct vio_span){ (uintptr_t)fdt, fdt ? vio_tree_bytes(fdt) : 0 };
	while (r->n < VIO_RAM_RUNS_MAX &&
	       vio_dt_memory(&vio_board.dt, r->n, &r->run[r->n]) == VIO_OK)
		r->n++;
}

const char *vio_board_memory_at(struct vio_span s)
{
	if (vio_span_overlaps(s, vio_image_span()))
		return "this image";
	if (vio_span_overlaps(s, vio_ram.tree))
		return "the devicetree";
	for (unsigned i = 0; i < vio_ram.n; i++) {
		if (vio_span_overlaps(s, vio_ram.run[i]))
			return "RAM";
	}
	return NULL;
}
