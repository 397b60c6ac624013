/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: memory and life cycle. */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

enum {
	DEVICE_TYPE = 8,
	CONTROL_QUEUE = 0,
	EVENT_QUEUE = 1,
	REQUEST_QUEUE = 2,
	RING_MIN = 3, /* header, response, a piece of data */
	RING_MAX = 1024,
	CONTROL_RING_MIN = 2,

	/* Offsets in config space. */
	AT_SEG_MAX = 4,
	AT_MAX_SECTORS = 8,
	AT_CMD_PER_LUN = 12,
	AT_SENSE_SIZE = 20,
	AT_CDB_SIZE = 24,
	AT_MAX_TARGET = 30,
	AT_MAX_LUN = 32,
};

/* A disk that is busy for other guests may take long. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_scsi *vio_scsi_of(struct vio_device *d)
{
	return d && d->driver == &vio_scsi_driver ? scsi_of(d) : NULL;
}

/* ---- Memory ---- */

static struct vio_scsi_slot *take_slots(struct vio_room *room, size_t n, size_t bufs)
{
	struct vio_scsi_slot *s = vio_room_take(room, n * sizeof(*s));
	struct vio_buf *buf = vio_room_take(room, n * bufs * sizeof(*buf));

	for (size_t i = 0; i < n; i++)
		s[i].buf = buf + i * bufs;
	return s;
}

static struct vio_scsi_slot *link_slots(struct vio_scsi_slot *s, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		s[i].next = &s[i + 1];
	return s;
}

static void carve(struct vio_scsi *s, struct vio_room *room)
{
	s->unit = vio_room_take(room, s->units * sizeof(*s->unit));
	s->slot = take_slots(room, s->requests + 1u, s->segs + 3u);
	s->event_slot = take_slots(room, s->nevents, 1);
	s->task_slot = take_slots(room, s->tasks, 2);
	s->free = link_slots(s->slot, s->requests);
	s->free_task = link_slots(s->task_slot, s->tasks);
	s->request_priv = vio_room_take(room, VQ_PRIVATE_BYTES((size_t)s->ring));
	s->event_priv = vio_room_take(room, VQ_PRIVATE_BYTES((size_t)s->nevents));
	s->control_priv = vio_room_take(room, VQ_PRIVATE_BYTES(2 * (size_t)s->tasks));
}

static bool is_valid(const struct vio_scsi *s)
{
	return vio_is_power_of_two(s->ring, RING_MAX) && s->ring >= RING_MIN &&
	       vio_is_power_of_two(s->nevents, RING_MAX) &&
	       vio_is_power_of_two(s->tasks, RING_MAX / 2) && s->requests <= RING_MAX &&
	       s->segs <= VIO_SCSI_SEGS && s->targets <= VIO_SCSI_TARGETS;
}

int vio_scsi_init(struct vio_scsi *s, struct vio_transport *t, const struct vio_platform *p,
		  const struct vio_scsi_options *o)
{
	static const struct vio_scsi_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	s->ring = o->ring ? o->ring : VIO_SCSI_RING;
	s->requests = o->requests ? o->requests : VIO_SCSI_REQUESTS;
	s->segs = o->segs ? o->segs : VIO_SCSI_SEGS;
	s->nevents = o->events ? o->events : VIO_SCSI_EVENTS;
	s->tasks = o->tasks ? o->tasks : VIO_SCSI_TASKS;
	s->targets = o->targets ? o->targets : VIO_SCSI_TARGETS;
	s->units = o->units ? o->units : VIO_SCSI_UNITS;
	if (!is_valid(s))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_SCSI_MEMORY((size_t)s->ring, (size_t)s->requests, s->segs,
					       (size_t)s->nevents, (size_t)s->tasks, s->units));
	if (rc < 0)
		return rc;
	carve(s, &room);
	vio_device_init(&s->device, t, p, &vio_scsi_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_scsi_init(scsi_of(d), t, p, options);
}

/* Give `n` slots their part of the ring memory at `*at`. */
static void share_slots(struct vio_scsi_slot *s, size_t n, size_t bytes, uint8_t **mem, vio_dma *at)
{
	for (size_t i = 0; i < n; i++) {
		s[i].wire = *mem;
		s[i].wire_at = *at;
		*mem += bytes;
		at->addr += bytes;
	}
}

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share(struct vio_scsi *s)
{
	const size_t bytes = (s->requests + 1u) * (size_t)SCSI_WIRE +
			     s->nevents * (size_t)SCSI_EVENT_WIRE +
			     s->tasks * (size_t)SCSI_TASK_WIRE + VIO_SCSI_ANSWER_BYTES;
	vio_dma at;

	if (s->shared)
		return VIO_OK;
	uint8_t *mem = vio_device_ring_memory(&s->device, bytes, 16, &at);
	if (!mem)
		return VIO_ENOMEM;
	s->shared = mem;
	share_slots(s->slot, s->requests + 1u, SCSI_WIRE, &mem, &at);
	share_slots(s->event_slot, s->nevents, SCSI_EVENT_WIRE, &mem, &at);
	share_slots(s->task_slot, s->tasks, SCSI_TASK_WIRE, &mem, &at);
	s->scan.shared = mem;
	s->scan.buf.seg.addr = at;
	return VIO_OK;
}

/* ---- Requests ---- */

static void request_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_scsi *s = scsi_of(q->dev);

	vio_scsi_end(s, (struct vio_scsi_slot *)(void *)r, err, written);
	vio_scsi_go_on(s);
}

static void event_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	vio_scsi_event_came(q, r, err, written);
	vio_scsi_go_on(scsi_of(q->dev));
}

/* ---- Life cycle ---- */

static int read_config(struct vio_scsi *s)
{
	uint32_t sense = 0, cdb = 0;
	struct {
		size_t off;
		void *to;
		size_t bytes;
	} const fields[] = {
		{ AT_SEG_MAX, &s->config.seg_max, 4 },
		{ AT_MAX_SECTORS, &s->config.max_sectors, 4 },
		{ AT_CMD_PER_LUN, &s->config.cmd_per_lun, 4 },
		{ AT_SENSE_SIZE, &sense, 4 },
		{ AT_CDB_SIZE, &cdb, 4 },
		{ AT_MAX_TARGET, &s->config.max_target, 2 },
		{ AT_MAX_LUN, &s->config.max_lun, 4 },
	};
	int rc = VIO_OK;

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]) && rc == VIO_OK; i++)
		rc = vio_device_config(&s->device, fields[i].off, fields[i].to, fields[i].bytes);
	if (rc < 0)
		return rc;
	/* With 0 in these fields no request would be possible. */
	s->config.seg_max = s->config.seg_max ? s->config.seg_max : 1;
	s->config.cmd_per_lun = s->config.cmd_per_lun ? s->config.cmd_per_lun : 1;
	if (sense == SCSI_SENSE_BYTES && cdb == VIO_SCSI_CDB_BYTES)
		return VIO_OK;
	vio_device_protocol_error(&s->device, REQUEST_QUEUE, VIO_SCSI_SIZES);
	return VIO_EDEVICE;
}

static int open_queues(struct vio_scsi *s)
{
	const struct vio_queue_options control = { .index = CONTROL_QUEUE,
						   .max = (uint16_t)(2 * s->tasks),
						   .least = CONTROL_RING_MIN,
						   .priv = s->control_priv,
						   .request_done = vio_scsi_task_done,
						   .timeout = TIMEOUT_NS,
						   .resettable = true };
	const struct vio_queue_options event = { .index = EVENT_QUEUE,
						 .max = s->nevents,
						 .priv = s->event_priv,
						 .request_done = event_done };
	const struct vio_queue_options request = { .index = REQUEST_QUEUE,
						   .max = s->ring,
						   .least = RING_MIN,
						   .priv = s->request_priv,
						   .request_done = request_done,
						   .timeout = TIMEOUT_NS };
	int rc = vio_queue_open(&s->device, &s->control, &control);

	if (rc == VIO_OK)
		rc = vio_queue_open(&s->device, &s->event, &event);
	return rc < 0 ? rc : vio_queue_open(&s->device, &s->request, &request);
}

static int start(struct vio_device *d)
{
	struct vio_scsi *s = scsi_of(d);
	int rc = read_config(s);

	if (rc == VIO_OK)
		rc = open_queues(s);
	if (rc == VIO_OK)
		rc = share(s);
	if (rc < 0)
		return rc;
	vio_scsi_look_anew(s);
	vio_scsi_refill(s);
	return VIO_OK;
}

static void ready(struct vio_device *d)
{
	vio_scsi_go_on(scsi_of(d));
}

static const char *const codes[] = {
	[VIO_SCSI_SIZES - 1] = "cdb_size is not 32, or sense_size is not 96",
};

const struct vio_driver vio_scsi_driver = {
	.codes = codes,
	.ncodes = sizeof(codes) / sizeof(codes[0]),
	.name = "virtio-scsi",
	.device_type = DEVICE_TYPE,
	.features = { .wanted = VIO_SCSI_F_HOTPLUG | VIO_SCSI_F_CHANGE },
	.state_size = sizeof(struct vio_scsi),
	.init = init,
	.start = start,
	.ready = ready,
};

const struct vio_feature vio_scsi_features[] = {
	{ 0, "INOUT" }, { 1, "HOTPLUG" }, { 2, "CHANGE" }, { 3, "T10_PI" }, { 0, NULL },
};
