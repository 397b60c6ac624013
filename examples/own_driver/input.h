/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-input (virtio 1.4, 5.8): a device class outside of the library. */
#ifndef INPUT_H
#define INPUT_H

#include <picovirtio/device.h>

enum { INPUT_EVENTS = 16, INPUT_NAME_BYTES = 64 };

struct input_event {
	uint16_t type, code; /* little-endian, as on the CPUs of this example */
	uint32_t value;
};

/* A request of one event, and the memory that the device reads or writes. */
struct input_request {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf;
	struct input_event event;
	bool busy;
};

struct input {
	struct vio_device device; /* first member */
	char name[INPUT_NAME_BYTES];
	struct vio_queue events, status;
	struct input_request event[INPUT_EVENTS];
	struct input_request led;
	unsigned heard; /* events so far */
};

extern const struct vio_driver input_driver;

/* Switch a light on or off. False: the previous message is in flight, or the device is not live. */
bool input_set_led(struct input *in, uint16_t led, bool on);

#endif
