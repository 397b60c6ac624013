/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: life cycle, and what both directions share. */
#include <picovirtio/net.h>

#include <picovirtio/driver.h>
#include "drivers/net/net_internal.h"

#include <string.h>

/* How long a lost notification delays frames. They may take as long as they like. */
#define PATIENCE_NS UINT64_C(1000000000)

enum {
	DEVICE_TYPE = 1,
	BUFFERS_MAX = 8192,
	HEADER_LEGACY = 10, /* without num_buffers (5.1.6.1) */
};

struct vio_net *vio_net_of(struct vio_device *d)
{
	return d && d->driver == &vio_net_driver ? net_of(d) : NULL;
}

void vio_net_listen(struct vio_net *n, vio_net_frame_fn fn, void *arg)
{
	n->frame = fn;
	n->arg = arg;
}

bool vio_net_checked(const struct vio_net *n)
{
	return n->vouched;
}

/* ---- Memory ---- */

static struct vio_net_buffer *buffers(struct vio_room *room, size_t n, void **priv)
{
	struct vio_net_buffer *b = vio_room_take(room, n * sizeof(*b));

	*priv = vio_room_take(room, VQ_PRIVATE_BYTES(2 * n));
	for (size_t i = 0; i < n; i++)
		b[i].data = vio_room_take(room, VIO_NET_BUFFER_BYTES + VIO_NET_ALIGN);
	return b;
}

int vio_net_init(struct vio_net *n, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_net_options *o)
{
	static const struct vio_net_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	n->rx_buffers = o->rx_buffers ? o->rx_buffers : VIO_NET_RX_BUFFERS;
	n->tx_buffers = o->tx_buffers ? o->tx_buffers : VIO_NET_TX_BUFFERS;
	if (!vio_is_power_of_two(n->rx_buffers, BUFFERS_MAX) ||
	    !vio_is_power_of_two(n->tx_buffers, BUFFERS_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_NET_MEMORY((size_t)n->rx_buffers, (size_t)n->tx_buffers));
	if (rc < 0)
		return rc;
	n->rx = buffers(&room, n->rx_buffers, &n->rx_priv);
	n->tx = buffers(&room, n->tx_buffers, &n->tx_priv);
	n->control.priv = vio_room_take(&room, VQ_PRIVATE_BYTES((size_t)VIO_NET_CONTROL_RING));
	vio_device_init(&n->device, t, p, &vio_net_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_net_init(net_of(d), t, p, options);
}

/* ---- Life cycle ---- */

/* Queues are polled in the order in which they are opened. Sent buffers are therefore free again
 * before received frames are answered. */
static int open_queues(struct vio_net *n)
{
	const uint16_t least = n->header_apart ? 2 : 1;
	const struct vio_queue_options tx = {
		.index = NET_TX_QUEUE,
		.max = (uint16_t)(2 * n->tx_buffers),
		.least = least,
		.priv = n->tx_priv,
		.request_done = vio_net_sent,
		.timeout = PATIENCE_NS,
		.patient = true,
		.resettable = true, /* frames may get lost */
	};
	const struct vio_queue_options rx = {
		.index = NET_RX_QUEUE,
		.max = (uint16_t)(2 * n->rx_buffers),
		.least = least,
		.priv = n->rx_priv,
		.request_done = vio_net_received,
	};
	int rc = vio_queue_open(&n->device, &n->tx_queue, &tx);

	if (rc == VIO_OK)
		rc = vio_queue_open(&n->device, &n->rx_queue, &rx);
	return rc == VIO_OK ? vio_net_control_open(n) : rc;
}

/* It is no error if the ring takes only some of the buffers, unless these cannot hold a frame of
 * the MTU (5.1.4.2). It is an error if the ring takes none. */
static int first_fill(struct vio_net *n)
{
	const int rc = vio_net_refill(n);
	const size_t frame = (size_t)n->header + VIO_NET_LINK_BYTES + n->mtu;
	unsigned out = 0;

	for (unsigned i = 0; i < n->rx_buffers; i++)
		out += n->rx[i].out;
	if (out == 0)
		return rc;
	if (out * VIO_NET_BUFFER_BYTES >= frame)
		return VIO_OK;
	return vio_device_refuse(
		&n->device, (struct vio_problem){ .cause = VIO_C_QUEUE_SIZE,
						  .queue = NET_RX_QUEUE,
						  .err = VIO_ERANGE,
						  .got = vio_queue_size(&n->rx_queue),
						  .want = (n->header_apart ? 2u : 1u) *
							  (frame / VIO_NET_BUFFER_BYTES + 1) });
}

/* Clear what is left of an earlier session. */
static void forget(struct vio_net *n)
{
	memset(&n->join, 0, sizeof(n->join));
	for (unsigned i = 0; i < n->rx_buffers; i++)
		n->rx[i].busy = false;
	n->clamped = 0;
	n->room_busy = false;
	n->up = true;
}

static int start(struct vio_device *d)
{
	struct vio_net *n = net_of(d);

	forget(n);
	n->header = vio_has(d, VIO_F_VERSION_1 | VIO_NET_F_MRG_RXBUF) ? VIO_NET_HEADER_MAX
								      : HEADER_LEGACY;
	n->header_apart = !vio_has(d, VIO_F_VERSION_1 | VIO_F_ANY_LAYOUT);
	vio_net_prepare(n);
	int rc = vio_net_read_mac(n);
	if (rc == VIO_OK)
		rc = open_queues(n);
	return rc == VIO_OK ? first_fill(n) : rc;
}

static void ready(struct vio_device *d)
{
	vio_net_control_ready(net_of(d));
}

/* Buffers that the device could not take when they came back are tried again here. */
static void config_changed(struct vio_device *d)
{
	struct vio_net *n = net_of(d);

	vio_net_refill(n);
	vio_net_status_changed(n);
}

const struct vio_driver vio_net_driver = {
	.name = "virtio-net",
	.device_type = DEVICE_TYPE,
	.features = { .wanted = VIO_NET_F_CSUM | VIO_NET_F_GUEST_CSUM | VIO_NET_F_MTU |
				VIO_NET_F_MAC | VIO_NET_F_HOST_TSO4 | VIO_NET_F_MRG_RXBUF |
				VIO_NET_F_STATUS | VIO_NET_F_CTRL_VQ | VIO_NET_F_CTRL_RX |
				VIO_NET_F_CTRL_VLAN | VIO_NET_F_CTRL_RX_EXTRA |
				VIO_NET_F_GUEST_ANNOUNCE | VIO_NET_F_CTRL_MAC_ADDR },
	.state_size = sizeof(struct vio_net),
	.init = init,
	.screen = vio_net_screen,
	.start = start,
	.ready = ready,
	.config_changed = config_changed,
};
