/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of an image besides the console. They are const data in image.c, which CMake writes
 * from the options of the build (image.cmake). The linker drops what no table names.
 */
#ifndef FIRMWARE_IMAGE_H
#define FIRMWARE_IMAGE_H

#include <picovirtio/loop.h>
#include <picovirtio/probe.h>

struct command_table;
struct probe;
struct vio_terminal;

struct service {
	/* Called before anything is printed, with the console; may be NULL. */
	void (*attach)(struct vio_terminal *t);
	/* Called when the devices are started. */
	void (*start)(struct probe *p, struct vio_loop *l);
	bool (*turn)(
		void); /* each turn of the loop; true: something was done. NULL: nothing to do */
	/* Prints lines of `mem`; may be NULL. */
	void (*print_memory)(void);
};

extern const struct command_table image_commands;

/* The classes whose drivers the image has. */
extern const struct vio_class image_classes[];
extern const size_t image_class_count;

/* The list ends with NULL. */
extern const struct service *const image_services[];

#endif
