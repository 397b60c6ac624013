/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the devicetree to running devices: every available `virtio,mmio` node is looked
 * at, and what answers there is handed to the driver that claims its type. Problems
 * are printed as they are found; an empty slot is none.
 */
#ifndef FIRMWARE_DEVICES_PROBE_H
#define FIRMWARE_DEVICES_PROBE_H

#include <picovirtio/bounce.h>
#include <picovirtio/probe.h>

enum {
	SLOT_LABEL_BYTES = 48,
};

/* A slot with something in it. */
struct slot {
	struct slot *next;
	char label[SLOT_LABEL_BYTES]; /* "virtio-console@10008000" */
	struct vio_span window;
	uint32_t version; /* 1: legacy, 2: modern */
	struct vio_transport *transport;
	struct vio_device *device; /* NULL: no driver claims the type */
	int irq;		   /* line, or an enum vio_err */
	/* What the person knows of. */
	enum vio_state reported;
	unsigned tries;
	bool left_off;
};

struct probe {
	struct slot *slots, **slots_end; /* in the order of the tree; where the next goes */
	struct vio_device *devices;	 /* the claimed ones, through ->next */
	unsigned windows, used;		 /* virtio,mmio nodes; those with something in them */
	const struct vio_platform *platform;
	struct vio_bounce *bounce; /* NULL: not chosen */
	unsigned quirks;	   /* of enum quirk, by hand: see firmware/devices/quirks.h */
};

/* Find and start everything. */
void probe_all(struct probe *p, const struct vio_class *classes, size_t n);

/*
 * Has a device failed since the last call, or was it brought up again, or left off? Prints
 * what happened. Cheap: looks at memory alone. Returns its slot, one at a time, or NULL.
 */
const struct slot *probe_watch(struct probe *p);

/* A slot's number by address: the lowest virtio,mmio window of the tree is 0, as in the names of
 * QEMU's buses (virtio-mmio-bus.N). Walks over the tree. */
unsigned probe_number(const struct slot *s);

/* The slot with this label, or with the part of it behind the @; NULL: there is none. */
const struct slot *probe_find(const struct probe *p, const char *name);

/* The boot arguments (firmware/devices/bootargs.h); NULL: there are none. */
const char *probe_boot_arguments(void);

/* The slot of a device. */
const struct slot *probe_slot_of(const struct probe *p, const struct vio_device *d);

#endif
