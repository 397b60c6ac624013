/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/devices/lack.h"
#include "firmware/disks/disk.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DUMP_SECTORS = 64, PER_LINE = 16 };

static void say(const struct disk *d, const char *what, int rc)
{
	if (rc != VIO_OK)
		complain_silently();
	printf("blk: %s: %s: %s\n", d->label, what, rc == VIO_OK ? "done" : disk_error(d, rc));
}

/* ---- list ---- */

static void print_most(const char *title, uint32_t sectors)
{
	if (sectors > 0)
		printf("    %-10s %" PRIu32 " sectors at once\n", title, sectors);
}

static void print_blocks(const struct disk_info *i)
{
	printf("    blocks     %" PRIu32 " bytes", i->block_bytes);
	if (i->physical > 0)
		printf(", %" PRIu32 " in a physical block", i->physical);
	printf("\n    cache      %s\n", i->write_back ? "write-back" : "write-through");
}

/* False: it takes no requests, and the reason is printed. */
static bool print_disk(const struct disk *d)
{
	const bool is_live = d->slot->device->state == VIO_LIVE;
	struct disk_info i;

	if (!is_live || disk_lack(d)) {
		printf("disk %u  %s  %s\n", d->number, d->label,
		       disk_error(d, is_live ? VIO_EIO : VIO_EDEVICE));
		return false;
	}
	d->class->info(d, &i);
	printf("disk %u  %s  %" PRIu64 " MiB (%" PRIu64 " sectors of %d bytes)%s\n", d->number,
	       d->label, i.sectors / 2048, i.sectors, DISK_SECTOR,
	       i.read_only ? "  read-only" : "");
	print_blocks(&i);
	print_most("discard", i.discard_max);
	print_most("zeroes", i.zeroes_max);
	print_most("erase", i.erase_max);
	d->class->print(d);
	return true;
}

static void info(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;

	(void)argc;
	(void)argv;
	if (print_disk(d))
		d->class->print_all(d);
}

/* A host whose units were never found may have failed. */
static const struct slot *host_out(const struct probe *p)
{
	const struct slot *s = NULL;

	for (const struct disk_class *const *k = disk_classes; *k && !s; k++)
		s = (*k)->driver ? device_out(p, (*k)->driver) : NULL;
	return s;
}

static void list(const struct command_context *c)
{
	struct disk d;
	unsigned n;

	for (n = 0; disk_find_blocks(n, &d); n++)
		print_disk(&d);
	if (n > 0)
		return;
	const struct slot *s = host_out(c->probe);
	if (s)
		complain("blk: %s\n", device_error(s->label, s->device, VIO_EDEVICE));
	else
		machine_lacks("blk", "disk",
			      "-drive if=none,id=d,format=raw,file=PATH "
			      "-device virtio-blk-device,drive=d");
}

/* ---- read and write ---- */

static void dump_line(uint64_t at, const uint8_t *p)
{
	printf("%010" PRIx64 " ", at);
	for (unsigned i = 0; i < PER_LINE; i++)
		printf(i == PER_LINE / 2 ? "  %02x" : " %02x", p[i]);
	printf("  |");
	for (unsigned i = 0; i < PER_LINE; i++)
		putchar(p[i] >= ' ' && p[i] <= '~' ? p[i] : '.');
	printf("|\n");
}

/* Where the sector is in its block. False: the disk is not live, and may never have had blocks. */
static bool find_block(const struct disk *d, uint64_t sector, struct disk_info *i, uint64_t *within)
{
	d->class->info(d, i);
	if (d->slot->device->state != VIO_LIVE || i->block_bytes < DISK_SECTOR)
		return false;
	*within = sector % (i->block_bytes / DISK_SECTOR);
	return true;
}

/* Read the block that contains a sector. `*p` is the sector in the buffer. */
static int fetch(const struct disk *d, uint64_t sector, uint8_t **p)
{
	struct disk_info i;
	uint64_t within;

	if (!find_block(d, sector, &i, &within))
		return VIO_EDEVICE;
	*p = disk_buffer() + within * DISK_SECTOR;
	return disk_request(d, (struct disk_request){ .op = DISK_READ, .sector = sector - within },
			    i.block_bytes);
}

static bool is_sector(const char *word, uint64_t *sector)
{
	return shell_number_word("blk", word, 0, UINT64_MAX / DISK_SECTOR, sector);
}

static void read_sectors(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;
	uint64_t sector, end, n = 1;
	uint8_t *p;

	if (!is_sector(argv[0], &sector) ||
	    (argc == 2 && !shell_number_word("blk", argv[1], 1, DUMP_SECTORS, &n)))
		return;
	for (end = sector + n; sector < end; sector++) {
		const int rc = fetch(d, sector, &p);

		if (rc != VIO_OK) {
			say(d, "read", rc);
			return;
		}
		for (unsigned i = 0; i < DISK_SECTOR; i += PER_LINE)
			dump_line(sector * DISK_SECTOR + i, p + i);
	}
}

/* Overwrites the start of the sector with TEXT; the rest of the block keeps its content. */
static void write_text(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;
	struct disk_info i;
	uint64_t sector, within;
	uint8_t *p;

	if (strlen(argv[1]) > DISK_SECTOR) {
		complain("blk: '%s' is longer than a sector\n", argv[1]);
		return;
	}
	if (!is_sector(argv[0], &sector) || !verb_sure("blk", argc > 2 ? argv[2] : NULL))
		return;
	int rc = find_block(d, sector, &i, &within) ? VIO_OK : VIO_EDEVICE;
	if (rc == VIO_OK)
		rc = i.read_only ? VIO_EREADONLY : fetch(d, sector, &p);
	if (rc == VIO_OK) {
		memcpy(p, argv[1], strlen(argv[1]));
		rc = disk_request(
			d, (struct disk_request){ .op = DISK_WRITE, .sector = sector - within },
			i.block_bytes);
	}
	say(d, "write", rc);
}

/* ---- the rest ---- */

static void flush(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;

	(void)argc;
	(void)argv;
	say(d, "flush", disk_request(d, (struct disk_request){ .op = DISK_FLUSH }, 0));
}

static void range(const struct disk *d, enum disk_op op, const char *name, int argc, char **argv)
{
	struct disk_request r = { .op = op };
	uint64_t n;

	if (!is_sector(argv[0], &r.sector) ||
	    !shell_number_word("blk", argv[1], 0, UINT32_MAX, &n) ||
	    !verb_sure("blk", argc > 2 ? argv[2] : NULL))
		return;
	r.sectors = (uint32_t)n;
	say(d, name, disk_request(d, r, 0));
}

static void discard(void *arg, int argc, char **argv)
{
	range(arg, DISK_DISCARD, "discard", argc, argv);
}

static void zeroes(void *arg, int argc, char **argv)
{
	range(arg, DISK_ZEROES, "zeroes", argc, argv);
}

static void erase(void *arg, int argc, char **argv)
{
	range(arg, DISK_ERASE, "erase", argc, argv);
}

static void cache(void *arg, int argc, char **argv)
{
	const int back = verb_choice("blk", argv[0], "through back");
	const struct disk *d = arg;
	int rc = d->class->set_write_back ? VIO_OK : VIO_ENOTSUP;
	struct disk_info i;

	(void)argc;
	if (back < 0)
		return;
	d->class->info(d, &i);
	/* The switch does not make earlier writes durable. */
	if (rc == VIO_OK && !back && i.write_back)
		rc = disk_request(d, (struct disk_request){ .op = DISK_FLUSH }, 0);
	if (rc == VIO_OK)
		rc = d->class->set_write_back(d, back == 1);
	say(d, "cache", rc);
}

static void reset(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;

	(void)argc;
	(void)argv;
	say(d, "reset", d->class->reset ? d->class->reset(d) : VIO_ENOTSUP);
}

static const struct verb verbs[] = {
	{ "info", "", 0, 0, "show the disk in detail", info },
	{ "hexdump", "SECTOR [N]", 1, 2, "show sectors", read_sectors },
	{ "read", "SECTOR [N]", 1, 2, "the same", read_sectors },
	{ "write", "SECTOR TEXT --yes", 2, 3, "write TEXT to the start of a sector", write_text },
	{ "flush", "", 0, 0, "make completed writes durable", flush },
	{ "discard", "SECTOR N --yes", 2, 3, "discard sectors; their data is undefined then",
	  discard },
	{ "zeroes", "SECTOR N --yes", 2, 3, "fill sectors with zeroes", zeroes },
	{ "erase", "SECTOR N --yes", 2, 3, "secure erase", erase },
	{ "cache", "back|through", 1, 1, "writes are durable after a flush, or at once", cache },
	{ "reset", "", 0, 0, "reset a SCSI unit; its requests come back", reset },
};

/* A disk without a verb is shown in detail. */
static void run_verb(uint64_t number, int argc, char **argv)
{
	static char show[] = "info";
	char *alone[] = { show, NULL };
	struct disk d;

	if (!disk_find_blocks(number, &d) && (argc == 0 || strcmp(argv[0], "help") != 0))
		complain("blk: there is no disk %" PRIu64 "; `blk` lists them\n", number);
	else
		verb_run("blk", verbs, sizeof(verbs) / sizeof(verbs[0]), &d, argc > 0 ? argc : 1,
			 argc > 0 ? argv : alone);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t number = 0;

	if (argc == 1 || (argc == 2 && strcmp(argv[1], "list") == 0))
		list(c);
	else if (argv[1][0] < '0' || argv[1][0] > '9')
		run_verb(0, argc - 1, argv + 1);
	else if (shell_number_word("blk", argv[1], 0, DISKS_MAX, &number))
		run_verb(number, argc - 2, argv + 2);
}

extern const struct command command_blk;
const struct command command_blk = {
	.name = "blk",
	.args = "[DISK] [VERB ...]",
	.help = "list the disks, or read, write, flush, ... on disk DISK (0), with "
		"sectors of 512 bytes; `blk help`",
	.least = 0,
	.most = 5,
	.words = "list info read hexdump write flush discard zeroes erase cache reset help",
	.run = run,
};
