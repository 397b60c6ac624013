/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic interrupt controller, version 2 (Arm IHI 0048B). No handler runs; a raised line
 * only ends wfi, see idle.c.
 */
#include "board/arm/arm.h"
#include "board/mmio.h"

enum {
	TAKE_MAX = 16, /* lines completed in one go */
	LINES_MAX = 1020,
	TYPE_SPI = 0,
	TYPE_PPI = 1,
	SPI_FIRST = 32,
	PPI_FIRST = 16,
	FLAG_EDGES = 3, /* rising, falling; else level */

	DIST_CTLR = 0x0,
	DIST_TYPER = 0x4,
	DIST_ISENABLER = 0x100,
	DIST_ICENABLER = 0x180,
	DIST_IPRIORITYR = 0x400,
	DIST_ITARGETSR = 0x800,
	DIST_ICFGR = 0xc00,
	DIST_BYTES = 0x1000,
	PRIORITY = 0x80,

	CPU_CTLR = 0x0,
	CPU_PMR = 0x4,
	CPU_IAR = 0xc,
	CPU_EOIR = 0x10,
	CPU_BYTES = 0x1000,
	ID_MASK = 0x3ff, /* of IAR; the rest says which core sent it */
};

static struct {
	struct dt_node node; /* DT_NONE: no usable controller */
	uintptr_t dist, cpu;
	unsigned lines; /* 0..lines-1 exist */
	bool enabled;	/* some device's line is */
	bool refused;	/* some device has none */
} gic;

bool gic_complete(void)
{
	return gic.enabled && !gic.refused;
}

static bool use(struct dt_node n)
{
	if (!dt_is(n) || !tree_reg(n, 0, DIST_BYTES, &gic.dist) ||
	    !tree_reg(n, 1, CPU_BYTES, &gic.cpu))
		return false;
	gic.lines = ((mmio_read32(gic.dist + DIST_TYPER) & 0x1f) + 1) * 32;
	if (gic.lines > LINES_MAX)
		gic.lines = LINES_MAX;
	gic.node = n;
	return true;
}

void arm_gic_init(void)
{
	static const char *const names[] = { "arm,cortex-a15-gic", "arm,gic-400",
					     "arm,cortex-a7-gic", "arm,cortex-a9-gic" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (board.dt_error == VIO_OK && !dt_is(gic.node))
			use(dt_find(&board.dt, DT_NONE, names[i]));
	}
	if (!dt_is(gic.node))
		return;
	for (unsigned line = 0; line < gic.lines; line += 32)
		mmio_write32(gic.dist + DIST_ICENABLER + line / 8, UINT32_MAX);
	mmio_write32(gic.dist + DIST_CTLR, 1);
	mmio_write32(gic.cpu + CPU_PMR, 0xff);
	mmio_write32(gic.cpu + CPU_CTLR, 1);
}

int gic_line(const struct dt_irq *irq)
{
	uint32_t line;

	if (!dt_is(gic.node) || irq->controller.at != gic.node.at || irq->ncells < 3)
		return VIO_ENODEV;
	if (irq->cell[1] >= LINES_MAX || irq->cell[0] > TYPE_PPI)
		return VIO_ERANGE;
	line = irq->cell[1] + (irq->cell[0] == TYPE_SPI ? SPI_FIRST : PPI_FIRST);
	if (line >= gic.lines || (irq->cell[0] == TYPE_PPI && line >= SPI_FIRST))
		return VIO_ERANGE;
	return (int)line;
}

void gic_enable(unsigned line, bool edge)
{
	const uintptr_t config = gic.dist + DIST_ICFGR + line / 16 * 4;
	const uint32_t bit = UINT32_C(2) << line % 16 * 2;

	mmio_write8(gic.dist + DIST_IPRIORITYR + line, PRIORITY);
	if (line >= SPI_FIRST) {
		/* To this core: reading the first word gives its own bit (0 if it is alone). */
		mmio_write8(gic.dist + DIST_ITARGETSR + line,
			    mmio_read8(gic.dist + DIST_ITARGETSR));
		mmio_write32(config, edge ? mmio_read32(config) | bit : mmio_read32(config) & ~bit);
	}
	mmio_write32(gic.dist + DIST_ISENABLER + line / 32 * 4, UINT32_C(1) << line % 32);
}

int board_irq_enable(struct dt_node node)
{
	struct dt_irq irq;
	int line = VIO_ENODEV;

	if (board.dt_error == VIO_OK && dt_interrupt(&board.dt, node, 0, &irq) == VIO_OK)
		line = gic_line(&irq);
	if (line < 0) {
		gic.refused = true;
		return line;
	}
	gic_enable((unsigned)line, (irq.cell[2] & FLAG_EDGES) != 0);
	gic.enabled = true;
	return line;
}

struct gic_taken gic_take(unsigned timer)
{
	struct gic_taken taken = { 0, 0 };
	uint32_t acks[TAKE_MAX];
	unsigned n = 0;

	if (!dt_is(gic.node))
		return taken;
	/* All are taken before the first is completed: a line that stays raised comes up
	 * once. What does not fit ends the next sleep at once. */
	while (n < TAKE_MAX) {
		acks[n] = mmio_read32(gic.cpu + CPU_IAR);
		if ((acks[n] & ID_MASK) >= LINES_MAX)
			break;
		if ((acks[n] & ID_MASK) == timer)
			taken.timer++;
		else
			taken.devices++;
		n++;
	}
	/* Its line must be down before it is completed. */
	if (taken.timer > 0)
		arm_timer_quiet();
	for (unsigned i = 0; i < n; i++)
		mmio_write32(gic.cpu + CPU_EOIR, acks[i]);
	return taken;
}
