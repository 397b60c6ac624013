/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt controller, of whatever kind. No handler runs; a raised line only ends wfi,
 * see idle.c. */
#include "board/riscv/irq.h"

static struct {
	const struct irq_kind *kind; /* NULL: no usable controller */
	bool enabled;		     /* some line is */
	bool refused;		     /* some device has none */
} irq;

bool riscv_irq_usable(void)
{
	return irq.kind != NULL;
}

bool riscv_irq_complete(void)
{
	return irq.enabled && !irq.refused;
}

static void try(const struct irq_kind *kind, const char *compatible)
{
	struct dt_node n = DT_NONE;

	while (irq.kind == NULL && dt_is(n = dt_find(&board.dt, n, compatible))) {
		if (kind->use(n))
			irq.kind = kind;
	}
}

void riscv_irq_init(void)
{
	static const struct irq_kind *const kinds[] = { &irq_plic, &irq_aplic };

	board.lacks |= BOARD_NO_INTERRUPTS;
	if (board.dt_error != VIO_OK)
		return;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t i = 0; i < 3 && kinds[k]->compatible[i] != NULL; i++)
			try(kinds[k], kinds[k]->compatible[i]);
	}
	if (irq.kind != NULL)
		board.lacks &= ~(unsigned)BOARD_NO_INTERRUPTS;
}

int board_irq_enable(struct dt_node node)
{
	struct dt_irq wanted;
	int line = VIO_ENODEV;

	if (irq.kind != NULL && dt_interrupt(&board.dt, node, 0, &wanted) == VIO_OK &&
	    irq.kind->serves(wanted.controller) && wanted.ncells >= 1)
		line = irq.kind->enable(&wanted);
	if (line < 0)
		irq.refused = true;
	else
		irq.enabled = true;
	return line;
}

unsigned riscv_irq_take(void)
{
	return irq.kind == NULL ? 0 : irq.kind->take();
}

void riscv_irq_renew(void)
{
	if (irq.kind != NULL && irq.kind->renew != NULL)
		irq.kind->renew();
}
