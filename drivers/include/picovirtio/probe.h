/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a devicetree to devices. The probe visits every available `virtio,mmio` node, and prepares
 * each device that answers for the class of its type. It prints nothing. It takes memory only for
 * the instances of classes, from the platform's memory().
 *
 *     static const struct vio_class classes[] = { { &vio_blk_driver, NULL },
 *                                                 { &vio_rng_driver, NULL } };
 *     struct vio_probe p = { .dt = &tree, .platform = &platform,
 *                            .classes = classes, .nclasses = 2 };
 *     static struct vio_slot slot[8];
 *     vio_probe_all(&p, slot, 8);     p.devices is the list of all devices that have a class
 *     struct vio_blk *disk = vio_blk_of(vio_probe_first(&p, &vio_blk_driver));
 *
 * To decide about each window, call vio_probe_next() and vio_probe_claim() instead.
 */
#ifndef VIO_PROBE_H
#define VIO_PROBE_H

#include <picovirtio/device.h>
#include <picovirtio/devicetree.h>
#include <picovirtio/mmio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A class, and the options for all its devices. */
struct vio_class {
	const struct vio_driver *driver;
	const void
		*options; /* the class's struct, such as struct vio_blk_options; NULL: defaults */
};

/* The slot of one virtio,mmio node. */
struct vio_slot {
	struct vio_slot *next; /* the list is in the order of the devicetree */
	const char *name;      /* the name of the node */
	struct vio_span window;
	/*
	 * VIO_OK: a device answers. Otherwise the reason why the slot is not used:
	 * VIO_ENODEV     the slot is empty
	 * VIO_ENOTSUP    the register version in mmio.version is not supported
	 * VIO_ERANGE     the window is too small
	 * VIO_EINVAL     the window is not aligned
	 * VIO_EADDR      this CPU cannot address the window
	 * VIO_EREADONLY  the function refused() refused the window
	 * VIO_EBUSY      the window overlaps that of another node
	 * VIO_EDEVICE    an access to the window trapped
	 * VIO_EFORMAT    `reg` of the node is malformed
	 */
	int err;
	struct vio_mmio mmio;
	struct vio_dt_irq irq; /* the specifier of its interrupt, if `has_irq` is set */
	bool has_irq;
	struct vio_device *device; /* after vio_probe_claim(); NULL: no class drives the device */
};

struct vio_probe {
	/* The caller fills these fields; all other fields start zeroed. */
	const struct vio_dt *dt; /* stays in place as long as the names of slots are used */
	const struct vio_platform *platform;
	const struct vio_class *classes;
	size_t nclasses;
	/* Returns true for a window that must not be accessed, for example because it overlaps
	 * memory. May be NULL. */
	bool (*refused)(void *arg, struct vio_span window);
	void *arg;
	/* Calls risky(what), and returns false if an access in it trapped. NULL: a window in which
	 * no device answers may end the program. On our boards: vio_board_guard. */
	bool (*guard)(void (*risky)(void *what), void *what);

	struct vio_slot *slots;	    /* the list of claimed slots, through `next` */
	struct vio_device *devices; /* the list of devices that have a class, through `next` */
	unsigned windows, used;	    /* number of nodes so far, and of slots in the list */

	/* Private. */
	struct vio_dt_walk walk;
	struct vio_slot **slots_end;
	struct vio_device **devices_end;
	struct vio_span hull; /* from the lowest to the highest register of all slots */
};

/*
 * Fill `*s` for the next node. 1: `*s` is filled. 0: there are no more nodes. The function reads at
 * most three registers of the window (vio_mmio_probe()). All calls together take time linear in the
 * size of the devicetree.
 */
int vio_probe_next(struct vio_probe *p, struct vio_slot *s);

/*
 * Call this for a slot in which a device answers. It adds the slot to the list, even if it returns
 * an error, so the slot must stay in place. It prepares the device for vio_device_start(), without
 * starting it. VIO_ENODEV: no class drives this device type. VIO_ENOMEM and other errors of the
 * class's init(): the device is not driven.
 */
int vio_probe_claim(struct vio_probe *p, struct vio_slot *s);

/* Visit all nodes, claim the slots with a device, and start the devices. `slot` is an array of `n`
 * elements, which stays in place. Returns the number of slots in use. If a device could not be
 * started, its `problem` says why. VIO_ERANGE: more than `n` slots have a device; the first `n`
 * were claimed and started as usual. */
int vio_probe_all(struct vio_probe *p, struct vio_slot *slot, unsigned n);

/* The first device of a class that is VIO_LIVE, in the order of the devicetree. NULL: there is
 * none. Pass the result to vio_blk_of() or a similar function, which accepts NULL. */
struct vio_device *vio_probe_first(const struct vio_probe *p, const struct vio_driver *driver);

#ifdef __cplusplus
}
#endif
#endif
