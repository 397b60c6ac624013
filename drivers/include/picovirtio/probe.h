/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a devicetree to devices: every available `virtio,mmio` node is looked at, and what answers
 * there goes to the class that drives its type. Nothing is printed; nothing is allocated but a
 * class's instance, from the platform's memory().
 *
 *     static const struct vio_class classes[] = { { &vio_blk_driver, NULL },
 *                                                 { &vio_rng_driver, NULL } };
 *     struct vio_probe p = { .dt = &tree, .platform = &platform,
 *                            .classes = classes, .nclasses = 2 };
 *     static struct vio_slot slot[8];
 *     vio_probe_all(&p, slot, 8);     p.devices: all that came up or may yet
 *
 * Whoever wants a say in each window calls vio_probe_next() and vio_probe_claim() instead.
 */
#ifndef VIO_PROBE_H
#define VIO_PROBE_H

#include <picovirtio/device.h>
#include <picovirtio/devicetree.h>
#include <picovirtio/mmio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A class of devices, and how it is driven. */
struct vio_class {
	const struct vio_driver *driver;
	const void *options; /* of the class, for all its devices; NULL: the defaults */
};

/* A virtio,mmio node. */
struct vio_slot {
	struct vio_slot *next; /* in the order of the tree */
	const char *name;      /* of the node */
	struct vio_span window;
	/*
	 * What became of the window. VIO_OK: a device answers. VIO_ENODEV: nobody does.
	 * VIO_ENOTSUP: a register version that is none, see mmio.version. VIO_ERANGE: too small.
	 * VIO_EINVAL: not aligned. VIO_EADDR: this CPU cannot address it. VIO_EREADONLY: refused().
	 * VIO_EBUSY: another node has it. VIO_EFORMAT: `reg` is of no use.
	 */
	int err;
	struct vio_mmio mmio;
	struct vio_dt_irq irq; /* with `has_irq`: the specifier of its interrupt */
	bool has_irq;
	struct vio_device *device; /* after vio_probe_claim(); NULL: nobody drives it */
};

struct vio_probe {
	/* Filled by the caller, all else zero. */
	const struct vio_dt *dt; /* in place as long as names of slots are used */
	const struct vio_platform *platform;
	const struct vio_class *classes;
	size_t nclasses;
	/* Not to be touched: memory that is in use, for one. May be NULL. */
	bool (*refused)(void *arg, struct vio_span window);
	void *arg;

	struct vio_slot *slots;	    /* those that were claimed or kept, through ->next */
	struct vio_device *devices; /* those that a class drives, through ->next */
	unsigned windows, used;	    /* nodes so far; slots in the list */

	/* Private. */
	struct vio_dt_walk walk;
	struct vio_slot **slots_end;
	struct vio_device **devices_end;
	struct vio_span hull; /* from the lowest register of all slots to the highest */
};

/*
 * The next node, into `*s`: 1; 0: there is none. Reads three registers of the window at most
 * (vio_mmio_probe()). The time of all calls together is linear in the size of the tree.
 */
int vio_probe_next(struct vio_probe *p, struct vio_slot *s);

/*
 * For a slot in which a device answers: put it into the list, where it has to stay in place, and
 * prepare its device, which is not started. VIO_ENODEV: no class drives its type. VIO_ENOMEM, and
 * what the class's init() says: it is not driven. The slot is in the list in any case.
 */
int vio_probe_claim(struct vio_probe *p, struct vio_slot *s);

/* All nodes: claimed and started, into `slot`, an array of `n`. Returns how many slots there are;
 * devices that could not be started say why in `problem`. VIO_ERANGE: more than `n`. */
int vio_probe_all(struct vio_probe *p, struct vio_slot *slot, unsigned n);

#ifdef __cplusplus
}
#endif
#endif
