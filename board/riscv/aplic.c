/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The advanced platform-level interrupt controller (RISC-V AIA 1.0, 4). The board uses the domain
 * that can interrupt this hart in this mode, by a wire of its own or by messages to the hart's
 * IMSIC.
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
	IDC = 0x4000, /* one for each hart, in the mode without messages */
	IDC_STRIDE = 0x20,
	IDC_IDELIVERY = 0x0,
	IDC_ITHRESHOLD = 0x8,
	IDC_CLAIMI = 0x1c,
	IDC_ID_SHIFT = 16,

	MODE_EDGE_UP = 4,
	MODE_EDGE_DOWN = 5,
	MODE_HIGH = 6,
	MODE_LOW = 7,
	DOMAINS_MAX = 16, /* most domains below each other */
};

static struct {
	struct vio_dt_node node;
	uintptr_t base, idc;
	uint32_t sources;   /* lines 1..sources exist */
	uint32_t target;    /* the value for each line's target register: hart and priority */
	bool messages;	    /* interrupts are sent as messages to the IMSIC */
	struct imsic imsic; /* the destination of the messages */
	/* With messages: the lines that are level-triggered. */
	uint32_t levels[(IRQ_SOURCES_MAX + 1) / 32];
	/* With messages: those of them that may be raised without one. */
	uint32_t look[(IRQ_SOURCES_MAX + 1) / 32];
} aplic;

/* Without firmware below, nothing has set the destination of messages. All of them go to one
 * place. */
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
		vio_write32(aplic.idc + IDC_ITHRESHOLD, 0); /* no priority is masked */
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

	if (vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "riscv,num-sources"), 0,
			&aplic.sources) != VIO_OK ||
	    aplic.sources == 0 || aplic.sources > IRQ_SOURCES_MAX ||
	    !vio_tree_reg(n, 0, bytes, &aplic.base))
		return false;
	aplic.messages = idc < 0;
	if (aplic.messages) {
		if (vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "msi-parent"), 0, &msi) !=
			    VIO_OK ||
		    !vio_imsic_use(vio_dt_phandle(&vio_board.dt, msi), &aplic.imsic))
			return false;
	} else {
		aplic.idc = aplic.base + IDC + (uintptr_t)idc * IDC_STRIDE;
		aplic.target = (uint32_t)idc << TARGET_HART_SHIFT | 1; /* the highest priority */
	}
	aplic.node = n;
	return start();
}

/* A domain below ours has the same lines, which are ours until we delegate them. In M-mode the
 * devicetree of an S-mode operating system names such a domain. */
static bool serves(struct vio_dt_node n)
{
	struct vio_dt_node d = aplic.node;
	uint32_t child;

	for (unsigned i = 0; i < DOMAINS_MAX && vio_dt_is(d); i++) {
		if (d.at == n.at)
			return true;
		if (vio_dt_cell(vio_dt_get_prop(&vio_board.dt, d, "riscv,children"), 0, &child) !=
		    VIO_OK)
			break;
		d = vio_dt_phandle(&vio_board.dt, child);
	}
	return false;
}

/* By the flags of the specifier, whose numbers are those of Linux. */
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
		target |= line; /* the number of the message */
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
		return VIO_ENODEV; /* the controller has no such line for this hart */
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
 * Claims the raised lines. An edge has to be claimed before the next one can be seen. A level stays
 * until the device lowers it, and the same line comes again at once, so one claim is enough. (QEMU
 * 7.2 keeps reporting a level that is gone until it is claimed, so reading alone is not enough.)
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
 * A line sends one message when it is raised, and no more while it stays up. If a line did not go
 * down, because its device had a second reason, the message has to be sent again. By the
 * specification setipnum checks that the line is up; QEMU 7.2 does not, so it is checked here. A
 * line that is raised after this check sends a message of its own.
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
