/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell on the first GPU's screen, beside the other consoles. */
#ifndef FIRMWARE_SCREEN_SCREEN_H
#define FIRMWARE_SCREEN_SCREEN_H

#include <picovirtio/gpu.h>
#include <picovirtio/loop.h>

struct slot;

/* Numbers of the resources, one space for each GPU. */
enum { SCREEN_SHELL = 1, SCREEN_TEST = 2, SCREEN_CURSOR = 3 };

/* A GPU by its number, in the order of the slots. NULL: there are not so many. */
struct vio_gpu *screen_find(unsigned number, const struct slot **slot);

/* Columns and rows of the shell on this GPU. False: it is not there. */
bool screen_text_size(const struct vio_gpu *g, unsigned *cols, unsigned *rows);

/* The command that makes this head show its usual content: the shell, or nothing. */
struct vio_gpu_command screen_scanout(const struct vio_gpu *g, uint32_t head);

/* Show the test picture on a head until the loop is interrupted. Otherwise as vio_gpu_submit(),
 * VIO_EIO, VIO_ENOMEM, VIO_ESTOPPED and VIO_ETIMEDOUT. VIO_EBUSY: the GPU has not answered a
 * command of an earlier picture. */
int screen_test(struct vio_gpu *g, struct vio_loop *l, uint32_t head);

#endif
