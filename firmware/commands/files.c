/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, cat, crc: reading the file systems of a disk. */
#include <picovirtio/files.h>
#include <picovirtio/loop.h>
#include "firmware/console/command.h"
#include "firmware/commands/files.h"
#include "firmware/commands/place.h"
#include "firmware/console/shell.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A UART sends SLICE bytes of text in 0.1 s. After each slice Ctrl-C can stop `cat`. */
enum { PIECE = 16384, SLICE = 1024, CAT_MAX = 1 << 20 };

#define CRC_MAX (UINT64_C(4) << 30) /* a file with holes may be very large */

/* ---- ls ---- */

static void print_entry(const char *name, const struct vio_files_node *n, bool damaged)
{
	if (damaged)
		printf("%12s  ", "damaged");
	else if (n->kind == VIO_FILES_FILE)
		printf("%12" PRIu64 "  ", n->bytes);
	else
		printf("%12s  ", n->kind == VIO_FILES_LINK ? "link" : "-");
	print_outside(name);
	printf(!damaged && n->kind == VIO_FILES_DIRECTORY ? "/\n" : "\n");
}

static void print_volume(const struct place *p)
{
	printf("%s on disk %u", p->v.name, p->d.number);
	if (p->part > 0)
		printf(", partition %u", p->part);
	printf(p->v.unclean ? ", not unmounted: it may be out of date\n" : "\n");
}

static void list(struct vio_loop *loop, struct place *p)
{
	struct vio_files_entry e;
	uint64_t at = 0;
	unsigned n = 0;
	int rc = 0;

	for (; !wait_stopped(loop) && (rc = vio_files_next(&p->v, &p->node, &at, &e)) == 1; n++)
		print_entry(e.name, &e.node, e.damaged);
	if (loop->interrupted) {
		complain("ls: %s: stopped after %u entries\n", p->path, n);
	} else if (rc < 0) {
		complain("ls: %s: after %u entries: %s\n", p->path, n, place_why(p, rc));
	} else {
		printf("%u entries; ", n);
		print_volume(p);
	}
}

static void run_ls(const struct command_context *c, int argc, char **argv)
{
	struct place p;

	if (!place_find("ls", argc - 1, argv + 1, &p))
		return;
	if (p.node.kind == VIO_FILES_DIRECTORY)
		list(c->loop, &p);
	else
		print_entry(p.path, &p.node, false);
	place_end(&p);
}

/* ---- cat and crc ---- */

bool files_each_piece(const struct command_context *c, const char *name, struct place *p,
		      uint64_t most,
		      bool (*use)(void *arg, uint64_t at, const char *bytes, size_t n), void *arg)
{
	static char piece[PIECE];
	uint64_t at = 0;
	int rc = 0;

	if (p->node.kind != VIO_FILES_FILE) {
		complain("%s: %s: that is not a file\n", name, p->path);
		return false;
	}
	while (at < most && !wait_stopped(c->loop) &&
	       (rc = vio_files_read(&p->v, &p->node, at, piece, sizeof(piece))) > 0) {
		if (!use(arg, at, piece, (size_t)rc))
			return false;
		at += (unsigned)rc;
		pager_progress(&c->shell->pager, at, p->node.bytes);
	}
	if (c->loop->interrupted)
		complain("%s: %s: stopped after %" PRIu64 " bytes\n", name, p->path, at);
	else if (rc < 0)
		complain("%s: %s: after %" PRIu64 " bytes: %s\n", name, p->path, at,
			 place_why(p, rc));
	return rc >= 0 && !c->loop->interrupted;
}

struct shown {
	struct vio_loop *loop;
	char last;
};

static bool print_piece(void *arg, uint64_t at, const char *bytes, size_t n)
{
	struct shown *s = arg;

	(void)at;
	for (size_t i = 0; i < n && (i % SLICE != 0 || !wait_stopped(s->loop)); i++)
		putchar(bytes[i]);
	s->last = bytes[n - 1];
	return true;
}

static void run_cat(const struct command_context *c, int argc, char **argv)
{
	struct shown shown = { c->loop, '\n' };
	struct place p;

	if (!place_find("cat", argc - 1, argv + 1, &p))
		return;
	const bool good = files_each_piece(c, "cat", &p, CAT_MAX, print_piece, &shown);
	place_end(&p);
	if (!good)
		return;
	if (shown.last != '\n')
		printf("\n");
	if (p.node.bytes > CAT_MAX)
		printf("cat: this is the first MiB of %" PRIu64 " bytes\n", p.node.bytes);
}

static bool add_piece(void *arg, uint64_t at, const char *bytes, size_t n)
{
	uint32_t *crc = arg;

	(void)at;
	*crc = vio_files_crc(*crc, bytes, n);
	return true;
}

static void run_crc(const struct command_context *c, int argc, char **argv)
{
	uint32_t crc = 0;
	struct place p;

	if (!place_find("crc", argc - 1, argv + 1, &p))
		return;
	if (p.node.bytes > CRC_MAX)
		complain("crc: %s: %" PRIu64 " bytes are too many\n", p.path, p.node.bytes);
	else if (files_each_piece(c, "crc", &p, CRC_MAX, add_piece, &crc))
		printf("%08" PRIx32 "  %" PRIu64 "  %s\n", crc, p.node.bytes, p.path);
	place_end(&p);
}

extern const struct command command_ls, command_cat, command_crc;
const struct command command_ls = {
	.name = "ls",
	.args = "[D:P] [PATH]",
	.help = "a directory of disk D, partition P: ls, ls /boot, ls 1, ls 0:2 /etc",
	.most = 8,
	.complete = place_complete,
	.run = run_ls,
};
const struct command command_cat = {
	.name = "cat",
	.args = "[D:P] PATH",
	.help = "a file of a disk, as text",
	.least = 1,
	.most = 8,
	.complete = place_complete,
	.run = run_cat,
};
const struct command command_crc = {
	.name = "crc",
	.args = "[D:P] PATH",
	.help = "size and CRC-32 of a file of a disk",
	.least = 1,
	.most = 8,
	.complete = place_complete,
	.run = run_crc,
};
