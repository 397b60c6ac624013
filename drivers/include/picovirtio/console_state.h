/* SPDX-License-Identifier: BSD-2-Clause */
/* The sizes of a console, and its state: visible so that it can be reserved statically; the
 * fields are private. Included by picovirtio/console.h. */
#ifndef VIO_CONSOLE_STATE_H
#define VIO_CONSOLE_STATE_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VIO_CONSOLE_PORTS
#define VIO_CONSOLE_PORTS 4 /* ports we serve, 1..31; further ones are left alone */
#endif

enum {
	VIO_CONSOLE_TX_BLOCKS = 4,
	VIO_CONSOLE_TX_BYTES = 512,
	VIO_CONSOLE_RX_BLOCKS = 4,
	VIO_CONSOLE_RX_BYTES = 128,
	VIO_CONSOLE_CTL_MESSAGES = 8,
	VIO_CONSOLE_NAME_MAX = 31,
};

enum {
	VIO_CONSOLE_CTL_BYTES = 64, /* room for one control message: header and name */
	VIO_CONSOLE_CTL_HEADER = 8,
};

/* Bookkeeping that struct vq wants for a queue of `size`, aligned. */
#define VIO_CONSOLE_PRIVATE(size) ((VQ_PRIVATE_BYTES(size) + sizeof(void *) - 1) / sizeof(void *))

/* Who has a block. */
enum vio_console_owner {
	VIO_BLOCK_IDLE,	  /* nobody */
	VIO_BLOCK_OURS,	  /* us: being filled, or waiting to be read */
	VIO_BLOCK_DEVICE, /* the device */
};

struct vio_console_rx {
	struct vio_console_port *port;
	vio_dma at;
	enum vio_console_owner owner;
	uint16_t len, taken;
	uint8_t bytes[VIO_CONSOLE_RX_BYTES];
};

struct vio_console_tx {
	struct vio_console_port *port;
	vio_dma at;
	enum vio_console_owner owner;
	uint16_t len;
	uint8_t bytes[VIO_CONSOLE_TX_BYTES];
};

struct vio_console_port {
	struct vio_console *console;
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv[VIO_CONSOLE_PRIVATE(VIO_CONSOLE_RX_BLOCKS)];
	void *tx_priv[VIO_CONSOLE_PRIVATE(VIO_CONSOLE_TX_BLOCKS)];
	struct vio_console_rx rx[VIO_CONSOLE_RX_BLOCKS];
	struct vio_console_tx tx[VIO_CONSOLE_TX_BLOCKS];
	struct vio_console_rx *ready[VIO_CONSOLE_RX_BLOCKS]; /* received, oldest first */
	unsigned ready_count;
	struct vio_console_tx *filling;
	unsigned sent; /* transmit blocks with the device */
	size_t unsent; /* bytes in `filling` and in those */
	/* The control handshake: what the host told, and what we still have to tell. */
	bool added, host_open, guest_open;
	bool say_ready, say_open;
	char name[VIO_CONSOLE_NAME_MAX + 1];
};

struct vio_console_message {
	vio_dma at;
	enum vio_console_owner owner;
	uint8_t bytes[VIO_CONSOLE_CTL_BYTES];
};

struct vio_console_reply {
	vio_dma at;
	enum vio_console_owner owner;
	uint8_t bytes[VIO_CONSOLE_CTL_HEADER];
};

struct vio_console_control {
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv[VIO_CONSOLE_PRIVATE(VIO_CONSOLE_CTL_MESSAGES)];
	void *tx_priv[VIO_CONSOLE_PRIVATE(VIO_CONSOLE_CTL_MESSAGES)];
	struct vio_console_message in[VIO_CONSOLE_CTL_MESSAGES];
	struct vio_console_reply out[VIO_CONSOLE_CTL_MESSAGES];
	bool say_hello; /* DEVICE_READY is still to be sent */
};

struct vio_console {
	struct vio_device *dev;
	unsigned nports;
	uint16_t cols, rows; /* 0: not known */
	uint32_t lost;
	struct vio_console_control control;
	struct vio_console_port port[VIO_CONSOLE_PORTS];
};

#ifdef __cplusplus
}
#endif
#endif
