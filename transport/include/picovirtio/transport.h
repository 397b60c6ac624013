/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a device is reached. Register-level verbs only: no policy, no queue state,
 * no waiting. An implementation embeds struct vio_transport as its first member.
 */
#ifndef VIO_TRANSPORT_H
#define VIO_TRANSPORT_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Is version 1, the legacy interface, built in? With 0 a device of that version is refused
 * as one of an unknown version, and the linker leaves its code out.
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
	VIO_S_SUSPEND = 16, /* with VIO_F_SUSPEND alone */
	VIO_S_NEEDS_RESET = 64,
	VIO_S_FAILED = 128,
};

/* What the device wants us to look at (4.2.3.4). */
enum vio_event {
	VIO_EV_QUEUE = 1,  /* some queue, any of them */
	VIO_EV_CONFIG = 2, /* configuration change, or NEEDS_RESET */
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

struct vio_transport;

struct vio_transport_ops {
	/* Offered features; each word is read once. Version 1: the low word only. */
	uint64_t (*features)(struct vio_transport *t);
	/* Tell the device what was accepted: all words, the low one first. */
	void (*accept)(struct vio_transport *t, uint64_t features);
	/* The status register, masked to the bits above. */
	uint8_t (*status)(struct vio_transport *t);
	/* Write the status register; 0 resets. The caller keeps old bits set. */
	void (*set_status)(struct vio_transport *t, uint8_t status);
	/*
	 * Largest size of queue `index` in descriptors, cut to 32768. 0: there is
	 * no such queue. VIO_EBUSY: it is in use already (QueueReady or QueuePFN
	 * is not 0).
	 */
	int (*queue_max)(struct vio_transport *t, uint16_t index);
	/*
	 * Hand a queue to the device. `size` is at most what queue_max() said, and
	 * queue_max() was called for it since the last reset. VIO_EADDR: an address
	 * that the device cannot express (legacy: see vio_pfn()). VIO_EDEVICE: the
	 * device did not take it (QueueReady or QueuePFN reads back otherwise).
	 */
	int (*queue_set)(struct vio_transport *t, uint16_t index, uint16_t size,
			 const struct vio_queue_areas *at);
	/*
	 * Take a queue back and read back that it is gone: VIO_OK, or VIO_EDEVICE.
	 * Even then only a device reset makes its memory reusable. Version 1:
	 * VIO_ENOTSUP, since stopping a queue there may reset the whole device.
	 */
	int (*queue_unset)(struct vio_transport *t, uint16_t index);
	/*
	 * Ask for the reset of one queue (2.6.1); RING_RESET is negotiated. Over is it when
	 * queue_is_reset() says so: 1; 0: not yet (QueueReset is not 0). VIO_EDEVICE: QueueReset
	 * says that it is over, but the queue is still live (QueueReady is not 0): the device
	 * offers RING_RESET and has not got it. NULL on version 1.
	 */
	void (*queue_reset)(struct vio_transport *t, uint16_t index);
	int (*queue_is_reset)(struct vio_transport *t, uint16_t index);
	/*
	 * Where shared memory region `id` is, as the device says it (4.2.2, SHMSel), unchecked:
	 * use vio_shm_find(). NULL on version 1.
	 */
	struct vio_span (*shm)(struct vio_transport *t, uint8_t id);
	/*
	 * Available-buffer notification of queue `index` (2.9); never before DRIVER_OK (3.1.1).
	 * `next` is what vq_next() says, with NOTIFICATION_DATA; without it 0.
	 */
	void (*notify)(struct vio_transport *t, uint16_t index, uint16_t next);
	/*
	 * Which of enum vio_event happened since the last call. Acknowledges them
	 * BEFORE returning, so the caller must look at every queue afterwards.
	 */
	unsigned (*events)(struct vio_transport *t);
	/* ConfigGeneration; 0 on version 1, which has none. */
	uint32_t (*generation)(struct vio_transport *t);
	/*
	 * One field of config space, once, in host byte order. `len` is the width
	 * of the field: 1, 2, 4, or 8 (two 32-bit accesses: use
	 * vio_config_read(), which cannot tear). VIO_ERANGE: outside the region.
	 * VIO_EINVAL: other width, or not aligned to it (8: to 4).
	 */
	int (*config_read)(struct vio_transport *t, size_t off, void *dst, size_t len);
	int (*config_write)(struct vio_transport *t, size_t off, const void *src, size_t len);
};

struct vio_transport {
	const struct vio_transport_ops *ops;
	uint32_t device_type; /* virtio device id (5), never 0 */
	uint32_t vendor;      /* for display only, no decision depends on it */
	bool legacy;	      /* pre-1.0 rules: ask vio_legacy() */
	size_t used_align;    /* what the used ring must be aligned to, in bytes */
};

/* Pre-1.0 rules: no FEATURES_OK, page-frame queues. A constant where they are not built in. */
static inline bool vio_legacy(const struct vio_transport *t)
{
	return PICOVIRTIO_LEGACY && t->legacy;
}

/*
 * Read a config field whole: between two equal generations (2.5.3.1), or on
 * version 1 until two reads agree. Errors as config_read(), and VIO_EDEVICE: no
 * agreement in 8 tries.
 */
int vio_config_read(struct vio_transport *t, size_t off, void *dst, size_t len);

/*
 * Shared memory region `id` of a device (2.10), checked: CPU addresses. Only for device types
 * that have such regions (4.2.3.1.1). The region must touch none of the `n` spans at `taken`: the
 * device's other regions, RAM, register windows. Data in it is the device's to change at any time.
 *
 * VIO_ENODEV   there is no such region (its length reads as all ones, or 0), or version 1
 * VIO_EADDR    it wraps around, or the CPU has no such addresses (a 32-bit one, above 4 GiB)
 * VIO_EDEVICE  it overlaps one of `taken`
 */
int vio_shm_find(struct vio_transport *t, uint8_t id, const struct vio_span *taken, unsigned n,
		 struct vio_span *region);

#ifdef __cplusplus
}
#endif
#endif
