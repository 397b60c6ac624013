/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-balloon: memory, life cycle, and what the caller asks for. */
#include "drivers/balloon/balloon_internal.h"

enum {
	DEVICE_TYPE = 5,
	BATCH_MAX = 65536,
	CHUNK_MAX = 524288, /* 2 GiB; the length of a buffer has 32 bits */
	INFLATE_QUEUE = 0,
	DEFLATE_QUEUE = 1,
	STATS_QUEUE = 2,
	HINT_QUEUE = 3,
	REPORT_QUEUE = 4,
	REPORT_QUEUE_ODD = 3,
};

/* The host may have to write memory to a disk. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_balloon *vio_balloon_of(struct vio_device *d)
{
	return d && d->driver == &vio_balloon_driver ? balloon_of(d) : NULL;
}

/* ---- Memory ---- */

int vio_balloon_init(struct vio_balloon *b, struct vio_transport *t, const struct vio_platform *p,
		     const struct vio_balloon_options *o)
{
	static const struct vio_balloon_options defaults;
	struct vio_room room;

	b->o = o ? *o : defaults;
	b->arg = b->o.arg;
	b->o.batch = b->o.batch ? b->o.batch : VIO_BALLOON_BATCH;
	b->o.chunk = b->o.chunk ? b->o.chunk : VIO_BALLOON_CHUNK;
	if (b->o.batch > BATCH_MAX || b->o.chunk > CHUNK_MAX)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, b->o.memory, b->o.bytes,
			       VIO_BALLOON_MEMORY((size_t)b->o.batch));
	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < VIO_BALLOON_QUEUES; i++)
		b->priv[i] = vio_room_take(&room, VQ_PRIVATE_BYTES(VIO_BALLOON_RING));
	b->pfn = vio_room_take(&room, b->o.batch * sizeof(*b->pfn));
	b->stat = vio_room_take(&room, (size_t)VIO_BALLOON_STATS_MAX * VIO_BALLOON_STAT_BYTES);
	vio_device_init(&b->device, t, p, &vio_balloon_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_balloon_init(balloon_of(d), t, p, options);
}

int vio_balloon_use(struct vio_balloon *b, const struct vio_balloon_run *run)
{
	if ((uintptr_t)run->p % VIO_BALLOON_PAGE != 0 || run->at.addr % VIO_BALLOON_PAGE != 0)
		return VIO_EINVAL;
	if (run->at.addr / VIO_BALLOON_PAGE + run->pages > (uint64_t)UINT32_MAX + 1)
		return VIO_EADDR;
	if (b->pages > 0 || b->out > 0)
		return VIO_EBUSY;
	b->run = *run;
	vio_balloon_go_on(b);
	return VIO_OK;
}

/* ---- Life cycle ---- */

static int screen(struct vio_device *d)
{
	const struct vio_balloon *b = balloon_of(d);

	if (!b->o.stats)
		d->declined |= VIO_BALLOON_F_STATS_VQ;
	if (!b->o.poison)
		d->declined |= VIO_BALLOON_F_PAGE_POISON;
	return VIO_OK;
}

static int open_queue(struct vio_balloon *b, struct vio_queue *q, uint16_t index, void *priv,
		      vio_request_fn done)
{
	const struct vio_queue_options o = { .index = index,
					     .max = VIO_BALLOON_RING,
					     .priv = priv,
					     .request_done = done,
					     /* The device keeps the buffer of the statistics. */
					     .timeout = q == &b->stats ? 0 : TIMEOUT_NS };

	return vio_queue_open(&b->device, q, &o);
}

/* The queue of reports has the number 4. In QEMU it has the number 3 if FREE_PAGE_HINT was not
 * negotiated. */
static int open_report(struct vio_balloon *b)
{
	void *priv = b->priv[REPORT_QUEUE];
	const int rc = open_queue(b, &b->report, REPORT_QUEUE, priv, vio_balloon_done);

	if (rc != VIO_ENODEV || vio_has(&b->device, VIO_BALLOON_F_FREE_PAGE_HINT))
		return rc;
	return open_queue(b, &b->report, REPORT_QUEUE_ODD, priv, vio_balloon_done);
}

static int open_optional(struct vio_balloon *b)
{
	const struct vio_device *d = &b->device;
	int rc = VIO_OK;

	if (vio_has(d, VIO_BALLOON_F_STATS_VQ))
		rc = open_queue(b, &b->stats, STATS_QUEUE, b->priv[STATS_QUEUE],
				vio_balloon_stats_done);
	if (rc == VIO_OK && vio_has(d, VIO_BALLOON_F_FREE_PAGE_HINT))
		rc = open_queue(b, &b->hint, HINT_QUEUE, b->priv[HINT_QUEUE], vio_balloon_done);
	if (rc == VIO_OK && vio_has(d, VIO_BALLOON_F_REPORTING))
		rc = open_report(b);
	return rc;
}

/* 5.5.5: the poison is set before DRIVER_OK, and the device has the statistics from then on. */
static int start(struct vio_device *d)
{
	struct vio_balloon *b = balloon_of(d);
	const bool poison = vio_has(d, VIO_BALLOON_F_PAGE_POISON);
	int rc =
		open_queue(b, &b->inflate, INFLATE_QUEUE, b->priv[INFLATE_QUEUE], vio_balloon_done);

	b->target = b->host_id = b->round = 0;
	if (rc == VIO_OK)
		rc = open_queue(b, &b->deflate, DEFLATE_QUEUE, b->priv[DEFLATE_QUEUE],
				vio_balloon_done);
	if (rc == VIO_OK)
		rc = open_optional(b);
	if (rc == VIO_OK && poison)
		rc = vio_device_config_write(d, BALLOON_AT_POISON, &b->o.poison_val,
					     sizeof(b->o.poison_val));
	if (rc == VIO_OK && vio_has(d, VIO_BALLOON_F_STATS_VQ))
		rc = vio_balloon_send_stats(b);
	return rc;
}

/* After a restart the device has to learn what is in the balloon. */
static void ready(struct vio_device *d)
{
	if (balloon_of(d)->pages > 0)
		vio_balloon_tell(balloon_of(d));
}

static void config_changed(struct vio_device *d)
{
	struct vio_balloon *b = balloon_of(d);
	uint32_t target = b->target, id = b->host_id;

	if (vio_device_config(d, BALLOON_AT_NUM_PAGES, &target, sizeof(target)) != VIO_OK)
		return;
	if (vio_has(d, VIO_BALLOON_F_FREE_PAGE_HINT) &&
	    vio_device_config(d, BALLOON_AT_HINT_ID, &id, sizeof(id)) != VIO_OK)
		return;
	if (target != b->target)
		b->limit = UINT32_MAX;
	b->target = target;
	b->host_id = id;
	vio_balloon_go_on(b);
}

static void stopped(struct vio_device *d)
{
	vio_balloon_failed(balloon_of(d));
}

/* ---- What the caller asks for ---- */

int vio_balloon_report(struct vio_balloon *b)
{
	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!vio_has(&b->device, VIO_BALLOON_F_REPORTING))
		return VIO_ENOTSUP;
	b->to_report = true;
	vio_balloon_go_on(b);
	return VIO_OK;
}

int vio_balloon_spare(struct vio_balloon *b, uint32_t pages)
{
	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!vio_has(&b->device, VIO_BALLOON_F_DEFLATE_ON_OOM))
		return VIO_ENOTSUP;
	if (b->pages == 0)
		return VIO_ENOMEM;
	if (b->op >= VIO_BALLOON_HINT_ID)
		return VIO_EBUSY;
	b->limit = b->pages > pages ? b->pages - pages : 0;
	vio_balloon_go_on(b);
	return VIO_OK;
}

const struct vio_driver vio_balloon_driver = {
	.name = "virtio-balloon",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* a page that is reported twice is in the balloon once */
	.features = { .wanted = VIO_BALLOON_F_MUST_TELL_HOST | VIO_BALLOON_F_STATS_VQ |
				VIO_BALLOON_F_DEFLATE_ON_OOM | VIO_BALLOON_F_FREE_PAGE_HINT |
				VIO_BALLOON_F_PAGE_POISON | VIO_BALLOON_F_REPORTING },
	.state_size = sizeof(struct vio_balloon),
	.init = init,
	.screen = screen,
	.start = start,
	.ready = ready,
	.config_changed = config_changed,
	.stopped = stopped,
};

const struct vio_feature vio_balloon_features[] = {
	{ 0, "MUST_TELL_HOST" },
	{ 1, "STATS_VQ" },
	{ 2, "DEFLATE_ON_OOM" },
	{ 3, "FREE_PAGE_HINT" },
	{ 4, "PAGE_POISON" },
	{ 5, "PAGE_REPORTING" },
	{ 0, NULL },
};
