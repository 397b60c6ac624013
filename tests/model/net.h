/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-net (virtio 1.4, 5.1): one pair of queues, and a control queue. */
#ifndef MODEL_NET_H
#define MODEL_NET_H

#include "tests/model/model.h"

enum {
	MODEL_NET_RX = 0,
	MODEL_NET_TX = 1,
	MODEL_NET_CONTROL = 2,
	MODEL_NET_FRAMES = 64,
	MODEL_NET_BYTES = 9216,
	MODEL_NET_MODES = 6,
	MODEL_NET_TABLE = 64, /* addresses of each kind that are kept */
	MODEL_NET_VLANS = 4096,

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
	MODEL_NET_F_CTRL_RX = 18,
	MODEL_NET_F_CTRL_VLAN = 19,
	MODEL_NET_F_CTRL_RX_EXTRA = 20,
	MODEL_NET_F_GUEST_ANNOUNCE = 21,
	MODEL_NET_F_MQ = 22,
	MODEL_NET_F_CTRL_MAC_ADDR = 23,

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

/* As it leaves the device: with its checksum, if that was left to the device. */
struct model_net_frame {
	struct model_net_header header;
	uint8_t bytes[MODEL_NET_BYTES];
	size_t n;
};

/* What was set through the control queue. */
struct model_net_control {
	bool mode[MODEL_NET_MODES];
	uint8_t mac[6];
	uint8_t unicast[MODEL_NET_TABLE][6], multicast[MODEL_NET_TABLE][6];
	unsigned unicasts, multicasts, acks, commands;
	bool vlan[MODEL_NET_VLANS];
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
	bool hold_control;    /* take commands only when told: model_net_control_drain() */
	bool refuse;	      /* answer: error */
	bool mute;	      /* give commands back without an answer */
	uint8_t lie;	      /* answer this instead of "done" */
	struct model_net_control control;
};

/* Fill `cfg` for a network device: class, state, two queues of `max` descriptors (three with
 * CTRL_VQ), and a
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

/*
 * A frame over several buffers: `part[i]` bytes of it in the i-th, behind the header in the first
 * one; all buffers are used at once. The frame ends when the parts do. False: there were not as
 * many buffers, and none was used. A part beyond its buffer is said to be there all the same.
 */
bool model_net_receive_parts(struct model *m, const struct model_net_header *h, const void *frame,
			     const uint32_t *part, unsigned count);

/* The host asks the driver to announce itself (5.1.6.5.4). */
void model_net_announce(struct model *m);

/* With `hold_control`: carry out what is there; returns how many commands. */
unsigned model_net_control_drain(struct model *m);

/* Ones' complement sum (RFC 1071) in network order, not inverted. */
uint16_t model_net_sum(const uint8_t *p, size_t n, uint32_t seed);

/* With `hold_tx`: take all frames that are there; returns how many. */
unsigned model_net_drain(struct model *m);

/* The link goes up or down, or MTU and address change: config space, and an interrupt. */
void model_net_set_link(struct model *m, bool up);

#endif
