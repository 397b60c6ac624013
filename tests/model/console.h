/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-console (virtio 1.4, 5.3). */
#ifndef MODEL_CONSOLE_H
#define MODEL_CONSOLE_H

#include "tests/model/model.h"

enum {
	MODEL_CONSOLE_PORTS = 31,
	MODEL_CONSOLE_MESSAGES = 64,

	/* Feature bits. */
	MODEL_CONSOLE_F_SIZE = 0,
	MODEL_CONSOLE_F_MULTIPORT = 1,
	MODEL_CONSOLE_F_EMERG_WRITE = 2,

	/* Control events (5.3.6.2). */
	MODEL_CTL_DEVICE_READY = 0,
	MODEL_CTL_DEVICE_ADD = 1,
	MODEL_CTL_DEVICE_REMOVE = 2,
	MODEL_CTL_PORT_READY = 3,
	MODEL_CTL_CONSOLE_PORT = 4,
	MODEL_CTL_RESIZE = 5,
	MODEL_CTL_PORT_OPEN = 6,
	MODEL_CTL_PORT_NAME = 7,
};

extern const struct model_class model_console_class;

struct model_message; /* private */

struct model_control {
	uint32_t id;
	uint16_t event, value;
};

/* One port. Set `exists`, `console`, `name` before the driver starts. */
struct model_port {
	bool exists;	  /* with MULTIPORT: announced after DEVICE_READY */
	bool console;	  /* announced with CONSOLE_PORT */
	bool host_open;	  /* announced with PORT_OPEN 1 once the port is ready */
	const char *name; /* announced with PORT_NAME, unless NULL */
	/* What the driver did. */
	bool ready, guest_open;
	bool open_owed; /* CONSOLE_PORT was sent and not answered yet */
	uint8_t *out;	/* bytes that the driver sent */
	size_t out_len, out_room;
	unsigned long tx_buffers; /* number of buffers with these bytes */
};

struct model_console {
	struct model_port port[MODEL_CONSOLE_PORTS];
	bool hold_tx;	   /* keep transmit buffers until model_console_drain_tx() */
	bool no_handshake; /* send control messages only if the test does */
	uint32_t tx_len;   /* used length of transmit buffers; 0 is correct */
	bool device_ready;
	struct model_control got[MODEL_CONSOLE_MESSAGES]; /* control messages of the driver */
	unsigned ngot;
	struct model_message *pending; /* control messages that wait for a buffer; private */
	uint8_t emergency[256];
	size_t emergency_len;
};

/* A console with port 0; free it after model_done(). */
void model_console_init(struct model_console *c);
void model_console_free(struct model_console *c);

/* Fill `cfg` for a console: class, state, queues of `max` descriptors each, config space. */
void model_console_config(struct model_config *cfg, struct model_console *c, uint32_t version,
			  uint64_t features, uint32_t max);

/* Send to the driver as many bytes as its buffers hold. Returns their number. */
size_t model_console_send(struct model *m, unsigned port, const void *p, size_t n);

/* Complete a receive buffer with this used length, without writing bytes. False: the driver gave no
 * buffer. */
bool model_console_send_claim(struct model *m, unsigned port, uint32_t len);

/* With `hold_tx`: take up to `buffers` transmit buffers. Returns their number. */
unsigned model_console_drain_tx(struct model *m, unsigned port, unsigned buffers);

/* Send a control message. `extra` (a name, a size) follows its 8 bytes. If there is no buffer, the
 * message is sent when there is one. */
void model_console_control(struct model *m, uint32_t id, uint16_t event, uint16_t value,
			   const void *extra, size_t n);

/* The same with raw bytes, of any length. */
void model_console_control_raw(struct model *m, const void *p, size_t n);

#endif
