/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures, the memory behind them, and where they are shown (virtio 1.4, 5.7.6.8). */
#include "tests/model/gpu_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 16384 };

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

struct model_gpu_resource *model_gpu_find(struct model_gpu *g, uint32_t id)
{
	for (unsigned i = 0; id != 0 && i < MODEL_GPU_RESOURCES; i++) {
		if (g->resource[i].id == id)
			return &g->resource[i];
	}
	return NULL;
}

static void drop(struct model_gpu_resource *r)
{
	free(r->pixels);
	memset(r, 0, sizeof(*r));
}

void model_gpu_forget(struct model_gpu *g)
{
	for (unsigned i = 0; i < MODEL_GPU_RESOURCES; i++)
		drop(&g->resource[i]);
	memset(g->scanout, 0, sizeof(g->scanout));
}

static bool known_format(uint32_t f)
{
	return (f >= 1 && f <= 4) || f == 67 || f == 68 || f == 121 || f == 134;
}

static uint32_t create(struct model_gpu *g, const uint32_t *w)
{
	struct model_gpu_resource *r = NULL;

	if (w[0] == 0 || model_gpu_find(g, w[0]))
		return MODEL_GPU_ERR_RESOURCE;
	if (!known_format(w[1]) || w[2] == 0 || w[3] == 0 || w[2] > SIDE_MAX || w[3] > SIDE_MAX)
		return MODEL_GPU_ERR_PARAMETER;
	for (unsigned i = 0; i < MODEL_GPU_RESOURCES && !r; i++) {
		if (g->resource[i].id == 0)
			r = &g->resource[i];
	}
	if (!r)
		return MODEL_GPU_ERR_PARAMETER;
	*r = (struct model_gpu_resource){
		.id = w[0], .format = w[1], .width = w[2], .height = w[3]
	};
	r->pixels = calloc((size_t)w[2] * w[3], 4);
	return MODEL_GPU_OK;
}

static uint32_t attach(struct model_gpu_resource *r, uint32_t n, const uint8_t *runs)
{
	if (r->nruns != 0 || n == 0 || n > MODEL_GPU_RUNS)
		return MODEL_GPU_ERR_PARAMETER;
	for (uint32_t i = 0; i < n; i++, runs += 16) {
		r->run[i].addr = le32(runs) | (uint64_t)le32(runs + 4) << 32;
		r->run[i].len = le32(runs + 8);
		if (le32(runs + 12) != 0)
			model_fail("gpu-command", "5.7.6.8", "padding of run %" PRIu32 " is not 0",
				   i);
	}
	r->nruns = n;
	return MODEL_GPU_OK;
}

static bool is_inside(const struct model_gpu_resource *r, const uint32_t *w)
{
	return w[0] <= r->width && w[2] <= r->width - w[0] && w[1] <= r->height &&
	       w[3] <= r->height - w[1];
}

/* Copy `n` bytes from byte `at` of the resource's backing memory. False: that memory is shorter. */
static bool fetch(struct model *m, const struct model_gpu_resource *r, uint64_t at, uint8_t *to,
		  uint64_t n)
{
	for (uint32_t i = 0; i < r->nruns && n > 0; i++) {
		if (at >= r->run[i].len) {
			at -= r->run[i].len;
			continue;
		}
		const uint64_t left = r->run[i].len - at, part = n < left ? n : left;

		model_load(m->cfg.memory, r->run[i].addr + at, to, part);
		to += part;
		n -= part;
		at = 0;
	}
	return n == 0;
}

static uint32_t transfer(struct model *m, struct model_gpu_resource *r,
			 const struct model_gpu_command *c)
{
	const uint32_t *w = c->word;
	const uint64_t offset = w[4] | (uint64_t)w[5] << 32, pitch = 4 * (uint64_t)r->width;

	if (!is_inside(r, w))
		return MODEL_GPU_ERR_PARAMETER;
	for (uint32_t y = 0; y < w[3]; y++) {
		uint8_t *to = r->pixels + (w[1] + y) * pitch + 4 * (uint64_t)w[0];

		if (!fetch(m, r, offset + y * pitch, to, 4 * (uint64_t)w[2]))
			return MODEL_GPU_ERR_PARAMETER;
	}
	r->transferred = (c->flags & 1) != 0;
	return MODEL_GPU_OK;
}

static uint32_t scanout(struct model *m, const uint32_t *w)
{
	struct model_gpu *g = m->cfg.state;
	const struct model_gpu_resource *r = model_gpu_find(g, w[5]);

	if (w[4] >= m->cfg.config[8])
		return MODEL_GPU_ERR_SCANOUT;
	if (w[5] != 0 && !r)
		return MODEL_GPU_ERR_RESOURCE;
	if (r && !is_inside(r, w))
		return MODEL_GPU_ERR_PARAMETER;
	g->scanout[w[4]].resource = w[5];
	g->scanout[w[4]].rect = (struct model_gpu_rect){ w[0], w[1], w[2], w[3] };
	return MODEL_GPU_OK;
}

static uint32_t flush(struct model_gpu *g, const struct model_gpu_resource *r, const uint32_t *w)
{
	if (!is_inside(r, w))
		return MODEL_GPU_ERR_PARAMETER;
	g->flushed = (struct model_gpu_rect){ w[0], w[1], w[2], w[3] };
	return MODEL_GPU_OK;
}

uint32_t model_gpu_run_command(struct model *m, const struct model_gpu_command *c)
{
	static const uint8_t at_id[] = {
		[MODEL_GPU_FLUSH & 7] = 4, [MODEL_GPU_TRANSFER & 7] = 6, [7] = 0
	};
	struct model_gpu *g = m->cfg.state;

	if (c->type == MODEL_GPU_CREATE)
		return create(g, c->word);
	if (c->type == MODEL_GPU_SCANOUT)
		return scanout(m, c->word);
	struct model_gpu_resource *r = model_gpu_find(g, c->word[at_id[c->type & 7]]);
	if (!r)
		return MODEL_GPU_ERR_RESOURCE;
	switch (c->type) {
	case MODEL_GPU_UNREF: drop(r); return MODEL_GPU_OK;
	case MODEL_GPU_ATTACH: return attach(r, c->word[1], c->runs);
	case MODEL_GPU_DETACH: r->nruns = 0; return MODEL_GPU_OK;
	case MODEL_GPU_TRANSFER: return transfer(m, r, c);
	default: return flush(g, r, c->word);
	}
}

/* 5.7.6.10: the resource of the cursor's picture exists and is complete. */
void model_gpu_move_cursor(struct model_gpu *g, const struct model_gpu_command *c)
{
	const struct model_gpu_resource *r = model_gpu_find(g, c->word[4]);

	g->cursor.head = c->word[0];
	g->cursor.x = c->word[1];
	g->cursor.y = c->word[2];
	if (c->type == MODEL_GPU_CURSOR_MOVE)
		return;
	if (c->word[4] != 0 && (!r || !r->transferred))
		model_fail("gpu-003", "5.7.6.10",
			   "the picture of the cursor, %" PRIu32
			   ", was not transferred with a fence",
			   c->word[4]);
	g->cursor.resource = c->word[4];
	g->cursor.hot_x = c->word[5];
	g->cursor.hot_y = c->word[6];
}
