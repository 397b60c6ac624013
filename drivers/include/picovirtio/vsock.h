/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-vsock (virtio 1.4, 5.10): connections with the host, as streams or, where the device
 * offers that, as sequences of messages. The host has the CID VIO_VSOCK_HOST; the guest's own one
 * is in `cid`.
 *
 *     vio_vsock_init(&v, transport, platform, NULL);
 *     vio_device_start(&v.device);
 *     struct vio_vsock_socket s = { .rx = bytes, .rx_bytes = sizeof(bytes), .changed = fn };
 *     vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, 1234);
 *     (vio_device_poll)               calls fn(&s) when s.state changes, when data has come, and
 *                                     when vio_vsock_send() has room again
 *     vio_vsock_send(&s, data, n);    vio_vsock_receive(&s, data, n);    vio_vsock_close(&s);
 *
 * A server calls vio_vsock_listen(). Nothing here waits: a connection that the peer does not answer
 * stays as it is until vio_vsock_reset().
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
	VIO_VSOCK_HEADER = 44, /* bytes of it before the data */
	VIO_VSOCK_EVENTS = 4,
	VIO_VSOCK_EVENT_BYTES = 4,
	VIO_VSOCK_REFUSALS = 8,	      /* most packets RST that wait for room */
	VIO_VSOCK_PORT_FIRST = 49152, /* ports of connections that we open */
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_vsock_lie {
	VIO_VSOCK_BAD_CID = 1, /* guest_cid is reserved, or has more than 32 bits */
};

enum vio_vsock_state {
	VIO_VSOCK_CLOSED,     /* never used, or over: see `err`; received data can still be read */
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
	uint32_t rx_bytes; /* > 0: so much the peer may send ahead */
	/* NULL: a stream. Otherwise the connection carries messages, and this is memory for the
	 * ends of up to `nends` messages that were not read yet. */
	uint32_t *ends;
	uint32_t nends;
	void (*changed)(struct vio_vsock_socket *s); /* may call all functions below; may be NULL */
	void *arg; /* for the caller; the driver does not use it */

	/* To read. */
	enum vio_vsock_state state;
	/* Why it is closed. VIO_OK: in order. VIO_ENODEV: nobody listens there. VIO_EIO: the peer
	 * reset it. VIO_EFORMAT: the peer broke the protocol. VIO_EFULL: more messages came than
	 * `nends`. VIO_EDEVICE: the device failed, or the guest was moved. */
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
	uint32_t fwd_cnt, told;	       /* bytes read so far, and those that the peer knows of */
	uint32_t tx_cnt;	       /* bytes sent so far */
	uint32_t peer_fwd, peer_room;  /* of the peer: read so far, and room in all */
	uint8_t owed;		       /* packets that wait for room */
	bool blocked;		       /* a send had no room */
	uint32_t round;
};

/* A port that accepts connections. It belongs to the caller and stays in place until
 * vio_vsock_unlisten(). */
struct vio_vsock_listener {
	uint32_t port;
	bool messages; /* accept connections with messages, not streams */
	/* A peer connects: returns a closed socket for it, with rx, rx_bytes and changed, and with
	 * ends and nends for messages; or NULL to refuse. */
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

	uint64_t cid; /* our own; another one after the guest was moved */
	/* Counters. `dropped`: packets that made no sense; `refused`: packets RST that we sent. */
	uint32_t received, sent, dropped, refused;

	struct vio_queue rx, tx, event; /* private, as all below */
	struct vio_vsock_slot *rx_slot, *tx_slot, *event_slot;
	void *rx_priv, *tx_priv, *event_priv;
	uint16_t nrx, ntx;
	uint32_t packet;
	struct vio_vsock_socket *sockets; /* that are not closed */
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

/* The instance that contains device `d`; NULL if `d` is of another class. */
struct vio_vsock *vio_vsock_of(struct vio_device *d);

/*
 * Connect a closed socket. VIO_EINVAL: it has no memory. VIO_ENOTSUP: the device has no messages.
 * VIO_EBUSY: it is in use. VIO_EFULL: no port is free. VIO_EDEVICE: the device is not live.
 */
int vio_vsock_connect(struct vio_vsock *v, struct vio_vsock_socket *s, uint64_t peer,
		      uint32_t port);

/* Accept connections on a port. VIO_EBUSY: there is a listener of this kind on it. VIO_EINVAL:
 * there is no accept(). Connections that are open stay so after vio_vsock_unlisten(). */
int vio_vsock_listen(struct vio_vsock *v, struct vio_vsock_listener *l);
void vio_vsock_unlisten(struct vio_vsock *v, struct vio_vsock_listener *l);

/* Send up to `n` bytes, which are copied. Returns how many; fewer if the peer or the queue has no
 * room, and changed() is called when there is some. A message is sent as a whole or not at all, and
 * has at least one byte. VIO_ERANGE: the peer, or the queue, never has room for such a message.
 * VIO_EINVAL: the socket is not open, or one side
 * has ended this direction. */
int64_t vio_vsock_send(struct vio_vsock_socket *s, const void *p, size_t n);

/* Read up to `n` bytes that were received, of one message at most (`at_end`). Returns how many; 0:
 * there are none now, or, if the socket is closed or peer_shut has VIO_VSOCK_NO_SEND, none will
 * come. */
size_t vio_vsock_receive(struct vio_vsock_socket *s, void *p, size_t n);

/* End directions: a set of VIO_VSOCK_NO_RECEIVE and VIO_VSOCK_NO_SEND. VIO_EINVAL: the socket is
 * not open. */
int vio_vsock_shutdown(struct vio_vsock_socket *s, uint8_t directions);

/* End both directions. When the peer agrees, the state is VIO_VSOCK_CLOSED. A socket that is not
 * open is reset. */
void vio_vsock_close(struct vio_vsock_socket *s);

/* End the connection at once; data may be lost. changed() is not called. */
void vio_vsock_reset(struct vio_vsock_socket *s);

#ifdef __cplusplus
}
#endif
#endif
