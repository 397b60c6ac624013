/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-input share. Calls go from input.c to input_config.c. */
#ifndef VIO_INPUT_INTERNAL_H
#define VIO_INPUT_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/input.h>

static inline struct vio_input *input_of(struct vio_device *d)
{
	return (struct vio_input *)(void *)d;
}

/* Read the whole configuration. */
int vio_input_read_config(struct vio_input *in);

#endif
