/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the console share; nobody else includes this. Calls go from console.c to
 * console_control.c to console_port.c. */
#ifndef VIO_CONSOLE_INTERNAL_H
#define VIO_CONSOLE_INTERNAL_H

#include <picovirtio/console.h>
#include <picovirtio/driver.h>

static inline struct vio_console *console_of(struct vio_device *d)
{
	return (struct vio_console *)(void *)d;
}

/* Queue `len` bytes of a block as one descriptor (legacy devices without ANY_LAYOUT expect no other
 * framing). False: no room, no address, or the device is not there; it is still ours. */
bool vio_console_give(struct vio_queue *q, struct vio_console_block *b, uint32_t len, bool write);

/* Columns and rows, if they make sense. */
void vio_console_set_size(struct vio_console *c, unsigned cols, unsigned rows);

/* Throw away what was accepted for a port and did not reach the device. */
void vio_console_drop_unsent(struct vio_console_port *p);

/* Open the queues of port `n`, and lay out receive buffers. */
int vio_console_port_start(struct vio_console *c, unsigned n);

/* Open the control queues and lay out receive buffers. */
int vio_console_control_start(struct vio_console *c);

/* DRIVER_OK is set: greet the host, which then tells about its ports (5.3.5). */
void vio_console_control_ready(struct vio_console *c);

/* Forget what the host said. */
void vio_console_control_stopped(struct vio_console *c);

#endif
