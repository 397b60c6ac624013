/* SPDX-License-Identifier: BSD-2-Clause */
/* The platform-level interrupt controller (RISC-V PLIC specification 1.0.0). */
#include <picovirtio/io.h>
#include "board/riscv/csr_names.h"
#include "board/riscv/irq.h"

enum {
	PRIORITY = 0x0,
	ENABLE = 0x2000,
	ENABLE_STRIDE = 0x80,
	CONTEXT = 0x200000,
	CONTEXT_STRIDE = 0x1000,
	CONTEXT_THRESHOLD = 0,
	CONTEXT_CLAIM = 4,
};

static struct {
	struct vio_dt_node node;
	uintptr_t enable, context;
	uintptr_t base;
	uint32_t sources; /* lines 1..sources exist */
} plic;

static bool use(struct vio_dt_node node)
{
	/* The context of this hart and mode is the position of its entry. */
	const int context = vio_riscv_hart_entry(node, RISCV_IRQ_EXTERNAL);
	uint32_t sources;

	if (context < 0)
		return false;
	if (vio_dt_cell(vio_dt_get_prop(&vio_board.dt, node, "riscv,ndev"), 0, &sources) != VIO_OK)
		return false;
	uint64_t end = CONTEXT + ((uint64_t)context + 1) * CONTEXT_STRIDE;
	if (sources == 0 || sources > IRQ_SOURCES_MAX || !vio_tree_reg(node, 0, end, &plic.base))
		return false;
	plic.enable = plic.base + ENABLE + (unsigned)context * ENABLE_STRIDE;
	plic.context = plic.base + CONTEXT + (uintptr_t)context * CONTEXT_STRIDE;
	plic.sources = sources;
	plic.node = node;
	for (uint32_t line = 0; line <= plic.sources; line += 32)
		vio_write32(plic.enable + line / 32 * 4, 0);
	vio_write32(plic.context + CONTEXT_THRESHOLD, 0);
	return true;
}

static bool serves(struct vio_dt_node n)
{
	return n.at == plic.node.at;
}

static int enable(const struct vio_dt_irq *irq)
{
	const uint32_t line = irq->cell[0];
	const uintptr_t word = plic.enable + line / 32 * 4;

	if (line == 0 || line > plic.sources)
		return VIO_ERANGE;
	vio_write32(plic.base + PRIORITY + 4 * line, 1);
	vio_write32(word, vio_read32(word) | UINT32_C(1) << line % 32);
	if (vio_read32(plic.base + PRIORITY + 4 * line) == 0 ||
	    (vio_read32(word) >> line % 32 & 1) == 0)
		return VIO_ENODEV; /* the controller has no such line for this hart */
	return (int)line;
}

static unsigned take(void)
{
	uint32_t lines[IRQ_TAKE_MAX];
	unsigned n = 0;

	/* All lines are claimed before the first is completed, so a line that stays raised comes
	 * once. Lines that do not fit end the next sleep at once. */
	while (n < IRQ_TAKE_MAX && (lines[n] = vio_read32(plic.context + CONTEXT_CLAIM)) != 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		vio_write32(plic.context + CONTEXT_CLAIM, lines[i]);
	return n;
}

const struct irq_kind vio_irq_plic = {
	.compatible = { "sifive,plic-1.0.0", "riscv,plic0", "thead,c900-plic" },
	.use = use,
	.serves = serves,
	.enable = enable,
	.take = take,
};
