/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library needs from the machine. A board, or your firmware, fills one struct
 * vio_platform. Of the headers of board/, library code includes only this one, types.h, barrier.h
 * and io.h.
 */
#ifndef VIO_PLATFORM_H
#define VIO_PLATFORM_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_dir {
	VIO_TO_DEVICE,	 /* the device reads the buffer */
	VIO_FROM_DEVICE, /* the device writes the buffer */
};

struct vio_platform {
	void *ctx; /* passed to every function below */

	/*
	 * Give the buffer of `len` bytes at `va` to the device, and return its device address. On
	 * a machine without coherent caches also clean the cache (VIO_TO_DEVICE), or clean and
	 * invalidate it (VIO_FROM_DEVICE). The CPU does not access the bytes before unmap(). Bytes
	 * that the device does not write keep their value. The device address may differ from the
	 * CPU's address in all 64 bits, and from the result of an earlier map() of the same bytes.
	 *
	 * On failure nothing is mapped. VIO_DMA_NONE: the device cannot reach the buffer as one
	 * contiguous run. VIO_DMA_FULL: a pool is exhausted, a later call may succeed.
	 *
	 * If `map` and `unmap` are both NULL, device addresses are CPU addresses, and memory is
	 * coherent.
	 */
	vio_dma (*map)(void *ctx, void *va, size_t len, enum vio_dir dir);

	/* Take back a buffer after map() returned `at` for it. On a machine without coherent caches
	 * invalidate the cache once more (VIO_FROM_DEVICE), before the CPU reads. */
	void (*unmap)(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir);

	/*
	 * Allocate memory for rings: `len` zeroed bytes that CPU and device both see without cache
	 * maintenance. The CPU's address and the device address `*at` are both aligned to `align`
	 * (a power of two). The library calls this function only from init and start functions,
	 * and never frees the memory. NULL: not enough memory is left.
	 */
	void *(*ring_memory)(void *ctx, size_t len, size_t align, vio_dma *at);

	/*
	 * Allocate memory for the library's own state: `len` zeroed bytes, aligned to `align` (a
	 * power of two). If the machine can prevent it, no device should be able to reach this
	 * memory. As with ring_memory(), the library calls this function only from init and start
	 * functions, and never frees the memory. NULL: not enough memory is left. The pointer
	 * itself may be NULL if your firmware passes all such memory in the options of instances
	 * and queues.
	 */
	void *(*memory)(void *ctx, size_t len, size_t align);

	/* The time in nanoseconds since boot. It never goes backwards. */
	uint64_t (*now)(void *ctx);

	/*
	 * Sleep until a device raises its interrupt line, or until `deadline` (the time of now();
	 * UINT64_MAX: no deadline). The function may return early. A line that was raised since
	 * the previous return must end the sleep. Therefore access the interrupt controller only
	 * after waking, never before sleeping. The caller looks at every queue after each return.
	 *
	 * In a program without interrupt handlers, interrupts are masked before, during and after
	 * the call. docs/rtos.md describes a sleep that ends by a handler.
	 *
	 * Return true if a device's line was up when the sleep ended, and false if the deadline
	 * ended it. If the caller finds work after a false, it concludes that some line does not
	 * reach the CPU. A platform that did not sleep, or that cannot tell, returns true.
	 */
	bool (*idle)(void *ctx, uint64_t deadline);
};

/* The time `ns` nanoseconds after the time `now`, but at most UINT64_MAX, which means never. */
static inline uint64_t vio_later(uint64_t now, uint64_t ns)
{
	const uint64_t at = now + ns;

	return at < now ? UINT64_MAX : at;
}

#ifdef __cplusplus
}
#endif
#endif
