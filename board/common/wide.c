/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/wide.h"
#include "board/common/common.h"
#include <picovirtio/io.h>

enum { CPU_HAS_64_BITS = sizeof(uintptr_t) >= sizeof(uint64_t) };

uint64_t vio_wide_read(const struct wide *w)
{
	if (CPU_HAS_64_BITS && !w->halves)
		return vio_read64(w->at);
	uint32_t high = vio_read32(w->at + 4);
	uint32_t low = vio_read32(w->at);
	uint32_t again = vio_read32(w->at + 4);
	/* The lower half wrapped between the two reads, so it is small now and belongs to
	 * `again`. */
	if (high != again)
		low = vio_read32(w->at);
	return (uint64_t)again << 32 | low;
}

void vio_wide_write(const struct wide *w, uint64_t v)
{
	if (CPU_HAS_64_BITS && !w->halves) {
		vio_write64(w->at, v);
		return;
	}
	vio_write32(w->at, (uint32_t)v);
	vio_write32(w->at + 4, (uint32_t)(v >> 32));
}

static void try_read(void *arg)
{
	(void)vio_wide_read(arg);
}

bool vio_wide_use(struct wide *w, uintptr_t at)
{
	*w = (struct wide){ at, false };
	if (CPU_HAS_64_BITS && vio_board_guard(try_read, w))
		return true;
	w->halves = true;
	return vio_board_guard(try_read, w);
}
