/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs: memory and life cycle. */
#include "drivers/fs/fs_internal.h"

enum {
	DEVICE_TYPE = 26,
	AT_TAG = 0,
	AT_QUEUES = 36,
	RING_MIN = 4, /* message and data each way */
	REQUESTS_MAX = 256,
};

/* A host whose folder is on a network may be slow. */
#define TIMEOUT_NS UINT64_C(60000000000)

struct vio_fs *vio_fs_of(struct vio_device *d)
{
	return d && d->driver == &vio_fs_driver ? fs_of(d) : NULL;
}

int vio_fs_init(struct vio_fs *f, struct vio_transport *t, const struct vio_platform *platform,
		const struct vio_fs_options *o)
{
	static const struct vio_fs_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	f->nslots = o->requests ? o->requests : VIO_FS_REQUESTS;
	f->nfiles = o->files ? o->files : VIO_FS_FILES;
	f->want_data = o->max_data ? o->max_data : VIO_FS_DATA;
	if (!vio_is_power_of_two(f->nslots, REQUESTS_MAX) || f->nfiles < 2 ||
	    f->want_data < VIO_FS_DATA_MIN)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, platform, o->memory, o->bytes,
			       VIO_FS_MEMORY((size_t)f->nslots, (size_t)f->nfiles));
	if (rc < 0)
		return rc;
	f->priv = vio_room_take(&room, VQ_PRIVATE_BYTES(4 * (size_t)f->nslots));
	f->hiprio_priv = vio_room_take(&room, VQ_PRIVATE_BYTES((size_t)f->nslots));
	f->slot = vio_room_take(&room, f->nslots * sizeof(struct vio_fs_slot));
	f->file = vio_room_take(&room, f->nfiles * sizeof(struct vio_fs_node));
	vio_device_init(&f->device, t, platform, &vio_fs_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_fs_init(fs_of(d), t, p, options);
}

/* ---- Life cycle ---- */

static int refuse(struct vio_fs *f, enum vio_fs_protocol_error error)
{
	vio_device_protocol_error(&f->device, FS_HIPRIO_QUEUE, error);
	return VIO_EDEVICE;
}

/* The tag ends with a NUL only if it is shorter than its field (5.11.4). */
static int read_folder(struct vio_fs *f)
{
	int rc = vio_device_config(&f->device, AT_QUEUES, &f->queues, sizeof(f->queues));
	uint8_t c = 1;

	for (unsigned i = 0; rc == VIO_OK && c != '\0' && i < VIO_FS_TAG_MAX; i++) {
		rc = vio_device_config(&f->device, AT_TAG + i, &c, 1);
		f->tag[i] = c == '\0' || (c >= 0x20 && c <= 0x7e) ? (char)c : '?';
	}
	if (rc < 0)
		return rc;
	if (f->tag[0] == '\0')
		return refuse(f, VIO_FS_BAD_TAG);
	return f->queues == 0 ? refuse(f, VIO_FS_BAD_QUEUES) : VIO_OK;
}

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share(struct vio_fs *f)
{
	const size_t each = VIO_FS_OUT_BYTES + VIO_FS_IN_BYTES;
	vio_dma at;

	if (f->slot[0].out)
		return VIO_OK;
	uint8_t *mem = vio_device_ring_memory(&f->device, f->nslots * each, 16, &at);
	if (!mem)
		return VIO_ENOMEM;
	for (unsigned i = 0; i < f->nslots; i++) {
		struct vio_fs_slot *s = &f->slot[i];

		s->out = mem + i * each;
		s->in = s->out + VIO_FS_OUT_BYTES;
		s->out_at.addr = at.addr + i * each;
		s->in_at.addr = s->out_at.addr + VIO_FS_OUT_BYTES;
	}
	return VIO_OK;
}

static int open_queues(struct vio_fs *f)
{
	const struct vio_queue_options hiprio = { .index = FS_HIPRIO_QUEUE,
						  .max = f->nslots,
						  .priv = f->hiprio_priv,
						  .request_done = vio_fs_done,
						  .timeout = TIMEOUT_NS };
	const struct vio_queue_options o = { .index = FS_REQUEST_QUEUE,
					     .max = (uint16_t)(4 * f->nslots),
					     .least = RING_MIN,
					     .priv = f->priv,
					     .request_done = vio_fs_done,
					     .timeout = TIMEOUT_NS };
	const int rc = vio_queue_open(&f->device, &f->hiprio, &hiprio);

	return rc < 0 ? rc : vio_queue_open(&f->device, &f->queue, &o);
}

static int start(struct vio_device *d)
{
	struct vio_fs *f = fs_of(d);

	vio_fs_forget(f);
	int rc = read_folder(f);
	if (rc == VIO_OK)
		rc = open_queues(f);
	return rc < 0 ? rc : share(f);
}

/* The first message agrees on the protocol; everything else waits for its reply. */
static void ready(struct vio_device *d)
{
	struct vio_fs *f = fs_of(d);

	f->hello = (struct vio_fs_request){ .op = VIO_FS_INIT };
	vio_fs_send(f, &f->hello);
}

static const char *const codes[] = {
	[VIO_FS_BAD_TAG - 1] = "the tag is empty",
	[VIO_FS_BAD_QUEUES - 1] = "there is no queue for requests",
	[VIO_FS_BAD_SIZE - 1] = "the length in a reply is not the used length",
	[VIO_FS_BAD_REQUEST - 1] = "a reply has the number of another request",
	[VIO_FS_BAD_VERSION - 1] = "the host does not speak FUSE 7.27 or newer",
	[VIO_FS_BAD_DATA - 1] = "the host takes fewer than 4096 bytes at once",
	[VIO_FS_BAD_ERROR - 1] = "an error has a number that does not exist, or data",
	[VIO_FS_BAD_REPLY - 1] = "a length or number in a reply does not fit",
	[VIO_FS_BAD_NODE - 1] = "a file has the number of none or of the root",
};

const struct vio_driver vio_fs_driver = {
	.codes = codes,
	.ncodes = sizeof(codes) / sizeof(codes[0]),
	.name = "virtio-fs",
	.device_type = DEVICE_TYPE,
	.state_size = sizeof(struct vio_fs),
	.init = init,
	.start = start,
	.ready = ready,
};

const struct vio_feature vio_fs_features[] = {
	{ 0, "NOTIFICATION" },
	{ 0, NULL },
};
