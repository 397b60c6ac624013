/* SPDX-License-Identifier: BSD-2-Clause */
/* A device class as const data. Firmware lists the ones it wants by hand. */
#ifndef VIO_DRIVER_H
#define VIO_DRIVER_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_device;

/*
 * Feature bits of the device class. Ring and transport bits are added by
 * vio_device_begin(); a bit in none of the three is never accepted.
 */
struct vio_features {
	uint64_t wanted;   /* accepted where offered */
	uint64_t required; /* the device is refused without these; part of `wanted` */
	uint64_t harmless; /* accepted only on the retry after a device refused our
			      choice (2.2.1); the driver must honour these too */
};

struct vio_driver {
	const char *name;     /* as messages show it: "virtio-console" */
	uint32_t device_type; /* virtio device id (5) */
	struct vio_features features;
	/*
	 * May a request that came back with VIO_EDEVICE be submitted again after the
	 * restart? Only if it does no harm that the device has carried it out already
	 * (reading does none, a sent byte would be sent twice). The library never does it by
	 * itself; whoever asked looks here.
	 */
	bool replayable;
	size_t state_size; /* bytes of driver state; the caller zeroes and aligns it as max_align_t
			    */
	/*
	 * The offer was read (d->offered), nothing is accepted yet: may read the config space of
	 * an offered feature and refuse the device by an error (3.1.1 step 4).
	 * Features that it does not want after all go to d->declined: those that need one that is
	 * not there, or whose value does not suit. May be NULL.
	 */
	int (*screen)(struct vio_device *d);
	/*
	 * Open the queues and read the config space; features are negotiated,
	 * DRIVER_OK is not set yet. Buffers may be submitted; they are published by
	 * vio_device_start() after DRIVER_OK. On an error vio_device_start() cleans up.
	 */
	int (*start)(struct vio_device *d, void *state);
	/* DRIVER_OK is set: first requests, re-read what may have changed. May be NULL. */
	void (*ready)(struct vio_device *d);
	/* The configuration changed (or may have: called once after ready). May be NULL. */
	void (*config_changed)(struct vio_device *d);
	/* The device failed or was stopped; all requests have come back. May be NULL. */
	void (*stopped)(struct vio_device *d);
};

#ifdef __cplusplus
}
#endif
#endif
