/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-vsock (virtio 1.4, 5.10): connections with the host, as streams or, where the device
 * offers that, as sequences of messages. The host has the CID VIO_VSOCK_HOST. The guest's CID is in
 * `cid`.
 *
 *     vio_vsock_init(&v, transport, platform, NULL);
 *     vio_device_start(&v.device);
 *     struct vio_vsock_socket s = { .rx = bytes, .rx_bytes = sizeof(bytes), .changed = fn };
 *     vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, 1234);
 *     (vio_device_poll)               calls fn(&s) when s.state changes, when data has come, and
 *                                     when vio_vsock_send() has room again
 *     vio_vsock_send(&s, data, n);    vio_vsock_receive(&s, data, n);    vio_vsock_close(&s);
 *
 * A server calls vio_vsock_listen(). No function waits. If the peer does not answer, a connection
 * keeps its state until vio_vsock_reset().
 */
#ifndef VIO_VSOCK_H
#define VIO_VSOCK_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.10.3). A device that offers none of them has streams. */
#define VIO_VSOCK_F_STREAM	      (UINT64_C(1) << 0)
#define VIO_VSOCK_F_SEQPACKET	      (UINT64_C(1) << 1)
#define VIO_VSOCK_F_NO_IMPLIED_STREAM (UINT64_C(1) << 2)

enum {
	VIO_VSOCK_HOST = 2,	 /* the CID of the host */
	VIO_VSOCK_BUFFERS = 16,	 /* default: packets in flight, each way */
	VIO_VSOCK_PACKET = 4096, /* default: bytes of the longest packet */
	VIO_VSOCK_PACKET_MAX = 65536,
	VIO_VSOCK_HEADER = 44, /* bytes of the header before the data */
	VIO_VSOCK_EVENTS = 4,
	VIO_VSOCK_EVENT_BYTES = 4,
	VIO_VSOCK_REFUSALS = 8,	      /* most packets RST that wait for room */
	VIO_VSOCK_PORT_FIRST = 49152, /* ports of connections that we open */
	VIO_VSOCK_PORTS = 1024,	      /* how many of them there are, in turn */
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_vsock_protocol_error {
	VIO_VSOCK_BAD_CID = 1, /* guest_cid is reserved, or has more than 32 bits */
};

enum vio_vsock_state {
	VIO_VSOCK_CLOSED,     /* never used, or ended: see `err`; received data can still be read */
	VIO_VSOCK_CONNECTING, /* the peer has not answered yet */
	VIO_VSOCK_OPEN,
	VIO_VSOCK_CLOSING, /* vio_vsock_close() was called, and the peer has not agreed yet */
};

/* Directions, of a shutdown. */
enum {
	VIO_VSOCK_NO_RECEIVE = 1,
	VIO_VSOCK_NO_SEND = 2,
};

struct vio_vsock;

/* A connection. It belongs to the caller, who sets unused fields to zero. The struct and its memory
 * stay in place until the state is VIO_VSOCK_CLOSED. */
struct vio_vsock_socket {
	/* The caller sets these. */
	void *rx; /* memory for data that was received and not read yet; the device never sees it */
	uint32_t rx_bytes; /* > 0: bytes that the peer may send before they are read */
	/* NULL: a stream. Otherwise the connection carries messages, and this is memory for the
	 * ends of up to `nends` messages that were not read yet. */
	uint32_t *ends;
	uint32_t nends;
	void (*changed)(struct vio_vsock_socket *s); /* may call all functions here; may be NULL */
	void *arg; /* for the caller; the driver does not use it */

	/* Read only. */
	enum vio_vsock_state state;
	/* Why the socket is closed. VIO_OK: both sides closed it. VIO_ENODEV: no program listens on
	 * the port. VIO_EIO: the peer reset the connection. VIO_EFORMAT: the peer broke the
	 * protocol. VIO_EFULL: the peer sent more than `nends` messages that were not read yet.
	 * VIO_EDEVICE: the device failed, or the guest was moved to another host. */
	int err;
	uint64_t peer;
	uint32_t peer_port, port;
	uint8_t peer_shut, shut; /* directions that the peer, or we, have ended */
	bool at_end; /* messages: the latest vio_vsock_receive() has reached the end of one */

	struct vio_vsock *v; /* private, as all below */
	struct vio_vsock_socket *next;
	uint32_t rx_at, rx_have;       /* where the oldest byte is, and how many there are */
	uint32_t rx_cnt;	       /* bytes received so far */
	uint32_t first_end, have_ends; /* the oldest in `ends`, and how many there are */
	uint32_t fwd_cnt, told;	       /* bytes read so far; as last reported to the peer */
	uint32_t tx_cnt;	       /* bytes sent so far */
	uint32_t peer_fwd, peer_room;  /* as reported by the peer: bytes read, buffer size */
	uint8_t owed;		       /* packets that wait for room */
	bool blocked;		       /* a send had no room */
	uint32_t round;
};

/* A port that accepts connections. It belongs to the caller and stays in place until
 * vio_vsock_unlisten(). */
struct vio_vsock_listener {
	uint32_t port;
	bool messages; /* accept connections with messages, not streams */
	/* A peer connects. Return a closed socket whose fields rx, rx_bytes and changed are set
	 * (for messages also ends and nends), or NULL to refuse. */
	struct vio_vsock_socket *(*accept)(struct vio_vsock_listener *l);
	void *arg; /* for the caller; the driver does not use it */

	struct vio_vsock_listener *next; /* private */
};

/* A packet in flight. Private. */
struct vio_vsock_slot {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf;
	uint8_t *bytes;
	bool busy;
};

/* A packet RST that waits for room. Private. */
struct vio_vsock_refusal {
	uint64_t peer;
	uint32_t peer_port, port;
	uint16_t type;
};

/* Options of an instance. All zero means the defaults. */
struct vio_vsock_options {
	uint16_t receive, send; /* packets in flight, powers of two; 0: VIO_VSOCK_BUFFERS */
	uint32_t packet; /* bytes of the longest, 64 to VIO_VSOCK_PACKET_MAX; 0: VIO_VSOCK_PACKET */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance.
	 * VIO_VSOCK_MEMORY() of the three (not 0) is enough. NULL: the platform's memory() provides
	 * the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_VSOCK_SLOTS(count, packet)                                                             \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(count)) +                                                 \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_vsock_slot)) +                                 \
	 VIO_ROOM_BYTES((count)*VIO_ROOM_BYTES(packet)))
#define VIO_VSOCK_MEMORY(receive, send, packet)                                                    \
	(VIO_VSOCK_SLOTS(receive, packet) + VIO_VSOCK_SLOTS(send, packet) +                        \
	 VIO_VSOCK_SLOTS(VIO_VSOCK_EVENTS, VIO_VSOCK_EVENT_BYTES))

struct vio_vsock {
	struct vio_device device; /* first member */

	uint64_t cid; /* the guest's CID, which changes when the guest is moved to another host */
	/* Counters. `dropped`: invalid packets. `refused`: packets RST that were sent. */
	uint32_t received, sent, dropped, refused;

	struct vio_queue rx, tx, event; /* private, as all below */
	struct vio_vsock_slot *rx_slot, *tx_slot, *event_slot;
	void *rx_priv, *tx_priv, *event_priv;
	uint16_t nrx, ntx;
	uint32_t packet;
	struct vio_vsock_socket *sockets; /* those that are not closed */
	struct vio_vsock_listener *listeners;
	struct vio_vsock_refusal refusal[VIO_VSOCK_REFUSALS];
	uint8_t refusals;
	uint32_t next_port, round;
};

extern const struct vio_driver vio_vsock_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_vsock_features[];

/* Prepare a zeroed `v` for vio_device_start(&v->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_vsock_init(struct vio_vsock *v, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_vsock_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_vsock *vio_vsock_of(struct vio_device *d);

/*
 * Connect a closed socket. VIO_EINVAL: the socket has no memory. VIO_ENOTSUP: the device does not
 * support messages. VIO_EBUSY: the socket is in use. VIO_EFULL: no port is free. VIO_EDEVICE: the
 * device is not live.
 */
int vio_vsock_connect(struct vio_vsock *v, struct vio_vsock_socket *s, uint64_t peer,
		      uint32_t port);

/* Accept connections on a port, and stop doing so. Open connections stay open after
 * vio_vsock_unlisten(). VIO_EBUSY: a listener of this kind is on the port already. VIO_EINVAL:
 * accept() is NULL. */
int vio_vsock_listen(struct vio_vsock *v, struct vio_vsock_listener *l);
void vio_vsock_unlisten(struct vio_vsock *v, struct vio_vsock_listener *l);

/* Send up to `n` bytes, which are copied, and return how many were accepted. If the peer or the
 * queue has no room for all of them, changed() is called when there is room again. A message has at
 * least one byte, and is sent completely or not at all. VIO_ERANGE: the message is larger than the
 * peer's buffer or the queue. VIO_EINVAL: the socket is not open, or one side has ended this
 * direction. */
int64_t vio_vsock_send(struct vio_vsock_socket *s, const void *p, size_t n);

/* Read up to `n` received bytes, of one message at most (see `at_end`), and return how many. 0:
 * there are none now. If the socket is closed, or peer_shut has VIO_VSOCK_NO_SEND, no more will
 * come. */
size_t vio_vsock_receive(struct vio_vsock_socket *s, void *p, size_t n);

/* End one or both directions, a set of VIO_VSOCK_NO_RECEIVE and VIO_VSOCK_NO_SEND. VIO_EINVAL: the
 * socket is not open. */
int vio_vsock_shutdown(struct vio_vsock_socket *s, uint8_t directions);

/* End both directions. The state becomes VIO_VSOCK_CLOSED when the peer agrees. If the socket is
 * not open yet, the connection is reset. */
void vio_vsock_close(struct vio_vsock_socket *s);

/* End the connection at once; data may be lost. changed() is not called. */
void vio_vsock_reset(struct vio_vsock_socket *s);

#ifdef __cplusplus
}
#endif
#endif
