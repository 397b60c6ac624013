/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-console (virtio 1.4, 5.3): port 0, and with MULTIPORT further ports. Bytes are sent in
 * blocks of one descriptor each. A received block returns to the device when all its bytes were
 * read. A slow reader therefore slows the sender down, and no input is lost.
 *
 * No function waits. A write accepts the bytes that fit; vio_device_poll() makes room for more. The
 * port of a function is a number below vio_console_ports().
 *
 * picovirtio/console_state.h has the options: numbers of ports, blocks and bytes.
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

extern const struct vio_driver vio_console_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_console_features[];

/* Prepare a zeroed `c` for vio_device_start(&c->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_console_init(struct vio_console *c, struct vio_transport *t, const struct vio_platform *p,
		     const struct vio_console_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_console *vio_console_of(struct vio_device *d);

/* The number of ports, from 1 to the limit in the options. */
unsigned vio_console_ports(const struct vio_console *c);

/*
 * True if the host has the port open. Without MULTIPORT port 0 counts as open while the device is
 * live. The host may close the port and open it again; bytes that were received before stay
 * readable.
 */
bool vio_console_open(const struct vio_console *c, unsigned port);

/*
 * True if the port is not open but the host is expected to open it. This happens only with
 * MULTIPORT: the host has announced the port, or has not yet read all our control messages.
 */
bool vio_console_awaited(const struct vio_console *c, unsigned port);

/* The name that the host gave the port, or "". It has at most VIO_CONSOLE_NAME_MAX bytes and a NUL.
 * Bytes outside of 0x20 to 0x7e are replaced by '?'. */
const char *vio_console_name(const struct vio_console *c, unsigned port);

/*
 * Accept up to `n` bytes for sending, and return how many were accepted. The result is 0 if all
 * blocks are with the device, or if the port is not open. The bytes are copied. The next
 * vio_console_flush() sends them, with one notification; full blocks are also sent by the next
 * vio_device_poll().
 */
size_t vio_console_write(struct vio_console *c, unsigned port, const void *p, size_t n);

/*
 * Send bytes from the caller's memory, without a copy: as one request of any length, after the
 * bytes that were accepted before. The device is notified at the next vio_console_flush(), or by
 * vio_device_poll() if this is called in a callback.
 *
 * VIO_EINVAL   there is no such port, or `s->len` is 0
 * VIO_EBUSY    `s` is in flight already
 * VIO_ENODEV   the host does not have the port open
 * VIO_EFULL    no descriptor is free (there is one for each transmit block), or the platform cannot
 *              map the memory now
 * VIO_EADDR    the platform cannot map the memory
 * VIO_EDEVICE  the device is not live
 */
int vio_console_send(struct vio_console *c, unsigned port, struct vio_console_text *s);

/* Send all accepted bytes to the device. */
void vio_console_flush(struct vio_console *c, unsigned port);

/* The number of accepted bytes that the device has not yet completed. */
size_t vio_console_unsent(const struct vio_console *c, unsigned port);

/* Read up to `n` received bytes, and return how many there were. Blocks that are now empty return
 * to the device at the next vio_device_poll() or vio_console_flush(). */
size_t vio_console_read(struct vio_console *c, unsigned port, void *p, size_t n);

/* The columns and rows of port 0, each from 1 to 4096. False: the device did not report them, or
 * reported other values. Treat them as a hint, since some devices swap the two. */
bool vio_console_size(const struct vio_console *c, unsigned *cols, unsigned *rows);

/*
 * Write one byte through the emergency register (5.3.4). This works at any time, also in a trap
 * handler. False: the device does not offer EMERG_WRITE, is suspended, or is quarantined.
 */
bool vio_console_emergency(struct vio_device *d, uint8_t byte);

/* The number of received or accepted bytes that were lost because the device failed, without those
 * of vio_console_send(). */
uint32_t vio_console_lost(const struct vio_console *c);

#ifdef __cplusplus
}
#endif
#endif
