/* SPDX-License-Identifier: BSD-2-Clause */
/* The displays: queries of the driver itself, one at a time (virtio 1.4, 5.7.6.8). */
#include "drivers/gpu/gpu_internal.h"

#include <string.h>

enum {
	HEAD_BYTES = 24,   /* of a mode in the answer */
	EDID_BEFORE = 8,   /* size and padding, after the header */
	EDID_QUESTION = 8, /* scanout and padding, after the header */
};

static void send(struct vio_gpu *g, uint32_t type, uint32_t head)
{
	const bool edid = type == GPU_GET_EDID;

	memset(g->answers, 0, VIO_GPU_ANSWER_BYTES);
	g->query.out[0] = type;
	g->query.out[GPU_HEADER_BYTES / 4] = head; /* the other words stay 0 */
	g->query.head = edid ? head : VIO_GPU_HEADS;
	g->query.buf[0] =
		(struct vio_buf){ .p = g->query.out,
				  .seg.len = GPU_HEADER_BYTES + (edid ? EDID_QUESTION : 0) };
	g->query.buf[1] =
		(struct vio_buf){ .seg.len = VIO_GPU_ANSWER_BYTES, .seg.addr = g->answers_at };
	g->query.request = (struct vio_request){ .buf = g->query.buf, .nread = 1, .nwrite = 1 };
	g->query.busy = vio_queue_request(&g->control, &g->query.request) == VIO_OK;
}

/* Query the EDID of the next enabled head from `head` on. After the last one, call `changed`. */
static void go_on(struct vio_gpu *g, uint32_t head)
{
	while (head < g->nheads && !g->head[head].enabled)
		head++;
	if (vio_has(&g->device, VIO_GPU_F_EDID) && head < g->nheads)
		send(g, GPU_GET_EDID, head);
	if (!g->query.busy && g->changed)
		g->changed(g);
}

static bool is_answer(const struct vio_gpu *g, uint32_t written, uint32_t want)
{
	uint32_t type;

	memcpy(&type, g->answers, sizeof(type));
	return written >= GPU_HEADER_BYTES && type == want;
}

/* Copy a mode and check it. False: it cannot be used. */
static bool read_head(const uint8_t *p, struct vio_gpu_head *h)
{
	uint32_t v[5]; /* x, y, width, height, enabled */

	memcpy(v, p, sizeof(v));
	if (v[4] == 0)
		return true;
	if (vio_gpu_bytes(v[2], v[3]) == 0)
		return false;
	h->rect = (struct vio_gpu_rect){ v[0], v[1], v[2], v[3] };
	h->enabled = true;
	return true;
}

/* Not inlined, so that no mode is on the stack when the next query is sent. */
__attribute__((noinline)) static void read_modes(struct vio_gpu *g, uint32_t written)
{
	memset(g->head, 0, sizeof(g->head));
	if (!is_answer(g, written, GPU_OK_DISPLAY_INFO)) {
		g->refused++;
		return;
	}
	for (uint32_t i = 0, at = GPU_HEADER_BYTES; i < g->nheads; i++, at += HEAD_BYTES) {
		if (at + HEAD_BYTES > written || !read_head(g->answers + at, &g->head[i]))
			g->refused++;
	}
}

__attribute__((noinline)) static void read_edid(struct vio_gpu *g, uint32_t written)
{
	const uint32_t before = GPU_HEADER_BYTES + EDID_BEFORE;
	struct vio_gpu_monitor *m = &g->head[g->query.head].monitor;
	uint32_t n;

	memcpy(&n, g->answers + GPU_HEADER_BYTES, sizeof(n));
	if (!is_answer(g, written, GPU_OK_EDID) || written < before || n > written - before ||
	    !vio_gpu_edid(g->answers + before, n, m))
		g->refused++;
}

void vio_gpu_answered(struct vio_gpu *g, int err, uint32_t written)
{
	g->query.busy = false;
	if (err != VIO_OK)
		return;
	if (g->query.again) {
		vio_gpu_ask(g);
	} else if (g->query.head == VIO_GPU_HEADS) {
		read_modes(g, written);
		go_on(g, 0);
	} else {
		read_edid(g, written);
		go_on(g, g->query.head + 1);
	}
}

/* If a query cannot be sent now, because another one is in flight or the queue is full, it is sent
 * after the next answer. */
void vio_gpu_ask(struct vio_gpu *g)
{
	const bool idle = !g->query.busy;

	if (idle)
		send(g, GPU_GET_DISPLAY_INFO, 0);
	g->query.again = !idle || !g->query.busy;
}
