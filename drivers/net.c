/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: life cycle, and what both directions share. */
#include <picovirtio/net.h>

#include <picovirtio/driver.h>
#include "drivers/net_internal.h"

#include <string.h>

enum {
	DEVICE_TYPE = 1,
	HEADER_LEGACY = 10, /* without num_buffers (5.1.6.1) */
};

struct vio_net *vio_net_of(struct vio_device *d)
{
	return d && d->driver == &vio_net_driver ? d->driver_state : NULL;
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

/* Queues are looked at in the order they are opened in: buffers that were sent are free again when
 * what comes in is answered. */
static int open_queues(struct vio_net *n)
{
	const unsigned least = n->header_apart ? 2 : 1;
	int rc = vio_queue_open(n->dev, &n->tx_queue, NET_TX_QUEUE, VIO_NET_TX_RING, n->tx_priv,
				vio_net_sent);

	n->tx_queue.resettable = true; /* frames may get lost */
	if (rc == VIO_OK)
		rc = vio_queue_open(n->dev, &n->rx_queue, NET_RX_QUEUE, VIO_NET_RX_RING, n->rx_priv,
				    vio_net_received);
	if (rc == VIO_OK && (vq_size(&n->rx_queue.vq) < least || vq_size(&n->tx_queue.vq) < least))
		rc = VIO_ERANGE;
	return rc == VIO_OK ? vio_net_control_open(n) : rc;
}

/* A ring that takes only some of the buffers is no error, unless they cannot hold a frame of the
 * MTU (5.1.4.2); one that got none is. */
static int first_fill(struct vio_net *n)
{
	const int rc = vio_net_refill(n);
	size_t bytes = 0;
	unsigned i;

	for (i = 0; i < VIO_NET_RX_BUFFERS; i++)
		bytes += n->rx[i].out ? VIO_NET_BUFFER_BYTES : 0;
	if (bytes == 0)
		return rc;
	return bytes >= (size_t)n->header + VIO_NET_LINK_BYTES + n->mtu ? VIO_OK : VIO_ERANGE;
}

/* What an earlier life left behind. */
static void forget(struct vio_net *n)
{
	unsigned i;

	memset(&n->join, 0, sizeof n->join);
	for (i = 0; i < VIO_NET_RX_BUFFERS; i++)
		n->rx[i].busy = false;
	n->clamped = 0;
	n->room_busy = false;
	n->up = true;
}

static int start(struct vio_device *d, void *state)
{
	struct vio_net *n = state;
	int rc;

	n->dev = d;
	forget(n);
	n->header = vio_has(d, VIO_F_VERSION_1 | VIO_NET_F_MRG_RXBUF) ? VIO_NET_HEADER_MAX
								      : HEADER_LEGACY;
	n->header_apart = !vio_has(d, VIO_F_VERSION_1 | VIO_F_ANY_LAYOUT);
	rc = vio_net_read_mac(n);
	if (rc == VIO_OK)
		rc = open_queues(n);
	return rc == VIO_OK ? first_fill(n) : rc;
}

static void ready(struct vio_device *d)
{
	vio_net_control_ready(d->driver_state);
}

/* Buffers that could not be given when they came back get another chance here. */
static void config_changed(struct vio_device *d)
{
	struct vio_net *n = d->driver_state;

	vio_net_refill(n);
	net_status_changed(n);
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
	.screen = vio_net_screen,
	.start = start,
	.ready = ready,
	.config_changed = config_changed,
};
