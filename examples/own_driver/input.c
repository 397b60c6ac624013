/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

enum { EVENT_QUEUE = 0, STATUS_QUEUE = 1, SELECT = 0, SUBSELECT = 1, BYTES = 2, DATA = 8 };
enum { ID_NAME = 1, EV_LED = 0x11 };

/* Give a buffer to the device, which writes an event to it. */
static int give(struct input *in, struct input_request *r)
{
	r->buf = (struct vio_buf){ .p = &r->event, .seg.len = sizeof(r->event) };
	r->request = (struct vio_request){ .buf = &r->buf, .nwrite = 1 };
	return vio_queue_request(&in->events, &r->request);
}

static void event_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written)
{
	struct input *in = (struct input *)q->dev;

	if (err != VIO_OK)
		return;
	in->heard += written == sizeof(struct input_event);
	give(in, (struct input_request *)request);
}

static void led_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written)
{
	(void)q;
	(void)err;
	(void)written;
	((struct input_request *)request)->busy = false;
}

/* Read the name of the device. `select` and `subsel` choose what config space shows (5.8.4). */
static int read_name(struct input *in)
{
	struct vio_device *d = &in->device;
	const uint8_t what = ID_NAME, none = 0;
	uint8_t n = 0;
	int rc = vio_device_config_write(d, SELECT, &what, 1);

	if (rc == VIO_OK)
		rc = vio_device_config_write(d, SUBSELECT, &none, 1);
	if (rc == VIO_OK)
		rc = vio_device_config(d, BYTES, &n, 1);
	for (uint8_t i = 0; rc == VIO_OK && i < n && i < INPUT_NAME_BYTES - 1; i++)
		rc = vio_device_config(d, DATA + i, &in->name[i], 1);
	return rc;
}

static int start(struct vio_device *d)
{
	struct input *in = (struct input *)d;
	int rc = read_name(in);

	if (rc == VIO_OK)
		rc = vio_queue_open(d, &in->events,
				    &(struct vio_queue_options){ .index = EVENT_QUEUE,
								 .max = INPUT_EVENTS,
								 .request_done = event_done });
	if (rc == VIO_OK)
		rc = vio_queue_open(d, &in->status,
				    &(struct vio_queue_options){ .index = STATUS_QUEUE,
								 .max = 1,
								 .request_done = led_done,
								 .timeout = UINT64_C(1000000000) });
	in->led.busy = false;
	for (unsigned i = 0; rc == VIO_OK && i < vio_queue_size(&in->events); i++)
		rc = give(in, &in->event[i]);
	return rc;
}

bool input_set_led(struct input *in, uint16_t led, bool on)
{
	struct input_request *r = &in->led;

	if (r->busy)
		return false;
	r->event = (struct input_event){ EV_LED, led, on };
	r->buf = (struct vio_buf){ .p = &r->event, .seg.len = sizeof(r->event) };
	r->request = (struct vio_request){ .buf = &r->buf, .nread = 1 };
	r->busy = vio_queue_request(&in->status, &r->request) == VIO_OK;
	vio_queue_kick(&in->status);
	return r->busy;
}

const struct vio_driver input_driver = {
	.name = "virtio-input",
	.device_type = 18,
	.state_size = sizeof(struct input),
	.start = start,
};
