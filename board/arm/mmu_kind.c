/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/mmu.h"

/* The number of bytes that both have in common. */
static uint64_t common(struct vio_span a, uint64_t at, uint64_t bytes)
{
	const uint64_t from = a.base > at ? a.base : at;
	const uint64_t to_a = a.base + a.bytes, to_b = at + bytes;
	const uint64_t to = to_a < to_b ? to_a : to_b;

	return to > from ? to - from : 0;
}

enum mmu_kind vio_mmu_kind_of(const struct mmu_map *m, uint64_t at, uint64_t bytes, bool *whole)
{
	uint64_t ram = 0;

	if (m->guard >= at && m->guard - at < bytes) {
		*whole = bytes == MMU_PAGE;
		return *whole ? MMU_NOTHING : m->ram;
	}
	for (unsigned i = 0; i < m->n; i++) {
		const uint64_t here = common(m->runs[i], at, bytes);

		ram = here > ram ? here : ram;
	}
	*whole = ram == 0 || ram == bytes;
	return ram == 0 ? MMU_DEVICE : m->ram;
}
