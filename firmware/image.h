/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an image is made of, besides the console: const data in image.c, which CMake writes from the
 * options of the build (image.cmake). What is not named there is not linked.
 */
#ifndef FIRMWARE_IMAGE_H
#define FIRMWARE_IMAGE_H

#include <picovirtio/loop.h>
#include <picovirtio/probe.h>

struct probe;
struct vio_terminal;

struct service {
	void (*attach)(struct vio_terminal *t); /* before start(): the console; may be NULL */
	void (*start)(struct probe *p, struct vio_loop *l); /* the devices are found and started */
	bool (*turn)(
		void); /* each turn of the loop; true: something was done. NULL: nothing to do */
};

/* Whose drivers the image has. */
extern const struct vio_class image_classes[];
extern const size_t image_class_count;

/* Ends with NULL. */
extern const struct service *const image_services[];

#endif
