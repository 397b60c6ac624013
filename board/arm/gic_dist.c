/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the distributor that all versions of the generic interrupt controller share. */
#include "board/arm/gic.h"
#include <picovirtio/io.h>

unsigned vio_gic_lines(uintptr_t dist)
{
	const unsigned lines = ((vio_read32(dist + DIST_TYPER) & 0x1f) + 1) * 32;

	return lines < GIC_LINES_MAX ? lines : GIC_LINES_MAX;
}

void vio_gic_disable(uintptr_t base, unsigned line)
{
	vio_write32(base + DIST_ICENABLER + line / 32 * 4, UINT32_MAX);
}

bool vio_gic_configure(uintptr_t base, unsigned line, bool edge)
{
	const uintptr_t config = base + DIST_ICFGR + line / 16 * 4;
	const uint32_t bit = UINT32_C(2) << line % 16 * 2;

	vio_write8(base + DIST_IPRIORITYR + line, GIC_PRIORITY);
	if (line >= GIC_SPI_FIRST)
		vio_write32(config, edge ? vio_read32(config) | bit : vio_read32(config) & ~bit);
	vio_write32(base + DIST_ISENABLER + line / 32 * 4, UINT32_C(1) << line % 32);
	return (vio_read32(base + DIST_ISENABLER + line / 32 * 4) >> line % 32 & 1) != 0;
}
