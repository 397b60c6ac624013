/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of interrupt controller do in different ways. */
#ifndef VIO_RISCV_IRQ_H
#define VIO_RISCV_IRQ_H

#include "board/riscv/riscv.h"

enum {
	IRQ_SOURCES_MAX = 1023, /* of a PLIC and of an APLIC */
	IRQ_TAKE_MAX = 16,	/* lines taken in one go */
};

struct irq_kind {
	const char *compatible[3];

	/* Find the registers of this node, silence all lines, be ready. False: it cannot
	 * interrupt this hart in this mode. */
	bool (*use)(struct vio_dt_node n);

	/* Is a device whose interrupt goes to `n` one of ours? */
	bool (*serves)(struct vio_dt_node n);

	/* Let a line end a sleep: its number, or an enum vio_err. */
	int (*enable)(const struct vio_dt_irq *irq);

	/* Take whatever is raised: how many lines there were. */
	unsigned (*take)(void);

	/* Before a sleep: raise again what was taken and is still up. NULL: that is so by itself.
	 */
	void (*renew)(void);
};

extern const struct irq_kind vio_irq_plic, vio_irq_aplic;

#endif
