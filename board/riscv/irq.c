/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt controller, of any kind. There is no handler; a raised line only ends wfi, see
 * idle.c. */
#include "board/riscv/irq.h"

static struct {
	const struct irq_kind *kind; /* NULL: no usable controller */
	bool enabled;		     /* at least one line is enabled */
	bool refused;		     /* at least one device has no line */
} irq;

bool vio_riscv_irq_usable(void)
{
	return irq.kind;
}

void vio_riscv_irq_never_wakes(void)
{
	irq.refused = true;
	vio_board.lacks |= VIO_BOARD_NO_WAKE;
}

bool vio_riscv_irq_complete(void)
{
	return irq.enabled && !irq.refused;
}

static void try(const struct irq_kind *kind, const char *compatible)
{
	struct vio_dt_walk w = { 0 };
	struct vio_dt_node n;

	while (!irq.kind && vio_dt_is(n = vio_dt_walk_next(&vio_board.dt, &w, compatible))) {
		if (kind->use(n))
			irq.kind = kind;
	}
}

void vio_riscv_irq_init(void)
{
	/* Without AIA a PLIC that was not usable is only looked at once more. */
	static const struct irq_kind *const kinds[] = { &vio_irq_plic, PICOVIRTIO_RISCV_AIA
									       ? &vio_irq_aplic
									       : &vio_irq_plic };

	vio_board.lacks |= VIO_BOARD_NO_INTERRUPTS;
	if (vio_board.dt_error != VIO_OK)
		return;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t i = 0; i < 3 && kinds[k]->compatible[i]; i++)
			try(kinds[k], kinds[k]->compatible[i]);
	}
	if (irq.kind)
		vio_board.lacks &= ~(unsigned)VIO_BOARD_NO_INTERRUPTS;
}

int vio_board_irq_enable(const struct vio_dt_irq *wanted)
{
	int line = VIO_ENODEV;

	if (irq.kind && wanted && irq.kind->serves(wanted->controller) && wanted->ncells >= 1)
		line = irq.kind->enable(wanted);
	if (line < 0)
		irq.refused = true;
	else
		irq.enabled = true;
	return line;
}

unsigned vio_riscv_irq_take(void)
{
	return !irq.kind ? 0 : irq.kind->take();
}

void vio_riscv_irq_renew(void)
{
	if (irq.kind && irq.kind->renew)
		irq.kind->renew();
}
