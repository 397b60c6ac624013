/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-vsock, and the peer (virtio 1.4, 5.10). */
#ifndef MODEL_VSOCK_H
#define MODEL_VSOCK_H

#include "tests/model/model.h"

enum {
	MODEL_VSOCK_CID = 42, /* of the guest */
	MODEL_VSOCK_HOST = 2,
	MODEL_VSOCK_STREAM = 1,
	MODEL_VSOCK_SEQPACKET = 2,
	MODEL_VSOCK_F_SEQPACKET = 1,
	MODEL_VSOCK_LOG = 256,
	MODEL_VSOCK_CONNS = 16,
	MODEL_VSOCK_DATA = 4096,
	MODEL_VSOCK_HEADER = 44,

	MODEL_VSOCK_REQUEST = 1,
	MODEL_VSOCK_RESPONSE = 2,
	MODEL_VSOCK_RST = 3,
	MODEL_VSOCK_SHUTDOWN = 4,
	MODEL_VSOCK_RW = 5,
	MODEL_VSOCK_UPDATE = 6,
	MODEL_VSOCK_ASK = 7,
};

extern const struct model_class model_vsock_class;

struct model_vsock_packet {
	uint64_t from, to;
	uint32_t from_port, to_port, len;
	uint16_t type, op;
	uint32_t flags, buf_alloc, fwd_cnt;
};

/* What the peer knows about a connection. */
struct model_vsock_conn {
	uint32_t guest_port, host_port; /* both 0: unused */
	uint32_t room,
		read; /* what the peer reported: its buffer size, and the bytes that it has read */
	uint32_t got, sent; /* bytes of data in each direction */
	uint32_t guest_read, guest_room;
};

struct model_vsock {
	/* What it does late. */
	bool hold; /* keep the packets of the driver */
	/* What the driver sent. */
	struct model_vsock_packet log[MODEL_VSOCK_LOG];
	unsigned nlog;
	uint8_t data[MODEL_VSOCK_DATA]; /* operations of all packets, in order */
	uint32_t ndata;
	struct model_vsock_conn conn[MODEL_VSOCK_CONNS];
	/* Private. */
	unsigned rx_most, event_most;
	bool cid_owed, rst_owed;
	uint32_t rst_port;
};

/* Fill `cfg`: class, state, three queues of `max` descriptors, the CID in config space. */
void model_vsock_config(struct model_config *cfg, struct model_vsock *v, uint32_t version,
			uint64_t features, uint32_t max);

/* A packet from the peer, with `k->len` bytes of data. False: the driver gave no buffer. */
bool model_vsock_send(struct model *m, const struct model_vsock_packet *k, const void *data);

/* The same with only `bytes` bytes of the packet. If that is more than the packet has, it is the
 * used length. */
bool model_vsock_send_cut(struct model *m, const struct model_vsock_packet *k, const void *data,
			  uint32_t bytes);

/* An event of `bytes` bytes. False: the driver gave no buffer. */
bool model_vsock_event(struct model *m, uint32_t id, uint32_t bytes);

/* Give the guest another CID, and report this. */
void model_vsock_move(struct model *m, uint64_t cid);

/* The connection with these ports, or NULL. */
struct model_vsock_conn *model_vsock_find(struct model_vsock *v, uint32_t guest_port,
					  uint32_t host_port);

#endif
