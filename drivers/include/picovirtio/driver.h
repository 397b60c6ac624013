/* SPDX-License-Identifier: BSD-2-Clause */
/* A device class as const data. Firmware lists the ones it wants by hand. */
#ifndef VIO_DRIVER_H
#define VIO_DRIVER_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_device;
struct vio_transport;
struct vio_platform;

/*
 * Memory of an instance, of which init() takes one part after the other: the caller's, or all
 * of it in one piece from the platform's memory().
 */
struct vio_room {
	uint8_t *at;
	size_t left;
};

/* What a part of `bytes` takes. */
#define VIO_ROOM_BYTES(bytes) (((size_t)(bytes) + 7) & ~(size_t)7)

/*
 * Room for `need` bytes: at `memory`, aligned to 8, of which there are `bytes`; or, if that is
 * NULL, from the platform. VIO_ENOMEM: it is less, or there is none. VIO_EINVAL: not aligned.
 */
int vio_room_open(struct vio_room *r, const struct vio_platform *p, void *memory, size_t bytes,
		  size_t need);

/* The next part, zeroed, aligned to 8. Together they must not exceed `need`. */
void *vio_room_take(struct vio_room *r, size_t bytes);

/*
 * Feature bits of the device class. Ring and transport bits are added by
 * vio_device_start(); a bit in none of the three is never accepted.
 */
struct vio_features {
	uint64_t wanted;   /* accepted where offered */
	uint64_t required; /* the device is refused without these; part of `wanted` */
	uint64_t harmless; /* accepted only on the retry after a device refused our
			      choice (2.2.1); the driver must honour these too */
};

/* A feature bit and its name, without the prefix of the specification. */
struct vio_feature {
	uint8_t bit;
	const char *name; /* "CSUM"; NULL: end of a table */
};

/* The name of a feature bit: by the table of its class (vio_blk_features and its like; NULL:
 * none), else by that of the bits which all classes share. NULL: not known. */
const char *vio_feature_name(const struct vio_feature *of_class, unsigned bit);

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
	size_t state_size; /* bytes of the class's struct, which begins with its struct vio_device
			    */
	/*
	 * Prepare a zeroed instance of it, for whoever looks devices up in a table (vio_blk_init()
	 * and its like are the typed form). `options`: the class's, NULL: the defaults. NULL: only
	 * vio_device_init() is needed. VIO_ENOMEM, VIO_EINVAL.
	 */
	int (*init)(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		    const void *options);
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
	int (*start)(struct vio_device *d);
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
