/* SPDX-License-Identifier: BSD-2-Clause */
/* The hart's part of message-signalled interrupts (RISC-V AIA 1.0, 3). */
#ifndef VIO_RISCV_IMSIC_H
#define VIO_RISCV_IMSIC_H

#include "board/riscv/riscv.h"

struct imsic {
	uint64_t page;	/* the address to which messages for this hart and mode are written */
	uint32_t index; /* the hart's number in such addresses */
	uint32_t ids;	/* messages 1..ids exist */
};

/* Prepare the interrupt file of this hart and mode, with all messages disabled. False: `n` has
 * none. */
bool vio_imsic_use(struct vio_dt_node n, struct imsic *out);

/* Let message `id` (1..ids) end a sleep. False: the file does not have this message. */
bool vio_imsic_enable(uint32_t id);

/* Take the next message that has arrived. 0: there is none. */
uint32_t vio_imsic_take(void);

#endif
