/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-gpu, 2D (virtio 1.4, 5.7): screens with pictures in memory that driver and device share.
 * The device has up to 16 heads (scanouts). A picture is a resource of the device: create it,
 * attach the memory behind it, and show it on a head. After you have drawn into the memory,
 * transfer the rectangle that changed to the device, and flush it.
 *
 *     vio_gpu_init(&g, transport, platform, NULL);
 *     g.changed = fn;               called after each change of the modes in g.head[]
 *     vio_device_start(&g.device);
 *     struct vio_gpu_command c = { .op = VIO_GPU_CREATE, .resource = 1, ... .done = fn };
 *     vio_gpu_submit(&g, &c);       repeat for further commands
 *     vio_gpu_kick(&g);             the device sees all of them
 *     (vio_device_poll)             calls fn(&g, &c) with the result in c.err
 *
 * After a restart of the device all resources are gone, and `changed` is called again.
 */
#ifndef VIO_GPU_H
#define VIO_GPU_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.7.3). The driver accepts EDID. */
#define VIO_GPU_F_EDID (UINT64_C(1) << 1)

enum {
	VIO_GPU_RING = 64, /* default: descriptors; a command takes two, and ATTACH three */
	VIO_GPU_CURSOR_RING = 16,
	VIO_GPU_HEADS = 16,
	VIO_GPU_SIDE_MAX = 16384, /* of a picture or a mode, in pixels */
	VIO_GPU_RUNS_MAX = 16384,
	VIO_GPU_EDID_BYTES = 1024,
	VIO_GPU_ANSWER_BYTES = 32 + VIO_GPU_EDID_BYTES, /* the longest answer */
	VIO_GPU_NAME_MAX = 13,
	VIO_GPU_CURSOR_SIDE = 64, /* the picture of a cursor has 64 by 64 pixels */
};

/* The order of the four bytes of a pixel in memory (5.7.6.8). */
enum vio_gpu_format {
	VIO_GPU_B8G8R8A8 = 1,
	VIO_GPU_B8G8R8X8 = 2, /* 0x00RRGGBB as a 32-bit number */
	VIO_GPU_A8R8G8B8 = 3,
	VIO_GPU_X8R8G8B8 = 4,
	VIO_GPU_R8G8B8A8 = 67,
	VIO_GPU_X8B8G8R8 = 68,
	VIO_GPU_A8B8G8R8 = 121,
	VIO_GPU_R8G8B8X8 = 134,
};

struct vio_gpu_rect {
	uint32_t x, y, width, height;
};

/* A run of memory behind a picture. The device reads it at any time while it is attached, so it
 * comes from the platform's ring_memory(). The fields are as the device reads them. */
struct vio_gpu_run {
	uint64_t addr; /* the device address, aligned to 4 */
	uint32_t len;  /* bytes, a multiple of 4 */
	uint32_t zero;
};

enum vio_gpu_op {
	VIO_GPU_CREATE,	     /* resource, format, rect.width, rect.height */
	VIO_GPU_UNREF,	     /* resource */
	VIO_GPU_ATTACH,	     /* resource, runs, nruns: the memory, its pixels row after row */
	VIO_GPU_DETACH,	     /* resource */
	VIO_GPU_SCANOUT,     /* head, resource (0: none), rect: show this part */
	VIO_GPU_TRANSFER,    /* resource, rect, offset: of its first pixel in the memory */
	VIO_GPU_FLUSH,	     /* resource, rect */
	VIO_GPU_CURSOR,	     /* head, resource (0: none), rect.x, rect.y, hot_x, hot_y */
	VIO_GPU_CURSOR_MOVE, /* head, rect.x, rect.y */
};

struct vio_gpu;
struct vio_gpu_command;

typedef void (*vio_gpu_command_fn)(struct vio_gpu *g, struct vio_gpu_command *c);

/* A command. It belongs to the caller, who sets unused fields to zero. The struct and the array
 * `runs` stay in place from submit until done(). */
struct vio_gpu_command {
	enum vio_gpu_op op;
	uint32_t resource; /* a number of the caller's choice, not 0 */
	uint32_t head;
	struct vio_gpu_rect rect;
	uint64_t offset;
	enum vio_gpu_format format;
	const struct vio_gpu_run *runs;
	uint32_t nruns;
	uint32_t hot_x, hot_y;
	vio_gpu_command_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks
				    `busy` */
	void *arg;		 /* for the caller; the driver does not use it */

	/* The result. VIO_EIO: the device reported a failure, and `answer` is its code (5.7.6.7).
	 * VIO_EDEVICE: the device failed, or its answer is invalid. */
	int err;
	uint32_t answer;
	bool busy; /* in flight: the command belongs to the device */

	struct vio_request request; /* private, as all below */
	struct vio_buf buf[3];
	uint32_t out[14];
	uint16_t slot; /* the place of the answer */
};

/* What the EDID of a head says. All zero: there is none. */
struct vio_gpu_monitor {
	char maker[4];
	char name[VIO_GPU_NAME_MAX + 1]; /* bytes outside of 0x20 to 0x7e are replaced by '?' */
	uint16_t width, height;		 /* the preferred mode, in pixels; 0: unknown */
};

struct vio_gpu_head {
	/* Both sides are between 1 and VIO_GPU_SIDE_MAX, or all is zero and `enabled` is false. */
	struct vio_gpu_rect rect;
	bool enabled;
	struct vio_gpu_monitor monitor;
};

/* Options of an instance. All zero means the defaults. */
struct vio_gpu_options {
	uint16_t ring; /* descriptors of the control queue, a power of two >= 4; 0: VIO_GPU_RING */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_GPU_MEMORY()
	 * of `ring` (not 0) is enough. NULL: the platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_GPU_MEMORY(ring)                                                                       \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(ring)) +                                                  \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(VIO_GPU_CURSOR_RING)) + VIO_ROOM_BYTES(ring))

struct vio_gpu {
	struct vio_device device; /* first member */
	/* The caller may set these two at any time. `changed` is called when head[] was read: after
	 * each start, and after each change of the displays. It may submit. */
	void (*changed)(struct vio_gpu *g);
	void *arg;

	/* What the device reports. Read only. */
	struct vio_gpu_head head[VIO_GPU_HEADS];
	uint32_t nheads;
	uint32_t starts; /* number of starts; all resources of an earlier start are gone */
	/* Counters. `refused`: answers, modes and EDIDs that could not be used. */
	uint32_t commands, errors, refused;

	struct vio_queue control, cursor; /* private, as all below */
	void *control_priv, *cursor_priv;
	uint16_t ring;
	uint64_t fence;
	/* Ring memory, in which the device writes its answers: first the answer to a query of the
	 * driver, and then one place for each command in flight. `free` has the numbers of the
	 * `nfree` free places. / */
	uint8_t *answers;
	vio_dma answers_at;
	uint16_t *free, nfree;
	struct {
		struct vio_request request;
		struct vio_buf buf[2];
		uint32_t out[8];
		uint32_t head;	  /* whose EDID is queried; VIO_GPU_HEADS: the modes are queried */
		bool busy, again; /* again: the displays changed during the query */
	} query;
};

extern const struct vio_driver vio_gpu_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_gpu_features[];

/* Prepare a zeroed `g` for vio_device_start(&g->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_gpu_init(struct vio_gpu *g, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_gpu_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_gpu *vio_gpu_of(struct vio_device *d);

/*
 * Submit a command. The device carries out the commands of a queue in order; cursors have a queue
 * of their own. On an error nothing was submitted.
 *
 * VIO_EINVAL   a value is missing: resource, runs, a side of the rectangle
 * VIO_ERANGE   the device has no such head, or a side or nruns is too large
 * VIO_EBUSY    the command is in flight already
 * VIO_EFULL    the queue is full, or the platform cannot map the memory now; retry later
 * VIO_EADDR    the platform cannot map the memory
 * VIO_EDEVICE  the device is not live
 */
int vio_gpu_submit(struct vio_gpu *g, struct vio_gpu_command *c);

/* Make all submitted commands visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_gpu_kick(struct vio_gpu *g);

/* The bytes of a picture, up to 2^30. 0: a side is 0 or above VIO_GPU_SIDE_MAX. */
static inline uint32_t vio_gpu_bytes(uint32_t width, uint32_t height)
{
	if (width > VIO_GPU_SIDE_MAX || height > VIO_GPU_SIDE_MAX)
		return 0;
	return 4 * width * height;
}

#ifdef __cplusplus
}
#endif
#endif
