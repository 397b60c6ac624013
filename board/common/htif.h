/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host-target interface of RISC-V simulators: a word of 64 bits for requests (tohost) and one
 * for answers (fromhost). It is used only where the tree gives its address ("ucb,htif0" with a
 * `reg`); an image whose symbols the simulator reads would need those symbols.
 */
#ifndef VIO_HTIF_H
#define VIO_HTIF_H

#include "board/common/uart.h"

#define HTIF_COMPATIBLE "ucb,htif0"

/*
 * Use the interface that this node describes. VIO_DT_NONE is refused. `base` is set to the address
 * of its registers. False: the registers cannot be used. Only for vio_board_init().
 */
bool vio_htif_open(struct vio_dt_node n, uintptr_t *base);

bool vio_htif_is_open(void);

/* The console of the interface, with the functions of uart.h. */
bool vio_htif_room(const struct uart *u);
void vio_htif_put(const struct uart *u, uint8_t c);
int vio_htif_get(const struct uart *u);

/* End the simulator with this exit code. Does nothing if the interface is not open. */
void vio_htif_exit(int code);

#endif
