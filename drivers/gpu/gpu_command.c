/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-gpu: the caller's commands (virtio 1.4, 5.7.6.8, 5.7.6.10). */
#include "drivers/gpu/gpu_internal.h"

#include <string.h>

enum {
	HEADER_WORDS = GPU_HEADER_BYTES / 4,
	FLAG_FENCE = 1,
};

static const uint16_t types[] = {
	[VIO_GPU_CREATE] = 0x0101, [VIO_GPU_UNREF] = 0x0102,	[VIO_GPU_SCANOUT] = 0x0103,
	[VIO_GPU_FLUSH] = 0x0104,  [VIO_GPU_TRANSFER] = 0x0105, [VIO_GPU_ATTACH] = 0x0106,
	[VIO_GPU_DETACH] = 0x0107, [VIO_GPU_CURSOR] = 0x0300,	[VIO_GPU_CURSOR_MOVE] = 0x0301,
};

enum { OPS = sizeof(types) / sizeof(types[0]) };

static bool is_of_cursor(const struct vio_gpu_command *c)
{
	return c->op == VIO_GPU_CURSOR || c->op == VIO_GPU_CURSOR_MOVE;
}

/* ---- Is the command valid? ---- */

static int check_rect(const struct vio_gpu_rect *r)
{
	if (r->width == 0 || r->height == 0)
		return VIO_EINVAL;
	return r->width > VIO_GPU_SIDE_MAX || r->height > VIO_GPU_SIDE_MAX ? VIO_ERANGE : VIO_OK;
}

static int check_runs(const struct vio_gpu_command *c)
{
	if (!c->runs || c->nruns == 0)
		return VIO_EINVAL;
	return c->nruns > VIO_GPU_RUNS_MAX ? VIO_ERANGE : VIO_OK;
}

static int check(const struct vio_gpu *g, const struct vio_gpu_command *c)
{
	const bool of_head = c->op == VIO_GPU_SCANOUT || is_of_cursor(c);

	if ((unsigned)c->op >= OPS || (!of_head && c->resource == 0))
		return VIO_EINVAL;
	if (of_head && c->head >= g->nheads)
		return VIO_ERANGE;
	switch (c->op) {
	case VIO_GPU_CREATE:
	case VIO_GPU_TRANSFER:
	case VIO_GPU_FLUSH: return check_rect(&c->rect);
	case VIO_GPU_SCANOUT: return c->resource == 0 ? VIO_OK : check_rect(&c->rect);
	case VIO_GPU_ATTACH: return check_runs(c);
	default: return VIO_OK;
	}
}

/* ---- Encoding. All numbers are little-endian in both register versions (picovirtio/io.h). ---- */

static unsigned encode_cursor(const struct vio_gpu_command *c, uint32_t *w)
{
	*w++ = c->head;
	*w++ = c->rect.x;
	*w++ = c->rect.y;
	*w++ = 0;
	*w++ = c->resource;
	*w++ = c->hot_x;
	*w = c->hot_y;
	return 8; /* the last word is 0, as all of `out` was */
}

static unsigned encode_rect(const struct vio_gpu_command *c, uint32_t *w)
{
	unsigned n = 4;

	memcpy(w, &c->rect, sizeof(c->rect));
	if (c->op == VIO_GPU_SCANOUT)
		w[n++] = c->head;
	if (c->op == VIO_GPU_TRANSFER) {
		w[n++] = (uint32_t)c->offset;
		w[n++] = (uint32_t)(c->offset >> 32);
	}
	w[n++] = c->resource;
	if (c->op != VIO_GPU_SCANOUT)
		w[n++] = 0;
	return n;
}

/* Encode the part after the header. Returns the number of words. */
static unsigned encode_body(const struct vio_gpu_command *c, uint32_t *w)
{
	switch (c->op) {
	case VIO_GPU_CREATE:
		w[0] = c->resource;
		w[1] = (uint32_t)c->format;
		w[2] = c->rect.width;
		w[3] = c->rect.height;
		return 4;
	case VIO_GPU_SCANOUT:
	case VIO_GPU_TRANSFER:
	case VIO_GPU_FLUSH: return encode_rect(c, w);
	case VIO_GPU_CURSOR:
	case VIO_GPU_CURSOR_MOVE: return encode_cursor(c, w);
	default:
		w[0] = c->resource;
		w[1] = c->op == VIO_GPU_ATTACH ? c->nruns : 0;
		return 2;
	}
}

/* A transfer has a fence, so its answer comes after the pixels were read (5.7.6.5). */
static uint32_t encode(struct vio_gpu *g, struct vio_gpu_command *c)
{
	uint32_t *w = c->out;

	memset(c->out, 0, sizeof(c->out));
	w[0] = types[c->op];
	if (c->op == VIO_GPU_TRANSFER) {
		g->fence++;
		w[1] = FLAG_FENCE;
		w[2] = (uint32_t)g->fence;
		w[3] = (uint32_t)(g->fence >> 32);
	}
	return 4 * (HEADER_WORDS + encode_body(c, w + HEADER_WORDS));
}

/* The device only reads the runs. It writes the answer, which therefore lies apart from the
 * command, in ring memory. */
static void lay_out(struct vio_gpu *g, struct vio_gpu_command *c, uint32_t bytes)
{
	unsigned n = 0;

	c->buf[n++] = (struct vio_buf){ .p = c->out, .seg.len = bytes };
	if (c->op == VIO_GPU_ATTACH)
		c->buf[n++] = (struct vio_buf){ .p = (void *)(uintptr_t)c->runs,
						.seg.len = c->nruns * (uint32_t)sizeof(*c->runs) };
	c->request = (struct vio_request){ .buf = c->buf, .nread = (uint16_t)n };
	if (is_of_cursor(c))
		return;
	c->slot = g->free[g->nfree - 1];
	memset(g->answers + gpu_answer_at(c->slot), 0, GPU_HEADER_BYTES);
	c->buf[n] = (struct vio_buf){ .seg.len = GPU_HEADER_BYTES,
				      .seg.addr = { g->answers_at.addr + gpu_answer_at(c->slot) } };
	c->request.nwrite = 1;
}

int vio_gpu_submit(struct vio_gpu *g, struct vio_gpu_command *c)
{
	if (g->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (c->busy)
		return VIO_EBUSY;
	int rc = check(g, c);
	if (rc < 0)
		return rc;
	const bool answered = !is_of_cursor(c);
	if (answered && g->nfree == 0)
		return VIO_EFULL;
	lay_out(g, c, encode(g, c));
	rc = vio_queue_request(answered ? &g->control : &g->cursor, &c->request);
	if (rc < 0)
		return rc;
	c->busy = true;
	g->commands++;
	if (answered)
		g->nfree--;
	return VIO_OK;
}

void vio_gpu_kick(struct vio_gpu *g)
{
	if (g->device.state != VIO_LIVE)
		return;
	vio_queue_kick(&g->control);
	vio_queue_kick(&g->cursor);
}

/* ---- Answers ---- */

/* Fence and context of the answer are ignored: the queue knows which command it belongs to. */
static int judge(const struct vio_gpu_command *c)
{
	if (c->answer >= GPU_ERR_FIRST && c->answer <= GPU_ERR_LAST)
		return VIO_EIO;
	return c->answer == GPU_OK_NODATA ? VIO_OK : VIO_EDEVICE;
}

static void end(struct vio_gpu *g, struct vio_gpu_command *c, int err)
{
	c->busy = false;
	c->err = err;
	g->errors += err != VIO_OK;
	if (c->done)
		c->done(g, c);
}

static struct vio_gpu_command *command_of(struct vio_request *r)
{
	return (void *)((uint8_t *)r - offsetof(struct vio_gpu_command, request));
}

void vio_gpu_control_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_gpu *g = gpu_of(q->dev);

	if (r == &g->query.request) {
		vio_gpu_answered(g, err, written);
		return;
	}
	if (err == VIO_OK && g->query.again)
		vio_gpu_ask(g);
	struct vio_gpu_command *c = command_of(r);
	c->answer = 0; /* no answer is no success */
	if (err == VIO_OK && written >= GPU_HEADER_BYTES)
		memcpy(&c->answer, g->answers + gpu_answer_at(c->slot), sizeof(c->answer));
	g->free[g->nfree++] = c->slot;
	end(g, c, judge(c));
}

/* The device writes no answer to these commands. */
void vio_gpu_cursor_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_gpu_command *c = command_of(r);

	(void)written;
	c->answer = 0;
	end(gpu_of(q->dev), c, err == VIO_OK ? VIO_OK : VIO_EDEVICE);
}
