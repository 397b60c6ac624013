/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies the first bytes of input.txt in a folder of the host to result.txt there. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/p9.h>

#include <stdio.h>

enum { DATA = 4096, NEW = VIO_P9_WRONLY | VIO_P9_TRUNC };

#define TIMEOUT UINT64_C(30000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_p9_driver, NULL } };
static char data[DATA];
/* Each walk begins at the root. The steps after a walk use the file that it found. The result gets
 * its name when it is complete. */
static struct vio_p9_request steps[] = {
	{ .op = VIO_P9_ATTACH, .name = "" },
	{ .op = VIO_P9_WALK, .name = "input.txt" },
	{ .op = VIO_P9_OPEN, .flags = VIO_P9_RDONLY },
	{ .op = VIO_P9_READ, .data = data, .len = DATA },
	{ .op = VIO_P9_WALK, .name = "" },
	{ .op = VIO_P9_CREATE, .name = "result.part", .flags = NEW, .mode = 0644 },
	{ .op = VIO_P9_WRITE, .data = data },
	{ .op = VIO_P9_FSYNC },
	{ .op = VIO_P9_RENAME, .name = "result.part", .new_name = "result.txt" },
};

static bool has_agreed(void *arg)
{
	return ((struct vio_p9 *)arg)->msize != 0;
}

static bool is_done(void *arg)
{
	return !((struct vio_p9_request *)arg)->busy;
}

static bool run(struct vio_loop *loop, struct vio_p9 *p)
{
	struct vio_p9_fid root = { 0 }, file = { 0 };
	uint32_t n = 0;

	for (struct vio_p9_request *r = steps; r < steps + sizeof(steps) / sizeof(steps[0]); r++) {
		r->fid = r->op == VIO_P9_WALK || r->op == VIO_P9_RENAME ? root : file;
		r->to = root;
		r->len = r->op == VIO_P9_WRITE ? n : r->len;
		const bool sent = vio_p9_submit(p, r) == VIO_OK;
		vio_p9_kick(p);
		if (!sent || !vio_loop_wait(loop, is_done, r, TIMEOUT) || r->err != VIO_OK)
			return false;
		if (r->made.number != 0)
			*(r->op == VIO_P9_ATTACH ? &root : &file) = r->made;
		n = r->op == VIO_P9_READ ? r->n : n;
	}
	return true;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };

	vio_app_start(&app);
	struct vio_p9 *p = vio_p9_of(vio_probe_first(&app.probe, &vio_p9_driver));
	bool good = p && vio_loop_wait(&app.loop, has_agreed, p, TIMEOUT) && run(&app.loop, p);
	printf(good ? "the result is there\n" : "there is no result\n");
	vio_terminal_finish(&app.terminal);
	return good ? 0 : 1;
}
