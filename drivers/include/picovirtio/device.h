/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device layer: the life of a device, and its queues. It joins transport, virtqueue and
 * platform, and is the only code that uses all three.
 *
 * The life of a device:
 *     vio_device_start            bring-up (virtio 1.4, 3.1.1), with the driver's start()
 *     vio_device_poll             in each turn of the loop: completions
 *     vio_device_service          before a sleep: events, time-outs; or vio_recover_service
 *                                 (picovirtio/recover.h), which also restarts failed devices
 *     vio_device_arm              after that: ask for notifications, then look once more
 *     vio_device_stop             the orderly end
 * If the device offers it: vio_queue_reset, vio_device_suspend and vio_device_resume. The event
 * loop (picovirtio/loop.h) makes the three middle calls in the right order.
 *
 * Every fault of a device has the same result. The state becomes VIO_FAILED, `problem` says why,
 * and every request comes back through the done function of its queue, with an error.
 *
 * The memory of a request belongs to the device until done(). If the device does not confirm its
 * reset, its state is VIO_QUARANTINED, and its requests stay in flight until a later
 * vio_device_service() sees the confirmation. Memory that a device owns is never reused.
 */
#ifndef VIO_DEVICE_H
#define VIO_DEVICE_H

#include <picovirtio/platform.h>
#include <picovirtio/causes.h>
#include <picovirtio/driver.h>
#include <picovirtio/request.h>
#include <picovirtio/transport.h>
#include <picovirtio/virtqueue.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_state {
	VIO_DOWN,	 /* never started, or stopped */
	VIO_STARTING,	 /* between vio_device_start() and DRIVER_OK */
	VIO_LIVE,	 /* DRIVER_OK is set */
	VIO_SUSPENDED,	 /* from vio_device_suspend() to the end of vio_device_resume() */
	VIO_FAILING,	 /* a fault was found in a callback. The state becomes one of the next two
			    when the outermost poll or service call ends. Until then no request
			    completes, so a callback that waits must check for VIO_LIVE */
	VIO_FAILED,	 /* see `problem`; the reset is confirmed and all requests came back */
	VIO_QUARANTINED, /* failed, but the device has not confirmed the reset yet */
};

/* The state of picovirtio/recover.h for a device. */
struct vio_recovery {
	uint16_t tries;	   /* restarts since the device last served for long enough */
	uint32_t restarts; /* counter: restarts that succeeded */
	bool excused;	   /* see vio_device_excuse() */
	bool down;	   /* private: the failure was seen */
	uint64_t at; /* private: time of the next try if `down`, otherwise of the last start */
};

struct vio_device;
struct vio_queue;

/* Called when a request has ended. `err` VIO_OK: the device completed it, and reports `written`
 * bytes (see struct vq_done). VIO_EDEVICE: the request came back through a reset of the device or
 * of the queue; it is unknown whether the device carried it out, and `written` is 0. The function
 * may submit if `err` is VIO_OK; such requests are published when the pass over the queue ends.
 * Buffers that the caller mapped are still mapped. */
typedef void (*vio_done_fn)(struct vio_queue *q, void *cookie, int err, uint32_t written);

/* Options of a queue. Set exactly one of `done` and `request_done`. */
struct vio_queue_options {
	uint16_t index;
	/* Most descriptors, a power of two. The queue has fewer if the device supports fewer. With
	 * use_queue_size_max it has as many as the device reports. */
	uint16_t max;
	uint16_t least; /* fewer descriptors are an error (VIO_C_QUEUE_SIZE); 0: any number */
	/* VQ_PRIVATE_BYTES(max) bytes, aligned as a pointer, which stay in use. NULL: the
	 * platform's memory() provides them. memory() is also called for a queue that is larger
	 * than `max`, because of use_queue_size_max. */
	void *priv;
	vio_done_fn done;	     /* for vio_queue_submit() */
	vio_request_fn request_done; /* for vio_queue_request() */
	/* The queue is overdue if none of the requests that are in flight completes for this many
	 * nanoseconds, whatever later ones do; see vio_device_service(). 0: never, for queues that
	 * wait for input. */
	uint64_t timeout;
	bool patient; /* an overdue device is notified again after each time-out, and no more */
	/* True: the queue may be reset while its device stays live. The driver must accept that
	 * the requests of the queue come back as failed, and that later requests work as at the
	 * start. An overdue queue is then reset before its device fails. */
	bool resettable;
};

/* Private: what a queue was opened for. */
enum vio_queue_kind {
	VIO_QUEUE_UNMAPPED, /* requests of CPU memory, on a platform that maps nothing */
	VIO_QUEUE_MAPPED,   /* the same, and the platform maps */
	VIO_QUEUE_SEGMENTS, /* requests of segments that the caller has mapped */
};

/* Private: the memory of a queue. It is kept for the next start of the device. */
struct vio_queue_memory {
	uint16_t max; /* as the options */
	void *priv;   /* as the options */
	void *slots;  /* takes the place of `priv` if that is NULL or too small */
	void *ring;
	vio_dma ring_at;
	uint32_t ring_bytes, slots_bytes;
};

/* Private: what vio_device_service() knows about overdue requests of a queue. */
struct vio_queue_watch {
	uint64_t since; /* the start of the time-out that runs */
	uint32_t old;	/* requests of that time that are not back; 0: no time-out runs */
	uint32_t seen;	/* the number of completions at the latest look */
	uint32_t mark;	/* the number of completions at the latest reset of the queue */
	bool nudged;	/* overdue, and the device was notified again */
	bool stuck;	/* overdue again, to be reset when no callback runs */
};

struct vio_queue {
	/* Settings. vio_queue_open() copies them from the options. You may change them later. */
	uint64_t timeout;
	bool patient, resettable;

	/* To read. */
	uint16_t index;
	struct vio_device *dev;
	struct vio_queue *next; /* the next queue of the device */
	struct vq vq;		/* for example for vq_free(); also has the counter `clamped` */
	/* Counters, which wrap at their largest value. */
	uint32_t requests, completions; /* the difference is the number of requests in flight */
	uint32_t kicks;			/* notifications that the device got */
	uint32_t kicks_saved;		/* publications for which it did not want a notification */
	uint32_t resets; /* resets of this queue alone, since the start of the device */

	/* Private. */
	uint32_t published; /* of `requests`, the number that was published */
	enum vio_queue_kind kind;
	union {
		vio_done_fn done;
		vio_request_fn request_done;
	};
	struct vio_queue_memory memory;
	struct vio_queue_watch watch;
};

struct vio_device {
	/* vio_device_init() fills the first three fields. The caller may set the others before
	 * vio_device_start(). All other fields start zeroed. */
	struct vio_transport *transport;
	const struct vio_platform *platform;
	const struct vio_driver *driver;
	uint64_t features_off;	 /* features that are never accepted, such as VIO_F_RING_PACKED */
	bool use_queue_size_max; /* every queue has QueueSizeMax descriptors, for devices that
				    ignore QueueSize */
	bool strict_len;	 /* see struct vq_config */

	struct vio_device *next; /* for the caller's list of devices */
	struct vio_queue *queues;
	enum vio_state state;
	uint64_t offered, features; /* the offered features, and the negotiated ones */
	uint64_t declined;	    /* offered features that driver->screen() does not want */
	struct vio_problem problem;
	/* vio_queue_reset() sets this if the device offers RING_RESET but does not implement it.
	 * RING_RESET is then not accepted at later starts. If you know it before, set the feature
	 * in features_off. */
	bool queue_reset_ignored;
	uint32_t config_changes, events; /* counters */
	struct vio_recovery recovery;

	/* Private. */
	uint16_t depth;	    /* number of polls, service calls and callbacks that are running */
	bool armed;	    /* notifications were requested since the latest poll */
	bool missed_config; /* the configuration changed while the device was suspended */
	bool heard;	    /* vio_device_interrupt() saw an event of a queue */
	bool heard_config;  /* vio_device_interrupt() saw an event of the configuration */
	bool begun;	    /* driver->start() was called, so driver->stopped() must follow */
	uint64_t reset_at;  /* the time when 0 was last written to the status register */
};

/* Fill in a zeroed device. A driver calls this in its init(). For a driver without init() the
 * application calls it. */
static inline void vio_device_init(struct vio_device *d, struct vio_transport *t,
				   const struct vio_platform *p, const struct vio_driver *driver)
{
	d->transport = t;
	d->platform = p;
	d->driver = driver;
}

/*
 * Bring the device up: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK and its check,
 * driver->start(), DRIVER_OK, driver->ready() (3.1.1, steps 1 to 8). May be called again after a
 * stop or a failure. The function waits for resets only, at most four times 100 ms.
 *
 * On an error the function sets the status bit FAILED, resets the device, fills `problem`, and
 * returns the error in `problem`. If the error is that the device did not confirm a reset, the
 * function writes no status, and the device is VIO_QUARANTINED.
 *
 * VIO_EINVAL  a field is missing, or the driver is for another device type; nothing was changed
 * VIO_EBUSY   the device is live or suspended, or a callback is running; nothing was changed
 * VIO_ETIMEDOUT, VIO_ENOTSUP, VIO_EDEVICE, and errors of vio_queue_open() and driver->start(): see
 *             `problem`
 */
int vio_device_start(struct vio_device *d);

/*
 * Set up a queue, in the driver's start(). `o` is copied; `q` stays in place. The ring is packed if
 * RING_PACKED was negotiated, and split otherwise. Its size is not always a power of two if it is
 * packed. Indirect descriptors and the event index follow the negotiated features.
 *
 * VIO_EINVAL   the options are invalid, or the device is not in start()
 * VIO_ENODEV   the device has no such queue
 * VIO_EBUSY    the queue is in use already
 * VIO_ERANGE   the device does not support a suitable size
 * VIO_ENOMEM   not enough memory
 * VIO_EADDR    the device cannot express the address of the ring
 * VIO_EDEVICE  the device did not accept the queue
 * All errors but VIO_EINVAL are recorded in `problem`.
 */
int vio_queue_open(struct vio_device *d, struct vio_queue *q, const struct vio_queue_options *o);

/*
 * Submit a request of CPU memory. On an error nothing was mapped and nothing was submitted. The
 * request is published as with vio_queue_submit().
 *
 * VIO_EINVAL  too many buffers, or the queue was not opened with `request_done`
 * VIO_EADDR   the platform cannot map a buffer. During a start this is recorded as VIO_C_MAP
 * VIO_EFULL   the platform cannot map a buffer now, or not enough descriptors are free
 * VIO_EBUSY   the device is suspended
 * Other errors as vq_submit() and vq_submit_indirect().
 */
int vio_queue_request(struct vio_queue *q, struct vio_request *r);

/* Private: count a request that was submitted. Returns `rc`, the result of the submit. */
static inline int vio_queue_count(struct vio_queue *q, int rc)
{
	q->requests += rc == VIO_OK;
	return rc;
}

/* True if vio_queue_again() may submit this request, which vio_queue_request() has submitted: its
 * table is built, and device addresses are CPU addresses. */
static inline bool vio_request_kept(const struct vio_queue *q, const struct vio_request *r)
{
	return r->table && r->table->count != 0 && q->kind == VIO_QUEUE_UNMAPPED;
}

/* Submit a request once more, after it has come back. Only addresses in its table may have changed
 * meanwhile (vq_indirect_move()). The device is live, vio_request_kept() is true since the start of
 * the device, and `q`, a queue of that device, has a free descriptor (vq_free()). Returns VIO_OK:
 * nothing is left that could fail, so the request is counted before. */
static inline int vio_queue_again(struct vio_queue *q, struct vio_request *r)
{
	q->requests++;
	return vq_submit_indirect(&q->vq, r->table, r);
}

/* Submit as vq_submit() and vq_submit_indirect() do, to a queue that was opened with `done`. The
 * caller maps and unmaps the segments. vio_queue_kick() publishes the request; a request that is
 * submitted in done() is published by the poll that called done(). VIO_EBUSY: the device is
 * suspended. */
int vio_queue_submit(struct vio_queue *q, const struct vq_seg *seg, unsigned nread, unsigned nwrite,
		     void *cookie);
int vio_queue_submit_indirect(struct vio_queue *q, const struct vq_indirect *t, void *cookie);

/* Publish the submitted requests, and notify the device if it asked for that. Before DRIVER_OK this
 * does nothing, since vio_device_start() publishes the requests later. */
void vio_queue_kick(struct vio_queue *q);

/* The same for every queue of the device. True: there was something to publish. */
bool vio_device_kick(struct vio_device *d);

/* As vio_queue_kick(), but notify the device even if it did not ask for a notification. This is for
 * a device that is known to have missed a request. */
void vio_queue_nudge(struct vio_queue *q);

/*
 * Reset one queue, and set it up again, empty (2.6.1, 2.6.2). Use it for a queue that is stuck; the
 * other queues of the device continue. The function first waits until QueueReset and QueueReady
 * both read 0, at most 100 ms. Then the requests of the queue come back through done() with
 * VIO_EDEVICE. The queue starts again in its zeroed ring memory.
 *
 * VIO_EINVAL   the queue is not open
 * VIO_ENOTSUP  RING_RESET was not negotiated, or the queue is not `resettable`
 * VIO_EBUSY    a callback is running, or the device is not live
 * VIO_EDEVICE, VIO_ETIMEDOUT  the device did not reset the queue (VIO_C_QUEUE_RESET), or did not
 *              accept it again. The whole device has failed. If it reported a reset that did not
 *              happen (as QEMU does), `queue_reset_ignored` is set.
 */
int vio_queue_reset(struct vio_queue *q);

/*
 * Suspend a live device, or resume it (virtio 1.4, Device Suspend). vio_device_suspend() publishes
 * all submitted requests, and waits until the device confirms that it is suspended. In the state
 * VIO_SUSPENDED the driver sends no request, no notification and no write to config space: poll
 * finds nothing, submit returns VIO_EBUSY, and time-outs do not advance. vio_device_resume() waits
 * until the device is live again. Requests that the device completed before its suspension are
 * found then. If the device fails or is stopped while it is suspended, its requests come back as
 * usual. Both functions wait at most 1 s.
 *
 * VIO_ENOTSUP  SUSPEND was not negotiated
 * VIO_EBUSY    a callback is running, or the device is not live (resume: not suspended)
 * VIO_EDEVICE, VIO_ETIMEDOUT  the device did not suspend or resume, and has failed (VIO_C_SUSPEND,
 *              or VIO_C_NEEDS_RESET)
 */
int vio_device_suspend(struct vio_device *d);
int vio_device_resume(struct vio_device *d);

/*
 * Take the completions of every queue, which runs the callbacks, and publish what the callbacks
 * submitted. One pass takes at most as many completions of a queue as it has descriptors, so that a
 * flood in one queue cannot delay the others for ever. The function accesses no register except
 * QueueNotify, and no clock. If the device broke the protocol, it fails here. May be called in
 * done(): a callback that waits polls its own device. True: something was done.
 */
bool vio_device_poll(struct vio_device *d);

/*
 * Read and acknowledge the events of the device (configuration change, NEEDS_RESET), and look for
 * overdue queues. Call this before each sleep, and every thousand busy turns. `now` is the time of
 * platform->now(). Returns the time of the next deadline, or UINT64_MAX. The function does not
 * wait; for a quarantined device it checks whether the reset is confirmed now.
 *
 * The device of an overdue queue is notified once more. After the same time-out again (unless the
 * queue is patient) the queue is reset, if it can be (vio_queue_reset()): at most three times after
 * a start, and not twice without a completion. Otherwise the device fails.
 */
uint64_t vio_device_service(struct vio_device *d, uint64_t now);

/*
 * Call this before a sleep, after vio_device_service(). It asks every queue for a notification, and
 * then looks at every ring once more. True: there is something to do, so do not sleep.
 */
bool vio_device_arm(struct vio_device *d);

/*
 * For an interrupt handler on the core of the device's owner (docs/rtos.md). The function
 * acknowledges the events of the device, and remembers them for the owner's next
 * vio_device_service(). True: there were events, so wake the owner. False: there were none; the
 * interrupt belongs to another device. The function accesses two registers and two flags. It may be
 * called at any time after vio_device_init(), in every state. A program without interrupt handlers
 * does not need it.
 */
bool vio_device_interrupt(struct vio_device *d);

/* Stop the device: reset it, return all requests through done(), then call driver->stopped().
 * VIO_ETIMEDOUT: the device did not confirm the reset, and is now VIO_QUARANTINED. VIO_EBUSY: a
 * callback is running. */
int vio_device_stop(struct vio_device *d);

/*
 * For a driver whose own check of the device failed: fail the device with the cause VIO_C_DRIVER
 * and the code `what`, which driver->codes may have in words. In a callback this takes effect when
 * the poll ends, in the driver's start() when start() returns, and otherwise at the next
 * vio_device_poll() or vio_device_service().
 */
void vio_device_protocol_error(struct vio_device *d, uint16_t queue, uint64_t what);

/*
 * For a driver that sent a request which no feature bit covers. If the request comes back from a
 * failed device, the device may have failed because of it. The next restart then does not count as
 * a try (picovirtio/recover.h). The driver must not send the request again. On a live device the
 * function does nothing.
 */
void vio_device_excuse(struct vio_device *d);

/*
 * Fail the device because of `p`, whose cause another than VIO_C_DRIVER describes in words. If a
 * problem is recorded already, that one is kept. Returns `p.err`. A driver's screen() or start()
 * must return it. In a callback, or on a live device, the function takes effect as
 * vio_device_protocol_error() does.
 */
int vio_device_refuse(struct vio_device *d, struct vio_problem p);

/*
 * Read a field of config space as vio_config_read(). During a start an error is recorded in
 * `problem` as VIO_C_CONFIG.
 */
int vio_device_config(struct vio_device *d, size_t off, void *dst, size_t len);

/* Write one field of config space. `len` is its width in bytes: 1, 2, 4 or 8. VIO_EBUSY: the device
 * is suspended. Other errors as the transport's config_write(). */
int vio_device_config_write(struct vio_device *d, size_t off, const void *src, size_t len);

/* The number of descriptors of an open queue. */
static inline uint16_t vio_queue_size(const struct vio_queue *q)
{
	return vq_size(&q->vq);
}

/* True if this feature was negotiated. A constant if the feature is not built in. */
static inline bool vio_has(const struct vio_device *d, uint64_t feature)
{
	return (d->features & feature & VIO_F_BUILT_IN) != 0;
}

#ifdef __cplusplus
}
#endif
#endif
