/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of one queue, for a thread of its own. It is correct and fast, and unlike
 * tests/model it checks nothing. Its purpose is to test the order of memory accesses.
 */
#ifndef TESTS_THREADS_DEVICE_H
#define TESTS_THREADS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <picovirtio/virtqueue.h>

/* Each request is one word to read and one to write. */
struct device_request {
	const uint64_t *in;
	uint64_t *out;
	uint16_t id;
};

struct device {
	const struct device_format *format;
	unsigned char *desc, *driver, *device; /* the areas */
	unsigned size;
	bool event_idx, in_order;
	unsigned avail, used; /* split: free-running; packed: places in the ring */
	bool avail_lap, used_lap;
	unsigned told; /* `used` when the driver was last considered for an interrupt */
	bool told_lap;
};

struct device_format {
	/* The next request that the driver has published, if there is one. */
	bool (*take)(struct device *d, struct device_request *r);
	/* Complete a request with `len` bytes written. With IN_ORDER one entry completes `count`
	 * requests, of which this is the last. */
	void (*put)(struct device *d, uint16_t id, uint32_t len, unsigned count);
	/* Does the driver want an interrupt for the completions since the last call? */
	bool (*interrupt)(struct device *d);
	/* Ask for a notification of the next request, or for none. */
	void (*ask)(struct device *d, bool notify);
};

extern const struct device_format device_split, device_packed;

/* The device's fences, and single accesses to memory that the driver uses at the same time. */
#if defined(THREADS_TSAN)
#include <sanitizer/tsan_interface.h>
extern char fence_to_device, fence_to_driver;
#define device_wmb() __tsan_release(&fence_to_driver)
#define device_rmb() __tsan_acquire(&fence_to_device)
#else
#define device_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define device_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#endif

/* The fence between a store of this side and its next look at the other side. */
static inline void device_mb(void)
{
	device_wmb();
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	device_rmb();
}

static inline uint16_t load16(const void *at)
{
	return __atomic_load_n((const uint16_t *)at, __ATOMIC_RELAXED);
}

static inline uint32_t load32(const void *at)
{
	return __atomic_load_n((const uint32_t *)at, __ATOMIC_RELAXED);
}

static inline void store16(void *at, unsigned v)
{
	__atomic_store_n((uint16_t *)at, (uint16_t)v, __ATOMIC_RELAXED);
}

static inline void store32(void *at, uint32_t v)
{
	__atomic_store_n((uint32_t *)at, v, __ATOMIC_RELAXED);
}

#endif
