/* SPDX-License-Identifier: BSD-2-Clause */
/* UARTs and similar devices as an early console: found in the devicetree, and polled. */
#ifndef VIO_UART_H
#define VIO_UART_H

#include "board/common/common.h"

struct uart_kind;

/* Registers have numbers; `shift` turns a number into an offset. */
struct uart {
	const struct uart_kind *kind;
	uintptr_t base;
	unsigned shift, width;
};

/* Use the UART of this node, and switch it on if it is off. False: its kind is unknown, or its
 * registers cannot be used; nothing was changed. */
bool vio_uart_open(struct uart *u, struct vio_dt_node n);

/* Such as "16550@", to be followed by the address. */
const char *vio_uart_name(const struct uart *u);
bool vio_uart_has_room(const struct uart *u);
/* Call this only if there is room; otherwise the byte may be lost. */
void vio_uart_put(const struct uart *u, uint8_t c);
int vio_uart_get(const struct uart *u); /* a byte, or -1 */

#endif
