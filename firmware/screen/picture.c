/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/screen/picture.h"

#include <picovirtio/platform.h>

enum { PAGE = 4096, SHORTEST = 16 * PAGE };

static uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static bool add_run(struct picture *p, const struct vio_platform *from, uint32_t len)
{
	vio_dma at;
	uint8_t *memory = from->ring_memory(from->ctx, len, PAGE, &at);

	if (!memory)
		return false;
	p->memory[p->nruns] = memory;
	p->run[p->nruns++] = (struct vio_gpu_run){ at.addr, len, 0 };
	p->bytes += len;
	return true;
}

/* Where memory is in pieces, shorter runs are tried. */
static bool grow(struct picture *p, const struct vio_platform *from, uint64_t bytes,
		 uint32_t longest)
{
	while (p->bytes < bytes && p->nruns < PICTURE_RUNS) {
		const uint64_t missing = whole_pages(bytes - p->bytes);
		const uint32_t len = (uint32_t)(longest && missing > longest ? longest : missing);

		if (!add_run(p, from, len)) {
			if (len <= SHORTEST)
				return false;
			longest = (uint32_t)whole_pages(len / 2);
		}
	}
	return p->bytes >= bytes;
}

bool picture_size(struct picture *p, const struct vio_platform *from, uint32_t width,
		  uint32_t height, uint32_t longest)
{
	const uint32_t whole = (width + PICTURE_STEP - 1) / PICTURE_STEP * PICTURE_STEP;
	const uint32_t bytes = vio_gpu_bytes(whole, height);

	if (bytes == 0 || !grow(p, from, bytes, longest))
		return false;
	p->width = whole;
	p->height = height;
	return true;
}

/* All runs but the last have whole pages, so that no step is cut. */
uint32_t *picture_at(const struct picture *p, uint32_t x, uint32_t y)
{
	uint64_t at = 4 * ((uint64_t)y * p->width + x);
	uint32_t i = 0;

	while (at >= p->run[i].len)
		at -= p->run[i++].len;
	return (uint32_t *)(void *)(p->memory[i] + at);
}
