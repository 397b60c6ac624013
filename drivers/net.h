/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-net (virtio 1.4, 5.1): frames in, frames out, over one pair of queues. No
 * offload is accepted, so a frame is what is on the wire: whole, with its checksums.
 *
 * A received frame is one buffer; buffers go back to the device when the callback
 * returns. A frame to be sent is copied; the copy is the device's until it says that
 * it is done with it.
 */
#ifndef VIO_NET_H
#define VIO_NET_H

#include "drivers/device.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits that are known here (5.1.3). MTU is looked at and not accepted: whether the
 * value suits our buffers is known only when it has been read. */
#define VIO_NET_F_MTU	 (UINT64_C(1) << 3)
#define VIO_NET_F_MAC	 (UINT64_C(1) << 5)
#define VIO_NET_F_STATUS (UINT64_C(1) << 16)

enum {
	VIO_NET_RX_BUFFERS = 16,
	VIO_NET_TX_BUFFERS = 16,
	VIO_NET_MAC_BYTES = 6,
	VIO_NET_LINK_BYTES = 14, /* addresses and type, before the payload */
	VIO_NET_MTU_LEAST = 68,	 /* IPv4's; a device that says less is not believed */
	VIO_NET_MTU_MOST = 1500,
	VIO_NET_FRAME_MAX = VIO_NET_LINK_BYTES + VIO_NET_MTU_MOST,
	VIO_NET_HEADER_MAX = 12,
	/* What the specification asks for without large receive (5.1.6.3.1). */
	VIO_NET_BUFFER_BYTES = VIO_NET_HEADER_MAX + VIO_NET_FRAME_MAX,
	/* Where the header has to stand alone, a buffer takes two descriptors (5.1.6.5). */
	VIO_NET_RX_RING = 2 * VIO_NET_RX_BUFFERS,
	VIO_NET_TX_RING = 2 * VIO_NET_TX_BUFFERS,
};

/* What a problem of cause VIO_C_DRIVER says. */
enum {
	VIO_NET_UNSEEN = 1, /* a receive buffer came back that had not been made available yet */
};

/*
 * A frame came: `n` bytes, VIO_NET_LINK_BYTES to VIO_NET_FRAME_MAX, valid until the callback
 * returns. May send. A device that lies can still change the bytes: who checks them and
 * uses them later takes a copy first.
 */
typedef void (*vio_net_frame_fn)(void *arg, const uint8_t *frame, size_t n);

/* For people; they wrap. Frames that are dropped are counted once. */
struct vio_net_counters {
	uint32_t rx_frames, tx_frames; /* passed on; taken by the device and given back */
	uint64_t rx_bytes, tx_bytes;
	uint32_t rx_short;   /* a used length below header and link header */
	uint32_t rx_long;    /* a used length beyond the buffer, or a frame beyond the most */
	uint32_t rx_gso;     /* said to be segmented, which was not negotiated */
	uint32_t rx_unheard; /* nobody had asked for frames */
	uint32_t tx_full;    /* refused: every buffer is out */
	uint32_t tx_lost;    /* came back through a reset */
};

struct vio_net_buffer {
	vio_dma at;
	uint32_t given; /* after so many publications of its queue */
	uint16_t bytes; /* that are mapped */
	bool out;	/* the device's */
	bool busy;	/* in the callback */
	uint8_t data[VIO_NET_BUFFER_BYTES];
};

#define VIO_NET_PRIVATE(size) ((VQ_PRIVATE_BYTES(size) + sizeof(void *) - 1) / sizeof(void *))

/* `driver_state` of the device. The fields are private but for the counters. */
struct vio_net {
	struct vio_device *dev;
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv[VIO_NET_PRIVATE(VIO_NET_RX_RING)];
	void *tx_priv[VIO_NET_PRIVATE(VIO_NET_TX_RING)];
	struct vio_net_buffer rx[VIO_NET_RX_BUFFERS], tx[VIO_NET_TX_BUFFERS];
	vio_net_frame_fn frame;
	void *arg;
	struct vio_net_counters counters;
	uint32_t clamped;  /* used lengths of the receive queue that were too long, so far */
	uint16_t mtu;	   /* most bytes after the link header */
	uint8_t header;	   /* bytes before a frame: 10 or 12 */
	bool header_apart; /* in a descriptor of its own */
	bool mac_given, up;
	unsigned callbacks; /* that are running */
	uint8_t mac[VIO_NET_MAC_BYTES];
};

extern const struct vio_driver vio_net_driver;

/* The network device behind a device; NULL if the device is of another class. */
struct vio_net *vio_net_of(struct vio_device *d);

/* From now on frames go to `fn` (NULL: nowhere). Stays across a restart. */
void vio_net_listen(struct vio_net *n, vio_net_frame_fn fn, void *arg);

/*
 * Send one frame, link header included. It is copied. Within the callback of a received
 * frame the device is notified once, when the pass over its queue ends.
 *
 * VIO_EINVAL: shorter than VIO_NET_LINK_BYTES or longer than vio_net_mtu() and those.
 * VIO_EFULL: every buffer is out, or the platform cannot map one now. A host that takes no frames
 * is no failure, however long. VIO_EDEVICE: the device is not live. VIO_EADDR: the platform cannot
 * map the buffer.
 */
int vio_net_send(struct vio_net *n, const void *frame, size_t len);

/* The station's address. False: the device gave none, or one that no station can have;
 * `mac` is all zero. See vio_net_local_mac(). */
bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES]);

/* Make up a locally administered address of a seed that differs between machines. */
void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed);

/* Most bytes of a frame after the link header: what the device says, within our limits. */
unsigned vio_net_mtu(const struct vio_net *n);

/* Is the link up? As of the last configuration change; always without a status field. */
bool vio_net_link(const struct vio_net *n);

#ifdef __cplusplus
}
#endif
#endif
