/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a device failed, as data and in words. */
#ifndef VIO_CAUSES_H
#define VIO_CAUSES_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The causes of failures. vio_explain() has each of them in words. The comments name the values in
 * the fields `got` and `want`. */
enum vio_cause {
	VIO_C_NONE,
	VIO_C_RESET_TIMEOUT,	/* after a reset the status did not become 0; got: status */
	VIO_C_NO_VERSION_1,	/* a version 2 device without VERSION_1; got: offered features */
	VIO_C_MISSING_FEATURES, /* got: offered features, want: required features */
	VIO_C_REFUSED_FEATURES, /* FEATURES_OK did not stick; got: offered, want: accepted */
	VIO_C_NO_QUEUE,		/* QueueSizeMax is 0 */
	VIO_C_QUEUE_BUSY,	/* the queue was in use before the driver set it up */
	VIO_C_QUEUE_SIZE,	/* got: QueueSizeMax, want: the size that the driver needs */
	VIO_C_QUEUE_ADDRESS,	/* the device cannot express an address; got: the address */
	VIO_C_QUEUE_REFUSED,	/* QueueReady or QueuePFN does not read back as written */
	VIO_C_NO_MEMORY,	/* want: bytes */
	VIO_C_MAP,		/* the platform's map() failed; got: bytes of the buffer; see err */
	VIO_C_CONFIG,		/* config space is too small or not stable; got: offset */
	VIO_C_DRIVER_OK,	/* the device did not keep DRIVER_OK; got: status */
	VIO_C_NEEDS_RESET,	/* the device asked for a reset; got: status */
	VIO_C_BAD_USED,		/* the device broke the protocol in the used ring: see vq_reap() */
	VIO_C_SILENT,		/* a request is overdue; got: nanoseconds since any progress */
	VIO_C_QUEUE_RESET,	/* the device offers RING_RESET but did not reset; see err */
	VIO_C_SUSPEND,		/* the device did not suspend or resume; got: status */
	VIO_C_ZONED,		/* the disk must be written in order; got: its zone model */
	VIO_C_SEGMENT_SIZE,	/* no sector fits into a segment of the disk; got: size_max */
	VIO_C_BLOCK_SIZE,	/* got: the block size of the disk, want: the largest that works */
	VIO_C_NO_OUTPUT,	/* a console with MULTIPORT has no port, or a GPU has no display */
	VIO_C_DRIVER,		/* found by a driver of your own; got: its code, or 0; see err */
};

struct vio_problem {
	enum vio_cause cause;
	int err;	/* the enum vio_err that the failed call returned */
	uint16_t queue; /* the queue, if the cause is about a queue */
	uint64_t got, want;
};

/* True if another start of the device may succeed. False: the cause lies in what the device is, and
 * not in what it did. */
bool vio_may_retry(enum vio_cause cause);

/* An enum vio_err in words. Never NULL. */
const char *vio_strerror(int err);

/* How to print `got` or `want`. */
enum vio_unit {
	VIO_UNIT_MASK,	/* in hexadecimal: bits, an address or an offset */
	VIO_UNIT_COUNT, /* in decimal */
	VIO_UNIT_TIME,	/* a time in nanoseconds */
};

struct vio_figure {
	const char *name; /* for example "offered"; NULL: the cause does not use the field */
	enum vio_unit unit;
};

/* What a cause means. */
struct vio_explanation {
	const char *what; /* for example "QueueSizeMax is 0: the device has no such queue" */
	const char *hint; /* what to do, for example "is its backend missing?"; or "" */
	struct vio_figure got, want; /* the meaning of the fields with these names */
	bool queue;		     /* the field `queue` is used */
};

/* The explanation of a cause. Never NULL, whatever the number. */
const struct vio_explanation *vio_explain(enum vio_cause cause);

#ifdef __cplusplus
}
#endif
#endif
