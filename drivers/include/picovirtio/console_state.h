/* SPDX-License-Identifier: BSD-2-Clause */
/* The structs of a console, and its options. picovirtio/console.h includes this header. The structs
 * are public so that you can define them statically. Except for the options, their fields are
 * private. */
#ifndef VIO_CONSOLE_STATE_H
#define VIO_CONSOLE_STATE_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Defaults of struct vio_console_options. */
enum {
	VIO_CONSOLE_PORTS = 4,
	VIO_CONSOLE_TX_BLOCKS = 4,
	VIO_CONSOLE_TX_BYTES = 512,
	VIO_CONSOLE_RX_BLOCKS = 4,
	VIO_CONSOLE_RX_BYTES = 128,
};

enum {
	VIO_CONSOLE_NAME_MAX = 31,
	VIO_CONSOLE_CTL_MESSAGES = 8,
	VIO_CONSOLE_CTL_BYTES = 64, /* room for one control message with header and name */
	VIO_CONSOLE_CTL_HEADER = 8,
};

/* The owner of a block. */
enum vio_console_owner {
	VIO_BLOCK_IDLE,	  /* not in use */
	VIO_BLOCK_OURS,	  /* the driver: the block waits to be read */
	VIO_BLOCK_DEVICE, /* the device */
};

/* A buffer for bytes of a port, or for a control message. */
struct vio_console_block {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf;
	struct vio_console_port *port;
	struct vio_console_block *next; /* the block that was received after this one, or the next
					   idle transmit block */
	uint8_t *bytes;
	uint32_t len, taken;
	enum vio_console_owner owner; /* not kept for the transmit blocks of a port */
};

/*
 * Bytes that are sent from the caller's memory. The caller fills the first four fields; the others
 * are private. Struct and bytes belong to the device while `busy` is set. Then done() is called, if
 * it is not NULL, with `err` VIO_OK, or VIO_EDEVICE if the bytes came back through a reset. done()
 * may write or send, unless `err` is VIO_EDEVICE.
 */
struct vio_console_text {
	const void *p;
	uint32_t len; /* bytes, > 0 */
	void (*done)(struct vio_console_text *s, int err);
	void *arg;
	bool busy;
	struct vio_request request;
	struct vio_buf buf;
};

struct vio_console_port {
	struct vio_console *console;
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_console_block *rx, *tx;
	struct vio_console_block *ready; /* received blocks, the oldest first */
	struct vio_console_block *idle;	 /* transmit blocks that are not in use */
	struct vio_console_block *filling;
	unsigned sent; /* requests that the device has: transmit blocks, and vio_console_send() */
	size_t unsent; /* bytes in `filling` and in these requests */
	/* The control handshake: what the host said, and which messages are still to be sent. */
	bool added, host_open, guest_open;
	bool say_ready, say_open;
	char name[VIO_CONSOLE_NAME_MAX + 1];
};

struct vio_console_control {
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_console_block *in, *out;
	bool say_hello; /* DEVICE_READY has not been sent yet */
};

struct vio_console {
	struct vio_device device; /* first member */
	unsigned nports;	  /* ports in use */
	uint16_t ports;		  /* most ports */
	uint16_t rx_blocks, tx_blocks;
	uint16_t cols, rows; /* 0: unknown */
	uint32_t rx_bytes, tx_bytes, lost;
	struct vio_console_control *control; /* NULL if `ports` is 1 */
	struct vio_console_port *port;
};

/* Options of an instance. All zero means the defaults. */
struct vio_console_options {
	/* Most ports, 1 to 31; the driver ignores further ports of the device. 0:
	 * VIO_CONSOLE_PORTS. With 1 the driver does not accept MULTIPORT, and port 0 works without
	 * the control queues. */
	uint16_t ports;
	/* Number of blocks of each port, a power of two, and bytes of a block. 0: the default. */
	uint16_t tx_blocks, rx_blocks;
	uint32_t tx_bytes, rx_bytes;
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance.
	 * VIO_CONSOLE_MEMORY() of the five values above (none of them 0) is enough. NULL: the
	 * platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

/* Bytes for `count` blocks of `bytes` bytes, and for the private state of their queue. */
#define VIO_CONSOLE_BLOCKS(count, bytes)                                                           \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(count)) +                                                 \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_console_block)) +                              \
	 (count)*VIO_ROOM_BYTES(bytes))

#define VIO_CONSOLE_CONTROL                                                                        \
	(VIO_ROOM_BYTES(sizeof(struct vio_console_control)) +                                      \
	 VIO_CONSOLE_BLOCKS(VIO_CONSOLE_CTL_MESSAGES, VIO_CONSOLE_CTL_BYTES) +                     \
	 VIO_CONSOLE_BLOCKS(VIO_CONSOLE_CTL_MESSAGES, VIO_CONSOLE_CTL_HEADER))

#define VIO_CONSOLE_MEMORY(ports, tx_blocks, tx_bytes, rx_blocks, rx_bytes)                        \
	((ports) * (VIO_ROOM_BYTES(sizeof(struct vio_console_port)) +                              \
		    VIO_CONSOLE_BLOCKS(tx_blocks, tx_bytes) +                                      \
		    VIO_CONSOLE_BLOCKS(rx_blocks, rx_bytes)) +                                     \
	 ((ports) > 1 ? VIO_CONSOLE_CONTROL : 0))

#ifdef __cplusplus
}
#endif
#endif
