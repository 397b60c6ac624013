/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-9p: memory and life cycle. */
#include "drivers/p9/p9_internal.h"

enum {
	DEVICE_TYPE = 9,
	AT_TAG_LEN = 0,
	AT_TAG = 2,
	RING_MIN = 4, /* message and data each way */
	REQUESTS_MAX = 256,
};

/* A host whose folder is on a network may be slow. */
#define TIMEOUT_NS UINT64_C(60000000000)

struct vio_p9 *vio_p9_of(struct vio_device *d)
{
	return d && d->driver == &vio_p9_driver ? p9_of(d) : NULL;
}

int vio_p9_init(struct vio_p9 *p, struct vio_transport *t, const struct vio_platform *platform,
		const struct vio_p9_options *o)
{
	static const struct vio_p9_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	p->nslots = o->requests ? o->requests : VIO_P9_REQUESTS;
	p->nfids = o->fids ? o->fids : VIO_P9_FIDS;
	p->want_msize = o->msize ? o->msize : VIO_P9_MSIZE;
	if (!vio_is_power_of_two(p->nslots, REQUESTS_MAX) || p->want_msize < VIO_P9_MSIZE_MIN)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, platform, o->memory, o->bytes,
			       VIO_P9_MEMORY((size_t)p->nslots, (size_t)p->nfids));
	if (rc < 0)
		return rc;
	p->priv = vio_room_take(&room, VQ_PRIVATE_BYTES(4 * (size_t)p->nslots));
	p->slot = vio_room_take(&room, p->nslots * sizeof(struct vio_p9_slot));
	p->fid = vio_room_take(&room, p->nfids);
	vio_device_init(&p->device, t, platform, &vio_p9_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_p9_init(p9_of(d), t, p, options);
}

/* ---- Life cycle ---- */

static int bad_tag(struct vio_p9 *p)
{
	vio_device_protocol_error(&p->device, P9_QUEUE, VIO_P9_BAD_TAG);
	return VIO_EDEVICE;
}

/* Config space ends somewhere, so a tag that ends beyond it cannot be read. */
static int read_tag(struct vio_p9 *p)
{
	uint16_t n = 0;
	uint8_t c;
	int rc = vio_device_config(&p->device, AT_TAG_LEN, &n, sizeof(n));

	if (rc < 0)
		return rc;
	if (n == 0 || vio_config_read(p->device.transport, AT_TAG + n - 1u, &c, 1) != VIO_OK)
		return bad_tag(p);
	for (unsigned i = 0; rc == VIO_OK && i < n && i < VIO_P9_TAG_MAX; i++) {
		rc = vio_device_config(&p->device, AT_TAG + i, &c, 1);
		p->tag[i] = c >= 0x20 && c <= 0x7e ? (char)c : '?';
		p->tag[i + 1] = '\0';
	}
	return rc;
}

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share(struct vio_p9 *p)
{
	const size_t each = VIO_P9_OUT_BYTES + VIO_P9_IN_BYTES;
	vio_dma at;

	if (p->slot[0].out)
		return VIO_OK;
	uint8_t *mem = vio_device_ring_memory(&p->device, p->nslots * each, 16, &at);
	if (!mem)
		return VIO_ENOMEM;
	for (unsigned i = 0; i < p->nslots; i++) {
		struct vio_p9_slot *s = &p->slot[i];

		s->out = mem + i * each;
		s->in = s->out + VIO_P9_OUT_BYTES;
		s->out_at.addr = at.addr + i * each;
		s->in_at.addr = s->out_at.addr + VIO_P9_OUT_BYTES;
	}
	return VIO_OK;
}

static int open_queue(struct vio_p9 *p)
{
	const struct vio_queue_options o = { .index = P9_QUEUE,
					     .max = (uint16_t)(4 * p->nslots),
					     .least = RING_MIN,
					     .priv = p->priv,
					     .request_done = vio_p9_done,
					     .timeout = TIMEOUT_NS };

	return vio_queue_open(&p->device, &p->queue, &o);
}

static int start(struct vio_device *d)
{
	struct vio_p9 *p = p9_of(d);
	int rc = VIO_OK;

	vio_p9_forget(p);
	p->tag[0] = '\0';
	if (vio_has(d, VIO_P9_F_MOUNT_TAG))
		rc = read_tag(p);
	if (rc == VIO_OK)
		rc = open_queue(p);
	return rc < 0 ? rc : share(p);
}

/* The first message agrees on the protocol; everything else waits for its reply. */
static void ready(struct vio_device *d)
{
	struct vio_p9 *p = p9_of(d);

	p->hello = (struct vio_p9_request){ .op = VIO_P9_VERSION };
	vio_p9_send(p, &p->hello);
}

static const char *const codes[] = {
	[VIO_P9_BAD_TAG - 1] = "the mount tag is empty, or longer than the configuration space",
	[VIO_P9_BAD_SIZE - 1] = "the size in a reply is not the used length",
	[VIO_P9_BAD_TYPE - 1] = "a reply has another type than its request",
	[VIO_P9_BAD_REQUEST - 1] = "a reply has the tag of another request",
	[VIO_P9_BAD_VERSION - 1] = "the host does not speak 9P2000.L",
	[VIO_P9_BAD_MSIZE - 1] = "the host's message size is too large or too small",
	[VIO_P9_BAD_REPLY - 1] = "a string, count or number in a reply does not fit",
};

const struct vio_driver vio_p9_driver = {
	.codes = codes,
	.ncodes = sizeof(codes) / sizeof(codes[0]),
	.name = "virtio-9p",
	.device_type = DEVICE_TYPE,
	.features = { .wanted = VIO_P9_F_MOUNT_TAG },
	.state_size = sizeof(struct vio_p9),
	.init = init,
	.start = start,
	.ready = ready,
};

const struct vio_feature vio_p9_features[] = {
	{ 0, "MOUNT_TAG" },
	{ 0, NULL },
};
