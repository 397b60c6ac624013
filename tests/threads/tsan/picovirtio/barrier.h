/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replaces picovirtio/barrier.h under ThreadSanitizer, which does not know fences. Each fence
 * therefore tells it through an object, one for each direction, what the fence orders. If a fence
 * is removed from the library, ThreadSanitizer reports a data race.
 */
#ifndef VIO_BARRIER_H
#define VIO_BARRIER_H

#include <sanitizer/tsan_interface.h>

extern char fence_to_device, fence_to_driver;

#define vio_wmb() __tsan_release(&fence_to_device)
#define vio_rmb() __tsan_acquire(&fence_to_driver)
#define vio_mb()                                                                                   \
	do {                                                                                       \
		__tsan_release(&fence_to_device);                                                  \
		__atomic_thread_fence(__ATOMIC_SEQ_CST);                                           \
		__tsan_acquire(&fence_to_driver);                                                  \
	} while (0)

#endif
