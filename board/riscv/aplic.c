/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The advanced platform-level interrupt controller (RISC-V AIA 1.0, 4): the domain that can
 * interrupt this hart in this mode, by a wire of its own or by messages to the hart's IMSIC.
 */
#include <picovirtio/io.h>
#include "board/riscv/csr_names.h"
#include "board/riscv/imsic.h"
#include "board/riscv/irq.h"

enum {
	DOMAINCFG = 0x0,
	DOMAINCFG_MESSAGES = 0x4,
	DOMAINCFG_ENABLE = 0x100,
	SOURCECFG = 0x0, /* of source 0, which does not exist */
	MMSIADDRCFG = 0x1bc0,
	MMSIADDRCFGH = 0x1bc4,
	SETIPNUM = 0x1cdc,
	SETIE = 0x1e00,	   /* read: the lines that are enabled */
	IN_CLRIP = 0x1d00, /* read: the lines as they are */
	SETIENUM = 0x1edc,
	CLRIE = 0x1f00,
	TARGET = 0x3000,
	TARGET_HART_SHIFT = 18,
	IDC = 0x4000, /* one a hart, without messages */
	IDC_STRIDE = 0x20,
	IDC_IDELIVERY = 0x0,
	IDC_ITHRESHOLD = 0x8,
	IDC_CLAIMI = 0x1c,
	IDC_ID_SHIFT = 16,

	MODE_EDGE_UP = 4,
	MODE_EDGE_DOWN = 5,
	MODE_HIGH = 6,
	MODE_LOW = 7,
	DOMAINS_MAX = 16, /* below each other */
};

static struct {
	struct vio_dt_node node;
	uintptr_t base, idc;
	uint32_t sources;   /* lines 1..sources exist */
	uint32_t target;    /* what each line's target register says of hart and priority */
	bool messages;	    /* by way of the IMSIC */
	struct imsic imsic; /* then: where they go */
	uint32_t levels[(IRQ_SOURCES_MAX + 1) / 32]; /* then: lines that are no edges, */
	uint32_t look[(IRQ_SOURCES_MAX + 1) / 32];   /* and of these, up perhaps without one */
} aplic;

/* Without firmware below us nobody has said where messages go; there is one place for all. */
static void aim_messages(void)
{
	const uint64_t page = aplic.imsic.page >> 12;

	if (PICOVIRTIO_RISCV_MODE != 3)
		return;
	vio_write32(aplic.base + MMSIADDRCFG, (uint32_t)page);
	vio_write32(aplic.base + MMSIADDRCFGH, (uint32_t)(page >> 32) & 0xfff);
	aplic.imsic.index = 0;
}

static bool start(void)
{
	const uint32_t mode = aplic.messages ? DOMAINCFG_MESSAGES : 0;

	vio_write32(aplic.base + DOMAINCFG, mode);
	if ((vio_read32(aplic.base + DOMAINCFG) & DOMAINCFG_MESSAGES) != mode)
		return false;
	for (uint32_t line = 0; line <= aplic.sources; line += 32)
		vio_write32(aplic.base + CLRIE + line / 32 * 4, UINT32_MAX);
	for (uint32_t line = 1; line <= aplic.sources; line++)
		vio_write32(aplic.base + SOURCECFG + 4 * line, 0);
	if (aplic.messages) {
		aim_messages();
		aplic.target = aplic.imsic.index << TARGET_HART_SHIFT;
	} else {
		vio_write32(aplic.idc + IDC_ITHRESHOLD, 0); /* none is masked */
		vio_write32(aplic.idc + IDC_IDELIVERY, 1);
	}
	vio_write32(aplic.base + DOMAINCFG, mode | DOMAINCFG_ENABLE);
	return true;
}

static bool use(struct vio_dt_node n)
{
	const int idc = vio_riscv_hart_entry(n, RISCV_IRQ_EXTERNAL);
	const uint64_t bytes = IDC + (idc < 0 ? 0 : ((uint64_t)idc + 1) * IDC_STRIDE);
	uint32_t msi;

	if (vio_dt_cell(vio_dt_prop(&vio_board.dt, n, "riscv,num-sources"), 0, &aplic.sources) !=
		    VIO_OK ||
	    aplic.sources == 0 || aplic.sources > IRQ_SOURCES_MAX ||
	    !vio_tree_reg(n, 0, bytes, &aplic.base))
		return false;
	aplic.messages = idc < 0;
	if (aplic.messages) {
		if (vio_dt_cell(vio_dt_prop(&vio_board.dt, n, "msi-parent"), 0, &msi) != VIO_OK ||
		    !vio_imsic_use(vio_dt_phandle(&vio_board.dt, msi), &aplic.imsic))
			return false;
	} else {
		aplic.idc = aplic.base + IDC + (uintptr_t)idc * IDC_STRIDE;
		aplic.target = (uint32_t)idc << TARGET_HART_SHIFT | 1; /* the highest priority */
	}
	aplic.node = n;
	return start();
}

/* A domain below ours has the same lines, and they are ours until we delegate them: that is how
 * a tree for an operating system in S-mode reads in M-mode. */
static bool serves(struct vio_dt_node n)
{
	struct vio_dt_node d = aplic.node;
	uint32_t child;

	for (unsigned i = 0; i < DOMAINS_MAX && vio_dt_is(d); i++) {
		if (d.at == n.at)
			return true;
		if (vio_dt_cell(vio_dt_prop(&vio_board.dt, d, "riscv,children"), 0, &child) !=
		    VIO_OK)
			break;
		d = vio_dt_phandle(&vio_board.dt, child);
	}
	return false;
}

/* By the flags of a specifier, which Linux numbers. */
static uint32_t mode_of(const struct vio_dt_irq *irq)
{
	static const uint32_t modes[9] = {
		[1] = MODE_EDGE_UP, [2] = MODE_EDGE_DOWN, [4] = MODE_HIGH, [8] = MODE_LOW
	};
	const uint32_t flags = irq->ncells < 2 ? 4 : irq->cell[1];

	return flags < 9 && modes[flags] != 0 ? modes[flags] : MODE_HIGH;
}

static bool is_edge(uint32_t mode)
{
	return mode == MODE_EDGE_UP || mode == MODE_EDGE_DOWN;
}

static void look_later(uint32_t line)
{
	aplic.look[line / 32] |= aplic.levels[line / 32] & UINT32_C(1) << line % 32;
}

static int enable(const struct vio_dt_irq *irq)
{
	const uint32_t line = irq->cell[0], mode = mode_of(irq);
	uint32_t target = aplic.target;

	if (line == 0 || line > aplic.sources || (aplic.messages && line > aplic.imsic.ids))
		return VIO_ERANGE;
	if (aplic.messages) {
		target |= line; /* the message's number */
		if (!vio_imsic_enable(line))
			return VIO_ENODEV;
		if (!is_edge(mode))
			aplic.levels[line / 32] |= UINT32_C(1) << line % 32;
		look_later(line);
	}
	vio_write32(aplic.base + SOURCECFG + 4 * line, mode);
	vio_write32(aplic.base + TARGET + 4 * line, target);
	vio_write32(aplic.base + SETIENUM, line);
	if ((vio_read32(aplic.base + SETIE + line / 32 * 4) >> line % 32 & 1) == 0)
		return VIO_ENODEV; /* the controller has no such line for us */
	return (int)line;
}

static unsigned take_messages(void)
{
	unsigned n = 0;
	uint32_t id;

	while (n < IRQ_TAKE_MAX && (id = vio_imsic_take()) != 0) {
		if (id <= aplic.sources)
			look_later(id);
		n++;
	}
	return n;
}

/*
 * A claim is for an edge, so that the next one is news; a level stays until its device lets go,
 * and the same line comes again at once: enough for now. (QEMU 7.2 keeps the sign of a level that
 * has gone until somebody claims it, so it is not enough to look.)
 */
static unsigned take_lines(void)
{
	uint32_t line, last = 0;
	unsigned n = 0;

	while (n < IRQ_TAKE_MAX) {
		line = vio_read32(aplic.idc + IDC_CLAIMI) >> IDC_ID_SHIFT;
		if (line == 0 || line == last)
			break;
		last = line;
		n++;
	}
	return n;
}

static unsigned take(void)
{
	return aplic.messages ? take_messages() : take_lines();
}

/*
 * A message goes out when a line comes up, and then no more. A line that did not go down since,
 * since its device had a second reason, has to be said again. By the specification setipnum
 * asks whether the line is up; QEMU 7.2 does not, so we do. One that comes up after our look
 * makes a message.
 */
static void renew(void)
{
	if (!aplic.messages)
		return;
	for (uint32_t i = 0; i <= aplic.sources / 32; i++) {
		if (aplic.look[i] == 0)
			continue;
		uint32_t up = vio_read32(aplic.base + IN_CLRIP + 4 * i) & aplic.look[i];
		aplic.look[i] = 0;
		for (uint32_t bit = 0; bit < 32; bit++) {
			if ((up >> bit & 1) != 0)
				vio_write32(aplic.base + SETIPNUM, 32 * i + bit);
		}
	}
}

const struct irq_kind vio_irq_aplic = {
	.compatible = { "riscv,aplic" },
	.use = use,
	.serves = serves,
	.enable = enable,
	.take = take,
	.renew = renew,
};
