/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions in which the kinds of interrupt controller differ. */
#ifndef VIO_RISCV_IRQ_H
#define VIO_RISCV_IRQ_H

#include "board/riscv/riscv.h"

enum {
	IRQ_SOURCES_MAX = 1023, /* most lines of a PLIC and of an APLIC */
	IRQ_TAKE_MAX = 16,	/* lines taken in one go */
};

struct irq_kind {
	const char *compatible[3];

	/* Find the registers of this node, disable all lines, and get ready. False: the controller
	 * cannot interrupt this hart in this mode. */
	bool (*use)(struct vio_dt_node n);

	/* Does `n` lead to this controller? */
	bool (*serves)(struct vio_dt_node n);

	/* Let a line end a sleep. Returns its number, or an enum vio_err. */
	int (*enable)(const struct vio_dt_irq *irq);

	/* Take the raised lines. Returns how many there were. */
	unsigned (*take)(void);

	/* Called before a sleep: report again each line that was taken and is still raised. NULL:
	 * the controller does that itself. */
	void (*renew)(void);
};

extern const struct irq_kind vio_irq_plic, vio_irq_aplic;

#endif
