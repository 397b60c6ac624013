/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic interrupt controller. There is no handler; a raised line only ends wfi, see
 * idle.c. */
#include "board/arm/gic.h"

enum {
	TAKE_MAX = 16, /* most lines that are completed at once */
	TYPE_SPI = 0,
	TYPE_PPI = 1,
	FLAG_EDGES = 3, /* rising or falling edge; otherwise level */
};

static struct {
	const struct gic_version *version; /* NULL: no usable controller */
	struct vio_dt_node node;
	unsigned lines; /* 0..lines-1 exist */
	bool enabled;	/* at least one device's line is enabled */
	bool refused;	/* at least one device has no line */
} gic;

bool vio_gic_complete(void)
{
	return gic.enabled && !gic.refused;
}

static struct vio_dt_node find(const struct gic_version *version)
{
	struct vio_dt_node n = VIO_DT_NONE;

	for (size_t i = 0; i < 5 && version->compatible[i] && !vio_dt_is(n); i++)
		n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, version->compatible[i]);
	return n;
}

static void try(const struct gic_version *version)
{
	const struct vio_dt_node n = find(version);

	if (gic.version || !vio_dt_is(n))
		return;
	gic.lines = version->start(n);
	gic.node = n;
	gic.version = gic.lines > 0 ? version : NULL;
}

void vio_arm_gic_init(void)
{
	if (vio_board.dt_error == VIO_OK) {
		try(&vio_gic_version_2);
		try(&vio_gic_version_3);
	}
	if (!gic.version)
		vio_board.lacks |= VIO_BOARD_NO_INTERRUPTS;
}

void vio_arm_gic_release(void)
{
	static const struct gic_version *const versions[] = { &vio_gic_version_2,
							      &vio_gic_version_3 };

	for (size_t i = 0; i < 2 && vio_board.dt_error == VIO_OK; i++) {
		const struct vio_dt_node n = find(versions[i]);

		if (vio_dt_is(n))
			versions[i]->release(n);
	}
}

bool vio_gic_enable(unsigned line, bool edge)
{
	return gic.version->enable(line, edge);
}

int vio_gic_line(const struct vio_dt_irq *irq)
{
	if (!gic.version || irq->controller.at != gic.node.at || irq->ncells < 3)
		return VIO_ENODEV;
	if (irq->cell[1] >= GIC_LINES_MAX || irq->cell[0] > TYPE_PPI)
		return VIO_ERANGE;
	uint32_t line = irq->cell[1] + (irq->cell[0] == TYPE_SPI ? GIC_SPI_FIRST : GIC_PPI_FIRST);
	if (line >= gic.lines || (irq->cell[0] == TYPE_PPI && line >= GIC_SPI_FIRST))
		return VIO_ERANGE;
	return (int)line;
}

int vio_board_irq_enable(const struct vio_dt_irq *irq)
{
	int line = irq ? vio_gic_line(irq) : VIO_ENODEV;

	if (line >= 0 && !vio_gic_enable((unsigned)line, (irq->cell[2] & FLAG_EDGES) != 0))
		line = VIO_ENODEV;
	if (line < 0)
		gic.refused = true;
	else
		gic.enabled = true;
	return line;
}

struct gic_taken vio_gic_take(unsigned timer, void (*quiet)(void))
{
	struct gic_taken taken = { 0, 0 };
	uint32_t acks[TAKE_MAX];
	unsigned n = 0;

	if (!gic.version)
		return taken;
	/* All lines are taken before the first is completed, so a line that stays raised comes
	 * once. Lines that do not fit end the next sleep at once. */
	while (n < TAKE_MAX) {
		acks[n] = gic.version->ack();
		if ((acks[n] & GIC_ID_MASK) >= GIC_LINES_MAX)
			break;
		if ((acks[n] & GIC_ID_MASK) == timer)
			taken.timer++;
		else
			taken.devices++;
		n++;
	}
	/* The timer's line must be down before it is completed. */
	if (taken.timer > 0)
		quiet();
	for (unsigned i = 0; i < n; i++)
		gic.version->end(acks[i]);
	return taken;
}
