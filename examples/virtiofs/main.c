/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies the first bytes of input.txt in a folder of virtiofsd to result.txt there. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/fs.h>

#include <stdio.h>

enum { DATA = 4096 };

#define TIMEOUT UINT64_C(30000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_fs_driver, NULL } };
static char data[DATA];
/* The steps after LOOKUP and CREATE use the file that these made. The result gets its name when it
 * is complete. */
static struct vio_fs_request steps[] = {
	{ .op = VIO_FS_LOOKUP, .name = "input.txt" },
	{ .op = VIO_FS_OPEN, .flags = VIO_FS_RDONLY },
	{ .op = VIO_FS_READ, .data = data, .len = DATA },
	{ .op = VIO_FS_END },
	{ .op = VIO_FS_CREATE,
	  .name = "result.part",
	  .flags = VIO_FS_WRONLY | VIO_FS_TRUNC,
	  .mode = 0644 },
	{ .op = VIO_FS_WRITE, .data = data },
	{ .op = VIO_FS_FSYNC },
	{ .op = VIO_FS_RENAME, .name = "result.part", .new_name = "result.txt" },
	{ .op = VIO_FS_END },
};

static bool has_agreed(void *arg)
{
	return ((struct vio_fs *)arg)->max_data != 0;
}

static bool is_done(void *arg)
{
	return !((struct vio_fs_request *)arg)->busy;
}

static bool run(struct vio_loop *loop, struct vio_fs *f)
{
	const struct vio_fs_file root = vio_fs_root(f);
	struct vio_fs_file file = { 0 };
	uint32_t n = 0;

	for (struct vio_fs_request *r = steps; r < steps + sizeof(steps) / sizeof(steps[0]); r++) {
		r->file = r->name ? root : file;
		r->to = root;
		r->len = r->op == VIO_FS_WRITE ? n : r->len;
		const bool sent = vio_fs_submit(f, r) == VIO_OK;
		vio_fs_kick(f);
		if (!sent || !vio_loop_wait(loop, is_done, r, TIMEOUT) || r->err != VIO_OK)
			return false;
		file = r->made.number != 0 ? r->made : file;
		n = r->op == VIO_FS_READ ? r->n : n;
	}
	return true;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };

	vio_app_start(&app);
	struct vio_fs *f = vio_fs_of(vio_probe_first(&app.probe, &vio_fs_driver));
	bool good = f && vio_loop_wait(&app.loop, has_agreed, f, TIMEOUT) && run(&app.loop, f);
	printf(good ? "the result is there\n" : "there is no result\n");
	vio_terminal_finish(&app.terminal);
	return good ? 0 : 1;
}
