/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-sound: memory, events and life cycle. */
#include "drivers/sound/sound_internal.h"

#include <string.h>

enum {
	DEVICE_TYPE = 25,
	RING_MAX = 256,
	CONTROL_RING = 4 * VIO_SOUND_COMMANDS,
	AT_JACKS = 0,
	AT_STREAMS = 4,
	AT_MAPS = 8,
};

/* The host's sound server may be slow to open a stream. */
#define TIMEOUT_NS UINT64_C(10000000000)

/* How long a lost notification delays samples. They may take as long as they like. */
#define PATIENCE_NS UINT64_C(1000000000)

struct vio_sound *vio_sound_of(struct vio_device *d)
{
	return d && d->driver == &vio_sound_driver ? sound_of(d) : NULL;
}

/* ---- Memory ---- */

static struct vio_sound_slot *link_slots(struct vio_sound_slot *s, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		s[i].next = &s[i + 1];
	return s;
}

static void carve(struct vio_sound *s, struct vio_room *room)
{
	s->stream = vio_room_take(room, s->streams * sizeof(*s->stream));
	s->jack = vio_room_take(room, s->jacks * sizeof(*s->jack));
	s->map = vio_room_take(room, s->maps * sizeof(*s->map));
	s->slot = vio_room_take(room, ((size_t)s->transfers + s->nevents + VIO_SOUND_COMMANDS + 1) *
					      sizeof(*s->slot));
	s->free = link_slots(s->slot, s->transfers);
	s->event_slot = s->slot + s->transfers;
	s->free_command = link_slots(s->event_slot + s->nevents, VIO_SOUND_COMMANDS);
	s->query.slot = s->event_slot + s->nevents + VIO_SOUND_COMMANDS;
	s->play_priv = vio_room_take(room, VQ_PRIVATE_BYTES(4 * (size_t)s->transfers));
	s->record_priv = vio_room_take(room, VQ_PRIVATE_BYTES(4 * (size_t)s->transfers));
	s->event_priv = vio_room_take(room, VQ_PRIVATE_BYTES((size_t)s->nevents));
	s->control_priv = vio_room_take(room, VQ_PRIVATE_BYTES((size_t)CONTROL_RING));
}

int vio_sound_init(struct vio_sound *s, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_sound_options *o)
{
	static const struct vio_sound_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	s->streams = o->streams ? o->streams : VIO_SOUND_STREAMS;
	s->jacks = o->jacks ? o->jacks : VIO_SOUND_JACKS;
	s->maps = o->maps ? o->maps : VIO_SOUND_MAPS;
	s->transfers = o->transfers ? o->transfers : VIO_SOUND_TRANSFERS;
	s->nevents = o->events ? o->events : VIO_SOUND_EVENTS;
	if (!vio_is_power_of_two(s->transfers, RING_MAX) ||
	    !vio_is_power_of_two(s->nevents, RING_MAX) || s->streams > VIO_SOUND_ENTRIES_MAX ||
	    s->jacks > VIO_SOUND_ENTRIES_MAX || s->maps > VIO_SOUND_ENTRIES_MAX)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_SOUND_MEMORY((size_t)s->streams, (size_t)s->jacks,
						(size_t)s->maps, (size_t)s->transfers,
						(size_t)s->nevents));
	if (rc < 0)
		return rc;
	carve(s, &room);
	vio_device_init(&s->device, t, p, &vio_sound_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_sound_init(sound_of(d), t, p, options);
}

/* Ring memory is never freed, so that of the first start is used by all later ones. */
static int share(struct vio_sound *s)
{
	const size_t n = s->transfers + s->nevents + (size_t)VIO_SOUND_COMMANDS;
	const size_t bytes = n * SOUND_WIRE + SOUND_QUERY_WIRE;
	vio_dma at;

	if (s->shared)
		return VIO_OK;
	s->shared = vio_device_ring_memory(&s->device, bytes, 16, &at);
	if (!s->shared)
		return VIO_ENOMEM;
	for (size_t i = 0; i <= n; i++) { /* the last one is for queries */
		s->slot[i].wire = s->shared + i * SOUND_WIRE;
		s->slot[i].wire_at.addr = at.addr + i * SOUND_WIRE;
	}
	return VIO_OK;
}

/* ---- Events ---- */

/* The event is zeroed first, so that a device which claims an event without writing it has reported
 * none. A buffer that the device cannot take now is tried again next time. */
static void refill(struct vio_sound *s)
{
	for (unsigned i = 0; i < s->nevents; i++) {
		struct vio_sound_slot *slot = &s->event_slot[i];

		if (slot->busy)
			continue;
		memset(slot->wire, 0, SOUND_EVENT_BYTES);
		slot->buf[0] = sound_share(slot, 0, SOUND_EVENT_BYTES);
		vio_request_set(&slot->device, slot->buf, 0, 1);
		slot->busy = vio_queue_request(&s->events, &slot->device) == VIO_OK;
	}
}

static void report(struct vio_sound *s, uint32_t what, uint32_t number)
{
	const bool of_jack = what == VIO_SOUND_CONNECTED || what == VIO_SOUND_DISCONNECTED;
	const bool of_stream = what == VIO_SOUND_PERIOD || what == VIO_SOUND_XRUN;

	if (!(of_jack && number < s->njacks) && !(of_stream && number < s->nstreams)) {
		s->refused++;
		return;
	}
	if (of_jack)
		s->jack[number].connected = what == VIO_SOUND_CONNECTED;
	if (s->event)
		s->event(s, (enum vio_sound_event)what, number);
}

static void event_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_sound *s = sound_of(q->dev);
	struct vio_sound_slot *slot = (struct vio_sound_slot *)(void *)r;
	uint8_t e[SOUND_EVENT_BYTES];

	memcpy(e, slot->wire, sizeof(e));
	slot->busy = false;
	if (err != VIO_OK)
		return;
	if (written >= sizeof(e))
		report(s, sound_get(e), sound_get(e + 4));
	else
		s->refused++;
	refill(s);
}

static void control_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_sound *s = sound_of(q->dev);
	struct vio_sound_slot *slot = (struct vio_sound_slot *)(void *)r;

	if (slot == s->query.slot)
		vio_sound_answered(s, err, written);
	else
		vio_sound_command_done(s, slot, written);
}

/* ---- Life cycle ---- */

/* Those beyond the user's limits are left out. */
static int read_config(struct vio_sound *s)
{
	uint32_t n[3] = { 0 };
	int rc = VIO_OK;

	for (unsigned i = 0; i < 3 && rc == VIO_OK; i++)
		rc = vio_device_config(&s->device, AT_JACKS + 4 * i, &n[i], sizeof(n[i]));
	s->njacks = n[0] < s->jacks ? n[0] : s->jacks;
	s->nstreams = n[1] < s->streams ? n[1] : s->streams;
	s->nmaps = n[2] < s->maps ? n[2] : s->maps;
	return rc;
}

static int open_queues(struct vio_sound *s)
{
	const uint16_t ring = (uint16_t)(4 * s->transfers);
	const struct {
		struct vio_queue *q;
		struct vio_queue_options o;
	} rows[] = {
		{ &s->control,
		  { .index = 0,
		    .max = CONTROL_RING,
		    .least = 2,
		    .priv = s->control_priv,
		    .request_done = control_done,
		    .timeout = TIMEOUT_NS } },
		{ &s->events,
		  { .index = 1,
		    .max = s->nevents,
		    .priv = s->event_priv,
		    .request_done = event_done } },
		/* Samples wait until their stream is started. */
		{ &s->play,
		  { .index = 2,
		    .max = ring,
		    .least = 3,
		    .priv = s->play_priv,
		    .request_done = vio_sound_transfer_done,
		    .timeout = PATIENCE_NS,
		    .patient = true } },
		{ &s->record,
		  { .index = 3,
		    .max = ring,
		    .least = 3,
		    .priv = s->record_priv,
		    .request_done = vio_sound_transfer_done,
		    .timeout = PATIENCE_NS,
		    .patient = true } },
	};
	int rc = VIO_OK;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == VIO_OK; i++)
		rc = vio_queue_open(&s->device, rows[i].q, &rows[i].o);
	return rc;
}

static int start(struct vio_device *d)
{
	struct vio_sound *s = sound_of(d);
	int rc = read_config(s);

	s->is_known = false;
	if (rc == VIO_OK)
		rc = open_queues(s);
	if (rc == VIO_OK)
		rc = share(s);
	if (rc < 0)
		return rc;
	refill(s);
	return VIO_OK;
}

static void ready(struct vio_device *d)
{
	vio_sound_ask(sound_of(d));
}

const struct vio_driver vio_sound_driver = {
	.name = "virtio-sound",
	.device_type = DEVICE_TYPE,
	.state_size = sizeof(struct vio_sound),
	.init = init,
	.start = start,
	.ready = ready,
};

const struct vio_feature vio_sound_features[] = {
	{ 0, "CTLS" },
	{ 0, NULL },
};
