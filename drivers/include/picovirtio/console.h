/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-console (virtio 1.4, 5.3): port 0, and with MULTIPORT further ports by the
 * control handshake. Bytes go out in blocks, one descriptor a block; received
 * blocks stay here until they are read, and go back to the device then, so that
 * a reader who is slow slows the sender down and loses nothing.
 *
 * Nothing here waits. Writing accepts what fits; vio_device_poll() makes room.
 *
 * Numbers of ports, blocks and bytes: picovirtio/console_state.h.
 */
#ifndef VIO_CONSOLE_H
#define VIO_CONSOLE_H

#include <picovirtio/console_state.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.3.3). */
#define VIO_CONSOLE_F_SIZE	  (UINT64_C(1) << 0)
#define VIO_CONSOLE_F_MULTIPORT	  (UINT64_C(1) << 1)
#define VIO_CONSOLE_F_EMERG_WRITE (UINT64_C(1) << 2)

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_console_lie {
	VIO_CONSOLE_NO_PORTS = 1, /* MULTIPORT is offered, and max_nr_ports is 0 */
};

extern const struct vio_driver vio_console_driver;

/* Names of the class's feature bits, for vio_feature_name(). */
extern const struct vio_feature vio_console_features[];

/* Prepare a zeroed `c` for vio_device_start(&c->device). `o` NULL: the defaults. VIO_ENOMEM: no
 * memory. VIO_EINVAL: options that cannot be. */
int vio_console_init(struct vio_console *c, struct vio_transport *t, const struct vio_platform *p,
		     const struct vio_console_options *o);

/* The console behind a device; NULL if the device is of another class. */
struct vio_console *vio_console_of(struct vio_device *d);

/* Number of ports that can be addressed, 1 to what the options say. */
unsigned vio_console_ports(const struct vio_console *c);

/*
 * Is somebody at the other end? Without MULTIPORT always true while the device is
 * live; with it, when the host has the port open. Hang-up and re-open turn it off
 * and on; what was received before stays readable.
 */
bool vio_console_open(const struct vio_console *c, unsigned port);

/*
 * Is the host expected to open the port? With MULTIPORT, while it is not open: the host has
 * announced it, or has not read all that we told it so far.
 */
bool vio_console_awaited(const struct vio_console *c, unsigned port);

/* The port's name as the host gave it, "" if none; at most VIO_CONSOLE_NAME_MAX
 * bytes, NUL-terminated, with bytes outside 0x20..0x7e replaced by '?'. */
const char *vio_console_name(const struct vio_console *c, unsigned port);

/*
 * Accept up to `n` bytes for sending; returns how many, 0 if all blocks are with the
 * device or nobody is there. They are copied and sent at the next
 * vio_console_flush(), or as soon as a block is full.
 */
size_t vio_console_write(struct vio_console *c, unsigned port, const void *p, size_t n);

/* Hand what was written to the device. */
void vio_console_flush(struct vio_console *c, unsigned port);

/* Bytes accepted and not yet taken by the device. 0: all is out. */
size_t vio_console_unsent(const struct vio_console *c, unsigned port);

/* Take up to `n` received bytes; returns how many. Emptied blocks go back to the
 * device and are published by the next vio_device_poll() or flush. */
size_t vio_console_read(struct vio_console *c, unsigned port, void *p, size_t n);

/* Columns and rows of port 0, if the device tells (SIZE or RESIZE); false if not.
 * Sane values only: 1..4096 each. A hint: devices disagree about which comes first. */
bool vio_console_size(const struct vio_console *c, unsigned *cols, unsigned *rows);

/*
 * Write one byte through the emergency register (5.3.4): works at any time, from a
 * trap too, in any state of the device but reset pending. False: not offered.
 */
bool vio_console_emergency(struct vio_device *d, uint8_t byte);

/* Bytes that were received or accepted and then lost (device failed). */
uint32_t vio_console_lost(const struct vio_console *c);

#ifdef __cplusplus
}
#endif
#endif
