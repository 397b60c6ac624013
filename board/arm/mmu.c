/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/mmu.h"
#include "board/arm/cpu.h"

extern char __image_start[], __image_end[], __stack_guard[];

static struct mmu_map map;

/* Does the current node of a walk, or one of its ancestors, have this property? */
static bool inherits(const struct vio_dt_walk *w, const char *name)
{
	unsigned l = w->levels;

	while (l > 0 && !vio_dt_get_prop(&vio_board.dt, w->path[l - 1], name).data)
		l--;
	return l > 0;
}

/* Do all devices see the contents of the caches? */
static bool coherent(void)
{
	struct vio_dt_walk w = { 0 };

	while (vio_dt_is(vio_dt_walk_next(&vio_board.dt, &w, "virtio,mmio"))) {
		if (!inherits(&w, "dma-coherent"))
			return false;
	}
	return true;
}

void vio_arm_mmu_init(void)
{
	const bool known = vio_board.dt_error == VIO_OK;
	const struct vio_span image = { (uintptr_t)__image_start,
					(uintptr_t)(__image_end - __image_start) };

	map.ram = known && coherent() ? MMU_CACHED : MMU_UNCACHED;
	map.guard = (uintptr_t)__stack_guard;
	map.runs[0] = image; /* whatever the devicetree says */
	map.n = 1;
	while (known && map.n < MMU_RUNS_MAX &&
	       vio_dt_memory(&vio_board.dt, map.n - 1, &map.runs[map.n]) == VIO_OK)
		map.n++;
	vio_mmu_switch(vio_mmu_fill(&map), image);
	vio_board.name = map.ram == MMU_CACHED ? CPU_NAME ", MMU and caches on"
					       : CPU_NAME ", MMU on, RAM uncached";
}
