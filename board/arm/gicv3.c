/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Version 3 (Arm IHI 0069). The CPU interface consists of system registers. Each core has a
 * redistributor for its own lines. All lines are in group 1, which belongs to us in every world.
 */
#include "board/arm/cpu.h"
#include "board/arm/gic.h"
#include <picovirtio/io.h>

enum {
	DIST_IROUTER = 0x6000,
	DIST_BYTES = 0x10000,
	DIST_ENABLE_GROUP_1 = 0x12, /* with affinity routing */
	DIST_ROUTING_BOTH = 0x30,   /* as the secure world sees it: in both worlds */
	DIST_ROUTING_OTHER = 0x20,  /* the only bit that the non-secure world sees */

	REDIST_TYPER = 0x8,
	REDIST_TYPER_VIRTUAL = 0x2, /* two more frames */
	REDIST_TYPER_LAST = 0x10,
	REDIST_WAKER = 0x14,
	WAKER_SLEEP = 0x2,
	WAKER_ASLEEP = 0x4,
	REDIST_LINES = 0x10000, /* its second frame has the lines */
	REDIST_BYTES = 0x20000,
	REGIONS_MAX = 16,
	CORES_MAX = 1024, /* most cores in a region */
};

/* The longest wait for a redistributor, as a number of looks, since the clock is set up later. */
#define WAKE_LOOKS 1000000

static uintptr_t dist, redist;

/* Find this core's redistributor in a region, or return 0. */
static uintptr_t find_in(uintptr_t at, uint64_t bytes)
{
	for (unsigned i = 0; i < CORES_MAX && bytes >= REDIST_BYTES; i++) {
		const uint32_t type = vio_read32(at + REDIST_TYPER);
		const uint32_t step =
			(type & REDIST_TYPER_VIRTUAL) != 0 ? 2 * REDIST_BYTES : REDIST_BYTES;

		if (vio_read32(at + REDIST_TYPER + 4) == cpu_affinity())
			return at;
		if ((type & REDIST_TYPER_LAST) != 0 || bytes < step)
			break;
		at += step;
		bytes -= step;
	}
	return 0;
}

static uintptr_t find_redist(struct vio_dt_node n)
{
	struct vio_span reg;
	uintptr_t at, found = 0;

	for (unsigned i = 1; i <= REGIONS_MAX && found == 0; i++) {
		if (vio_dt_reg(&vio_board.dt, n, i, &reg) != VIO_OK ||
		    !vio_tree_reg(n, i, reg.bytes, &at))
			break;
		found = find_in(at, reg.bytes);
	}
	return found;
}

static bool wake(void)
{
	vio_write32(redist + REDIST_WAKER,
		    vio_read32(redist + REDIST_WAKER) & ~(uint32_t)WAKER_SLEEP);
	for (unsigned i = 0; i < WAKE_LOOKS; i++) {
		if ((vio_read32(redist + REDIST_WAKER) & WAKER_ASLEEP) == 0)
			return true;
	}
	return false;
}

static bool find(struct vio_dt_node n)
{
	if (!cpu_gic_usable() || !vio_tree_reg(n, 0, DIST_BYTES, &dist))
		return false;
	redist = find_redist(n);
	return redist != 0;
}

static void group_1(unsigned lines)
{
	vio_write32(redist + REDIST_LINES + DIST_IGROUPR, UINT32_MAX);
	for (unsigned line = GIC_SPI_FIRST; line < lines; line += 32)
		vio_write32(dist + DIST_IGROUPR + line / 32 * 4, UINT32_MAX);
}

/* Affinity routing is set first, since it changes the meaning of the other registers. */
static void release(struct vio_dt_node n)
{
	if (!find(n))
		return;
	vio_write32(dist + DIST_CTLR, DIST_ROUTING_BOTH);
	if (wake())
		group_1(vio_gic_lines(dist));
}

/* In the secure world, lines of group 1 belong to the other world and would not reach us. */
static bool in_secure_world(void)
{
	vio_write32(dist + DIST_CTLR, DIST_ROUTING_BOTH);
	return (vio_read32(dist + DIST_CTLR) & DIST_ROUTING_OTHER) != 0;
}

static unsigned start(struct vio_dt_node n)
{
	if (!find(n) || in_secure_world() || !wake())
		return 0;
	unsigned lines = vio_gic_lines(dist);
	vio_gic_disable(redist + REDIST_LINES, 0);
	for (unsigned line = GIC_SPI_FIRST; line < lines; line += 32)
		vio_gic_disable(dist, line);
	group_1(lines);
	vio_write32(dist + DIST_CTLR, DIST_ENABLE_GROUP_1);
	cpu_gic_start();
	return lines;
}

static bool enable(unsigned line, bool edge)
{
	const uint32_t core = cpu_affinity();

	if (line < GIC_SPI_FIRST)
		return vio_gic_configure(redist + REDIST_LINES, line, edge);
	vio_write32(dist + DIST_IROUTER + 8 * line, core & 0xffffff);
	vio_write32(dist + DIST_IROUTER + 8 * line + 4, core >> 24);
	return vio_gic_configure(dist, line, edge);
}

const struct gic_version vio_gic_version_3 = {
	.compatible = { "arm,gic-v3" },
	.start = start,
	.release = release,
	.enable = enable,
	.ack = cpu_gic_ack,
	.end = cpu_gic_end,
};
