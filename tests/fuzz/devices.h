/* SPDX-License-Identifier: BSD-2-Clause */
/* The target devices: what a program does with each class. */
#ifndef FUZZ_DEVICES_H
#define FUZZ_DEVICES_H

#include <picovirtio/device.h>
#include <picovirtio/driver.h>
#include "tests/fuzz/fuzz.h"

enum { FUZZ_SLOTS = 4, FUZZ_DATA = 4096 };

struct fuzz_class {
	const struct vio_driver *driver;
	const void *options;
	/* The instance is prepared; may be NULL. */
	void (*begin)(struct vio_device *d, const struct vio_platform *p);
	/* One thing that a program does with a live device, as the input chooses. */
	void (*work)(struct vio_device *d, struct fuzz_input *in);
	/* FUZZ_SLOTS requests of `bytes` bytes each, and where their field `busy` is. NULL: the
	 * class has none. */
	void *request;
	size_t bytes, busy;
};

extern const struct fuzz_class fuzz_classes[];
extern const unsigned fuzz_classes_count;

#endif
