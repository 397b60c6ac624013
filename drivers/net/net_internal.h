/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-net share; no other file includes this header. */
#ifndef VIO_NET_INTERNAL_H
#define VIO_NET_INTERNAL_H

#include <picovirtio/net.h>

enum {
	NET_RX_QUEUE = 0,
	NET_TX_QUEUE = 1,
	/* Behind the one pair of queues that a device without MQ has (5.1.2). */
	NET_CONTROL_QUEUE = 2,

	/* The header of a frame (5.1.6), little-endian in both register versions. */
	NET_FLAGS = 0,
	NET_GSO_TYPE = 1,
	NET_HDR_LEN = 2,
	NET_GSO_SIZE = 4,
	NET_CSUM_START = 6,
	NET_CSUM_OFFSET = 8,
	NET_NUM_BUFFERS = 10,

	NET_NEEDS_CSUM = 1,
	NET_DATA_VALID = 2,
	NET_RSC_INFO = 4,
};

static inline uint16_t net_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline void net_put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

/* The number of publishes of the queue so far. */
static inline uint32_t net_publishes(const struct vio_queue *q)
{
	return q->kicks + q->kicks_saved;
}

static inline struct vio_net *net_of(struct vio_device *d)
{
	return (struct vio_net *)(void *)d;
}

/* In net_buffer.c. Fill what stays the same in the requests of all buffers; no buffer is in flight.
 * And give a buffer to the device: `b->bytes` bytes from the header on. */
void vio_net_prepare(struct vio_net *n);
int vio_net_give(struct vio_net *n, struct vio_queue *q, struct vio_net_buffer *b, uint8_t *header);

/* In net_config.c: choice of features, and config space. */
int vio_net_screen(struct vio_device *d);
int vio_net_read_mac(struct vio_net *n);
bool vio_net_is_station(const uint8_t *mac);
bool vio_net_same_mac(const uint8_t *a, const uint8_t *b);

/* In net_receive.c. Give every idle buffer to the device. A buffer that it cannot take now is tried
 * again next time. */
int vio_net_refill(struct vio_net *n);
void vio_net_received(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

/* In net_send.c. */
void vio_net_sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

/* In net_control.c: open the queue if the device has one; send what is due once the device is live;
 * read the link state and ANNOUNCE in config space. */
int vio_net_control_open(struct vio_net *n);
void vio_net_control_ready(struct vio_net *n);
void vio_net_status_changed(struct vio_net *n);

#endif
