/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and causes in words. */
#include <picovirtio/device.h>

const char *vio_strerror(int err)
{
	switch (err) {
	case VIO_OK: return "no error";
	case VIO_EINVAL: return "wrong use of a call";
	case VIO_EFULL: return "no free descriptors";
	case VIO_EBUSY: return "an earlier call or request has not ended yet";
	case VIO_ENODEV: return "not there";
	case VIO_ENOTSUP: return "a needed feature or version is missing";
	case VIO_ERANGE: return "outside the allowed range";
	case VIO_ENOMEM: return "out of memory";
	case VIO_EADDR: return "address that the device cannot reach";
	case VIO_EDEVICE: return "the device has failed, or is not live";
	case VIO_ETIMEDOUT: return "the device did not answer in time";
	case VIO_EFORMAT: return "malformed data";
	case VIO_EIO: return "the device reports an input/output error";
	case VIO_EREADONLY: return "read-only";
	case VIO_ESTOPPED: return "stopped";
	default: return err > 0 ? "no error" : "unknown error";
	}
}

bool vio_may_retry(enum vio_cause cause)
{
	switch (cause) {
	case VIO_C_RESET_TIMEOUT:
	case VIO_C_QUEUE_BUSY:
	case VIO_C_QUEUE_REFUSED:
	case VIO_C_MAP:
	case VIO_C_CONFIG:
	case VIO_C_DRIVER_OK:
	case VIO_C_NEEDS_RESET:
	case VIO_C_BAD_USED:
	case VIO_C_SILENT:
	case VIO_C_QUEUE_RESET:
	case VIO_C_SUSPEND:
	case VIO_C_DRIVER: return true;
	default: return false;
	}
}

static const struct vio_explanation causes[] = {
	[VIO_C_NONE] = {
		.what = "no problem",
		.hint = "",
	},
	[VIO_C_RESET_TIMEOUT] = {
		.what = "the device does not finish its reset",
		.hint = "it is not used before that; if it never ends the reset, restart the machine or remove the device",
		.got = { "status", VIO_UNIT_MASK },
	},
	[VIO_C_NO_VERSION_1] = {
		.what = "version 2 registers, but VERSION_1 is not offered",
		.hint = "the device is broken, or is configured as a legacy device",
		.got = { "offered", VIO_UNIT_MASK },
	},
	[VIO_C_MISSING_FEATURES] = {
		.what = "the device does not offer a feature that the driver needs",
		.hint = "compare the two masks; the machine's configuration may have switched it off",
		.got = { "offered", VIO_UNIT_MASK },
		.want = { "required", VIO_UNIT_MASK },
	},
	[VIO_C_REFUSED_FEATURES] = {
		.what = "FEATURES_OK did not stick: the device refused our choice of features",
		.hint = "the bits that are offered and not accepted show what the device requires",
		.got = { "offered", VIO_UNIT_MASK },
		.want = { "accepted", VIO_UNIT_MASK },
	},
	[VIO_C_NO_QUEUE] = {
		.what = "QueueSizeMax is 0: the device has no such queue",
		.hint = "is its backend (disk image, character device, network) missing?",
		.queue = true,
	},
	[VIO_C_QUEUE_BUSY] = {
		.what = "a queue is in use right after the reset",
		.hint = "the reset did not work, or QueueSel is ignored",
		.queue = true,
	},
	[VIO_C_QUEUE_SIZE] = {
		.what = "the size of the queue does not suit the driver",
		.hint = "choose another queue size in the machine's configuration, or give the driver a bigger one",
		.got = { "QueueSizeMax", VIO_UNIT_COUNT },
		.want = { "needed", VIO_UNIT_COUNT },
		.queue = true,
	},
	[VIO_C_QUEUE_ADDRESS] = {
		.what = "the address of the queue does not fit the registers of the device",
		.hint = "version 1 registers reach 2^44 bytes, in pages of 4096",
		.got = { "address", VIO_UNIT_MASK },
		.queue = true,
	},
	[VIO_C_QUEUE_REFUSED] = {
		.what = "the device did not accept the queue (QueueReady or QueuePFN does not read back as written)",
		.hint = "the log of the device may say why; you may start the device again",
		.queue = true,
	},
	[VIO_C_NO_MEMORY] = {
		.what = "no memory left for the queue",
		.hint = "give the machine more memory, or the image a bigger arena",
		.want = { "bytes needed", VIO_UNIT_COUNT },
	},
	[VIO_C_MAP] = {
		.what = "the platform cannot map the driver's memory for the device",
		.hint = "the platform's map() must know the memory that drivers and callers use, or its bounce pool must be larger",
		.got = { "bytes", VIO_UNIT_COUNT },
		.queue = true,
	},
	[VIO_C_CONFIG] = {
		.what = "the configuration space is too small, or never stable",
		.hint = "is the region in the devicetree too short?",
		.got = { "offset", VIO_UNIT_MASK },
	},
	[VIO_C_DRIVER_OK] = {
		.what = "DRIVER_OK did not stick: the device refused to start",
		.hint = "the log of the device may say why; you may start the device again",
		.got = { "status", VIO_UNIT_MASK },
	},
	[VIO_C_NEEDS_RESET] = {
		.what = "the device asks for a reset, or lost its status",
		.hint = "the log of the device may say why; you may start the device again",
		.got = { "status", VIO_UNIT_MASK },
	},
	[VIO_C_BAD_USED] = {
		.what = "the device returned a request that it does not have, or one out of order",
		.hint = "some devices ignore QueueSize: try use_queue_size_max",
		.queue = true,
	},
	[VIO_C_SILENT] = {
		.what = "the device does not answer",
		.hint = "its backend may be stuck; some devices ignore QueueSize: try use_queue_size_max",
		.got = { "seconds waited", VIO_UNIT_TIME },
		.queue = true,
	},
	[VIO_C_QUEUE_RESET] = {
		.what = "the device did not reset the queue",
		.hint = "it offers RING_RESET without implementing it, so the whole device is reset instead",
		.queue = true,
	},
	[VIO_C_SUSPEND] = {
		.what = "the device did not suspend or resume",
		.hint = "it offers SUSPEND without implementing it: start it again, and do not suspend it",
		.got = { "status", VIO_UNIT_MASK },
	},
	[VIO_C_ZONED] = {
		.what = "a host-managed zoned disk, which must be written in order",
		.hint = "this driver writes anywhere; export the disk as a conventional one",
		.got = { "model", VIO_UNIT_COUNT },
	},
	[VIO_C_SEGMENT_SIZE] = {
		.what = "no sector fits into a segment of the disk",
		.hint = "let the machine's configuration allow segments of at least 512 bytes",
		.got = { "size_max", VIO_UNIT_COUNT },
		.want = { "needed", VIO_UNIT_COUNT },
	},
	[VIO_C_BLOCK_SIZE] = {
		.what = "the blocks of the disk are larger than the driver can use",
		.hint = "let the machine's configuration give the disk logical blocks of 512 to 4096 bytes",
		.got = { "bytes", VIO_UNIT_COUNT },
		.want = { "at most", VIO_UNIT_COUNT },
	},
	[VIO_C_NO_OUTPUT] = {
		.what = "max_nr_ports of the console, or num_scanouts of the GPU, is 0",
		.hint = "give it a port or a display in the machine's configuration",
	},
	[VIO_C_DRIVER] = {
		.what = "the driver refused the device",
		.hint = "the driver's documentation may say more",
		.got = { "the driver's code", VIO_UNIT_COUNT },
		.queue = true,
	},
};

_Static_assert(sizeof(causes) / sizeof(causes[0]) == VIO_C_DRIVER + 1, "one row for each cause");

const struct vio_explanation *vio_explain(enum vio_cause cause)
{
	static const struct vio_explanation unknown = { .what = "unknown problem", .hint = "" };
	const unsigned i = (unsigned)cause;

	return i < sizeof(causes) / sizeof(causes[0]) ? &causes[i] : &unknown;
}
