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
	MODEL_NET_TABLE = 64, /* most addresses of each kind */
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

/* A frame as it leaves the device: with its checksum, if the device had to compute that. */
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
	bool hold_tx;	 /* keep frames until model_net_drain() */
	bool reversed;	 /* complete the buffers of one notification in reverse order */
	uint32_t tx_len; /* used length of transmit buffers; 0 is correct */
	/* What the driver sent, oldest first. */
	struct model_net_frame sent[MODEL_NET_FRAMES];
	unsigned nsent;
	unsigned rx_segments; /* descriptors of the receive buffer that was filled last */
	uint64_t rx_room;     /* and its bytes */
	bool hold_control;    /* keep commands until model_net_control_drain() */
	bool refuse;	      /* answer: error */
	bool mute;	      /* complete commands without an answer */
	uint8_t lie;	      /* answer this instead of "done" */
	struct model_net_control control;
};

/* Fill `cfg` for a network device: class, state, two queues of `max` descriptors (three with
 * CTRL_VQ), and a
 * config space with address 52:54:00:12:34:56, the link up and an MTU of 1500. */
void model_net_config(struct model_config *cfg, struct model_net *n, uint32_t version,
		      uint64_t features, uint32_t max);

/* The bytes of the virtio-net header, which depend on the features. */
size_t model_net_header_bytes(const struct model *m);

/* Send a frame to the driver, correctly. False: the driver gave no buffer. */
bool model_net_receive(struct model *m, const void *frame, size_t n);

/* The same with a header and a used length from the test. */
bool model_net_receive_as(struct model *m, const struct model_net_header *h, const void *frame,
			  size_t n, uint32_t len);

/* Send a frame in several buffers: `part[i]` bytes in the i-th one, after the header in the first
 * one. All buffers are completed at once. The frame ends with the last part. False: there were
 * fewer buffers, and none was used. If a part is larger than its buffer, the used length is that of
 * the part all the same. */
bool model_net_receive_parts(struct model *m, const struct model_net_header *h, const void *frame,
			     const uint32_t *part, unsigned count);

/* The host asks the driver to announce itself (5.1.6.5.4). */
void model_net_announce(struct model *m);

/* With `hold_control`: carry out the commands that were sent. Returns their number. */
unsigned model_net_control_drain(struct model *m);

/* Ones' complement sum (RFC 1071) in network order, not inverted. */
uint16_t model_net_sum(const uint8_t *p, size_t n, uint32_t seed);

/* With `hold_tx`: take all frames that were sent. Returns their number. */
unsigned model_net_drain(struct model *m);

/* The link goes up or down, or MTU and address change: config space, and an interrupt. */
void model_net_set_link(struct model *m, bool up);

#endif
