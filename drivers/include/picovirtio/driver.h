/* SPDX-License-Identifier: BSD-2-Clause */
/* A device class as const data. A firmware lists the classes that it uses (picovirtio/probe.h). */
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
 * The memory of an instance, from which a class's init() takes one part after the other. It comes
 * from the caller, or in one piece from the platform's memory().
 */
struct vio_room {
	uint8_t *at;
	size_t left;
};

/* The bytes that vio_room_take() uses for a part of `bytes` bytes. */
#define VIO_ROOM_BYTES(bytes) (((size_t)(bytes) + 7) & ~(size_t)7)

/*
 * Get `need` bytes of memory for an instance. They are taken from the `bytes` bytes at `memory`,
 * which must be aligned to 8, or from the platform's memory() if `memory` is NULL. VIO_ENOMEM:
 * there are fewer than `need` bytes. VIO_EINVAL: `memory` is not aligned.
 */
int vio_room_open(struct vio_room *r, const struct vio_platform *p, void *memory, size_t bytes,
		  size_t need);

/* Take the next part of that memory: zeroed, and aligned to 8. All parts together, each counted by
 * VIO_ROOM_BYTES(), take at most `need` bytes. */
void *vio_room_take(struct vio_room *r, size_t bytes);

/* For the options of an instance: is `n` a power of two, and at most `most`? A count of descriptors
 * or of buffers must be one. */
static inline bool vio_is_power_of_two(uint32_t n, uint32_t most)
{
	return n != 0 && n <= most && (n & (n - 1)) == 0;
}

/*
 * Allocate ring memory for what a driver shares with its device permanently: small things that the
 * device writes, which must not lie beside private state. Call this in start(), and keep the
 * memory for later starts, since it is never freed. The arguments are those of
 * platform.ring_memory(). NULL: not enough memory is left. That is recorded as VIO_C_NO_MEMORY, and
 * start() must return VIO_ENOMEM.
 */
void *vio_device_ring_memory(struct vio_device *d, size_t bytes, size_t align, vio_dma *at);

/*
 * The feature bits of a device class. vio_device_start() adds the bits of the ring and of the
 * transport. A bit in none of these sets is never accepted.
 */
struct vio_features {
	uint64_t wanted;   /* accepted if offered */
	uint64_t required; /* a subset of `wanted`; without these bits the device is refused */
	uint64_t harmless; /* not wanted; accepted only in the second try, after the device refused
			      the first choice (2.2.1); the driver must support these bits too */
};

/* A feature bit and its name, without the specification's prefix. */
struct vio_feature {
	uint8_t bit;
	const char *name; /* for example "CSUM"; NULL ends a table */
};

/* The name of a feature bit, or NULL if it is unknown. `of_class` is the table of the class, such
 * as vio_blk_features, or NULL. After that the table of the bits that all classes share is used. */
const char *vio_feature_name(const struct vio_feature *of_class, unsigned bit);

struct vio_driver {
	const char *name;     /* for messages, such as "virtio-console" */
	uint32_t device_type; /* the virtio device ID (5) */
	struct vio_features features;
	/*
	 * True if the caller may submit a request again that came back with VIO_EDEVICE. Set it
	 * only if no harm is done when the device carried out the request already: a read does no
	 * harm, but a byte would be sent twice. The library itself repeats no request.
	 */
	bool replayable;
	size_t state_size; /* bytes of an instance, which begins with its struct vio_device */
	/* In words, what the codes 1 to `ncodes` of vio_device_protocol_error() mean, or NULL. */
	const char *const *codes;
	unsigned ncodes;
	/*
	 * Prepare a zeroed instance. The probe calls this; vio_blk_init() and similar functions are
	 * the typed form. `options` is the options struct of the class, or NULL for the defaults.
	 * The pointer may be NULL if vio_device_init() is enough. VIO_ENOMEM: not enough memory.
	 * VIO_EINVAL: invalid options.
	 */
	int (*init)(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		    const void *options);
	/*
	 * Check the offered features in d->offered before any is accepted (3.1.1, step 4). The
	 * function may read the config space of offered features. It refuses the device by
	 * returning an error. It puts features that it does not want into d->declined, because a
	 * required feature is missing or a value does not suit. May be NULL.
	 */
	int (*screen)(struct vio_device *d);
	/*
	 * Open the queues and read the config space. The features are negotiated, and DRIVER_OK is
	 * not set yet. The function may submit requests; vio_device_start() publishes them after
	 * DRIVER_OK. If the function returns an error, vio_device_start() cleans up.
	 */
	int (*start)(struct vio_device *d);
	/* DRIVER_OK is set now. Send the first requests here. May be NULL. */
	void (*ready)(struct vio_device *d);
	/* The configuration changed. Also called once after ready(), because the configuration may
	 * have changed during the start. May be NULL. */
	void (*config_changed)(struct vio_device *d);
	/* The device failed or was stopped, and all its requests have come back. May be NULL. */
	void (*stopped)(struct vio_device *d);
};

#ifdef __cplusplus
}
#endif
#endif
