/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a console: visible so that it can be reserved statically; the fields are private.
 * Included by picovirtio/console.h. */
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
	VIO_CONSOLE_CTL_BYTES = 64, /* room for one control message: header and name */
	VIO_CONSOLE_CTL_HEADER = 8,
};

/* Who has a block. */
enum vio_console_owner {
	VIO_BLOCK_IDLE,	  /* nobody */
	VIO_BLOCK_OURS,	  /* us: being filled, or waiting to be read */
	VIO_BLOCK_DEVICE, /* the device */
};

/* A buffer: of a port, or a control message. */
struct vio_console_block {
	struct vio_request request; /* first: what the queue hands back */
	struct vio_buf buf;
	struct vio_console_port *port;
	struct vio_console_block *next; /* received after this one */
	uint8_t *bytes;
	uint32_t len, taken;
	enum vio_console_owner owner;
};

struct vio_console_port {
	struct vio_console *console;
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_console_block *rx, *tx;
	struct vio_console_block *ready; /* received, oldest first */
	struct vio_console_block *filling;
	unsigned sent; /* transmit blocks with the device */
	size_t unsent; /* bytes in `filling` and in those */
	/* The control handshake: what the host told, and what we still have to tell. */
	bool added, host_open, guest_open;
	bool say_ready, say_open;
	char name[VIO_CONSOLE_NAME_MAX + 1];
};

struct vio_console_control {
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_console_block *in, *out;
	bool say_hello; /* DEVICE_READY is still to be sent */
};

struct vio_console {
	struct vio_device device; /* first */
	unsigned nports;	  /* in use */
	uint16_t ports;		  /* that there is room for */
	uint16_t rx_blocks, tx_blocks;
	uint16_t cols, rows; /* 0: not known */
	uint32_t rx_bytes, tx_bytes, lost;
	struct vio_console_control *control; /* NULL: for one port */
	struct vio_console_port *port;
};

/* How a console is driven. All zero: the defaults. */
struct vio_console_options {
	/* That are served, 1 to 31; further ones are left alone. 0: VIO_CONSOLE_PORTS. With 1
	 * MULTIPORT is not accepted: port 0 works without the control queues. */
	uint16_t ports;
	/* Blocks of each port, a power of two, and the bytes of a block. 0: the default. */
	uint16_t tx_blocks, rx_blocks;
	uint32_t tx_bytes, rx_bytes;
	/* VIO_CONSOLE_MEMORY() of those five, none 0, aligned to 8; stays in use. NULL: from the
	 * platform. */
	void *memory;
	size_t bytes;
};

/* `count` blocks with their bytes, and the bookkeeping of the queue that they go to. */
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
