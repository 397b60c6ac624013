/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtio-mmio transport: version 2 (virtio 1.4, 4.2.2) and version 1, the legacy interface
 * (4.2.4). */
#ifndef VIO_TRANSPORT_MMIO_H
#define VIO_TRANSPORT_MMIO_H

#include <picovirtio/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_MMIO_MIN_BYTES = 0x100, /* size of the registers; config space follows them */
	VIO_MMIO_PAGE = 4096,	    /* GuestPageSize and QueueAlign of version 1 */
};

/*
 * The width of accesses to config space. The specification requires the width of the field
 * (4.2.2.2). Some devices support a single width, and return zeros, ones or wrong bytes for the
 * others.
 */
enum vio_config_access {
	VIO_CONFIG_NATURAL = 0, /* the width of the field */
	VIO_CONFIG_BYTES = 1,	/* 8 bits */
	VIO_CONFIG_WORDS = 4,	/* aligned 32 bits; a write of a smaller field reads its word, and
				   writes the word back with the field changed */
};

struct vio_mmio {
	struct vio_transport base; /* first member; pass &m->base to the classes */
	uintptr_t regs;
	size_t len;
	uint32_t version;
	enum vio_config_access config_access; /* the probe sets NATURAL; may be changed then */
};

/*
 * Look for a device behind the window of `len` bytes at `regs`, and fill `m`. The function reads
 * MagicValue, Version and DeviceID once each, in this order, and writes nothing (4.2.3.1.1).
 *
 * VIO_ENODEV   not a virtio device, or an empty slot: normal, nothing to report
 * VIO_ENOTSUP  a virtio device of an unsupported version, which is in `m->version`. Version 2 is
 *              supported, and version 1 if PICOVIRTIO_LEGACY is 1
 * VIO_ERANGE   `len` is below 0x100; nothing was read
 * VIO_EINVAL   `regs` is not aligned to 4
 */
int vio_mmio_probe(struct vio_mmio *m, uintptr_t regs, size_t len);

#ifdef __cplusplus
}
#endif
#endif
