/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock: memory, life cycle, events of the transport. */
#include "drivers/vsock/vsock_internal.h"

#include <string.h>

enum {
	DEVICE_TYPE = 19,
	RX_QUEUE = 0,
	TX_QUEUE = 1,
	EVENT_QUEUE = 2,
	AT_GUEST_CID = 0,
	CID_FIRST = 3, /* smaller CIDs are reserved */
	RING_MAX = 1024,
	PACKET_MIN = 64,
	TRANSPORT_RESET = 0,
};

/* The peer of a packet may be slow. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_vsock *vio_vsock_of(struct vio_device *d)
{
	return d && d->driver == &vio_vsock_driver ? vsock_of(d) : NULL;
}

/* ---- Memory ---- */

/* Packets are apart from the private state. */
static struct vio_vsock_slot *slots(struct vio_room *room, size_t n, size_t packet, void **priv)
{
	*priv = vio_room_take(room, VQ_PRIVATE_BYTES(n));
	struct vio_vsock_slot *s = vio_room_take(room, n * sizeof(*s));
	uint8_t *bytes = vio_room_take(room, n * VIO_ROOM_BYTES(packet));
	for (size_t i = 0; i < n; i++)
		s[i].bytes = bytes + i * VIO_ROOM_BYTES(packet);
	return s;
}

int vio_vsock_init(struct vio_vsock *v, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_vsock_options *o)
{
	static const struct vio_vsock_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	v->nrx = o->receive ? o->receive : VIO_VSOCK_BUFFERS;
	v->ntx = o->send ? o->send : VIO_VSOCK_BUFFERS;
	v->packet = o->packet ? o->packet : VIO_VSOCK_PACKET;
	if (!vio_is_power_of_two(v->nrx, RING_MAX) || !vio_is_power_of_two(v->ntx, RING_MAX) ||
	    v->packet < PACKET_MIN || v->packet > VIO_VSOCK_PACKET_MAX)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_VSOCK_MEMORY((size_t)v->nrx, (size_t)v->ntx, (size_t)v->packet));
	if (rc < 0)
		return rc;
	v->rx_slot = slots(&room, v->nrx, v->packet, &v->rx_priv);
	v->tx_slot = slots(&room, v->ntx, v->packet, &v->tx_priv);
	v->event_slot = slots(&room, VIO_VSOCK_EVENTS, VIO_VSOCK_EVENT_BYTES, &v->event_priv);
	vio_device_init(&v->device, t, p, &vio_vsock_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_vsock_init(vsock_of(d), t, p, options);
}

/* ---- Our CID ---- */

static int read_cid(struct vio_vsock *v)
{
	uint64_t cid = 0;
	const int rc = vio_device_config(&v->device, AT_GUEST_CID, &cid, sizeof(cid));

	if (rc < 0)
		return rc;
	v->cid = cid;
	if (cid >= CID_FIRST && cid < UINT32_MAX)
		return VIO_OK;
	vio_device_protocol_error(&v->device, RX_QUEUE, VIO_VSOCK_BAD_CID);
	return VIO_EDEVICE;
}

/* The guest was moved to another host: its connections are gone, and its CID may be another one.
 * Listeners stay (5.10.6.6). */
__attribute__((noinline)) static void moved(struct vio_vsock *v)
{
	read_cid(v); /* if this fails, the device does */
	vio_vsock_end_all(v, VIO_EDEVICE);
}

static void event(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_vsock *v = vsock_of(q->dev);
	struct vio_vsock_slot *s = (struct vio_vsock_slot *)(void *)r;
	uint32_t id = UINT32_MAX;

	if (err != VIO_OK)
		return;
	if (written >= sizeof(id))
		memcpy(&id, s->bytes, sizeof(id));
	vio_vsock_give(q, s, VIO_VSOCK_EVENT_BYTES);
	if (id == TRANSPORT_RESET)
		moved(v);
	else
		v->dropped++;
}

/* ---- Life cycle ---- */

static int open_queues(struct vio_vsock *v)
{
	const struct vio_queue_options rx = { .index = RX_QUEUE,
					      .max = v->nrx,
					      .priv = v->rx_priv,
					      .request_done = vio_vsock_received };
	const struct vio_queue_options tx = { .index = TX_QUEUE,
					      .max = v->ntx,
					      .priv = v->tx_priv,
					      .request_done = vio_vsock_sent,
					      .timeout = TIMEOUT_NS };
	const struct vio_queue_options events = { .index = EVENT_QUEUE,
						  .max = VIO_VSOCK_EVENTS,
						  .priv = v->event_priv,
						  .request_done = event };
	int rc = vio_queue_open(&v->device, &v->rx, &rx);

	if (rc == VIO_OK)
		rc = vio_queue_open(&v->device, &v->tx, &tx);
	return rc < 0 ? rc : vio_queue_open(&v->device, &v->event, &events);
}

static int start(struct vio_device *d)
{
	struct vio_vsock *v = vsock_of(d);
	int rc = read_cid(v);

	if (rc == VIO_OK)
		rc = open_queues(v);
	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < v->nrx; i++)
		vio_vsock_give(&v->rx, &v->rx_slot[i], v->packet);
	for (unsigned i = 0; i < VIO_VSOCK_EVENTS; i++)
		vio_vsock_give(&v->event, &v->event_slot[i], VIO_VSOCK_EVENT_BYTES);
	return vq_free(&v->rx.vq) < vq_size(&v->rx.vq) ? VIO_OK : VIO_EADDR;
}

/* A device that offers neither feature has streams. A device with NO_IMPLIED_STREAM must offer
 * STREAM (5.10.3). */
static int screen(struct vio_device *d)
{
	const bool implied = (d->offered & VIO_VSOCK_F_NO_IMPLIED_STREAM) == 0;

	return implied || (d->offered & VIO_VSOCK_F_STREAM) != 0 ? VIO_OK : VIO_ENOTSUP;
}

static void stopped(struct vio_device *d)
{
	vio_vsock_end_all(vsock_of(d), VIO_EDEVICE);
}

static const char *const codes[] = {
	[VIO_VSOCK_BAD_CID - 1] = "guest_cid is reserved, or has more than 32 bits",
};

const struct vio_driver vio_vsock_driver = {
	.codes = codes,
	.ncodes = sizeof(codes) / sizeof(codes[0]),
	.name = "virtio-vsock",
	.device_type = DEVICE_TYPE,
	.features = { .wanted = VIO_VSOCK_F_STREAM | VIO_VSOCK_F_SEQPACKET |
				VIO_VSOCK_F_NO_IMPLIED_STREAM },
	.state_size = sizeof(struct vio_vsock),
	.init = init,
	.screen = screen,
	.start = start,
	.stopped = stopped,
};

const struct vio_feature vio_vsock_features[] = {
	{ 0, "STREAM" },
	{ 1, "SEQPACKET" },
	{ 2, "NO_IMPLIED_STREAM" },
	{ 0, NULL },
};
