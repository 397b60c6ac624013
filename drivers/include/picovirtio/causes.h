/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be wrong with a device, as data and in words. */
#ifndef VIO_CAUSES_H
#define VIO_CAUSES_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What went wrong, for messages that speak to a person: vio_explain(). */
enum vio_cause {
	VIO_C_NONE,
	VIO_C_RESET_TIMEOUT,	/* status (got) never read 0 after a reset */
	VIO_C_NO_VERSION_1,	/* version 2 device without VERSION_1; got: offered mask */
	VIO_C_MISSING_FEATURES, /* got: offered mask, want: required mask */
	VIO_C_REFUSED_FEATURES, /* FEATURES_OK did not stick; got: offered, want: accepted mask */
	VIO_C_NO_QUEUE,		/* QueueSizeMax is 0 */
	VIO_C_QUEUE_BUSY,	/* queue is in use before we set it up */
	VIO_C_QUEUE_SIZE,	/* got: QueueSizeMax, want: what the driver needs */
	VIO_C_QUEUE_ADDRESS,	/* got: address that the device cannot express */
	VIO_C_QUEUE_REFUSED,	/* QueueReady or QueuePFN reads back otherwise */
	VIO_C_NO_MEMORY,	/* want: bytes */
	VIO_C_MAP,		/* the platform's map() gave no address; got: bytes; see err */
	VIO_C_CONFIG,		/* config space too small or never stable; got: offset */
	VIO_C_DRIVER_OK,	/* status (got) after DRIVER_OK */
	VIO_C_NEEDS_RESET,	/* device asked for a reset; got: status */
	VIO_C_BAD_USED,		/* id not in flight, index ahead, strict length, or (IN_ORDER) an
				   id that the index does not cover */
	VIO_C_SILENT,		/* a request is overdue; got: nanoseconds waited */
	VIO_C_QUEUE_RESET,	/* RING_RESET is offered, but the queue is not reset; see err */
	VIO_C_SUSPEND,		/* status (got) while it was to be suspended or resumed */
	VIO_C_ZONED,		/* a disk that must be written in order; got: its model */
	VIO_C_DRIVER,		/* the driver's own: got says what, see its header */
};

struct vio_problem {
	enum vio_cause cause;
	int err;	/* the enum vio_err that the call returned */
	uint16_t queue; /* where a queue is concerned */
	uint64_t got, want;
};

/* An enum vio_err in words. */
const char *vio_strerror(int err);

/* How a person reads a number of struct vio_problem. */
enum vio_unit {
	VIO_UNIT_MASK,	/* hexadecimal: bits, an address, an offset */
	VIO_UNIT_COUNT, /* decimal */
	VIO_UNIT_TIME,	/* in nanoseconds */
};

struct vio_figure {
	const char *name; /* "offered"; NULL: the cause does not fill the field */
	enum vio_unit unit;
};

/* What a cause means. */
struct vio_explanation {
	const char *what;	     /* "QueueSizeMax is 0: the device has no such queue" */
	const char *hint;	     /* what to do: "is its backend missing?", or "" */
	struct vio_figure got, want; /* the fields of that name in struct vio_problem */
	bool queue;		     /* `queue` of struct vio_problem is filled */
	bool retry;		     /* another start of the device may end otherwise */
};

/* Never NULL, for any number. */
const struct vio_explanation *vio_explain(enum vio_cause cause);

#ifdef __cplusplus
}
#endif
#endif
