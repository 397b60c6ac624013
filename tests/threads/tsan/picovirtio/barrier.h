/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the place of picovirtio/barrier.h when ThreadSanitizer looks: it does not know fences, so
 * that each says what it orders through one object for each direction. With a fence taken
 * out of the library, what it ordered is a data race.
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
