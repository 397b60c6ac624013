/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio over MMIO: version 2 (virtio 1.4, 4.2.2) and version 1 (4.2.4). */
#ifndef VIO_TRANSPORT_MMIO_H
#define VIO_TRANSPORT_MMIO_H

#include <picovirtio/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_MMIO_MIN_BYTES = 0x100, /* registers; config space follows */
	VIO_MMIO_PAGE = 4096,	    /* GuestPageSize and QueueAlign on version 1 */
};

/*
 * How config space is accessed. The specification wants accesses as wide as the field
 * (4.2.2.2); some devices answer to one width alone, and show zeros, ones or the wrong
 * bytes to the others.
 */
enum vio_config_access {
	VIO_CONFIG_NATURAL = 0, /* as wide as the field */
	VIO_CONFIG_BYTES = 1,
	VIO_CONFIG_WORDS = 4, /* aligned 32-bit accesses; a smaller field is written by writing its
				 whole word, the rest as it was read */
};

struct vio_mmio {
	struct vio_transport base; /* first member */
	uintptr_t regs;
	size_t len;
	uint32_t version;
	enum vio_config_access config_access; /* NATURAL; to be changed after the probe */
};

/*
 * Look at one register window of `len` bytes at `regs`: MagicValue, Version,
 * DeviceID, in this order, each read once, nothing written (4.2.3.1.1).
 *
 * VIO_ENODEV   not virtio, or an empty slot: say nothing, try the next
 * VIO_ENOTSUP  virtio, but neither version 2 nor (with PICOVIRTIO_LEGACY) 1; `m->version` tells
 *              which
 * VIO_ERANGE   len < 0x100, nothing was read
 * VIO_EINVAL   `regs` is not aligned to 4
 */
int vio_mmio_probe(struct vio_mmio *m, uintptr_t regs, size_t len);

#ifdef __cplusplus
}
#endif
#endif
