/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host-target interface of RISC-V simulators (Spike; QEMU's `spike`): two words of 64 bits, one
 * for requests and one for answers. Only as the tree names them ("ucb,htif0" with a `reg`); an
 * image that such a simulator reads the symbols of has none of them.
 */
#ifndef VIO_HTIF_H
#define VIO_HTIF_H

#include "board/common/uart.h"

#define HTIF_COMPATIBLE "ucb,htif0"
enum { HTIF_BYTES = 16 };

/* Its console, as uart.h says it. For 64-bit CPUs. */
bool vio_htif_room(const struct uart *u);
void vio_htif_put(const struct uart *u, uint8_t c);
int vio_htif_get(const struct uart *u);

/* End the simulator with this exit code; `base` is the node's. */
void vio_htif_exit(uintptr_t base, int code);

#endif
