/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows a picture on the first screen of a virtio-gpu, and leaves it there. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/gpu.h>

#include <stdio.h>

enum { PICTURE = 1, COMMANDS = 5 };

#define TIMEOUT UINT64_C(5000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_gpu_driver, NULL } };
static const enum vio_gpu_op ops[COMMANDS] = { VIO_GPU_CREATE, VIO_GPU_ATTACH, VIO_GPU_TRANSFER,
					       VIO_GPU_SCANOUT, VIO_GPU_FLUSH };
/* Static, because the device owns these until it has answered. */
static struct vio_gpu_command command[COMMANDS];
static struct vio_gpu_run run;

static bool has_mode(void *arg)
{
	return ((struct vio_gpu *)arg)->head[0].enabled;
}

static bool is_done(void *arg)
{
	return !((struct vio_gpu_command *)arg)->busy;
}

/* Red grows to the right, green downwards. */
static bool show(struct vio_loop *loop, struct vio_gpu *g, uint32_t width, uint32_t height)
{
	const struct vio_platform *p = loop->platform;
	vio_dma at = { 0 };

	run.len = vio_gpu_bytes(width, height);
	uint32_t *pixels = p->ring_memory(p->ctx, run.len, 4, &at);
	for (uint32_t i = 0; pixels && i < width * height; i++)
		pixels[i] = (i % width * 256 / width) << 16 | (i / width * 256 / height) << 8;
	run.addr = at.addr;
	for (unsigned i = 0; pixels && i < COMMANDS; i++) {
		command[i] = (struct vio_gpu_command){ .op = ops[i], .resource = PICTURE };
		command[i].rect = (struct vio_gpu_rect){ 0, 0, width, height };
		command[i].format = VIO_GPU_B8G8R8X8;
		command[i].runs = &run;
		command[i].nruns = 1;
		if (vio_gpu_submit(g, &command[i]) != VIO_OK)
			return false;
		vio_gpu_kick(g);
		if (!vio_loop_wait(loop, is_done, &command[i], TIMEOUT) || command[i].err != VIO_OK)
			return false;
	}
	return pixels;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };

	vio_app_start(&app);
	struct vio_gpu *g = vio_gpu_of(vio_probe_first(&app.probe, &vio_gpu_driver));
	bool good = g && vio_loop_wait(&app.loop, has_mode, g, TIMEOUT) &&
		    show(&app.loop, g, g->head[0].rect.width, g->head[0].rect.height);
	printf(good ? "the picture is shown\n" : "there is no picture\n");
	if (good)
		vio_loop_run(&app.loop);
	vio_terminal_finish(&app.terminal);
	return 1;
}
