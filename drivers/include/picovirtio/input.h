/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-input (virtio 1.4, 5.8): keyboards, mice, tablets. The device reports events with the
 * numbers of Linux evdev: a type, a code and a value. What the device has (its name, keys, axes and
 * lights) is read once, at the start.
 *
 *     vio_input_init(&in, transport, platform, NULL);
 *     in.event = fn;                 fn(&in, event) is called for each event
 *     vio_device_start(&in.device);
 *     vio_device_poll(&in.device);   calls fn
 *     vio_input_send(&in, event);    switches a light, for example
 */
#ifndef VIO_INPUT_H
#define VIO_INPUT_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types of events, and some codes (5.8.2; the numbers are those of Linux evdev). */
enum vio_input_type {
	VIO_INPUT_SYN = 0x00, /* the end of a group of events */
	VIO_INPUT_KEY = 0x01, /* keys and buttons: value 1 pressed, 0 released, 2 repeated */
	VIO_INPUT_REL = 0x02, /* movements, signed */
	VIO_INPUT_ABS = 0x03, /* places on an axis, signed */
	VIO_INPUT_MSC = 0x04,
	VIO_INPUT_SW = 0x05,
	VIO_INPUT_LED = 0x11,
	VIO_INPUT_SND = 0x12,
};

enum {
	VIO_INPUT_EVENTS = 32,	/* default: event buffers */
	VIO_INPUT_MESSAGES = 4, /* default: most messages in flight to the device */
	VIO_INPUT_TEXT_MAX = 63,
	VIO_INPUT_KEYS = 1024, /* keys have codes below this */
	VIO_INPUT_CODES = 64,  /* all other types have codes below this */
	/* Bits for the keys, and for the codes of the other six types that the driver knows. */
	VIO_INPUT_BITS = VIO_INPUT_KEYS + 6 * VIO_INPUT_CODES,
};

struct vio_input_event {
	uint16_t type, code;
	uint32_t value; /* two's complement if signed */
};

struct vio_input;

/* Called for each event, in vio_device_poll(). May call vio_input_send(). */
typedef void (*vio_input_fn)(struct vio_input *in, struct vio_input_event e);

/* The range of an axis (VIO_INPUT_CFG_ABS_INFO). A value may lie outside of it. */
struct vio_input_axis {
	int32_t min, max; /* min <= max */
	uint32_t fuzz, flat;
	uint32_t resolution; /* units per millimetre; 0: unknown */
};

struct vio_input_ids {
	uint16_t bus, vendor, product, version;
};

/* A buffer of one event. Private. */
struct vio_input_slot {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf;
	struct vio_input_event *event;
	bool busy;
};

/* Options of an instance. All zero means the defaults. */
struct vio_input_options {
	uint16_t events;   /* event buffers, a power of two; 0: VIO_INPUT_EVENTS */
	uint16_t messages; /* most messages in flight, a power of two; 0: VIO_INPUT_MESSAGES */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_INPUT_MEMORY()
	 * of both numbers (not 0) is enough. NULL: the platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_INPUT_SLOTS(count)                                                                     \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(count)) +                                                 \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_input_slot)) +                                 \
	 VIO_ROOM_BYTES((count) * sizeof(struct vio_input_event)))
#define VIO_INPUT_MEMORY(events, messages) (VIO_INPUT_SLOTS(events) + VIO_INPUT_SLOTS(messages))

struct vio_input {
	struct vio_device device; /* first member */
	/* The caller may set these two at any time. */
	vio_input_fn event; /* NULL: events are dropped */
	void *arg;	    /* for the caller; the driver does not use it */

	/* What the device reported at the start. Bytes outside of 0x20 to 0x7e are replaced by '?'.
	 * */
	char name[VIO_INPUT_TEXT_MAX + 1];
	char serial[VIO_INPUT_TEXT_MAX + 1];
	struct vio_input_ids ids;
	uint32_t properties; /* INPUT_PROP_* of evdev, one bit each */
	/* Counters. `dropped`: events that were too short, or of a type or code that the device did
	 * not announce. `refused`: axes that were left out because their range is invalid. */
	uint32_t reported, dropped, refused;

	struct vio_queue events, status; /* private, as all below */
	struct vio_input_slot *slot, *message;
	void *events_priv, *status_priv;
	uint16_t nslots, nmessages;
	uint8_t has[VIO_INPUT_BITS / 8];  /* what the device has, keys first */
	uint8_t held[VIO_INPUT_KEYS / 8]; /* the keys that are pressed now */
};

extern const struct vio_driver vio_input_driver;

/* Prepare a zeroed `in` for vio_device_start(&in->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_input_init(struct vio_input *in, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_input_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_input *vio_input_of(struct vio_device *d);

/* True if the device has this key, axis, light and so on. The driver passes on only events for
 * which this is true. VIO_INPUT_SYN is true for the codes 0 to 3. */
bool vio_input_has(const struct vio_input *in, uint16_t type, uint16_t code);

/*
 * Read the range of an axis, which may change while the device runs. VIO_ENODEV: the device has no
 * such axis, or its range was refused. VIO_ERANGE: the device reports fewer bytes, or min above
 * max. VIO_EDEVICE: the device is not live. Other errors as vio_device_config().
 */
int vio_input_get_axis(struct vio_input *in, uint16_t code, struct vio_input_axis *axis);

/*
 * Send an event to the device, such as { VIO_INPUT_LED, 1, 1 } for caps lock. It is published at
 * once. The driver keeps a copy; an answer is not reported.
 *
 * VIO_ENOTSUP  the device has no such light, sound and so on
 * VIO_EFULL    too many messages are in flight; retry later
 * VIO_EDEVICE  the device is not live
 * Other errors as vio_queue_request().
 */
int vio_input_send(struct vio_input *in, struct vio_input_event e);

#ifdef __cplusplus
}
#endif
#endif
