/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the devicetree to running devices. Every available `virtio,mmio` node is probed, and a
 * device that answers is started by the driver of its class. Problems are printed when they are
 * found; an empty slot is not a problem.
 */
#ifndef FIRMWARE_DEVICES_PROBE_H
#define FIRMWARE_DEVICES_PROBE_H

#include <picovirtio/bounce.h>
#include <picovirtio/probe.h>

enum {
	SLOT_LABEL_BYTES = 48,
};

/* A slot with a device. */
struct slot {
	struct slot *next;
	char label[SLOT_LABEL_BYTES]; /* "virtio-console@10008000" */
	struct vio_span window;
	uint32_t version; /* 1: legacy, 2: modern */
	struct vio_transport *transport;
	struct vio_device *device; /* NULL: no driver for this type */
	int irq;		   /* the interrupt line, or an enum vio_err */
	/* What was reported to the person. */
	enum vio_state reported;
	unsigned tries;
	bool left_off;
};

struct probe {
	/* In the order of the devicetree; where the next slot goes. */
	struct slot *slots, **slots_end;
	struct vio_device *devices; /* the devices that have a driver, through `next` */
	/* Number of virtio,mmio nodes, and of slots with a device. */
	unsigned windows, used;
	const struct vio_platform *platform;
	struct vio_bounce *bounce; /* NULL: the bounce pool is not used */
	unsigned quirks;	   /* set of enum quirk, from the boot arguments */
};

/* Find and start all devices. */
void probe_all(struct probe *p, const struct vio_class *classes, size_t n);

/*
 * Report a device that failed, was restarted, or was given up since the last call. Returns the slot
 * of one such device, or NULL. This reads memory only, no registers.
 */
const struct slot *probe_watch(struct probe *p);

/* The number of a slot, in the order of addresses. The lowest virtio,mmio window of the devicetree
 * has number 0, as in the names of QEMU's buses (virtio-mmio-bus.N). Walks over the devicetree. */
unsigned probe_number(const struct slot *s);

/* The slot with this label, or whose label has `name` behind the @. NULL: there is none. */
const struct slot *probe_find(const struct probe *p, const char *name);

/* The boot arguments (firmware/devices/bootargs.h). NULL: there are none. */
const char *probe_boot_arguments(void);

/* The slot of a device. */
const struct slot *probe_slot_of(const struct probe *p, const struct vio_device *d);

#endif
