/* SPDX-License-Identifier: BSD-2-Clause */
/* Version 2 (Arm IHI 0048B): the CPU interface is memory-mapped. */
#include "board/arm/gic.h"
#include <picovirtio/io.h>

enum {
	DIST_ITARGETSR = 0x800,
	DIST_BYTES = 0x1000,
	CPU_CTLR = 0x0,
	CPU_PMR = 0x4,
	CPU_IAR = 0xc,
	CPU_EOIR = 0x10,
	CPU_BYTES = 0x1000,
};

static uintptr_t dist, cpu;

static bool find(struct vio_dt_node n)
{
	return vio_tree_reg(n, 0, DIST_BYTES, &dist) && vio_tree_reg(n, 1, CPU_BYTES, &cpu);
}

static void release(struct vio_dt_node n)
{
	if (!find(n))
		return;
	for (unsigned line = 0; line < vio_gic_lines(dist); line += 32)
		vio_write32(dist + DIST_IGROUPR + line / 32 * 4, UINT32_MAX);
	/* Otherwise the non-secure world could not unmask any line. */
	vio_write32(cpu + CPU_PMR, 0xff);
}

static unsigned start(struct vio_dt_node n)
{
	if (!find(n))
		return 0;
	unsigned lines = vio_gic_lines(dist);
	for (unsigned line = 0; line < lines; line += 32)
		vio_gic_disable(dist, line);
	vio_write32(dist + DIST_CTLR, 1);
	vio_write32(cpu + CPU_PMR, 0xff);
	vio_write32(cpu + CPU_CTLR, 1);
	return lines;
}

static bool enable(unsigned line, bool edge)
{
	/* Send the line to this core. Reading the first word gives the core's own bit, or 0 on a
	 * single core. */
	if (line >= GIC_SPI_FIRST)
		vio_write8(dist + DIST_ITARGETSR + line, vio_read8(dist + DIST_ITARGETSR));
	return vio_gic_configure(dist, line, edge);
}

static uint32_t ack(void)
{
	return vio_read32(cpu + CPU_IAR);
}

static void end(uint32_t id)
{
	vio_write32(cpu + CPU_EOIR, id);
}

const struct gic_version vio_gic_version_2 = {
	.compatible = { "arm,cortex-a15-gic", "arm,gic-400", "arm,cortex-a7-gic",
			"arm,cortex-a9-gic" },
	.start = start,
	.release = release,
	.enable = enable,
	.ack = ack,
	.end = end,
};
