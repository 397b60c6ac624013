/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/disks/disk.h"
#include "firmware/words/complain.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DUMP_SECTORS = 64, PER_LINE = 16 };

static void say(const struct disk *d, const char *what, int rc)
{
	if (rc != VIO_OK)
		complain_silently();
	printf("blk: %s: %s: %s\n", d->slot->label, what,
	       rc == VIO_OK ? "done" : disk_error(d, rc));
}

/* ---- list ---- */

static void print_id(const struct disk *d)
{
	const uint8_t *bytes = disk_buffer();
	const struct vio_blk_request r = { .op = VIO_BLK_GET_ID };
	const int rc = disk_request(d, r, VIO_BLK_ID_BYTES);

	if (rc != VIO_OK)
		printf("    serial     unknown: %s\n",
		       d->b->id_refused ? "the device does not take the question (GET_ID)"
					: disk_error(d, rc));
	if (rc != VIO_OK || bytes[0] == '\0')
		return;
	printf("    serial     %.*s\n", VIO_BLK_ID_BYTES, (const char *)bytes);
}

static void print_most(const char *title, uint32_t sectors)
{
	if (sectors > 0)
		printf("    %-10s %" PRIu32 " sectors at once\n", title, sectors);
}

static uint32_t requests(const struct vio_blk *b)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < b->nqueue; i++)
		n += b->queue[i].requests;
	return n;
}

static void print_disk(const struct disk *d, unsigned number)
{
	const struct vio_blk_info *i = &d->b->info;

	if (d->slot->device->state != VIO_LIVE) {
		printf("disk %u  %s  %s\n", number, d->slot->label, disk_error(d, VIO_EDEVICE));
		return;
	}
	printf("disk %u  %s  %" PRIu64 " MiB (%" PRIu64 " sectors of %d bytes)%s\n", number,
	       d->slot->label, i->sectors / 2048, i->sectors, VIO_BLK_SECTOR,
	       i->read_only ? "  read-only" : "");
	printf("    blocks     %" PRIu32 " bytes, %" PRIu32 " in a physical block\n",
	       i->block_bytes, UINT32_C(1) << i->physical_exp);
	printf("    cache      %s\n", i->write_back ? "write-back" : "write-through");
	print_most("discard", i->discard_max);
	print_most("zeroes", i->zeroes_max);
	print_most("erase", i->erase_max);
	printf("    counted    %" PRIu32 " requests, %" PRIu32 " errors, %" PRIu32 " resizes\n",
	       requests(d->b), d->b->errors, d->b->resizes);
	print_id(d);
}

/* Three little-endian numbers: the end of life, and the wear of two kinds of cells in tenths of
 * what they were designed for (5.2.6). */
static void print_lifetime(const struct disk *d)
{
	const struct vio_blk_request r = { .op = VIO_BLK_GET_LIFETIME };
	const uint8_t *p = disk_buffer();

	if (disk_request(d, r, VIO_BLK_LIFETIME_BYTES) == VIO_OK)
		printf("    lifetime   end %u, wear %u and %u of 10\n", p[0] | p[1] << 8,
		       p[2] | p[3] << 8, p[4] | p[5] << 8);
}

static void info(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;
	const struct vio_blk_info *i = &d->b->info;

	(void)argc;
	(void)argv;
	print_disk(d, d->number);
	printf("    queues     %u\n", d->b->nqueue);
	printf("    a request  %" PRIu32 " segments of %" PRIu32 " bytes at most\n", i->segs,
	       i->seg_bytes);
	printf("    topology   physical blocks begin at %u; transfers of %" PRIu32
	       " blocks at least, %" PRIu32 " at best (0: unknown)\n",
	       i->physical_first, i->min_io, i->opt_io);
	print_lifetime(d);
}

static void list(void)
{
	struct disk d;
	unsigned n;

	for (n = 0; disk_find(n, &d); n++)
		print_disk(&d, n);
	if (n == 0)
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

/* Read the block that contains a sector. `*p` is the sector in the buffer. */
static int fetch(const struct disk *d, uint64_t sector, uint8_t **p)
{
	const uint32_t block = d->b->info.block_bytes;
	const uint64_t within = sector % (block / VIO_BLK_SECTOR);
	const struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = sector - within };

	*p = disk_buffer() + within * VIO_BLK_SECTOR;
	return disk_request(d, r, block);
}

static bool is_sector(const char *word, uint64_t *sector)
{
	return shell_number_word("blk", word, 0, UINT64_MAX / VIO_BLK_SECTOR, sector);
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
		for (unsigned i = 0; i < VIO_BLK_SECTOR; i += PER_LINE)
			dump_line(sector * VIO_BLK_SECTOR + i, p + i);
	}
}

/* Overwrites the start of the sector with TEXT; the rest of the block keeps its content. */
static void write_text(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;
	const uint32_t block = d->b->info.block_bytes;
	uint64_t sector;
	uint8_t *p;

	if (strlen(argv[1]) > VIO_BLK_SECTOR) {
		complain("blk: '%s' is longer than a sector\n", argv[1]);
		return;
	}
	if (!is_sector(argv[0], &sector) || !verb_sure("blk", argc > 2 ? argv[2] : NULL))
		return;
	int rc = d->b->info.read_only ? VIO_EREADONLY : fetch(d, sector, &p);
	if (rc == VIO_OK) {
		memcpy(p, argv[1], strlen(argv[1]));
		rc = disk_request(d,
				  (struct vio_blk_request){
					  .op = VIO_BLK_WRITE,
					  .sector = sector - sector % (block / VIO_BLK_SECTOR) },
				  block);
	}
	say(d, "write", rc);
}

/* ---- the rest ---- */

static void flush(void *arg, int argc, char **argv)
{
	const struct disk *d = arg;

	(void)argc;
	(void)argv;
	say(d, "flush", disk_request(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0));
}

static void range(const struct disk *d, enum vio_blk_op op, const char *name, int argc, char **argv)
{
	struct vio_blk_request r = { .op = op };
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
	range(arg, VIO_BLK_DISCARD, "discard", argc, argv);
}

static void zeroes(void *arg, int argc, char **argv)
{
	range(arg, VIO_BLK_WRITE_ZEROES, "zeroes", argc, argv);
}

static void erase(void *arg, int argc, char **argv)
{
	range(arg, VIO_BLK_SECURE_ERASE, "erase", argc, argv);
}

static void cache(void *arg, int argc, char **argv)
{
	const int back = verb_choice("blk", argv[0], "through back");
	const struct disk *d = arg;
	int rc = VIO_OK;

	(void)argc;
	if (back < 0)
		return;
	if (!back && d->b->info.write_back) /* the switch does not make earlier writes durable */
		rc = disk_request(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0);
	if (rc == VIO_OK)
		rc = vio_blk_set_write_back(d->b, back == 1);
	say(d, "cache", rc);
}

static const struct verb verbs[] = {
	{ "info", "", 0, 0, "the disk in detail", info },
	{ "hexdump", "SECTOR [N]", 1, 2, "show sectors", read_sectors },
	{ "read", "SECTOR [N]", 1, 2, "the same", read_sectors },
	{ "write", "SECTOR TEXT --yes", 2, 3, "TEXT over the start of a sector", write_text },
	{ "flush", "", 0, 0, "what was written lasts", flush },
	{ "discard", "SECTOR N --yes", 2, 3, "give sectors up", discard },
	{ "zeroes", "SECTOR N --yes", 2, 3, "fill sectors with zeroes", zeroes },
	{ "erase", "SECTOR N --yes", 2, 3, "secure erase", erase },
	{ "cache", "back|through", 1, 1, "a write lasts after a flush, or at once", cache },
};

/* A disk without a verb is shown in detail. */
static void run_verb(uint64_t number, int argc, char **argv)
{
	static char show[] = "info";
	char *alone[] = { show, NULL };
	struct disk d;

	if (!disk_find(number, &d) && (argc == 0 || strcmp(argv[0], "help") != 0))
		complain("blk: there is no disk %" PRIu64 "; `blk` lists them\n", number);
	else
		verb_run("blk", verbs, sizeof(verbs) / sizeof(verbs[0]), &d, argc > 0 ? argc : 1,
			 argc > 0 ? argv : alone);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t number = 0;

	(void)c;
	if (argc == 1 || (argc == 2 && strcmp(argv[1], "list") == 0))
		list();
	else if (argv[1][0] < '0' || argv[1][0] > '9')
		run_verb(0, argc - 1, argv + 1);
	else if (shell_number_word("blk", argv[1], 0, DISKS_MAX, &number))
		run_verb(number, argc - 2, argv + 2);
}

extern const struct command command_blk;
const struct command command_blk = {
	.name = "blk",
	.args = "[DISK] [VERB ...]",
	.help = "disks: the list of them, or read, write, flush, ... on disk DISK (0), with "
		"sectors of 512 bytes; `blk help`",
	.least = 0,
	.most = 5,
	.words = "list info read hexdump write flush discard zeroes erase cache help",
	.run = run,
};
