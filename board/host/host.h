/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as a board: vio_read*() and vio_write*() of picovirtio/io.h go to the window that covers
 * the address. A test registers a window for each device that it models; addresses are arbitrary
 * numbers and are never dereferenced.
 */
#ifndef VIO_HOST_H
#define VIO_HOST_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run of register addresses. The caller keeps it until it is removed. */
struct vio_host_window {
	uintptr_t base;
	size_t len;
	void *ctx;
	/* `off` counts from `base`; `width` is 1, 2 or 4 bytes. */
	uint32_t (*read)(void *ctx, size_t off, unsigned width);
	void (*write)(void *ctx, size_t off, unsigned width, uint32_t value);
	/* An access of 8 bytes. NULL: it is a stray one. */
	uint64_t (*read64)(void *ctx, size_t off);
	void (*write64)(void *ctx, size_t off, uint64_t value);
	struct vio_host_window *next; /* private */
};

/* Later windows hide earlier ones where they overlap. */
void vio_host_window_add(struct vio_host_window *w);
void vio_host_window_remove(struct vio_host_window *w);

/* Remove all windows: for a test's teardown. */
void vio_host_windows_clear(void);

/*
 * An access that no window covers whole. The default prints it and aborts;
 * a handler of the test's own may return, then reads give all ones. NULL: default.
 */
typedef void (*vio_host_stray_fn)(uintptr_t at, unsigned width, bool write);
void vio_host_on_stray(vio_host_stray_fn fn);

#ifdef __cplusplus
}
#endif
#endif
