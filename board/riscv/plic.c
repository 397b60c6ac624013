/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform-level interrupt controller (RISC-V PLIC specification 1.0.0). No handler
 * runs; a raised line only ends wfi, see idle.c.
 */
#include "board/mmio.h"
#include "board/riscv/csr_names.h"
#include "board/riscv/riscv.h"

enum {
	SOURCES_MAX = 1023,
	TAKE_MAX = 16, /* lines completed in one go */
	PRIORITY = 0x0,
	ENABLE = 0x2000,
	ENABLE_STRIDE = 0x80,
	CONTEXT = 0x200000,
	CONTEXT_STRIDE = 0x1000,
	CONTEXT_THRESHOLD = 0,
	CONTEXT_CLAIM = 4,
};

static struct {
	struct dt_node node; /* DT_NONE: no usable controller */
	uintptr_t enable, context;
	uintptr_t base;
	uint32_t sources; /* lines 1..sources exist */
	bool enabled;	  /* some line is */
	bool refused;	  /* some device has none */
} plic;

bool riscv_plic_usable(void)
{
	return dt_is(plic.node);
}

bool riscv_plic_complete(void)
{
	return plic.enabled && !plic.refused;
}

static bool use(struct dt_node node)
{
	/* The context of this hart in this mode is the position of its entry. */
	const int context = dt_is(node) ? riscv_hart_entry(node, RISCV_IRQ_EXTERNAL) : VIO_ENODEV;
	uint32_t sources;
	uint64_t end;

	if (context < 0)
		return false;
	if (dt_cell(dt_prop(&board.dt, node, "riscv,ndev"), 0, &sources) != VIO_OK)
		return false;
	end = CONTEXT + ((uint64_t)context + 1) * CONTEXT_STRIDE;
	if (sources == 0 || sources > SOURCES_MAX || !tree_reg(node, 0, end, &plic.base))
		return false;
	plic.enable = plic.base + ENABLE + (unsigned)context * ENABLE_STRIDE;
	plic.context = plic.base + CONTEXT + (uintptr_t)context * CONTEXT_STRIDE;
	plic.sources = sources;
	plic.node = node;
	return true;
}

void riscv_plic_init(void)
{
	static const char *const names[] = { "sifive,plic-1.0.0", "riscv,plic0",
					     "thead,c900-plic" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (board.dt_error == VIO_OK && !riscv_plic_usable())
			use(dt_find(&board.dt, DT_NONE, names[i]));
	}
	if (!riscv_plic_usable())
		return;
	for (uint32_t line = 0; line <= plic.sources; line += 32)
		mmio_write32(plic.enable + line / 32 * 4, 0);
	mmio_write32(plic.context + CONTEXT_THRESHOLD, 0);
}

/* The line of a device's first interrupt, or an enum vio_err. */
static int find_line(struct dt_node node)
{
	struct dt_irq irq;

	if (!riscv_plic_usable() || dt_interrupt(&board.dt, node, 0, &irq) != VIO_OK)
		return VIO_ENODEV;
	if (irq.controller.at != plic.node.at || irq.ncells < 1)
		return VIO_ENODEV;
	if (irq.cell[0] == 0 || irq.cell[0] > plic.sources)
		return VIO_ERANGE;
	return (int)irq.cell[0];
}

int board_irq_enable(struct dt_node node)
{
	const int found = find_line(node);
	const uint32_t line = (uint32_t)found;
	uintptr_t word;

	if (found < 0) {
		plic.refused = true;
		return found;
	}
	word = plic.enable + line / 32 * 4;
	mmio_write32(plic.base + PRIORITY + 4 * line, 1);
	mmio_write32(word, mmio_read32(word) | UINT32_C(1) << line % 32);
	plic.enabled = true;
	return found;
}

unsigned riscv_plic_take(void)
{
	uint32_t lines[TAKE_MAX];
	unsigned n = 0;

	/* All claims before the first completion: a line that stays raised comes up once.
	 * What does not fit ends the next sleep at once. */
	while (n < TAKE_MAX && (lines[n] = mmio_read32(plic.context + CONTEXT_CLAIM)) != 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		mmio_write32(plic.context + CONTEXT_CLAIM, lines[i]);
	return n;
}
