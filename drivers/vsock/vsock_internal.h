/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-vsock share. Calls go from vsock.c to vsock_receive.c, from both and
 * from vsock_socket.c to vsock_send.c. */
#ifndef VIO_VSOCK_INTERNAL_H
#define VIO_VSOCK_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/vsock.h>

enum {
	VSOCK_STREAM = 1,
	VSOCK_SEQPACKET = 2,
	VSOCK_END = 1, /* flag of the last packet of a message */
};

/* Operations (5.10.6). */
enum {
	VSOCK_REQUEST = 1,
	VSOCK_RESPONSE = 2,
	VSOCK_RST = 3,
	VSOCK_SHUTDOWN = 4,
	VSOCK_RW = 5,
	VSOCK_CREDIT_UPDATE = 6,
	VSOCK_CREDIT_REQUEST = 7,
};

/* Packets that a socket has to send, in the order of sending. */
enum {
	VSOCK_OWES_REQUEST = 1,
	VSOCK_OWES_RESPONSE = 2,
	VSOCK_OWES_CREDIT = 4,
	VSOCK_OWES_SHUTDOWN = 8,
};

static inline struct vio_vsock *vsock_of(struct vio_device *d)
{
	return (struct vio_vsock *)(void *)d;
}

/* Send the packets that wait, as far as there is room. */
void vio_vsock_flush(struct vio_vsock *v);

/* Send a packet with data from the peer's credit. False: the queue has no room. */
bool vio_vsock_send_data(struct vio_vsock_socket *s, const uint8_t *p, uint32_t n, uint32_t flags);

/* How many packets the queue has room for. */
unsigned vio_vsock_room(const struct vio_vsock *v);

static inline bool vio_vsock_has_memory(const struct vio_vsock_socket *s)
{
	return s->rx && s->rx_bytes > 0 && (!s->ends || s->nends > 0);
}

/* The type of a socket's packets. */
static inline uint16_t vsock_type(const struct vio_vsock_socket *s)
{
	return s->ends ? VSOCK_SEQPACKET : VSOCK_STREAM;
}

/* Send RST now, or when there is room. If too many packets RST wait already, this one is dropped.
 * */
void vio_vsock_refuse(struct vio_vsock *v, const struct vio_vsock_refusal *r);
void vio_vsock_refuse_socket(const struct vio_vsock_socket *s);

/* How many more bytes the peer has room for. */
uint32_t vio_vsock_credit(const struct vio_vsock_socket *s);

/* Begin the use of a socket, and end it with the reason `err`. */
void vio_vsock_begin(struct vio_vsock *v, struct vio_vsock_socket *s, enum vio_vsock_state state);
void vio_vsock_end(struct vio_vsock_socket *s, int err);

/* Tell the caller. */
void vio_vsock_changed(struct vio_vsock_socket *s);

/* End all sockets. */
void vio_vsock_end_all(struct vio_vsock *v, int err);

/* Give the device a buffer to receive into. */
void vio_vsock_give(struct vio_queue *q, struct vio_vsock_slot *s, uint32_t bytes);

/* Request-done functions. */
void vio_vsock_received(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);
void vio_vsock_sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

#endif
