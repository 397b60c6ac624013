/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, cat, crc: reading the file systems of a disk. */
#include <picovirtio/files.h>
#include <picovirtio/loop.h>
#include "firmware/commands/commands.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/devices/wait.h"
#include "firmware/disks/disk.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 16384, CAT_MAX = 1 << 20 };

#define CRC_MAX (UINT64_C(4) << 30) /* a file with holes may be very large */

/* The place that the arguments of a command name. */
struct place {
	struct disk d;
	struct vio_files_disk whole;
	struct vio_files v;
	unsigned part; /* 0: the whole disk */
	const char *path;
	struct vio_files_node node;
};

/* Parses "1" or "1:2". False: the word is a path. */
static bool parse_volume(char *word, uint64_t *disk, uint32_t *part)
{
	char *colon = strchr(word, ':');

	if (!colon)
		return shell_number64(word, DISKS_MAX, disk);
	*colon = '\0';
	bool ok = shell_number64(word, DISKS_MAX, disk) &&
		  shell_number(colon + 1, UINT32_MAX, part) && *part > 0;
	*colon = ':';
	return ok;
}

/* Names may contain spaces: joins the words of a path again, as they were typed. */
static const char *join(int argc, char **argv)
{
	if (argc == 0)
		return "/";
	for (char *p = argv[0]; p < argv[argc - 1]; p++) {
		if (*p == '\0')
			*p = ' ';
	}
	return argv[0];
}

static int mount_part(struct place *p, const struct vio_part *part)
{
	struct vio_files_disk window;

	if (!part || !vio_files_part(&p->whole, part->first, part->bytes, &window))
		return VIO_ENODEV;
	p->part = part->number;
	return vio_files_mount(&p->v, &window);
}

/* Mount the partition that is named. If none is named: the whole disk, or the first partition that
 * can be read. */
static int mount(struct place *p, uint32_t number)
{
	struct vio_part_table *const table = disk_table();
	int rc = number == 0 ? vio_files_mount(&p->v, &p->whole) : VIO_ENODEV;

	if (rc != VIO_ENODEV)
		return rc;
	int table_rc = vio_part_read(&p->whole, table);
	if (table_rc != VIO_OK)
		return table_rc;
	if (number != 0)
		return mount_part(p, vio_part_find(table, number));
	for (unsigned i = 0; i < table->n && rc != VIO_OK; i++)
		rc = mount_part(p, &table->part[i]);
	return rc;
}

/* The reason why there is no file system in the place that was named. */
static const char *no_files(const struct place *p)
{
	static char text[64];
	const char *foreign = vio_files_foreign(&p->v.disk);

	if (!foreign)
		return "no FAT, ext2, ext3 or ext4 there; `part` shows what is";
	snprintf(text, sizeof(text), "%s, which is not read here", foreign);
	return text;
}

static const char *lacking(const struct place *p)
{
	static char text[96];

	snprintf(text, sizeof(text), "it uses %s, which is not known here",
		 p->v.lacks ? p->v.lacks : "something");
	return text;
}

static const char *why(const struct place *p, int rc)
{
	switch (rc) {
	case VIO_ENODEV: return "no such file or directory";
	case VIO_EINVAL: return "a name before the last one is not a directory";
	case VIO_EFORMAT: return "the file system is damaged there";
	case VIO_ENOTSUP: return lacking(p);
	case VIO_ERANGE: return "too many links, or a directory that is too long or has no end";
	default: return disk_error(&p->d, rc);
	}
}

/* `name` is the name of the command. */
static bool locate(const char *name, int argc, char **argv, struct place *p)
{
	uint64_t disk = 0;
	uint32_t part = 0;

	if (argc > 0 && parse_volume(argv[0], &disk, &part)) {
		argc--;
		argv++;
	}
	p->part = 0;
	p->path = join(argc, argv);
	if (!disk_find(disk, &p->d)) {
		complain("%s: there is no disk %" PRIu64 "; `blk` lists them\n", name, disk);
		return false;
	}
	disk_window(&p->d, &p->whole);
	p->v.disk = p->whole;
	int rc = mount(p, part);
	if (rc != VIO_OK)
		complain("%s: %s: %s\n", name, p->d.slot->label,
			 rc == VIO_ENODEV ? no_files(p) : why(p, rc));
	else if ((rc = vio_files_find(&p->v, p->path, &p->node)) != VIO_OK)
		complain("%s: %s: %s\n", name, p->path, why(p, rc));
	return rc == VIO_OK;
}

/* ---- ls ---- */

static void print_entry(const char *name, const struct vio_files_node *n, bool damaged)
{
	if (damaged)
		printf("%12s  ", "damaged");
	else if (n->kind == VIO_FILES_FILE)
		printf("%12" PRIu64 "  ", n->bytes);
	else
		printf("%12s  ", n->kind == VIO_FILES_LINK ? "link" : "-");
	printf("%s%s\n", name, !damaged && n->kind == VIO_FILES_DIRECTORY ? "/" : "");
}

static void print_volume(const struct place *p)
{
	printf("%s on disk %u", p->v.name, p->d.number);
	if (p->part > 0)
		printf(", partition %u", p->part);
	printf(p->v.unclean ? ", not unmounted: it may be behind\n" : "\n");
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
		complain("ls: %s: after %u entries: %s\n", p->path, n, why(p, rc));
	} else {
		printf("%u entries; ", n);
		print_volume(p);
	}
}

static void run_ls(const struct command_context *c, int argc, char **argv)
{
	struct place p;

	if (!locate("ls", argc - 1, argv + 1, &p))
		return;
	if (p.node.kind == VIO_FILES_DIRECTORY)
		list(c->loop, &p);
	else
		print_entry(p.path, &p.node, false);
}

/* ---- cat and crc ---- */

/* Call `use` for the bytes of the file, `most` at most. False: it could not be read, or the user
 * stopped it; the reason is printed. */
static bool each_piece(const struct command_context *c, const char *name, struct place *p,
		       uint64_t most, void (*use)(void *arg, const char *bytes, size_t n),
		       void *arg)
{
	static char piece[PIECE];
	uint64_t at = 0;
	int rc = 0;

	if (p->node.kind != VIO_FILES_FILE) {
		complain("%s: %s: that is no file\n", name, p->path);
		return false;
	}
	while (at < most && !wait_stopped(c->loop) &&
	       (rc = vio_files_read(&p->v, &p->node, at, piece, sizeof(piece))) > 0) {
		use(arg, piece, (size_t)rc);
		at += (unsigned)rc;
		pager_progress(&c->shell->pager, at, p->node.bytes);
	}
	if (c->loop->interrupted)
		complain("%s: %s: stopped after %" PRIu64 " bytes\n", name, p->path, at);
	else if (rc < 0)
		complain("%s: %s: after %" PRIu64 " bytes: %s\n", name, p->path, at, why(p, rc));
	return rc >= 0 && !c->loop->interrupted;
}

static void print_piece(void *arg, const char *bytes, size_t n)
{
	char *last = arg;

	for (size_t i = 0; i < n; i++)
		putchar(bytes[i]);
	*last = bytes[n - 1];
}

static void run_cat(const struct command_context *c, int argc, char **argv)
{
	char last = '\n';
	struct place p;

	if (!locate("cat", argc - 1, argv + 1, &p))
		return;
	if (!each_piece(c, "cat", &p, CAT_MAX, print_piece, &last))
		return;
	if (last != '\n')
		printf("\n");
	if (p.node.bytes > CAT_MAX)
		printf("cat: this is the first MiB of %" PRIu64 " bytes\n", p.node.bytes);
}

static void add_piece(void *arg, const char *bytes, size_t n)
{
	uint32_t *crc = arg;

	*crc = vio_files_crc(*crc, bytes, n);
}

static void run_crc(const struct command_context *c, int argc, char **argv)
{
	uint32_t crc = 0;
	struct place p;

	if (!locate("crc", argc - 1, argv + 1, &p))
		return;
	if (p.node.bytes > CRC_MAX) {
		complain("crc: %s: %" PRIu64 " bytes are too many\n", p.path, p.node.bytes);
		return;
	}
	if (each_piece(c, "crc", &p, CRC_MAX, add_piece, &crc))
		printf("%08" PRIx32 "  %" PRIu64 "  %s\n", crc, p.node.bytes, p.path);
}

extern const struct command command_ls, command_cat, command_crc;
const struct command command_ls = {
	.name = "ls",
	.args = "[D:P] [PATH]",
	.help = "a directory of disk D, partition P: ls, ls /boot, ls 1, ls 0:2 /etc",
	.most = 8,
	.run = run_ls,
};
const struct command command_cat = {
	.name = "cat",
	.args = "[D:P] PATH",
	.help = "a file of a disk, as text",
	.least = 1,
	.most = 8,
	.run = run_cat,
};
const struct command command_crc = {
	.name = "crc",
	.args = "[D:P] PATH",
	.help = "size and CRC-32 of a file of a disk",
	.least = 1,
	.most = 8,
	.run = run_crc,
};
