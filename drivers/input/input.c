/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-input: receiving events, sending messages, life cycle. */
#include "drivers/input/input_internal.h"

#include <string.h>

enum {
	DEVICE_TYPE = 18,
	EVENT_QUEUE = 0,
	STATUS_QUEUE = 1,
	RING_MAX = 1024,
};

/* The host may pass a message on to a real device, which takes time. */
#define TIMEOUT_NS UINT64_C(10000000000)

struct vio_input *vio_input_of(struct vio_device *d)
{
	return d && d->driver == &vio_input_driver ? input_of(d) : NULL;
}

/* ---- Events ---- */

/* The event is zeroed first, so a device that claims an event without writing it has reported
 * SYN. */
static void give(struct vio_input *in, struct vio_input_slot *s)
{
	*s->event = (struct vio_input_event){ 0, 0, 0 };
	s->buf = (struct vio_buf){ .p = s->event, .seg.len = sizeof(*s->event) };
	s->request = (struct vio_request){ .buf = &s->buf, .nwrite = 1 };
	s->busy = vio_queue_request(&in->events, &s->request) == VIO_OK;
}

/* Give every idle buffer to the device. A buffer that it cannot take now is tried again next
 * time. */
static void refill(struct vio_input *in)
{
	for (unsigned i = 0; i < in->nslots; i++) {
		if (!in->slot[i].busy)
			give(in, &in->slot[i]);
	}
}

/* Remember which keys are held; `code` is below VIO_INPUT_KEYS. */
static void hold(struct vio_input *in, uint16_t code, bool pressed)
{
	const uint8_t bit = (uint8_t)(1u << (code % 8));

	if (pressed)
		in->held[code / 8] |= bit;
	else
		in->held[code / 8] &= (uint8_t)~bit;
}

static void report(struct vio_input *in, struct vio_input_event e)
{
	if (!vio_input_has(in, e.type, e.code)) {
		in->dropped++;
		return;
	}
	if (e.type == VIO_INPUT_KEY)
		hold(in, e.code, e.value != 0);
	in->reported++;
	if (in->event)
		in->event(in, e);
}

static void came(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_input *in = input_of(q->dev);
	struct vio_input_slot *s = (struct vio_input_slot *)(void *)r;
	const struct vio_input_event e = *s->event;

	s->busy = false;
	if (err != VIO_OK)
		return;
	if (written >= sizeof(e))
		report(in, e);
	else
		in->dropped++;
	refill(in);
}

/* ---- Messages ---- */

static void sent(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	(void)q;
	(void)err;
	(void)written;
	((struct vio_input_slot *)(void *)r)->busy = false;
}

static struct vio_input_slot *idle_message(struct vio_input *in)
{
	for (unsigned i = 0; i < in->nmessages; i++) {
		if (!in->message[i].busy)
			return &in->message[i];
	}
	return NULL;
}

int vio_input_send(struct vio_input *in, struct vio_input_event e)
{
	struct vio_input_slot *s = idle_message(in);

	if (in->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!vio_input_has(in, e.type, e.code))
		return VIO_ENOTSUP;
	if (!s)
		return VIO_EFULL;
	*s->event = e;
	s->buf = (struct vio_buf){ .p = s->event, .seg.len = sizeof(*s->event) };
	s->request = (struct vio_request){ .buf = &s->buf, .nread = 1 };
	int rc = vio_queue_request(&in->status, &s->request);
	s->busy = rc == VIO_OK;
	vio_queue_kick(&in->status);
	return rc;
}

/* ---- Memory ---- */

/* Buffers that the device writes are apart from the private state. */
static struct vio_input_slot *slots(struct vio_room *room, size_t n, void **priv)
{
	struct vio_input_slot *s = vio_room_take(room, n * sizeof(*s));

	*priv = vio_room_take(room, VQ_PRIVATE_BYTES(n));
	struct vio_input_event *event = vio_room_take(room, n * sizeof(*event));
	for (size_t i = 0; i < n; i++)
		s[i].event = &event[i];
	return s;
}

int vio_input_init(struct vio_input *in, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_input_options *o)
{
	static const struct vio_input_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	in->nslots = o->events ? o->events : VIO_INPUT_EVENTS;
	in->nmessages = o->messages ? o->messages : VIO_INPUT_MESSAGES;
	if (!vio_is_power_of_two(in->nslots, RING_MAX) ||
	    !vio_is_power_of_two(in->nmessages, RING_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_INPUT_MEMORY((size_t)in->nslots, (size_t)in->nmessages));
	if (rc < 0)
		return rc;
	in->slot = slots(&room, in->nslots, &in->events_priv);
	in->message = slots(&room, in->nmessages, &in->status_priv);
	vio_device_init(&in->device, t, p, &vio_input_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_input_init(input_of(d), t, p, options);
}

/* ---- Life cycle ---- */

static int open_queues(struct vio_input *in)
{
	const struct vio_queue_options events = { .index = EVENT_QUEUE,
						  .max = in->nslots,
						  .priv = in->events_priv,
						  .request_done = came };
	const struct vio_queue_options status = {
		.index = STATUS_QUEUE,
		.max = in->nmessages,
		.priv = in->status_priv,
		.request_done = sent,
		.timeout = TIMEOUT_NS,
		.resettable = true, /* a light that was not switched does no harm */
	};
	int rc = vio_queue_open(&in->device, &in->events, &events);

	return rc < 0 ? rc : vio_queue_open(&in->device, &in->status, &status);
}

static int start(struct vio_device *d)
{
	struct vio_input *in = input_of(d);
	int rc = vio_input_read_config(in);

	if (rc == VIO_OK)
		rc = open_queues(in);
	if (rc < 0)
		return rc;
	refill(in);
	return vq_free(&in->events.vq) < vq_size(&in->events.vq) ? VIO_OK : VIO_EADDR;
}

/* The device is gone, so no release of a held key will be reported. */
static void stopped(struct vio_device *d)
{
	struct vio_input *in = input_of(d);

	for (unsigned code = 0; code < VIO_INPUT_KEYS; code++) {
		if (in->held[code / 8] >> (code % 8) & 1)
			report(in, (struct vio_input_event){ VIO_INPUT_KEY, (uint16_t)code, 0 });
	}
}

const struct vio_driver vio_input_driver = {
	.name = "virtio-input",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* a light that is switched on twice is on */
	.state_size = sizeof(struct vio_input),
	.init = init,
	.start = start,
	.stopped = stopped,
};
