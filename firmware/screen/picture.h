/* SPDX-License-Identifier: BSD-2-Clause */
/* A picture in memory that a GPU reads. The memory consists of one or more runs, which are never
 * freed. */
#ifndef FIRMWARE_SCREEN_PICTURE_H
#define FIRMWARE_SCREEN_PICTURE_H

#include <picovirtio/gpu.h>

enum {
	PICTURE_RUNS = 16,
	PICTURE_STEP = 8, /* pixels whose memory is in one piece */
};

/* Starts zeroed. */
struct picture {
	uint32_t width, height; /* the width is a multiple of PICTURE_STEP */
	struct vio_gpu_run run[PICTURE_RUNS];
	uint8_t *memory[PICTURE_RUNS];
	uint32_t nruns;
	uint64_t bytes; /* of all runs */
};

/* Allocate memory for this many pixels, in runs of at most `longest` bytes (0: no limit). False:
 * not enough memory is left. */
bool picture_size(struct picture *p, const struct vio_platform *from, uint32_t width,
		  uint32_t height, uint32_t longest);

/* PICTURE_STEP pixels, from `x` on, which is a multiple of it. Pixels are 0x00RRGGBB. */
uint32_t *picture_at(const struct picture *p, uint32_t x, uint32_t y);

#endif
