/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the console share; no other file includes this header. Calls go from console.c
 * to console_control.c to console_port.c. */
#ifndef VIO_CONSOLE_INTERNAL_H
#define VIO_CONSOLE_INTERNAL_H

#include <picovirtio/console.h>
#include <picovirtio/driver.h>

/* How long a lost notification delays output, which otherwise may take any time. */
#define PATIENCE_NS UINT64_C(1000000000)

static inline struct vio_console *console_of(struct vio_device *d)
{
	return (struct vio_console *)(void *)d;
}

/* Queue `len` bytes of a block as one descriptor, since legacy devices without ANY_LAYOUT expect
 * that. False: there is no room, no address, or no device; the block still belongs to us. */
bool vio_console_give(struct vio_queue *q, struct vio_console_block *b, uint32_t len, bool write);

/* Set columns and rows, if the values make sense. */
void vio_console_set_size(struct vio_console *c, unsigned cols, unsigned rows);

/* Discard what was accepted for a port and is not with the device yet. */
void vio_console_drop_unsent(struct vio_console_port *p);

/* Open the queues of port `n`, and queue its receive buffers. */
int vio_console_port_start(struct vio_console *c, unsigned n);

/* Open the control queues, and queue their receive buffers. */
int vio_console_control_start(struct vio_console *c);

/* Called after DRIVER_OK. Greets the host, which then announces its ports (5.3.5). */
void vio_console_control_ready(struct vio_console *c);

/* Forget what the host announced. */
void vio_console_control_stopped(struct vio_console *c);

#endif
