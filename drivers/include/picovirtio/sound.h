/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-sound (virtio 1.4, 5.14): PCM streams that play or record, jacks, and maps of channels.
 * What the device has is read once, at the start.
 *
 *     vio_sound_init(&s, transport, platform, NULL);
 *     s.known = fn;                  called when the streams are in s.stream[]
 *     vio_device_start(&s.device);
 *     struct vio_sound_command c = { .op = VIO_SOUND_PARAMS, .stream = 0, .params = ... };
 *     vio_sound_send(&s, &c);        then VIO_SOUND_PREPARE
 *     vio_sound_submit(&s, &t);      some periods of samples, or of room for them
 *     vio_sound_send(&s, &c);        VIO_SOUND_START
 *     (vio_device_poll)              calls t.done(): the period was played or recorded
 *
 * The commands of a stream go in the order of 5.14.6.6: PARAMS, PREPARE, START, STOP, RELEASE.
 * After a restart of the device all streams begin with PARAMS.
 */
#ifndef VIO_SOUND_H
#define VIO_SOUND_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	/* Defaults of struct vio_sound_options. */
	VIO_SOUND_STREAMS = 4,
	VIO_SOUND_JACKS = 8,
	VIO_SOUND_MAPS = 8,
	VIO_SOUND_TRANSFERS = 8,
	VIO_SOUND_EVENTS = 8,

	VIO_SOUND_ENTRIES_MAX = 64, /* most streams, jacks or maps */
	VIO_SOUND_CHANNELS_MAX = 18,
	VIO_SOUND_BYTES_MAX = 1 << 24, /* of a buffer of the device, and of a transfer */
	VIO_SOUND_COMMANDS = 4,	       /* in flight at most */
};

/* Formats of samples and rates (5.14.6.6.2), little-endian. The device offers sets of bits. */
enum vio_sound_format {
	VIO_SOUND_S8 = 3,
	VIO_SOUND_U8 = 4,
	VIO_SOUND_S16 = 5,
	VIO_SOUND_U16 = 6,
	VIO_SOUND_S24_3 = 11, /* in three bytes */
	VIO_SOUND_S32 = 17,
	VIO_SOUND_FLOAT = 19,
};

enum vio_sound_rate {
	VIO_SOUND_5512,
	VIO_SOUND_8000,
	VIO_SOUND_11025,
	VIO_SOUND_16000,
	VIO_SOUND_22050,
	VIO_SOUND_32000,
	VIO_SOUND_44100,
	VIO_SOUND_48000,
	VIO_SOUND_64000,
	VIO_SOUND_88200,
	VIO_SOUND_96000,
	VIO_SOUND_176400,
	VIO_SOUND_192000,
	VIO_SOUND_384000,
	VIO_SOUND_RATES, /* their number */
};

struct vio_sound_stream {
	bool usable;	   /* false: the device did not describe it, or described it wrongly */
	bool records;	   /* false: it plays */
	uint32_t features; /* bits of 5.14.6.6.1 */
	uint64_t formats, rates;
	uint8_t channels_min, channels_max; /* 1 <= min <= max */
};

struct vio_sound_jack {
	bool usable, connected;
	uint32_t features, config, caps; /* as High Definition Audio defines them */
};

struct vio_sound_map {
	bool usable, records;
	uint8_t channels;			  /* 1 to VIO_SOUND_CHANNELS_MAX */
	uint8_t position[VIO_SOUND_CHANNELS_MAX]; /* 5.14.6.8.1 */
};

struct vio_sound_params {
	/* The size of the device's buffer, and of a period. The buffer is a multiple of the period,
	 * and both are multiples of a frame. */
	uint32_t buffer_bytes, period_bytes;
	uint8_t channels;
	enum vio_sound_format format;
	enum vio_sound_rate rate;
};

enum vio_sound_op {
	VIO_SOUND_PARAMS,
	VIO_SOUND_PREPARE,
	VIO_SOUND_RELEASE,
	VIO_SOUND_START,
	VIO_SOUND_STOP,
};

/* Events of the device (5.14.6.4). */
enum vio_sound_event {
	VIO_SOUND_CONNECTED = 0x1000, /* a jack; `connected` has changed */
	VIO_SOUND_DISCONNECTED = 0x1001,
	VIO_SOUND_PERIOD = 0x1100, /* of a stream */
	VIO_SOUND_XRUN = 0x1101,
};

struct vio_sound;

/* A command for a stream. It belongs to the caller, and stays in place until done(). */
struct vio_sound_command {
	enum vio_sound_op op;
	uint32_t stream;
	struct vio_sound_params params;					/* of PARAMS */
	void (*done)(struct vio_sound *s, struct vio_sound_command *c); /* may submit unless err is
									   VIO_EDEVICE; or NULL */
	void *arg;
	/* The result. VIO_ENOTSUP: the device does not support the parameters. VIO_EIO: it reported
	 * another failure, and `status` is its code (5.14.6). VIO_EDEVICE: it failed, or its answer
	 * is invalid. */
	int err;
	uint32_t status;
	bool busy; /* in flight */
};

/* Samples to be played, or room for samples. It belongs to the caller. The struct stays in place
 * until done(), and the memory belongs to the device. */
struct vio_sound_transfer {
	uint32_t stream;
	void *p;
	uint32_t len; /* bytes, normally a period */
	void (*done)(struct vio_sound *s, struct vio_sound_transfer *t); /* as of a command */
	void *arg;
	/* The result, as of a command. */
	int err;
	uint32_t status;
	uint32_t bytes;	  /* bytes of samples that were played or recorded */
	uint32_t latency; /* bytes that the device still has to play, as it reports */
	bool busy;
};

/* The driver's state of something in flight. Private. */
struct vio_sound_slot {
	struct vio_request device; /* first member: the queue returns a pointer to it */
	struct vio_buf buf[3];
	struct vio_sound_slot *next;
	void *of;	 /* the caller's command or transfer */
	uint8_t *wire;	 /* ring memory: what is exchanged beside the samples */
	vio_dma wire_at; /* its device address */
	bool busy;	 /* an event buffer belongs to the device */
};

/* Options of an instance. All zero means the defaults. */
struct vio_sound_options {
	/* Most streams, jacks and maps of channels that are kept; the device may have more. */
	uint16_t streams, jacks, maps;
	uint16_t transfers; /* most in flight, a power of two */
	uint16_t events;    /* event buffers, a power of two */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_SOUND_MEMORY()
	 * of these values (none of them 0) is enough. NULL: the platform's memory() provides the
	 * memory. */
	void *memory;
	size_t bytes;
};

#define VIO_SOUND_MEMORY(streams, jacks, maps, transfers, events)                                  \
	(VIO_ROOM_BYTES((streams) * sizeof(struct vio_sound_stream)) +                             \
	 VIO_ROOM_BYTES((jacks) * sizeof(struct vio_sound_jack)) +                                 \
	 VIO_ROOM_BYTES((maps) * sizeof(struct vio_sound_map)) +                                   \
	 VIO_ROOM_BYTES(((transfers) + (events) + VIO_SOUND_COMMANDS + 1) *                        \
			sizeof(struct vio_sound_slot)) +                                           \
	 2 * VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(4 * (transfers))) +                                   \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(events)) +                                                \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(4 * VIO_SOUND_COMMANDS)))

struct vio_sound {
	struct vio_device device; /* first member */
	/* The caller may set these at any time. `known` is called after each start, when the arrays
	 * below are filled. `event` gets the number of a jack or stream. Both may submit. */
	void (*known)(struct vio_sound *s);
	void (*event)(struct vio_sound *s, enum vio_sound_event what, uint32_t number);
	void *arg;

	/* What the device reports. Read only. */
	struct vio_sound_stream *stream;
	struct vio_sound_jack *jack;
	struct vio_sound_map *map;
	uint32_t nstreams, njacks, nmaps; /* number of entries in the arrays */
	bool is_known;			  /* the arrays are filled, since the latest start */
	/* Counters. `refused`: answers and events that could not be used. */
	uint32_t commands, transfers_done, errors, refused;

	struct vio_queue control, events, play, record; /* private, as all below */
	void *control_priv, *event_priv, *play_priv, *record_priv;
	struct vio_sound_slot *slot, *event_slot, *free, *free_command;
	uint8_t *shared; /* ring memory, of the first start */
	uint16_t streams, jacks, maps, transfers, nevents;
	struct {
		struct vio_sound_slot *slot;
		unsigned kind;
		uint32_t at, n;
	} query;
};

extern const struct vio_driver vio_sound_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_sound_features[];

/* Prepare a zeroed `s` for vio_device_start(&s->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_sound_init(struct vio_sound *s, struct vio_transport *t, const struct vio_platform *p,
		   const struct vio_sound_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_sound *vio_sound_of(struct vio_device *d);

/*
 * Send a command. It is published at once. On an error nothing was sent.
 *
 * VIO_ENODEV   there is no such stream
 * VIO_ENOTSUP  the stream does not offer these parameters
 * VIO_EINVAL   the buffer is not a multiple of the period, or one of them is not one of a frame
 * VIO_ERANGE   the buffer or the period has more than VIO_SOUND_BYTES_MAX bytes
 * VIO_EBUSY    the command is in flight already
 * VIO_EFULL    too many commands are in flight; retry later
 * VIO_EDEVICE  the device is not live
 */
int vio_sound_send(struct vio_sound *s, struct vio_sound_command *c);

/* Submit a transfer, for a stream that is prepared. VIO_EINVAL: `len` is 0. VIO_ENODEV, VIO_ERANGE,
 * VIO_EBUSY, VIO_EFULL and VIO_EDEVICE as above; VIO_EADDR: the device cannot reach the memory. */
int vio_sound_submit(struct vio_sound *s, struct vio_sound_transfer *t);

/* Make all submitted transfers visible to the device. Not needed in done(), since
 * vio_device_poll() does it afterwards. */
void vio_sound_kick(struct vio_sound *s);

/* The bytes of a sample. 0: a format that this header does not name. */
unsigned vio_sound_sample_bytes(enum vio_sound_format format);

/* vio_sound_hertz() returns a rate in hertz, or 0. vio_sound_rate_of() returns the rate of a number
 * of hertz, or -1. */
uint32_t vio_sound_hertz(enum vio_sound_rate rate);
int vio_sound_rate_of(uint32_t hertz);

#ifdef __cplusplus
}
#endif
#endif
