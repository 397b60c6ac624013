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
	case VIO_EDEVICE: return "the device broke the protocol";
	case VIO_ETIMEDOUT: return "the device did not answer in time";
	case VIO_EFORMAT: return "malformed data";
	case VIO_EIO: return "the device reports an input/output error";
	case VIO_EREADONLY: return "read-only";
	default: return err > 0 ? "no error" : "unknown error";
	}
}

/* In the order of enum vio_cause. */
static const struct vio_words words[] = {
	[VIO_C_NONE] = { "no problem", "" },
	[VIO_C_RESET_TIMEOUT] = { "the device does not finish its reset",
				  "it is left alone until it does; else restart the machine, or "
				  "remove the device" },
	[VIO_C_NO_VERSION_1] = { "version 2 registers, but VERSION_1 is not offered",
				 "the device is broken, or disable-modern was set for it" },
	[VIO_C_MISSING_FEATURES] = { "the device does not offer a feature that the driver needs",
				     "compare the two masks; the machine's command line may have "
				     "switched it off" },
	[VIO_C_REFUSED_FEATURES] = { "FEATURES_OK did not stick: the device refused our choice of "
				     "features",
				     "the bits offered and not accepted show what it insists on" },
	[VIO_C_NO_QUEUE] = { "QueueSizeMax is 0: the device has no such queue",
			     "is its backend (-drive, -chardev, -netdev) missing?" },
	[VIO_C_QUEUE_BUSY] = { "a queue is in use right after the reset",
			       "the reset did not work, or QueueSel is ignored" },
	[VIO_C_QUEUE_SIZE] = { "the size of the queue does not suit the driver",
			       "choose another queue size on the machine's command line, or give "
			       "the driver a bigger one" },
	[VIO_C_QUEUE_ADDRESS] = { "the device cannot be told the address of the queue",
				  "version 1 registers reach 2^44 bytes, in pages of 4096" },
	[VIO_C_QUEUE_REFUSED] = { "the device did not take the queue (QueueReady or QueuePFN reads "
				  "back otherwise)",
				  "" },
	[VIO_C_NO_MEMORY] = { "no memory left for the queue",
			      "give the machine more memory, or the image a bigger arena" },
	[VIO_C_CONFIG] = { "the configuration space is too small, or never stable",
			   "is the region in the devicetree too short?" },
	[VIO_C_DRIVER_OK] = { "the device did not go live: DRIVER_OK did not stick", "" },
	[VIO_C_NEEDS_RESET] = { "the device asks for a reset, or lost its status",
				"its own log may tell why; starting it again is safe" },
	[VIO_C_BAD_USED] = { "the device returned a request that it does not have, or one out of "
			     "order",
			     "some devices ignore QueueSize: try use_queue_size_max" },
	[VIO_C_SILENT] = { "the device does not answer",
			   "its backend may be stuck; some devices ignore QueueSize: try "
			   "use_queue_size_max" },
	[VIO_C_QUEUE_RESET] = { "the device was to reset one queue, and did not",
				"it offers RING_RESET without having it (QEMU 7.2 does): it is "
				"reset as a whole instead" },
	[VIO_C_SUSPEND] = { "the device was to be suspended or resumed, and was not", "" },
	[VIO_C_ZONED] = { "a host-managed zoned disk, which must be written in order",
			  "this driver writes anywhere; export the disk as a conventional one" },
	[VIO_C_DRIVER] = { "the driver cannot work with what the device says", "" },
};

struct vio_words vio_explain(enum vio_cause cause)
{
	const unsigned i = (unsigned)cause;

	if (i >= sizeof words / sizeof words[0])
		return (struct vio_words){ "unknown problem", "" };
	return words[i];
}
