/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-net (virtio 1.4, 5.1): Ethernet frames in both directions over one pair of queues, and a
 * control queue that filters received frames.
 *
 * A received frame is complete, has its checksums, and lies in one run of bytes. Its buffers return
 * to the device when the callback returns. vio_net_send() copies the frame; vio_net_send_packet()
 * sends it from the caller's memory. If the caller asks for it and the device supports it, the
 * device computes checksums and cuts segments.
 */
#ifndef VIO_NET_H
#define VIO_NET_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The feature bits that the driver accepts (5.1.3), each only together with those that it requires
 * (5.1.3.1). MTU is accepted if its value fits the buffers. GUEST_TSO4 and similar features are not
 * accepted: a frame would need 64 KiB of buffers, which is more than firmware has. */
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
	VIO_NET_LINK_BYTES = 14, /* link header: two addresses and the type */
	VIO_NET_MTU_LEAST = 68,	 /* smallest MTU of IPv4; a smaller value is ignored */
	VIO_NET_MTU_MOST = 1500, /* largest MTU without vio_net_large() */
	VIO_NET_FRAME_MAX = VIO_NET_LINK_BYTES + VIO_NET_MTU_MOST,
	VIO_NET_HEADER_MAX = 12,
	/* The buffer size that the specification requires for frames of this length (5.1.6.3.1). */
	VIO_NET_BUFFER_BYTES = VIO_NET_HEADER_MAX + VIO_NET_FRAME_MAX,
	VIO_NET_ALIGN = 8, /* extra bytes of a buffer, see struct vio_net_buffer */
	VIO_NET_SEGMENTED_MAX = 65535 + VIO_NET_LINK_BYTES, /* longest frame to be cut */
	VIO_NET_FILTER_MAX = 16,			    /* most addresses in one list */
	VIO_NET_VLANS = 4096,
	VIO_NET_CONTROL_RING = 4, /* a command has up to 4 buffers: command, 2 lists, answer */
};

/*
 * Called for each received frame. `frame` has `n` bytes, and is valid until the callback returns.
 * `n` is at least VIO_NET_LINK_BYTES, and at most VIO_NET_FRAME_MAX or the `bytes` of
 * vio_net_large(). The callback may send. A hostile device can still change the bytes, so copy them
 * before you check them.
 */
typedef void (*vio_net_frame_fn)(void *arg, const uint8_t *frame, size_t n);

/* Called when the host asks this station to announce itself, for example after a migration
 * (5.1.6.5.4). The callback should send a gratuitous ARP. The driver acknowledges to the device
 * when the callback returns. */
typedef void (*vio_net_announce_fn)(void *arg);

/* Counters, which wrap at their largest value. A dropped frame is counted once, by its reason. */
struct vio_net_counters {
	uint32_t rx_frames, tx_frames; /* frames that were received, and that were sent */
	uint64_t rx_bytes, tx_bytes;
	uint32_t rx_short;   /* dropped: the used length is shorter than the headers */
	uint32_t rx_long;    /* dropped: the used length or the frame is too long */
	uint32_t rx_gso;     /* dropped: marked as a segment, which was not negotiated */
	uint32_t rx_unheard; /* dropped: no callback is set */
	uint32_t rx_parts;   /* dropped: num_buffers is wrong, or some buffers are missing */
	uint32_t rx_offsets; /* dropped: the checksum to be filled in lies outside of the frame */
	uint32_t rx_joined;  /* frames that were received in several buffers */
	uint32_t announces;  /* requests of the host to announce this station */
	uint32_t tx_full;    /* not sent: all buffers are in flight */
	uint32_t tx_lost;    /* sent, but came back through a reset */
};

/*
 * What the device does to a frame before it sends the frame. All zero means nothing. Offsets are in
 * bytes from the start of the frame.
 */
struct vio_net_offload {
	/* Fill in a checksum. The device sums the bytes from `csum_start` to the end of the frame
	 * and stores the checksum at `csum_start + csum_offset`, where the caller has put the sum
	 * of the pseudo-header. 0: the frame has all its checksums. */
	uint16_t csum_start, csum_offset;
	/* Cut a TCP segment over IPv4 into frames with this many bytes of payload. 0: do not cut.
	 */
	uint16_t gso_size;
};

/*
 * A frame that is sent from the caller's memory. The caller fills the first five fields; the others
 * are private. Packet and frame belong to the device while `busy` is set. Then done() is called, if
 * it is not NULL, with `err` VIO_OK, or VIO_EDEVICE if the packet came back through a reset. done()
 * may send.
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
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf[2];
	uint32_t given; /* the publications of the queue when the buffer was submitted */
	uint16_t bytes; /* bytes of the buffer that the device has */
	bool out;	/* the buffer belongs to the device */
	bool busy;	/* the callback is using the buffer */
	uint8_t *data;	/* VIO_NET_BUFFER_BYTES bytes, and room to align a frame that is copied */
	struct vio_net_buffer *next; /* the next idle transmit buffer */
};

/* A received frame of which some buffers have arrived. Private. */
struct vio_net_join {
	struct vio_net_buffer *first; /* busy until the frame goes to the callback */
	uint8_t *to;		      /* the memory in which the frame is put together */
	size_t bytes, most;
	uint16_t left; /* buffers that are still to arrive */
	bool drop, joined;
	uint8_t flags;
	uint16_t csum_start, csum_offset;
};

/* The control queue; one command at a time. Private. */
struct vio_net_control {
	struct vio_queue queue;
	void *priv;
	uint8_t *mem; /* ring memory for command, data and answer */
	vio_dma at;
	bool out, own; /* a command is in flight; it is the driver's own command */
	bool ack_due, ack_out, look_again, mac_out;
	int result;
	uint8_t mac[VIO_NET_MAC_BYTES];	   /* the address in the command in flight */
	uint8_t chosen[VIO_NET_MAC_BYTES]; /* the address that the caller set; all zero: none */
};

/* Options of an instance. All zero means the defaults. */
struct vio_net_options {
	uint16_t rx_buffers, tx_buffers; /* one frame each; a power of two up to 8192 */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_NET_MEMORY()
	 * of the two values above (none of them 0) is enough. NULL: the platform's memory()
	 * provides the memory. */
	void *memory;
	size_t bytes;
};

/* Bytes for `count` buffers and for the private state of their queue. If the header needs a
 * descriptor of its own, a buffer takes two descriptors (5.1.6.5). */
#define VIO_NET_BUFFERS(count)                                                                     \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(2 * (count))) +                                           \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_net_buffer)) +                                 \
	 (count)*VIO_ROOM_BYTES(VIO_NET_BUFFER_BYTES + VIO_NET_ALIGN))

#define VIO_NET_MEMORY(rx_buffers, tx_buffers)                                                     \
	(VIO_NET_BUFFERS(rx_buffers) + VIO_NET_BUFFERS(tx_buffers) +                               \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(VIO_NET_CONTROL_RING)))

/* An instance. All fields are private except `device`, `counters`, `frame` and `arg`; the latter
 * two are read only. */
struct vio_net {
	struct vio_device device; /* first member */
	struct vio_queue rx_queue, tx_queue;
	void *rx_priv, *tx_priv;
	struct vio_net_buffer *rx, *tx;
	struct vio_net_buffer *idle; /* transmit buffers that are not in flight */
	bool starved;		     /* a receive buffer could not be given to the device */
	uint16_t rx_buffers, tx_buffers;
	vio_net_frame_fn frame;
	void *arg;
	vio_net_announce_fn announce;
	void *announce_arg;
	struct vio_net_counters counters;
	struct vio_net_control control;
	struct vio_net_join join;
	uint8_t *room; /* memory for frames that are larger than one buffer */
	size_t room_bytes;
	bool room_busy;
	bool vouched;	   /* the device says that the checksum of the current frame is right */
	uint32_t clamped;  /* used lengths of the receive queue that were too long, so far */
	uint16_t mtu;	   /* most bytes after the link header */
	uint8_t header;	   /* bytes of the virtio-net header before a frame: 10 or 12 */
	bool header_apart; /* the header has a descriptor of its own */
	bool mac_given, up;
	unsigned callbacks; /* number of callbacks that are running */
	uint8_t mac[VIO_NET_MAC_BYTES];
};

extern const struct vio_driver vio_net_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_net_features[];

/* Prepare a zeroed `n` for vio_device_start(&n->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_net_init(struct vio_net *n, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_net_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_net *vio_net_of(struct vio_device *d);

/* Call `fn` for each received frame from now on; NULL drops the frames. The setting survives a
 * restart of the device. */
void vio_net_listen(struct vio_net *n, vio_net_frame_fn fn, void *arg);

/*
 * Copy one frame for sending, which includes its link header. vio_net_kick() publishes all frames
 * together. It is not needed in a callback, nor in a program with an event loop, since
 * vio_device_poll() and vio_device_arm() do the same.
 *
 * VIO_EINVAL   `len` is below VIO_NET_LINK_BYTES, or above that plus vio_net_mtu()
 * VIO_EFULL    all buffers are in flight, or the platform cannot map a buffer now. This is not a
 *              failure of the device, however long the host accepts no frames
 * VIO_EADDR    the platform cannot map the buffer
 * VIO_EDEVICE  the device is not live
 */
int vio_net_send(struct vio_net *n, const void *frame, size_t len);

/* Make all frames visible to the device, and notify it once. */
void vio_net_kick(struct vio_net *n);

/*
 * As vio_net_send(), with work for the device. First check vio_has(&n->device, VIO_NET_F_CSUM), or
 * VIO_NET_F_HOST_TSO4 for a segment. The function checks the request (5.1.6.2.1): A checksum lies
 * within the frame, after the link header. A segment is TCP over IPv4, has no VLAN tag and no CWR
 * flag, also asks for its checksum, and is cut into frames that fit the MTU. The function takes the
 * length of the headers from the frame.
 *
 * VIO_ENOTSUP: the feature was not negotiated. VIO_EINVAL: one of these checks failed, or `len` is
 * above VIO_NET_FRAME_MAX. Other errors as vio_net_send().
 */
int vio_net_send_offload(struct vio_net *n, const void *frame, size_t len,
			 const struct vio_net_offload *o);

/*
 * Send a frame from the caller's memory, without a copy. Use this for frames above
 * VIO_NET_FRAME_MAX and for segments up to VIO_NET_SEGMENTED_MAX. `p->done` is called when packet
 * and frame belong to the caller again. VIO_EBUSY: `p` is in flight already. VIO_EFULL: no
 * descriptor is free, or the platform cannot map the frame now; `tx_full` does not count this.
 * Other errors as vio_net_send_offload().
 */
int vio_net_send_packet(struct vio_net *n, struct vio_net_packet *p);

/*
 * Receive frames of up to `bytes` bytes, including the link header. The driver puts a frame of
 * several buffers together in `room`, which stays in use; NULL turns this off. Call this before
 * vio_device_start(). It takes effect if the device offers MRG_RXBUF, and then an MTU above
 * VIO_NET_MTU_MOST can be accepted. VIO_EBUSY: the device is started. VIO_EINVAL: `bytes` is below
 * VIO_NET_FRAME_MAX.
 */
int vio_net_large(struct vio_net *n, void *room, size_t bytes);

/* For the callback of a received frame: true if the TCP or UDP checksum of the frame is known to be
 * right (5.1.6.4.2). If it is false, check the checksum yourself. */
bool vio_net_checked(const struct vio_net *n);

/* Call `fn` whenever the host asks this station to announce itself. NULL: the driver acknowledges
 * the request all the same. The setting survives a restart of the device. */
void vio_net_on_announce(struct vio_net *n, vio_net_announce_fn fn, void *arg);

/* The address of this station. False: the device has none, or an invalid one; `mac` is then all
 * zero. Use vio_net_local_mac() in that case. */
bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES]);

/* Make a locally administered address from a seed, which should differ between machines. */
void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed);

/* The largest number of bytes of a frame after the link header. It is at least VIO_NET_MTU_LEAST,
 * and at most VIO_NET_MTU_MOST or what vio_net_large() allows. */
unsigned vio_net_mtu(const struct vio_net *n);

/* True if the link is up, as of the latest configuration change. Always true without the feature
 * STATUS. */
bool vio_net_link(const struct vio_net *n);

/*
 * The control queue (5.1.6.5). Each function below sends one command to the device and returns;
 * vio_net_control_result() reports the result. If the device does not answer within a second, the
 * driver notifies it again. After another second the device fails. A restart of the device clears
 * these settings, except the station address.
 *
 * VIO_ENOTSUP  the required feature was not negotiated
 * VIO_EBUSY    another command is in flight
 * VIO_EINVAL   no such mode, VLAN or address, or too many addresses
 * VIO_EDEVICE  the device is not live
 */
enum vio_net_rx_mode {
	VIO_NET_RX_PROMISC, /* this one and the next need CTRL_RX */
	VIO_NET_RX_ALLMULTI,
	VIO_NET_RX_ALLUNI, /* this one and the rest need CTRL_RX_EXTRA */
	VIO_NET_RX_NOMULTI,
	VIO_NET_RX_NOUNI,
	VIO_NET_RX_NOBCAST,
};
int vio_net_rx_mode(struct vio_net *n, enum vio_net_rx_mode mode, bool on);

/* Set the station address. After the device has accepted it, vio_net_mac() returns it, and the
 * driver sets it again after a restart. Needs CTRL_RX and CTRL_MAC_ADDR. */
int vio_net_set_mac(struct vio_net *n, const uint8_t mac[VIO_NET_MAC_BYTES]);

/* Set the lists of further addresses whose frames the device passes. They replace earlier lists.
 * Needs CTRL_RX. */
struct vio_net_filter {
	const uint8_t (*unicast)[VIO_NET_MAC_BYTES];
	const uint8_t (*multicast)[VIO_NET_MAC_BYTES];
	unsigned unicasts, multicasts; /* their numbers, VIO_NET_FILTER_MAX at most */
};
int vio_net_set_filter(struct vio_net *n, const struct vio_net_filter *f);

/* Pass the frames of VLAN `id`, 0 to VIO_NET_VLANS - 1, or stop passing them. Needs CTRL_VLAN. */
int vio_net_vlan(struct vio_net *n, uint16_t id, bool pass);

/* The result of the latest command. VIO_OK: it succeeded, or there was none. VIO_EBUSY: it is in
 * flight. VIO_EIO: the device refused it. VIO_EDEVICE: the answer is invalid, or the command came
 * back through a reset. */
int vio_net_control_result(const struct vio_net *n);

#ifdef __cplusplus
}
#endif
#endif
