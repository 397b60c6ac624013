/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/screen/screen.h"

#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_head(const struct vio_gpu_head *h, unsigned number)
{
	const struct vio_gpu_monitor *m = &h->monitor;

	printf("    head %-5u ", number);
	if (!h->enabled) {
		printf("off\n");
		return;
	}
	printf("%" PRIu32 " by %" PRIu32 " at %" PRIu32 ",%" PRIu32, h->rect.width, h->rect.height,
	       h->rect.x, h->rect.y);
	if (m->maker[0] != '\0')
		printf("; monitor %s %s, best with %u by %u", m->maker, m->name, m->width,
		       m->height);
	printf("\n");
}

static void print_gpu(const struct vio_gpu *g, const struct slot *s, unsigned number)
{
	unsigned cols, rows;

	printf("screen %u  %s", number, s->label);
	if (g->device.state != VIO_LIVE) {
		printf("  %s\n", device_state(&g->device));
		return;
	}
	if (screen_text_size(g, &cols, &rows))
		printf("  the shell is here, with %u by %u characters", cols, rows);
	printf("\n");
	for (unsigned i = 0; i < g->nheads; i++)
		print_head(&g->head[i], i);
	printf("    counted    %" PRIu32 " errors, %" PRIu32 " unusable answers\n", g->errors,
	       g->refused);
}

static void list(void)
{
	const struct slot *s;
	struct vio_gpu *g;
	unsigned n;

	for (n = 0; (g = screen_find(n, &s)); n++)
		print_gpu(g, s, n);
	if (n == 0)
		machine_lacks("screen", "GPU", "-device virtio-gpu-device");
}

static void test(struct vio_loop *l, uint32_t head, uint32_t number)
{
	const struct slot *s;
	struct vio_gpu *g = screen_find(number, &s);

	if (!g) {
		complain("screen: there is no screen %" PRIu32 "; `screen` lists them\n", number);
		return;
	}
	int rc = VIO_EDEVICE;
	if (g->device.state == VIO_LIVE) {
		printf("The test picture, on head %" PRIu32 " of %s; Ctrl-C ends this.\n", head,
		       s->label);
		rc = screen_test(g, l, head);
	}
	if (rc == VIO_ERANGE)
		complain("screen: %s has no head %" PRIu32 "\n", s->label, head);
	else if (rc != VIO_OK)
		complain("screen: %s\n", device_error(s->label, &g->device, rc));
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t head = 0, number = 0;

	if (argc == 1)
		list();
	else if (verb_choice("screen", argv[1], "test") == 0 &&
		 (argc < 3 || shell_number_word("screen", argv[2], 0, VIO_GPU_HEADS - 1, &head)) &&
		 (argc < 4 || shell_number_word("screen", argv[3], 0, UINT16_MAX, &number)))
		test(c->loop, (uint32_t)head, (uint32_t)number);
}

extern const struct command command_screen;
const struct command command_screen = {
	.name = "screen",
	.args = "[test [HEAD [SCREEN]]]",
	.help = "GPUs and their modes; a test picture",
	.most = 3,
	.words = "test",
	.run = run,
};
