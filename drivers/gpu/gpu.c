/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-gpu: memory and life cycle. */
#include "drivers/gpu/gpu_internal.h"

enum {
	DEVICE_TYPE = 16,
	CONTROL_QUEUE = 0,
	CURSOR_QUEUE = 1,
	AT_EVENTS_READ = 0,
	AT_EVENTS_CLEAR = 4,
	AT_NUM_SCANOUTS = 8,
	EVENT_DISPLAY = 1,
	RING_MIN = 3, /* a command, its runs, its answer */
	RING_MAX = 1024,
};

/* A host with a busy screen may be slow. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_gpu *vio_gpu_of(struct vio_device *d)
{
	return d && d->driver == &vio_gpu_driver ? gpu_of(d) : NULL;
}

int vio_gpu_init(struct vio_gpu *g, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_gpu_options *o)
{
	static const struct vio_gpu_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	g->ring = o->ring ? o->ring : VIO_GPU_RING;
	if (g->ring < RING_MIN || !vio_is_power_of_two(g->ring, RING_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes, VIO_GPU_MEMORY((size_t)g->ring));
	if (rc < 0)
		return rc;
	g->control_priv = vio_room_take(&room, VQ_PRIVATE_BYTES((size_t)g->ring));
	g->cursor_priv = vio_room_take(&room, VQ_PRIVATE_BYTES(VIO_GPU_CURSOR_RING));
	g->free = vio_room_take(&room, g->ring / 2u * sizeof(*g->free));
	for (g->nfree = 0; g->nfree < g->ring / 2; g->nfree++)
		g->free[g->nfree] = g->nfree;
	vio_device_init(&g->device, t, p, &vio_gpu_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_gpu_init(gpu_of(d), t, p, options);
}

/* ---- Life cycle ---- */

static int count_heads(struct vio_gpu *g)
{
	uint32_t n;
	int rc = vio_device_config(&g->device, AT_NUM_SCANOUTS, &n, sizeof(n));

	if (rc < 0)
		return rc;
	g->nheads = n < VIO_GPU_HEADS ? n : VIO_GPU_HEADS;
	if (n > 0)
		return VIO_OK;
	return vio_device_refuse(
		&g->device, (struct vio_problem){ .cause = VIO_C_NO_OUTPUT, .err = VIO_EDEVICE });
}

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share(struct vio_gpu *g)
{
	if (!g->answers)
		g->answers = vio_device_ring_memory(&g->device, gpu_answer_at(g->ring / 2u),
						    sizeof(uint64_t), &g->answers_at);
	return g->answers ? VIO_OK : VIO_ENOMEM;
}

static int open_queues(struct vio_gpu *g)
{
	const struct vio_queue_options control = { .index = CONTROL_QUEUE,
						   .max = g->ring,
						   .least = RING_MIN,
						   .priv = g->control_priv,
						   .request_done = vio_gpu_control_done,
						   .timeout = TIMEOUT_NS };
	const struct vio_queue_options cursor = { .index = CURSOR_QUEUE,
						  .max = VIO_GPU_CURSOR_RING,
						  .priv = g->cursor_priv,
						  .request_done = vio_gpu_cursor_done,
						  .timeout = TIMEOUT_NS };
	const int rc = vio_queue_open(&g->device, &g->control, &control);

	return rc < 0 ? rc : vio_queue_open(&g->device, &g->cursor, &cursor);
}

static int start(struct vio_device *d)
{
	struct vio_gpu *g = gpu_of(d);
	int rc = count_heads(g);

	g->starts++;
	if (rc == VIO_OK)
		rc = share(g);
	return rc < 0 ? rc : open_queues(g);
}

static void ready(struct vio_device *d)
{
	vio_gpu_ask(gpu_of(d));
}

/* The event is cleared before the displays are read, so that a later event is not lost. */
static void config_changed(struct vio_device *d)
{
	const uint32_t clear = EVENT_DISPLAY;
	uint32_t events;

	if (vio_device_config(d, AT_EVENTS_READ, &events, sizeof(events)) != VIO_OK ||
	    (events & EVENT_DISPLAY) == 0)
		return;
	vio_device_config_write(d, AT_EVENTS_CLEAR, &clear, sizeof(clear));
	vio_gpu_ask(gpu_of(d));
}

const struct vio_driver vio_gpu_driver = {
	.name = "virtio-gpu",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* drawing a picture twice has the same result */
	.features = { .wanted = VIO_GPU_F_EDID },
	.state_size = sizeof(struct vio_gpu),
	.init = init,
	.start = start,
	.ready = ready,
	.config_changed = config_changed,
};

const struct vio_feature vio_gpu_features[] = {
	{ 0, "VIRGL" },
	{ 1, "EDID" },
	{ 2, "RESOURCE_UUID" },
	{ 3, "RESOURCE_BLOB" },
	{ 4, "CONTEXT_INIT" },
	{ 5, "BLOB_ALIGNMENT" },
	{ 0, NULL },
};
