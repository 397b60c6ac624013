/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library needs from the machine it runs on. A board fills one of
 * these; tests fill as many as they like. Library code may include this header,
 * types.h, barrier.h and mmio.h, and no other from board/.
 */
#ifndef VIO_PLATFORM_H
#define VIO_PLATFORM_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_dir {
	VIO_TO_DEVICE,	 /* the device reads it */
	VIO_FROM_DEVICE, /* the device writes it */
};

struct vio_platform {
	void *ctx; /* passed back to every call */

	/*
	 * NULL, and unmap() with it: addresses are the same on both sides, and memory is coherent.
	 *
	 * Give `len` bytes at `va` to the device: translate, and on a machine
	 * without coherent caches clean (TO) or clean and invalidate (FROM) them. Until
	 * unmap() the CPU must not touch the bytes; those that the device does not write
	 * are after it what they were before. VIO_DMA_NONE: the range is not one run that
	 * the device can reach; VIO_DMA_FULL: not now (a pool is used up). Nothing was given.
	 * The address may differ from the CPU's in all 64 bits, and each map() of the same
	 * bytes may give another one.
	 */
	vio_dma (*map)(void *ctx, void *va, size_t len, enum vio_dir dir);

	/* Take back what map() gave; FROM: invalidate again before the CPU reads. */
	void (*unmap)(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir);

	/*
	 * `len` zeroed bytes, aligned to `align` (a power of two) on both sides,
	 * that CPU and device see without cache maintenance: for rings. `*at` is
	 * the device's address. Boot-time only, never given back. NULL: none left.
	 */
	void *(*ring_memory)(void *ctx, size_t len, size_t align, vio_dma *at);

	/*
	 * `len` zeroed bytes, aligned to `align` (a power of two), for bookkeeping, which no
	 * device may reach where the machine can see to that. Boot-time only, never given back.
	 * NULL: none left. The function itself may be NULL: then callers bring all such memory.
	 */
	void *(*memory)(void *ctx, size_t len, size_t align);

	/* Nanoseconds since boot, monotonic. */
	uint64_t (*now)(void *ctx);

	/*
	 * Sleep until a device line is raised or `deadline` (same clock as
	 * now(); UINT64_MAX: none). Interrupts are masked before, during and
	 * after; no handler runs. May return early. A line raised since the
	 * previous return MUST end the sleep, so: touch the interrupt controller
	 * only after waking. The caller looks at every queue after each return.
	 * True: a device's line was up when the sleep ended. False: the deadline ended it. Work
	 * that is found after a sleep with false shows that a line does not reach us, so a
	 * platform that cannot tell, or did not sleep, returns true.
	 */
	bool (*idle)(void *ctx, uint64_t deadline);
};

#ifdef __cplusplus
}
#endif
#endif
