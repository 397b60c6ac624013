/* SPDX-License-Identifier: BSD-2-Clause */
/* The test picture: eight bars of colour over a ramp of grey, and a cursor in the middle. */
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/screen/picture.h"
#include "firmware/screen/screen.h"

enum {
	WIDTH = 320,
	HEIGHT = 240,
	BARS = 8,
	RAMP_AT = 180,
	LONGEST = 32768, /* bytes of a run; the memory has ten runs, so that several runs are tested
			  */
};

#define TIMEOUT UINT64_C(60000000000) /* ns, for a command; a host that is busy may be slow */
#define BRIEF	UINT64_C(200000000)   /* ns, until the shell is shown again */

/* Static, because the device owns these until it has answered. */
static struct vio_gpu_command command, last[5];
static struct picture picture, cursor;

static uint32_t colour(uint32_t x, uint32_t y)
{
	const uint32_t bar = BARS - 1 - x * BARS / WIDTH, grey = x * 256 / WIDTH;

	if (y >= RAMP_AT)
		return grey << 16 | grey << 8 | grey;
	return (bar & 2 ? 0xff0000u : 0) | (bar & 4 ? 0x00ff00u : 0) | (bar & 1 ? 0x0000ffu : 0);
}

/* A white arrow. */
static uint32_t arrow(uint32_t x, uint32_t y)
{
	return x <= y && x + y < VIO_GPU_CURSOR_SIDE / 2 ? 0xffffffff : 0;
}

static void draw(const struct picture *p, uint32_t (*pixel)(uint32_t x, uint32_t y))
{
	for (uint32_t y = 0; y < p->height; y++) {
		for (uint32_t x = 0; x < p->width; x++)
			picture_at(p, x / PICTURE_STEP * PICTURE_STEP, y)[x % PICTURE_STEP] =
				pixel(x, y);
	}
}

static bool is_done(void *arg)
{
	(void)arg;
	return !command.busy;
}

static bool are_done(void *arg)
{
	(void)arg;
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
		if (last[i].busy)
			return false;
	}
	return !command.busy;
}

static bool is_interrupted(void *arg)
{
	const struct vio_loop *l = arg;

	return l->interrupted;
}

static int run(struct vio_gpu *g, struct vio_loop *l, struct vio_gpu_command c)
{
	command = c;
	int rc = vio_gpu_submit(g, &command);
	if (rc < 0)
		return rc;
	vio_gpu_kick(g);
	rc = wait_result(l, is_done, NULL, TIMEOUT);
	return rc == VIO_OK ? command.err : rc;
}

/* Make a resource of a picture. */
static int make(struct vio_gpu *g, struct vio_loop *l, const struct picture *p, uint32_t resource,
		enum vio_gpu_format format)
{
	static const enum vio_gpu_op ops[] = { VIO_GPU_CREATE, VIO_GPU_ATTACH, VIO_GPU_TRANSFER };
	int rc = VIO_OK;

	for (unsigned i = 0; rc == VIO_OK && i < sizeof(ops) / sizeof(ops[0]); i++)
		rc = run(g, l,
			 (struct vio_gpu_command){ .op = ops[i],
						   .resource = resource,
						   .format = format,
						   .rect = { 0, 0, p->width, p->height },
						   .runs = p->run,
						   .nruns = p->nruns });
	return rc;
}

static int show(struct vio_gpu *g, struct vio_loop *l, uint32_t head)
{
	struct vio_gpu_command c = { .op = VIO_GPU_SCANOUT,
				     .resource = SCREEN_TEST,
				     .head = head,
				     .rect = { 0, 0, WIDTH, HEIGHT } };
	int rc = make(g, l, &picture, SCREEN_TEST, VIO_GPU_B8G8R8X8);

	if (rc == VIO_OK)
		rc = make(g, l, &cursor, SCREEN_CURSOR, VIO_GPU_B8G8R8A8);
	if (rc == VIO_OK)
		rc = run(g, l, c);
	c.op = VIO_GPU_FLUSH;
	if (rc == VIO_OK)
		rc = run(g, l, c);
	c = (struct vio_gpu_command){ .op = VIO_GPU_CURSOR,
				      .resource = SCREEN_CURSOR,
				      .head = head };
	if (rc == VIO_OK)
		rc = run(g, l, c);
	c.op = VIO_GPU_CURSOR_MOVE;
	c.rect.x = WIDTH / 2;
	c.rect.y = HEIGHT / 2;
	return rc == VIO_OK ? run(g, l, c) : rc;
}

/* Undo as much as possible. A device that failed has forgotten everything. We need not wait for the
 * answers, because the device carries the commands out in order. */
static void put_back(struct vio_gpu *g, uint32_t head)
{
	const struct vio_gpu_command shell = screen_scanout(g, head);
	size_t n = 0;

	last[n++] = (struct vio_gpu_command){ .op = VIO_GPU_CURSOR, .head = head };
	last[n++] = shell;
	if (shell.resource != 0)
		last[n++] = (struct vio_gpu_command){ .op = VIO_GPU_FLUSH,
						      .resource = shell.resource,
						      .rect = shell.rect };
	last[n++] = (struct vio_gpu_command){ .op = VIO_GPU_UNREF, .resource = SCREEN_TEST };
	last[n++] = (struct vio_gpu_command){ .op = VIO_GPU_UNREF, .resource = SCREEN_CURSOR };
	for (size_t i = 0; i < n; i++)
		vio_gpu_submit(g, &last[i]);
	vio_gpu_kick(g);
}

int screen_test(struct vio_gpu *g, struct vio_loop *l, uint32_t head)
{
	const struct vio_platform *p = g->device.platform;

	if (head >= g->nheads)
		return VIO_ERANGE;
	int rc = wait_result(l, are_done, NULL, TIMEOUT); /* with an earlier picture */
	if (rc != VIO_OK)
		return rc;
	if (!picture_size(&picture, p, WIDTH, HEIGHT, LONGEST) ||
	    !picture_size(&cursor, p, VIO_GPU_CURSOR_SIDE, VIO_GPU_CURSOR_SIDE, 0))
		return VIO_ENOMEM;
	draw(&picture, colour);
	draw(&cursor, arrow);
	rc = show(g, l, head);
	if (rc == VIO_OK)
		wait_until(l, is_interrupted, l, UINT64_MAX);
	l->interrupted = false; /* what follows is to be carried out */
	put_back(g, head);
	wait_until(l, are_done, NULL, BRIEF);
	return rc;
}
