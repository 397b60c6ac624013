/* SPDX-License-Identifier: BSD-2-Clause */
/* UARTs, and what does for one, as an early console: found in the tree, polled. */
#ifndef VIO_UART_H
#define VIO_UART_H

#include "board/common/common.h"

struct uart_kind;

/* Registers are numbered; a number is shifted to be an offset. */
struct uart {
	const struct uart_kind *kind;
	uintptr_t base;
	unsigned shift, width;
};

/* Take the node's UART, and switch it on if nobody did. False: it is none that we know, or its
 * registers cannot be used; nothing was changed. */
bool vio_uart_open(struct uart *u, struct vio_dt_node n);

const char *vio_uart_name(const struct uart *u); /* "16550@", for its address to follow */
bool vio_uart_has_room(const struct uart *u);
void vio_uart_put(const struct uart *u, uint8_t c); /* only with room; without, it may get lost */
int vio_uart_get(const struct uart *u);		    /* a byte, or -1 */

#endif
