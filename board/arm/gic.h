/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions in which the versions of the generic interrupt controller differ. */
#ifndef VIO_ARM_GIC_H
#define VIO_ARM_GIC_H

#include "board/arm/arm.h"

enum {
	GIC_PPI_FIRST = 16, /* lines of this core */
	GIC_SPI_FIRST = 32, /* lines that all cores share */
	GIC_LINES_MAX = 1020,
	GIC_ID_MASK = 0x3ff, /* of the result of ack(); from GIC_LINES_MAX on no line is raised */
	GIC_PRIORITY = 0x80,

	/* The registers of the distributor that both versions have. */
	DIST_CTLR = 0x0,
	DIST_TYPER = 0x4,
	DIST_IGROUPR = 0x80,
	DIST_ISENABLER = 0x100,
	DIST_ICENABLER = 0x180,
	DIST_IPRIORITYR = 0x400,
	DIST_ICFGR = 0xc00,
};

struct gic_version {
	const char *compatible[5];

	/* Find the registers of this node, disable all lines, and get ready. Returns the number of
	 * lines, or 0 if the controller cannot be used. */
	unsigned (*start)(struct vio_dt_node n);

	/* In the secure world, before start(): give all lines to the non-secure world. */
	void (*release)(struct vio_dt_node n);

	/* False: the controller does not have this line for us. */
	bool (*enable)(unsigned line, bool edge);
	uint32_t (*ack)(void);
	void (*end)(uint32_t ack);
};

extern const struct gic_version vio_gic_version_2, vio_gic_version_3;

/* The parts that both versions share, for the registers at `base`. */
unsigned vio_gic_lines(uintptr_t dist);
void vio_gic_disable(uintptr_t base, unsigned line); /* 32 lines from `line` */
bool vio_gic_configure(uintptr_t base, unsigned line, bool edge);

#endif
