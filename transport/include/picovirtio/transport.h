/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations on the registers of a device. They contain no policy, keep no state of queues, and
 * do not wait. An implementation embeds struct vio_transport as its first member.
 */
#ifndef VIO_TRANSPORT_H
#define VIO_TRANSPORT_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * 1: version 1, the legacy interface, is built in. 0: devices of version 1 are refused like devices
 * of an unknown version, and the linker leaves the code out.
 */
#ifndef PICOVIRTIO_LEGACY
#define PICOVIRTIO_LEGACY 1
#endif

/* Device status (virtio 1.4, 2.1). */
enum vio_status {
	VIO_S_ACKNOWLEDGE = 1,
	VIO_S_DRIVER = 2,
	VIO_S_DRIVER_OK = 4,
	VIO_S_FEATURES_OK = 8,
	VIO_S_SUSPEND = 16, /* only with VIO_F_SUSPEND */
	VIO_S_NEEDS_RESET = 64,
	VIO_S_FAILED = 128,
};

/* The events in InterruptStatus (4.2.3.4). */
enum vio_event {
	VIO_EV_QUEUE = 1,  /* a queue has used buffers; the register does not say which queue */
	VIO_EV_CONFIG = 2, /* the configuration changed, or the device set NEEDS_RESET */
};

/* Feature bits that belong to no device class (virtio 1.4, 6). */
#define VIO_F_ANY_LAYOUT      (UINT64_C(1) << 27) /* legacy only */
#define VIO_F_INDIRECT_DESC   (UINT64_C(1) << 28)
#define VIO_F_EVENT_IDX	      (UINT64_C(1) << 29)
#define VIO_F_VERSION_1	      (UINT64_C(1) << 32)
#define VIO_F_ACCESS_PLATFORM (UINT64_C(1) << 33)
#define VIO_F_RING_PACKED     (UINT64_C(1) << 34)
#define VIO_F_IN_ORDER	      (UINT64_C(1) << 35)
#define VIO_F_ORDER_PLATFORM  (UINT64_C(1) << 36)
#define VIO_F_NOTIF_DATA      (UINT64_C(1) << 38) /* NOTIFICATION_DATA */
#define VIO_F_RING_RESET      (UINT64_C(1) << 40)
#define VIO_F_SUSPEND	      (UINT64_C(1) << 43)
/* Never negotiated if PICOVIRTIO_EXTENSIONS is 0. */
#define VIO_F_EXTENSIONS (VIO_F_IN_ORDER | VIO_F_NOTIF_DATA | VIO_F_RING_RESET | VIO_F_SUSPEND)
#define VIO_F_BUILT_IN	 (PICOVIRTIO_EXTENSIONS ? UINT64_MAX : ~VIO_F_EXTENSIONS)

struct vio_transport;

struct vio_transport_ops {
	/* Read the offered features, each word once. Version 1 has the low word only. */
	uint64_t (*features)(struct vio_transport *t);
	/* Write the accepted features: all words, the low word first. */
	void (*accept)(struct vio_transport *t, uint64_t features);
	/* Read the status register. Bits that enum vio_status does not name are cleared. */
	uint8_t (*status)(struct vio_transport *t);
	/* Write the status register. 0 resets the device. Any other value must include the bits
	 * that are already set. */
	void (*set_status)(struct vio_transport *t, uint8_t status);
	/*
	 * Select queue `index`. Returns its largest size in descriptors, limited to 32768. 0: there
	 * is no such queue. VIO_EBUSY: the queue is in use already (QueueReady or QueuePFN is not
	 * 0).
	 */
	int (*queue_max)(struct vio_transport *t, uint16_t index);
	/*
	 * Set up the queue that queue_max() has selected, before any other operation on a queue
	 * (4.2.3.2 selects it once); `size` is at most its result. VIO_EADDR: the device cannot
	 * express an address (legacy: see vio_pfn()). VIO_EDEVICE: the device did not accept the
	 * queue: QueueReady or QueuePFN does not read back as written.
	 */
	int (*queue_set)(struct vio_transport *t, uint16_t size, const struct vio_queue_areas *at);
	/*
	 * Disable a queue, and check that the register says so: VIO_OK, or VIO_EDEVICE. In both
	 * cases the memory of the queue is not reusable before a device reset. Version 1:
	 * VIO_ENOTSUP, because stopping a queue may reset the whole device there. NULL with
	 * PICOVIRTIO_EXTENSIONS 0: the drivers stop queues by a device reset.
	 */
	int (*queue_unset)(struct vio_transport *t, uint16_t index);
	/*
	 * queue_reset() starts the reset of one queue (2.6.1). It requires RING_RESET.
	 * queue_is_reset() reports completion: 1 done, 0 still resetting (QueueReset is not 0).
	 * VIO_EDEVICE: QueueReset is 0 but the queue is still live (QueueReady is not 0), so the
	 * device offers RING_RESET without implementing it. Both pointers are NULL on version 1,
	 * and with PICOVIRTIO_EXTENSIONS 0.
	 */
	void (*queue_reset)(struct vio_transport *t, uint16_t index);
	int (*queue_is_reset)(struct vio_transport *t, uint16_t index);
	/*
	 * The shared memory region `id` as the device reports it, unchecked (4.2.2, SHMSel). Use
	 * vio_shm_find() instead. NULL on version 1, and with PICOVIRTIO_EXTENSIONS 0.
	 */
	struct vio_span (*shm)(struct vio_transport *t, uint8_t id);
	/*
	 * Send an available buffer notification for queue `index` (2.9). Not allowed before
	 * DRIVER_OK (3.1.1). `next` is the result of vq_next() with NOTIFICATION_DATA, and 0
	 * without it.
	 */
	void (*notify)(struct vio_transport *t, uint16_t index, uint16_t next);
	/*
	 * The set of enum vio_event that happened since the previous call. The function
	 * acknowledges them before it returns, so the caller must then look at every queue.
	 */
	unsigned (*events)(struct vio_transport *t);
	/* Read ConfigGeneration. 0 on version 1, which does not have it. */
	uint32_t (*generation)(struct vio_transport *t);
	/*
	 * Read or write one field of config space, in the byte order of the CPU. `len` is the width
	 * of the field: 1, 2, 4 or 8 bytes. A field of 8 bytes takes two accesses, and may change
	 * between them; use vio_config_read() instead. VIO_ERANGE: the field lies outside of the
	 * window. VIO_EINVAL: the width is invalid, or the field is not aligned to its width (to 4
	 * for 8 bytes).
	 */
	int (*config_read)(struct vio_transport *t, size_t off, void *dst, size_t len);
	int (*config_write)(struct vio_transport *t, size_t off, const void *src, size_t len);
};

struct vio_transport {
	const struct vio_transport_ops *ops;
	uint32_t device_type; /* the virtio device ID (5), never 0 */
	uint32_t vendor;      /* for display only */
	bool legacy;	      /* the legacy interface: use vio_legacy() to test it */
	size_t used_align;    /* required alignment of the used ring in bytes */
};

/* True for a device with the legacy interface: no FEATURES_OK, page frame numbers for queues. With
 * PICOVIRTIO_LEGACY 0 the result is a constant. */
static inline bool vio_legacy(const struct vio_transport *t)
{
	return PICOVIRTIO_LEGACY && t->legacy;
}

/*
 * Read a field of config space without tearing: until the generation is the same before and after
 * (2.5.3.1), or on version 1 until two reads agree. Errors as config_read(). VIO_EDEVICE: the field
 * was not stable in 8 tries.
 */
int vio_config_read(struct vio_transport *t, size_t off, void *dst, size_t len);

/*
 * Read several fields that belong together, without tearing: true as long as they have to be read,
 * with vio_config_field(), because they were not read yet or the generation has changed since
 * (2.5.3.1). A zeroed struct begins. `*rc` is the result of the latest reads, at first VIO_OK; the
 * function returns false if it is an error, and sets it to VIO_EDEVICE after 8 tries.
 *
 *     while (vio_config_again(t, &pass, &rc))
 *             rc = read_fields(...);
 */
struct vio_config_pass {
	unsigned tries;
	uint32_t generation;
};

bool vio_config_again(struct vio_transport *t, struct vio_config_pass *p, int *rc);

/* Read a field in a pass, to `dst` if there is no error. Errors as config_read(). On version 1,
 * which has no generation, the field is read until two reads agree. VIO_EDEVICE: they never do. */
int vio_config_field(struct vio_transport *t, size_t off, void *dst, size_t len);

/*
 * Find the shared memory region `id` of a device (2.10), as CPU addresses, and check it. Call this
 * only for device types that have such regions (4.2.3.1.1). The region must not overlap any of the
 * `n` spans at `taken`: the device's other regions, RAM, register windows. The device may change
 * the data in the region at any time.
 *
 * VIO_ENODEV   there is no such region (its length is 0 or all ones), the device has version 1, or
 *              PICOVIRTIO_EXTENSIONS is 0
 * VIO_EADDR    the region wraps around, or the CPU cannot address it (above 4 GiB on a 32-bit CPU)
 * VIO_EDEVICE  the region overlaps one of `taken`
 */
int vio_shm_find(struct vio_transport *t, uint8_t id, const struct vio_span *taken, unsigned n,
		 struct vio_span *region);

#ifdef __cplusplus
}
#endif
#endif
