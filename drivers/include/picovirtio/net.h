/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-net (virtio 1.4, 5.1): frames in, frames out, over one pair of queues, and
 * a control queue for what the device lets through.
 *
 * A received frame is whole, with its checksums, in one run of bytes; its buffers go back to
 * the device when the callback returns. A frame to be sent is copied, and the copy is
 * the device's until it says that it is done with it; or it stays where it is, see
 * vio_net_send_packet(). Checksums and segmentation are left to the device where the
 * caller says so and the device can do it.
 */
#ifndef VIO_NET_H
#define VIO_NET_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits that are accepted (5.1.3), each only with those that it needs (5.1.3.1). MTU is
 * accepted if the value suits our buffers. Segments of the host's (GUEST_TSO4 and the like) are
 * not: 64 KiB of buffers for a frame are more than firmware has. */
#define VIO_NET_F_CSUM		 (UINT64_C(1) << 0)
#define VIO_NET_F_GUEST_CSUM	 (UINT64_C(1) << 1)
#define VIO_NET_F_MTU		 (UINT64_C(1) << 3)
#define VIO_NET_F_MAC		 (UINT64_C(1) << 5)
#define VIO_NET_F_HOST_TSO4	 (UINT64_C(1) << 11) /* needs CSUM */
#define VIO_NET_F_MRG_RXBUF	 (UINT64_C(1) << 15)
#define VIO_NET_F_STATUS	 (UINT64_C(1) << 16)
#define VIO_NET_F_CTRL_VQ	 (UINT64_C(1) << 17)
#define VIO_NET_F_CTRL_RX	 (UINT64_C(1) << 18) /* this and the rest need CTRL_VQ */
#define VIO_NET_F_CTRL_VLAN	 (UINT64_C(1) << 19)
#define VIO_NET_F_CTRL_RX_EXTRA	 (UINT64_C(1) << 20)
#define VIO_NET_F_GUEST_ANNOUNCE (UINT64_C(1) << 21)
#define VIO_NET_F_CTRL_MAC_ADDR	 (UINT64_C(1) << 23)

enum {
	VIO_NET_RX_BUFFERS = 16, /* defaults of struct vio_net_options */
	VIO_NET_TX_BUFFERS = 16,
	VIO_NET_MAC_BYTES = 6,
	VIO_NET_LINK_BYTES = 14, /* addresses and type, before the payload */
	VIO_NET_MTU_LEAST = 68,	 /* IPv4's; a device that says less is not believed */
	VIO_NET_MTU_MOST = 1500, /* without vio_net_large() */
	VIO_NET_FRAME_MAX = VIO_NET_LINK_BYTES + VIO_NET_MTU_MOST,
	VIO_NET_HEADER_MAX = 12,
	/* What the specification asks for without large receive (5.1.6.3.1). */
	VIO_NET_BUFFER_BYTES = VIO_NET_HEADER_MAX + VIO_NET_FRAME_MAX,
	VIO_NET_SEGMENTED_MAX = 65535 + VIO_NET_LINK_BYTES, /* what the device cuts in pieces */
	VIO_NET_FILTER_MAX = 16,			    /* addresses of one list */
	VIO_NET_VLANS = 4096,
	VIO_NET_CONTROL_RING = 4, /* one command: command, two lists, answer (5.1.6.5) */
};

/* What a problem of cause VIO_C_DRIVER says. */
enum {
	VIO_NET_UNSEEN = 1, /* a receive buffer came back that had not been made available yet */
};

/*
 * A frame came: `n` bytes, VIO_NET_LINK_BYTES to VIO_NET_FRAME_MAX (after vio_net_large(): to its
 * `bytes`), valid until the callback returns. May send. A device that lies can still change the
 * bytes: who checks them and uses them later takes a copy first.
 */
typedef void (*vio_net_frame_fn)(void *arg, const uint8_t *frame, size_t n);

/* The host asks us to make ourselves known, after a move to another machine for instance
 * (5.1.6.5.4): time to send a gratuitous ARP. May send. The answer to the host goes out by
 * itself when the callback returns. */
typedef void (*vio_net_announce_fn)(void *arg);

/* For people; they wrap. Frames that are dropped are counted once. */
struct vio_net_counters {
	uint32_t rx_frames, tx_frames; /* passed on; taken by the device and given back */
	uint64_t rx_bytes, tx_bytes;
	uint32_t rx_short;   /* a used length below header and link header */
	uint32_t rx_long;    /* a used length beyond the buffer, or a frame beyond the most */
	uint32_t rx_gso;     /* said to be segmented, which was not negotiated */
	uint32_t rx_unheard; /* nobody had asked for frames */
	uint32_t rx_parts;   /* num_buffers is 0 or more than we gave, or the rest was not there */
	uint32_t rx_offsets; /* the place of a checksum to fill in lies outside the frame */
	uint32_t rx_joined;  /* passed on, and made of several buffers */
	uint32_t announces;  /* the host asked us to make ourselves known */
	uint32_t tx_full;    /* refused: every buffer is out */
	uint32_t tx_lost;    /* came back through a reset */
};

/*
 * What the device is to do to a frame before it is on the wire. All zero: nothing.
 * Offsets are from the start of the frame.
 */
struct vio_net_offload {
	/* Fill in a checksum: the sum from `csum_start` to the end of the frame goes to `csum_start
	 * + csum_offset`, where that of the pseudo-header stands. 0: the frame has its checksums.
	 */
	uint16_t csum_start, csum_offset;
	/* Cut a TCP segment over IPv4 in pieces with this much payload each. 0: it is one frame. */
	uint16_t gso_size;
};

/*
 * A frame that is sent from where it is. The first five fields are the caller's; the rest
 * is private. Packet and frame are the device's while `busy`; done() may be NULL.
 * `err`: VIO_OK, or VIO_EDEVICE: it came back through a reset. done() may send.
 */
struct vio_net_packet {
	const void *frame;
	uint32_t bytes;
	struct vio_net_offload offload;
	void (*done)(struct vio_net_packet *p, int err);
	void *arg;
	bool busy;
	struct vio_request request;
	struct vio_buf buf[2];
	uint8_t header[VIO_NET_HEADER_MAX];
};

struct vio_net_buffer {
	struct vio_request request; /* first: what the queue hands back */
	struct vio_buf buf[2];
	uint32_t given; /* after so many publications of its queue */
	uint16_t bytes; /* that the device has */
	bool out;	/* the device's */
	bool busy;	/* in the callback */
	uint8_t *data;	/* VIO_NET_BUFFER_BYTES */
};

/* A frame on its way in, as far as its buffers came. Private. */
struct vio_net_join {
	struct vio_net_buffer *first; /* busy until the frame is passed on */
	uint8_t *to;		      /* where it is put together */
	size_t bytes, most;
	uint16_t left; /* buffers to come */
	bool drop, joined;
	uint8_t flags;
	uint16_t csum_start, csum_offset;
};

/* The control queue; one command at a time. Private. */
struct vio_net_control {
	struct vio_queue queue;
	void *priv;
	uint8_t *mem; /* of ring memory: command, data, answer */
	vio_dma at;
	bool out, own; /* own: the driver's, of which no caller hears */
	bool ack_due, ack_out, look_again, mac_out;
	int result;
	uint8_t mac[VIO_NET_MAC_BYTES];	   /* on its way */
	uint8_t chosen[VIO_NET_MAC_BYTES]; /* set by the caller; all zero: none */
};

/* How a network device is driven. All zero: the defaults. */
struct vio_net_options {
	uint16_t rx_buffers, tx_buffers; /* of a frame each, a power of two up to 8192 */
	/* VIO_NET_MEMORY() of both, none 0, aligned to 8; stays in use. NULL: from the platform. */
	void *memory;
	size_t bytes;
};

/* `count` buffers and the bookkeeping of their queue. Where the header has to stand alone, a buffer
 * takes two descriptors (5.1.6.5). */
#define VIO_NET_BUFFERS(count)                                                                     \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(2 * (count))) +                                           \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_net_buffer)) +                                 \
	 (count)*VIO_ROOM_BYTES(VIO_NET_BUFFER_BYTES))

#define VIO_NET_MEMORY(rx_buffers, tx_buffers)                                                     \
	(VIO_NET_BUFFERS(rx_buffers) + VIO_NET_BUFFERS(tx_buffers) +                               \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(VIO_NET_CONTROL_RING)))

/* The fields are private but for `device`, the counters, and for `frame` and `arg`, which may be
 * read. */
struct vio_net {
	struct vio_device device; /* first */
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_net_buffer *rx, *tx;
	uint16_t rx_buffers, tx_buffers;
	vio_net_frame_fn frame;
	void *arg;
	vio_net_announce_fn announce;
	void *announce_arg;
	struct vio_net_counters counters;
	struct vio_net_control control;
	struct vio_net_join join;
	uint8_t *room; /* for frames beyond one buffer */
	size_t room_bytes;
	bool room_busy;
	bool vouched;	   /* the device says that the checksum of the frame at hand is right */
	uint32_t clamped;  /* used lengths of the receive queue that were too long, so far */
	uint16_t mtu;	   /* most bytes after the link header */
	uint8_t header;	   /* bytes before a frame: 10 or 12 */
	bool header_apart; /* in a descriptor of its own */
	bool mac_given, up;
	unsigned callbacks; /* that are running */
	uint8_t mac[VIO_NET_MAC_BYTES];
};

extern const struct vio_driver vio_net_driver;

/* Names of the class's feature bits, for vio_feature_name(). */
extern const struct vio_feature vio_net_features[];

/* Prepare a zeroed `n` for vio_device_start(&n->device). `o` NULL: the defaults. VIO_ENOMEM: no
 * memory. VIO_EINVAL: options that cannot be. */
int vio_net_init(struct vio_net *n, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_net_options *o);

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

/*
 * The same, with work for the device. Ask vio_has(&n->device, VIO_NET_F_CSUM) or
 * VIO_NET_F_HOST_TSO4 first. Checked here (5.1.6.2.1): a checksum lies within the frame, behind the
 * link header; a segment is TCP over IPv4 without a VLAN tag and without the CWR flag, its checksum
 * is asked for too, and a piece fits the MTU. The header's length is taken from the frame.
 *
 * VIO_ENOTSUP: the device did not take the feature. VIO_EINVAL: as above, or beyond
 * VIO_NET_FRAME_MAX. Else as vio_net_send().
 */
int vio_net_send_offload(struct vio_net *n, const void *frame, size_t len,
			 const struct vio_net_offload *o);

/*
 * Send a frame from where it is, without a copy: the way for frames beyond VIO_NET_FRAME_MAX and
 * for segments, up to VIO_NET_SEGMENTED_MAX. `p->done` is called when it is the caller's again.
 * VIO_EBUSY: it is out. VIO_EFULL: no descriptors; not counted as refused. Else as
 * vio_net_send_offload().
 */
int vio_net_send_packet(struct vio_net *n, struct vio_net_packet *p);

/*
 * Memory to put larger frames together in, before vio_device_start(): `bytes` is the largest
 * frame with its link header. Needs a device with MRG_RXBUF, and lets an MTU beyond
 * VIO_NET_MTU_MOST be accepted. The memory stays in use. NULL: none.
 * VIO_EBUSY: the device is up. VIO_EINVAL: fewer bytes than VIO_NET_FRAME_MAX.
 */
int vio_net_large(struct vio_net *n, void *room, size_t bytes);

/* In the callback of a frame: did the device check its (TCP or UDP) checksum? Only then need
 * nobody else do it (5.1.6.4.2). */
bool vio_net_checked(const struct vio_net *n);

/* From now on `fn` hears of the host's wish that we make ourselves known (NULL: nobody; the
 * host gets its answer all the same). Stays across a restart. */
void vio_net_on_announce(struct vio_net *n, vio_net_announce_fn fn, void *arg);

/* The station's address. False: the device gave none, or one that no station can have;
 * `mac` is all zero. See vio_net_local_mac(). */
bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES]);

/* Make up a locally administered address of a seed that differs between machines. */
void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed);

/* Most bytes of a frame after the link header: what the device says, within our limits: 68 to
 * VIO_NET_MTU_MOST, or to what vio_net_large() has room for. */
unsigned vio_net_mtu(const struct vio_net *n);

/* Is the link up? As of the last configuration change; always without a status field. */
bool vio_net_link(const struct vio_net *n);

/*
 * The control queue (5.1.6.5). Each call below hands one command to the device and returns;
 * vio_net_control() says how it ended. A device that leaves one unanswered for a second is
 * notified again, and after another second it is failed; until then the command is its own.
 *
 * VIO_ENOTSUP: the device did not take the feature. VIO_EBUSY: another command is out.
 * VIO_EINVAL: no such mode, VLAN or address, or too many of them. VIO_EDEVICE: not live.
 * But for the address, what is set is lost by a restart of the device.
 */
enum vio_net_rx_mode {
	VIO_NET_RX_PROMISC, /* these two need CTRL_RX */
	VIO_NET_RX_ALLMULTI,
	VIO_NET_RX_ALLUNI, /* these CTRL_RX_EXTRA */
	VIO_NET_RX_NOMULTI,
	VIO_NET_RX_NOUNI,
	VIO_NET_RX_NOBCAST,
};
int vio_net_rx_mode(struct vio_net *n, enum vio_net_rx_mode mode, bool on);

/* A new station address. Once the device has taken it, vio_net_mac() returns it, and it is set
 * again after a restart. Needs CTRL_RX and CTRL_MAC_ADDR. */
int vio_net_set_mac(struct vio_net *n, const uint8_t mac[VIO_NET_MAC_BYTES]);

/* The further addresses to let through, in place of those set before. Needs CTRL_RX. */
struct vio_net_filter {
	const uint8_t (*unicast)[VIO_NET_MAC_BYTES];
	const uint8_t (*multicast)[VIO_NET_MAC_BYTES];
	unsigned unicasts, multicasts; /* VIO_NET_FILTER_MAX at most each */
};
int vio_net_filter(struct vio_net *n, const struct vio_net_filter *f);

/* Let frames of a VLAN, 0 to VIO_NET_VLANS - 1, through, or no longer. Needs CTRL_VLAN. */
int vio_net_vlan(struct vio_net *n, uint16_t id, bool pass);

/* The last command. VIO_EBUSY: one is out. VIO_OK: done, or there was none. VIO_EIO: the device
 * refused it. VIO_EDEVICE: its answer is neither, or it came back through a reset. */
int vio_net_control(const struct vio_net *n);

#ifdef __cplusplus
}
#endif
#endif
