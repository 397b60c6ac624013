/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/mmu.h"
#include "board/arm/cpu.h"

enum { RUNS_MAX = 64 };

extern char __image_start[], __image_end[], __stack_guard[], __stack_bottom[];

static struct {
	struct vio_span runs[RUNS_MAX]; /* of RAM; the first is the image, whatever the tree says */
	unsigned n;
	enum mmu_kind ram;
} mmu;

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

static uint64_t common(struct vio_span a, uint64_t at, uint64_t bytes)
{
	const uint64_t from = a.base > at ? a.base : at;
	const uint64_t to_a = a.base + a.bytes, to_b = at + bytes;
	const uint64_t to = to_a < to_b ? to_a : to_b;

	return to > from ? to - from : 0;
}

enum mmu_kind mmu_kind_of(uint64_t at, uint64_t bytes, bool *whole)
{
	uint64_t ram = 0;

	if (common((struct vio_span){ (uintptr_t)__stack_guard,
				      (uintptr_t)(__stack_bottom - __stack_guard) },
		   at, bytes) != 0) {
		*whole = bytes == (uintptr_t)(__stack_bottom - __stack_guard);
		return *whole ? MMU_NOTHING : mmu.ram;
	}
	for (unsigned i = 0; i < mmu.n && ram < bytes; i++) {
		const uint64_t here = common(mmu.runs[i], at, bytes);

		ram = here > ram ? here : ram;
	}
	*whole = ram == 0 || ram == bytes;
	return ram == 0 ? MMU_DEVICE : mmu.ram;
}

void arm_mmu_init(void)
{
	const bool known = board.dt_error == VIO_OK;

	mmu.ram = known && coherent() ? MMU_CACHED : MMU_UNCACHED;
	mmu.runs[0] = (struct vio_span){ (uintptr_t)__image_start,
					 (uintptr_t)(__image_end - __image_start) };
	mmu.n = 1;
	while (known && mmu.n < RUNS_MAX &&
	       dt_memory(&board.dt, mmu.n - 1, &mmu.runs[mmu.n]) == VIO_OK)
		mmu.n++;
	mmu_start();
	board.name = mmu.ram == MMU_CACHED ? CPU_NAME ", MMU and caches on"
					   : CPU_NAME ", MMU on, RAM uncached";
}
