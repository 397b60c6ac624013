/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio device as its driver sees it: life cycle, queues, kick, poll, arm, stop.
 * The joint between transport/, virtqueue/ and the platform, and the only place
 * that knows all three.
 *
 * The life of a device:
 *     vio_device_start            bring-up (virtio 1.4, 3.1.1), through the driver's start()
 *     vio_device_poll             each pass of the loop: completions
 *     vio_device_beat             now and then: deadlines, NEEDS_RESET; or vio_recover_beat
 *                                 (picovirtio/recover.h), which also starts failed devices again
 *     vio_device_arm              before sleeping: events, notifications, one more look
 *     vio_device_stop             orderly end
 * and where the device offers it, vio_queue_reset, vio_device_suspend and vio_device_resume.
 * Whatever the device does wrong ends in one place: its state becomes
 * VIO_FAILED, `problem` says why, every request comes back through its queue's
 * done() with an error, and nothing of it is touched again.
 *
 * Memory behind requests belongs to the device until done(). If a device cannot
 * even be reset, its requests stay quarantined (state VIO_QUARANTINED) until a
 * later beat sees the reset confirmed: nothing a device owns is ever reused.
 */
#ifndef VIO_DEVICE_H
#define VIO_DEVICE_H

#include <picovirtio/platform.h>
#include <picovirtio/causes.h>
#include <picovirtio/driver.h>
#include <picovirtio/transport.h>
#include <picovirtio/virtqueue.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_state {
	VIO_DOWN,	 /* never started, or stopped */
	VIO_STARTING,	 /* between vio_device_start() and DRIVER_OK */
	VIO_LIVE,	 /* DRIVER_OK */
	VIO_SUSPENDED,	 /* between vio_device_suspend() and vio_device_resume(), or on the way */
	VIO_FAILING,	 /* found lying within a callback; becomes one of the next two when the
			    outermost poll or beat ends. Nothing completes any more, so whoever
			    waits does so while the state is VIO_LIVE */
	VIO_FAILED,	 /* see `problem`; reset is confirmed, all requests came back */
	VIO_QUARANTINED, /* failed, and the reset is not confirmed yet */
};

/* What picovirtio/recover.h keeps of a device. */
struct vio_recovery {
	uint16_t tries;	   /* starts since it last served for a while */
	uint32_t restarts; /* times that it came up again; a counter */
	bool excused;	   /* see vio_device_excuse() */
	bool down;	   /* its failure was seen; private */
	uint64_t at;	   /* down: when the next try is due; else since when it is up; private */
};

struct vio_device;
struct vio_queue;

/*
 * One request has ended. `err` VIO_OK: the device completed it and says that it
 * wrote `written` bytes (see struct vq_done). VIO_EDEVICE: it came back through a
 * reset, of the device or of this queue; whether the device carried it out is unknown, `written` is
 * 0. May submit (unless err is set); what it submits is published when the pass over the queue
 * ends. Memory given with map() is still mapped.
 */
typedef void (*vio_done_fn)(struct vio_queue *q, void *cookie, int err, uint32_t written);

/* A run of memory in a request. */
struct vio_buf {
	void *p;      /* the CPU's address; NULL: ring memory, and `at` is filled by the caller */
	uint32_t len; /* bytes, > 0 */
	vio_dma at;   /* the device's address; private unless `p` is NULL */
};

enum { VIO_REQUEST_BUFS = 18 }; /* most of one request */

/*
 * A request of CPU memory, which the queue maps when it is submitted, and unmaps before it is
 * handed back. The request, its array and the memory stay in place until then.
 */
struct vio_request {
	struct vio_buf *buf; /* `nread` that the device reads, then `nwrite` that it writes */
	uint16_t nread, nwrite;
	/* An indirect table of the request's own, used where INDIRECT_DESC was negotiated, and
	 * kept from one request to the next of the same shape; NULL: none. Its `count` has to be
	 * 0 when the device is started: tables differ from one ring format to the other. */
	struct vq_indirect *table;
};

/* One request has ended, and is unmapped. Else as vio_done_fn. */
typedef void (*vio_request_fn)(struct vio_queue *q, struct vio_request *r, int err,
			       uint32_t written);

/* How a queue is opened. Exactly one of `done` and `request_done` is set. */
struct vio_queue_options {
	uint16_t index;
	/* Most descriptors, a power of two. A queue gets fewer if the device has fewer; with
	 * use_queue_size_max it gets as many as the device has. */
	uint16_t max;
	/* VQ_PRIVATE_BYTES(max), aligned as a pointer, in use from then on. NULL: from the
	 * platform's memory(), as is what a larger queue needs. */
	void *priv;
	vio_done_fn done;	     /* for vio_queue_submit() */
	vio_request_fn request_done; /* for vio_queue_request() */
	/* A request out for longer than this breaks the device (nanoseconds; 0: never, for queues
	 * that wait for input). */
	uint64_t timeout;
	/* The driver can bear that this queue alone is reset: its requests come back as failed
	 * while the device is live, and the next ones are as good as the first. An overdue queue
	 * is then reset before its device is. */
	bool resettable;
};

struct vio_queue {
	struct vq vq;
	struct vio_device *dev;
	struct vio_queue *next;
	union {
		vio_done_fn done;
		vio_request_fn request_done;
	};
	bool of_requests; /* opened with request_done; private */
	uint16_t index;
	bool resettable;  /* see struct vio_queue_options */
	uint64_t timeout; /* the same; may be changed at any time */
	uint64_t since;	  /* when the latest progress was seen; private */
	uint32_t seen;	  /* completions at that time; private */
	bool nudged;	  /* overdue and kicked once more; private */
	bool stuck;	  /* overdue again, and to be reset when no callback runs; private */
	uint32_t mark;	  /* completions after the latest reset of this queue; private */
	uint16_t max;	  /* what it was opened with; private */
	void *priv;	  /* the same */
	bool pending;	  /* something was submitted and not published; private */
	void *mem;	  /* ring memory, kept for the next start; private */
	uint32_t mem_bytes, slots_bytes;
	vio_dma mem_dma;
	void *slots; /* private slots beyond the driver's, for use_queue_size_max; private */
	/* Counters, for people. */
	uint32_t requests, completions, kicks, kicks_saved;
	uint32_t resets; /* of this queue alone, since the device was started */
};

struct vio_device {
	/* Filled by vio_device_init(), or by the caller before vio_device_start(), all else zero.
	 */
	struct vio_transport *transport;
	const struct vio_platform *platform;
	const struct vio_driver *driver;
	uint64_t features_off;	 /* features never to accept, to switch them off by hand, e.g.
				    VIO_F_RING_PACKED */
	bool use_queue_size_max; /* take QueueSizeMax as it is, for devices that ignore QueueSize */
	bool strict_len;	 /* see struct vq_config */

	struct vio_device *next; /* the caller's list */
	struct vio_queue *queues;
	enum vio_state state;
	uint64_t offered, features; /* as read; as negotiated */
	uint64_t declined; /* offered, and not accepted this time: filled by driver->screen() */
	struct vio_problem problem;
	/* vio_queue_reset() found that the device does not do what it offers: RING_RESET is not
	 * accepted at the next start. To say so beforehand: features_off. */
	bool queue_reset_ignored;
	uint32_t config_changes, events; /* counters */
	struct vio_recovery recovery;

	/* Private. */
	uint16_t depth;	    /* polls, beats and callbacks that are running */
	bool armed;	    /* notifications were asked for since the last poll */
	bool missed_config; /* the configuration changed while suspended */
	bool heard;	    /* by vio_device_interrupt(), as the next: events of queues */
	bool heard_config;  /* ... and of the configuration */
	bool begun;	    /* driver->start() was called, so driver->stopped() is owed */
	uint64_t reset_at;  /* when 0 was last written to the status register */
};

/* Fill in a zeroed device. Drivers call it in their init(), and so may whoever has a driver without
 * one. */
static inline void vio_device_init(struct vio_device *d, struct vio_transport *t,
				   const struct vio_platform *p, const struct vio_driver *driver)
{
	d->transport = t;
	d->platform = p;
	d->driver = driver;
}

/*
 * Bring the device up: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK and
 * re-read, driver->start(), DRIVER_OK, driver->ready() (3.1.1 steps 1 to 8). On
 * error FAILED is set (unless the reset itself does not end), then the device is reset,
 * `problem` is filled and the problem's code returned. Waits for resets only,
 * 100 ms each, four at most. May be called again after a stop or a failure.
 *
 * VIO_EINVAL: a field is missing, or the driver is one for another device type.
 * VIO_EBUSY: live or suspended, or called from within a callback. VIO_ETIMEDOUT,
 * VIO_ENOTSUP, VIO_EDEVICE and what vio_queue_open() and driver->start() return: see
 * `problem`. With VIO_EINVAL and VIO_EBUSY nothing was changed.
 */
int vio_device_start(struct vio_device *d);

/*
 * For the driver's start(): set up a queue. The ring is packed where RING_PACKED was negotiated,
 * and split otherwise; a packed one takes sizes that are no power of two. Indirect descriptors and
 * event index follow the negotiated features. Errors are recorded in `problem`: VIO_ENODEV no such
 * queue, VIO_EBUSY, VIO_ERANGE, VIO_ENOMEM, VIO_EADDR, VIO_EDEVICE; VIO_EINVAL not while
 * starting, or bad options.
 */
int vio_queue_open(struct vio_device *d, struct vio_queue *q, const struct vio_queue_options *o);

/*
 * Submit a request of CPU memory. On an error nothing is mapped and nothing is out. Published
 * like what vio_queue_submit() takes. VIO_EADDR, VIO_EFULL: what the platform's map() said, while
 * starting recorded as VIO_C_MAP. VIO_EINVAL: too many buffers, or the queue was not opened with
 * `request_done`. Else as vq_submit() and vq_submit_indirect().
 */
int vio_queue_request(struct vio_queue *q, struct vio_request *r);

/* As vq_submit() and vq_submit_indirect(), counted, for a queue opened with `done`; the caller
 * maps and unmaps. Published by vio_queue_kick() or,
 * from within a done(), by the poll that called it. VIO_EBUSY: the device is suspended. */
int vio_queue_submit(struct vio_queue *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
		     void *cookie);
int vio_queue_submit_indirect(struct vio_queue *q, const struct vq_indirect *t, void *cookie);

/* Publish what was submitted and, if the device wants it, notify. Nothing to do
 * before DRIVER_OK: start publishes what was submitted until then. */
void vio_queue_kick(struct vio_queue *q);

/* The same, but notify the device in any case: where it is known to miss something that it did
 * not ask to be notified of. */
void vio_queue_nudge(struct vio_queue *q);

/*
 * Reset this queue alone, and set it up again, empty (2.6.1, 2.6.2): for one that is stuck, while
 * the device's other queues go on. That it was reset is verified (QueueReset and QueueReady read 0)
 * before anything else is done: 100 ms at most. Then its requests come back through done() with
 * VIO_EDEVICE, its ring memory is zeroed and handed over again, at index 0.
 *
 * VIO_EINVAL   not open
 * VIO_ENOTSUP  RING_RESET was not negotiated, or the queue is not `resettable`
 * VIO_EBUSY    called from within a callback, or the device is not live
 * VIO_EDEVICE, VIO_ETIMEDOUT  it was not reset (VIO_C_QUEUE_RESET), or did not come up again: the
 *              whole device is failed, with all that follows. A device that says that the reset
 *              is over when it is not (QEMU) is marked `queue_reset_ignored`.
 */
int vio_queue_reset(struct vio_queue *q);

/*
 * Suspend a live device (virtio 1.4, Device Suspend): what was submitted is published, then the
 * device finishes or keeps what it has, says that it is suspended, and takes no requests, no
 * notifications and no writes to its config space. Its state is VIO_SUSPENDED; poll finds nothing,
 * submit returns VIO_EBUSY, deadlines stand still. Completions of before are there after
 * vio_device_resume(), which brings it back to VIO_LIVE. A device that is failed while it is
 * suspended (see vio_device_beat()), or stopped, returns all requests as ever. Both wait, 1 s at
 * most.
 *
 * VIO_ENOTSUP  SUSPEND was not negotiated
 * VIO_EBUSY    called from within a callback, or the device is not live (resume: not suspended)
 * VIO_EDEVICE, VIO_ETIMEDOUT  it did not do it: the device is failed (VIO_C_SUSPEND, or
 *              VIO_C_NEEDS_RESET)
 */
int vio_device_suspend(struct vio_device *d);
int vio_device_resume(struct vio_device *d);

/*
 * One pass over memory: reap every queue (each at most its size, so that a flood
 * cannot starve others), publish what the callbacks submitted. Touches no register
 * but QueueNotify, and no clock. Returns true if anything was done. A device that
 * lied is failed, see above. May be called from within done(): a callback that
 * waits polls its own device.
 */
bool vio_device_poll(struct vio_device *d);

/*
 * The slow beat: read the events (configuration change, NEEDS_RESET) and look for
 * overdue requests. An overdue queue is kicked once more, then, after as long
 * again, reset if it can be (vio_queue_reset(), three times a start, and not twice without a
 * completion), else its device is failed. A quarantined device is looked at, without waiting.
 * Call at the edge of idle and every thousand busy passes. `now` is platform->now().
 * Returns the time of the next deadline, or UINT64_MAX.
 */
uint64_t vio_device_beat(struct vio_device *d, uint64_t now);

/*
 * The edge of idle, after vio_device_beat(): ask every queue for a notification,
 * then look once more. Returns true if there is something to do: do not sleep.
 */
bool vio_device_arm(struct vio_device *d);

/*
 * For an interrupt handler, on the core of the device's owner: acknowledge the device's events and
 * remember them for the owner's next vio_device_beat(), so that none is lost. True: there were
 * some, wake the owner. False: none, the line is another device's. Touches two registers and two
 * flags; may be called at any time after vio_device_init(), in any state. Whoever handles no
 * interrupts does not need it: the beat acknowledges as well.
 */
bool vio_device_interrupt(struct vio_device *d);

/* Orderly end: reset, then all requests come back through done(), then
 * driver->stopped(). VIO_ETIMEDOUT: the reset is not confirmed, see VIO_QUARANTINED.
 * VIO_EBUSY: called from within a callback. */
int vio_device_stop(struct vio_device *d);

/*
 * For drivers whose device broke the protocol (a driver-level check failed): fail it
 * with VIO_C_DRIVER and `what`. For use in callbacks; takes effect when the poll ends
 * (outside of one, at the next poll or beat; in the driver's start(), when it returns).
 */
void vio_device_protocol_error(struct vio_device *d, uint16_t queue, uint64_t what);

/*
 * For a driver that sent a request which no feature bit covers, when the request comes back from a
 * failed device: the device may have failed over it, so the next start does not count among
 * the tries (picovirtio/recover.h). The driver must not send the request again. Nothing happens on
 * a device that is live.
 */
void vio_device_excuse(struct vio_device *d);

/*
 * For a driver's screen() and start(): this device is not for us. The first problem is kept;
 * returns its `err`, which is for the driver to return.
 */
int vio_device_refuse(struct vio_device *d, struct vio_problem p);

/*
 * A config field of the driver's, whole (see vio_config_read()); an error while
 * starting is recorded in `problem` as VIO_C_CONFIG.
 */
int vio_device_config(struct vio_device *d, size_t off, void *dst, size_t len);

/* Write one field of config space; `len` is its width: 1, 2, 4 or 8. As the transport's
 * config_write(); VIO_EBUSY: the device is suspended, and must not be written to. */
int vio_device_config_write(struct vio_device *d, size_t off, const void *src, size_t len);

/* Descriptors of an open queue. */
static inline uint16_t vio_queue_size(const struct vio_queue *q)
{
	return vq_size(&q->vq);
}

/* Has this feature been negotiated? */
static inline bool vio_has(const struct vio_device *d, uint64_t feature)
{
	return (d->features & feature) != 0;
}

#ifdef __cplusplus
}
#endif
#endif
