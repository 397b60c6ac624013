/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-net (virtio 1.4, 5.1): one pair of queues. */
#ifndef MODEL_NET_H
#define MODEL_NET_H

#include "tests/model/model.h"

enum {
	MODEL_NET_RX = 0,
	MODEL_NET_TX = 1,
	MODEL_NET_FRAMES = 64,
	MODEL_NET_BYTES = 2048,

	/* Feature bits. */
	MODEL_NET_F_CSUM = 0,
	MODEL_NET_F_GUEST_CSUM = 1,
	MODEL_NET_F_MTU = 3,
	MODEL_NET_F_MAC = 5,
	MODEL_NET_F_GUEST_TSO4 = 7,
	MODEL_NET_F_HOST_TSO4 = 11,
	MODEL_NET_F_MRG_RXBUF = 15,
	MODEL_NET_F_STATUS = 16,
	MODEL_NET_F_CTRL_VQ = 17,
	MODEL_NET_F_MQ = 22,

	/* Config space (5.1.4). */
	MODEL_NET_MAC = 0,
	MODEL_NET_STATUS = 6,
	MODEL_NET_MTU = 10,
};

extern const struct model_class model_net_class;

/* The header before a frame (5.1.6). */
struct model_net_header {
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset;
	uint16_t num_buffers; /* not on version 1 without MRG_RXBUF */
};

struct model_net_frame {
	uint8_t bytes[MODEL_NET_BYTES];
	size_t n;
};

struct model_net {
	bool hold_tx;	 /* take frames only when told: model_net_drain() */
	bool reversed;	 /* give the buffers of one kick back in the other order */
	uint32_t tx_len; /* "bytes written" reported for transmit buffers; 0 is right */
	/* What the driver sent, oldest first. */
	struct model_net_frame sent[MODEL_NET_FRAMES];
	unsigned nsent;
	unsigned rx_segments; /* descriptors of the receive buffer that was filled last */
	uint64_t rx_room;     /* and its bytes */
};

/* Fill `cfg` for a network device: class, state, two queues of `max` descriptors, and a
 * config space with address 52:54:00:12:34:56, the link up and an MTU of 1500. */
void model_net_config(struct model_config *cfg, struct model_net *n, uint32_t version,
		      uint64_t features, uint32_t max);

/* The bytes of the header, as negotiated. */
size_t model_net_header_bytes(const struct model *m);

/* Send a frame to the driver, as an honest device does; false: it gave no buffer. */
bool model_net_receive(struct model *m, const void *frame, size_t n);

/* The same with a header of the test's own, and with a used length of the test's own. */
bool model_net_receive_as(struct model *m, const struct model_net_header *h, const void *frame,
			  size_t n, uint32_t len);

/* With `hold_tx`: take all frames that are there; returns how many. */
unsigned model_net_drain(struct model *m);

/* The link goes up or down, or MTU and address change: config space, and an interrupt. */
void model_net_set_link(struct model *m, bool up);

#endif
