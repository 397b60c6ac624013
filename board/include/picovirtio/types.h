/* SPDX-License-Identifier: BSD-2-Clause */
/* Types and error codes that every layer shares. Includes nothing of ours. */
#ifndef VIO_TYPES_H
#define VIO_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A function that does not return. */
#ifdef __cplusplus
#define VIO_NORETURN [[noreturn]]
#else
#define VIO_NORETURN _Noreturn
#endif

/*
 * An address as the DEVICE sees it. Wrapped in a struct so that a CPU pointer
 * cannot be stored in a descriptor or in a queue register without translation.
 */
typedef struct vio_dma {
	uint64_t addr;
} vio_dma;

/* The address `at` as a value, in C and in C++. */
#ifdef __cplusplus
#define VIO_DMA(at) (vio_dma{ (at) })
#else
#define VIO_DMA(at) ((vio_dma){ (at) })
#endif
/* "No address": what a failed translation returns. */
#define VIO_DMA_NONE VIO_DMA(UINT64_MAX)
/* The same, but a later try may succeed: what the translation takes is in use (bounce.h). */
#define VIO_DMA_FULL VIO_DMA(UINT64_MAX - 1)

/*
 * Where the three areas of a queue live (virtio 1.4, 2.6): descriptor table,
 * available ring (driver area) and used ring (device area). Passed from
 * virtqueue/ to transport/ by drivers/, so that neither has to know the other.
 */
struct vio_queue_areas {
	vio_dma desc, driver, device;
};

/* A run of CPU addresses. */
struct vio_span {
	uint64_t base, bytes;
};

/* Do two runs have a byte in common? One without bytes counts as inside where its base is. */
static inline bool vio_span_overlaps(struct vio_span a, struct vio_span b)
{
	return a.base < b.base ? b.base - a.base < a.bytes : a.base - b.base < b.bytes;
}

/*
 * Every call that can fail returns one of these, or a count >= 0. "Nothing
 * yet" is 0 and no error. The values are ours: errno numbers differ between
 * picolibc, newlib and the host.
 */
enum vio_err {
	VIO_OK = 0,
	/* The caller's mistake. */
	VIO_EINVAL = -1, /* contract broken; nothing was changed */
	VIO_EFULL = -2,	 /* no descriptors, or no bounce buffers left; reap, then retry */
	VIO_EBUSY = -3,	 /* still owned by the device, or already set up */
	/* What there is does not suffice. */
	VIO_ENODEV = -4,  /* empty slot or unknown device; not worth a report */
	VIO_ENOTSUP = -5, /* a needed feature or version is missing */
	VIO_ERANGE = -6,  /* outside the region, or bigger than the device allows */
	VIO_ENOMEM = -7,  /* the arena is exhausted */
	VIO_EADDR = -8,	  /* memory that the device cannot reach or express */
	/* The other side's fault. */
	VIO_EDEVICE = -9,    /* device broke the protocol; only a reset helps */
	VIO_ETIMEDOUT = -10, /* device did not answer in time */
	VIO_EFORMAT = -11,   /* malformed devicetree, partition table or file system */
	VIO_EIO = -12,	     /* the device did the request, and says that it failed */
	VIO_EREADONLY = -13, /* a write to what can only be read */
};

/* What a translation says besides an address: VIO_OK, VIO_EADDR (never) or VIO_EFULL (not now). */
static inline int vio_dma_error(vio_dma at)
{
	if (at.addr < VIO_DMA_FULL.addr)
		return VIO_OK;
	return at.addr == VIO_DMA_FULL.addr ? VIO_EFULL : VIO_EADDR;
}

/*
 * The page frame number of `at` in units of `page` bytes (a power of two), for
 * the legacy QueuePFN register (virtio 1.4, 4.2.4). VIO_EADDR: `at` is not on a
 * page boundary, its number does not fit 32 bits, or it is 0, which the
 * register takes for "stop".
 */
static inline int vio_pfn(vio_dma at, uint32_t page, uint32_t *pfn)
{
	const uint64_t number = at.addr / page;

	if (at.addr % page != 0 || number == 0 || number > UINT32_MAX)
		return VIO_EADDR;
	*pfn = (uint32_t)number;
	return VIO_OK;
}

#ifdef __cplusplus
}
#endif
#endif
