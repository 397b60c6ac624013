/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/mmu.h"
#include "board/arm/cpu.h"

extern char __image_start[], __image_end[], __stack_guard[];

static struct mmu_map map;

/* A property of the node or of one above it. */
static bool inherits(struct dt_node n, const char *name)
{
	while (dt_is(n) && dt_prop(&board.dt, n, name).data == NULL)
		n = dt_parent(&board.dt, n);
	return dt_is(n);
}

/* Do all our devices see what is in our caches? */
static bool coherent(void)
{
	struct dt_node n = DT_NONE;

	while (dt_is(n = dt_find(&board.dt, n, "virtio,mmio"))) {
		if (!inherits(n, "dma-coherent"))
			return false;
	}
	return true;
}

void arm_mmu_init(void)
{
	const bool known = board.dt_error == VIO_OK;
	const struct vio_span image = { (uintptr_t)__image_start,
					(uintptr_t)(__image_end - __image_start) };

	map.ram = known && coherent() ? MMU_CACHED : MMU_UNCACHED;
	map.guard = (uintptr_t)__stack_guard;
	map.runs[0] = image; /* whatever the tree says */
	map.n = 1;
	while (known && map.n < MMU_RUNS_MAX &&
	       dt_memory(&board.dt, map.n - 1, &map.runs[map.n]) == VIO_OK)
		map.n++;
	mmu_switch(mmu_fill(&map), image);
	board.name = map.ram == MMU_CACHED ? CPU_NAME ", MMU and caches on"
					   : CPU_NAME ", MMU on, RAM uncached";
}
