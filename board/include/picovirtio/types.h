/* SPDX-License-Identifier: BSD-2-Clause */
/* Types and error codes that every layer uses. */
#ifndef VIO_TYPES_H
#define VIO_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * 1: what few devices offer is built in: IN_ORDER, NOTIFICATION_DATA, RING_RESET, SUSPEND, and
 * shared memory regions. 0: these features are never accepted, no region is found, and the linker
 * leaves the code out.
 */
#ifndef PICOVIRTIO_EXTENSIONS
#define PICOVIRTIO_EXTENSIONS 1
#endif

/* A function that does not return. */
#ifdef __cplusplus
#define VIO_NORETURN [[noreturn]]
#else
#define VIO_NORETURN _Noreturn
#endif

/*
 * An address as the device sees it. Since it is a struct, the compiler rejects an untranslated CPU
 * pointer in a descriptor or in a queue register.
 */
typedef struct vio_dma {
	uint64_t addr;
} vio_dma;

/* The device address with the number `at`, as an expression in C and in C++. */
#ifdef __cplusplus
#define VIO_DMA(at) (vio_dma{ (at) })
#else
#define VIO_DMA(at) ((vio_dma){ (at) })
#endif
/* "No address": the result of a translation that failed. */
#define VIO_DMA_NONE VIO_DMA(UINT64_MAX)
/* "No address now": the translation needs a resource that is in use, such as a bounce buffer. A
 * later call may succeed. */
#define VIO_DMA_FULL VIO_DMA(UINT64_MAX - 1)

/*
 * The addresses of the three areas of a queue (virtio 1.4, 2.6): descriptor table, available ring
 * (driver area) and used ring (device area). The device layer passes them from the virtqueue to
 * the transport.
 */
struct vio_queue_areas {
	vio_dma desc, driver, device;
};

/* A range of CPU addresses. */
struct vio_span {
	uint64_t base, bytes;
};

/* True if two ranges have a byte in common. An empty range overlaps a range that contains its
 * base. */
static inline bool vio_span_overlaps(struct vio_span a, struct vio_span b)
{
	return a.base < b.base ? b.base - a.base < a.bytes : a.base - b.base < b.bytes;
}

/*
 * A function that can fail returns one of these, or a count from 0 on. "Nothing yet" is 0, which
 * is not an error. The library does not use errno numbers, since they differ between C libraries.
 */
enum vio_err {
	VIO_OK = 0,
	/* The caller made a mistake, or has to wait. */
	VIO_EINVAL = -1, /* wrong argument or wrong state; nothing was changed */
	VIO_EFULL = -2,	 /* no descriptor or bounce buffer is free; retry after a completion */
	VIO_EBUSY = -3,	 /* in flight, already set up, or not allowed at this moment */
	/* A device, a feature or memory is missing, or too small. */
	VIO_ENODEV = -4,  /* no such device or entry; often the normal end of a search */
	VIO_ENOTSUP = -5, /* a needed feature or version is missing */
	VIO_ERANGE = -6,  /* outside of the region, or larger than the device allows */
	VIO_ENOMEM = -7,  /* not enough memory */
	VIO_EADDR = -8,	  /* an address that the device cannot reach or express */
	/* The device, the devicetree or the disk is at fault. */
	VIO_EDEVICE = -9,    /* the device broke the protocol or is not live; a reset helps */
	VIO_ETIMEDOUT = -10, /* the device did not answer in time */
	VIO_EFORMAT = -11,   /* a malformed devicetree, partition table or file system */
	VIO_EIO = -12,	     /* the device carried out the request and reported a failure */
	VIO_EREADONLY = -13, /* a write to a read-only disk, or a refused window */
	VIO_ESTOPPED = -14,  /* the application ended the work early */
};

/* The result of a translation as an error code: VIO_OK for an address, VIO_EADDR for VIO_DMA_NONE,
 * VIO_EFULL for VIO_DMA_FULL. */
static inline int vio_dma_error(vio_dma at)
{
	if (at.addr < VIO_DMA_FULL.addr)
		return VIO_OK;
	return at.addr == VIO_DMA_FULL.addr ? VIO_EFULL : VIO_EADDR;
}

/*
 * Compute the page frame number of `at`, in units of `page` bytes (a power of two), for the legacy
 * QueuePFN register (virtio 1.4, 4.2.4). VIO_EADDR: `at` is not on a page boundary, the number
 * needs more than 32 bits, or the number is 0, which stops the queue.
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
