/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"
#include "firmware/console/hint.h"
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

static void info(const struct disk *d, int argc, char **argv)
{
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

static void read_sectors(const struct disk *d, int argc, char **argv)
{
	uint64_t sector, end, n = 1;
	uint8_t *p;

	if (argc < 1 || argc > 2) {
		complain("use: blk read SECTOR [N], N up to %d\n", DUMP_SECTORS);
		return;
	}
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

static bool is_yes(const char *word)
{
	return strcmp(word, "--yes") == 0;
}

/* Overwrites the start of the sector with TEXT; the rest of the block keeps its content. */
static void write_text(const struct disk *d, int argc, char **argv)
{
	const uint32_t block = d->b->info.block_bytes;
	uint64_t sector;
	uint8_t *p;

	if (argc != 3 || !is_yes(argv[2]) || strlen(argv[1]) > VIO_BLK_SECTOR) {
		complain("use: blk write SECTOR TEXT --yes (it changes the disk)\n");
		return;
	}
	if (!is_sector(argv[0], &sector))
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

static void flush(const struct disk *d, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	say(d, "flush", disk_request(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0));
}

static void range(const struct disk *d, enum vio_blk_op op, const char *name, int argc, char **argv)
{
	struct vio_blk_request r = { .op = op };
	uint64_t n;

	if (argc != 3 || !is_yes(argv[2])) {
		complain("use: blk %s SECTOR N --yes (what was there is lost)\n", name);
		return;
	}
	if (!is_sector(argv[0], &r.sector) || !shell_number_word("blk", argv[1], 0, UINT32_MAX, &n))
		return;
	r.sectors = (uint32_t)n;
	say(d, name, disk_request(d, r, 0));
}

static void discard(const struct disk *d, int argc, char **argv)
{
	range(d, VIO_BLK_DISCARD, "discard", argc, argv);
}

static void zeroes(const struct disk *d, int argc, char **argv)
{
	range(d, VIO_BLK_WRITE_ZEROES, "zeroes", argc, argv);
}

static void erase(const struct disk *d, int argc, char **argv)
{
	range(d, VIO_BLK_SECURE_ERASE, "erase", argc, argv);
}

static void cache(const struct disk *d, int argc, char **argv)
{
	const bool back = argc == 1 && strcmp(argv[0], "back") == 0;
	int rc = VIO_OK;

	if (!back && (argc != 1 || strcmp(argv[0], "through") != 0)) {
		complain("use: blk cache back|through\n");
		return;
	}
	if (!back && d->b->info.write_back) /* the switch does not make earlier writes durable */
		rc = disk_request(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0);
	if (rc == VIO_OK)
		rc = vio_blk_set_write_back(d->b, back);
	say(d, "cache", rc);
}

static const struct {
	const char *name;
	void (*run)(const struct disk *d, int argc, char **argv);
} verbs[] = {
	{ "info", info },	 { "read", read_sectors }, { "hexdump", read_sectors },
	{ "write", write_text }, { "flush", flush },	   { "discard", discard },
	{ "zeroes", zeroes },	 { "erase", erase },	   { "cache", cache },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void use(const char *word)
{
	const char *names[VERBS];
	const char *near;

	if (strcmp(word, "help") != 0)
		complain_silently();
	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	near = hint_nearest(word, names, VERBS);
	if (near)
		complain("blk %s: no such verb; did you mean '%s'?\n", word, near);
	complain(
		"use: blk [DISK] VERB ..., with sectors of 512 bytes, and disk 0 if none is named\n"
		"  list, info                 the disks; one of them in detail\n"
		"  hexdump SECTOR [N]         show sectors, also: read SECTOR [N]\n"
		"  write SECTOR TEXT --yes    TEXT over the start of a sector\n"
		"  flush                      what was written lasts\n"
		"  discard SECTOR N --yes     give sectors up\n"
		"  zeroes SECTOR N --yes      fill sectors with zeroes\n"
		"  erase SECTOR N --yes       secure erase\n"
		"  cache back|through         when a write lasts: after a flush, or at once\n"
		"Files: part, ls, cat, crc\n");
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t number = 0;
	int first = 1;
	struct disk d;

	(void)c;
	if (argc == 1 || (argc == 2 && strcmp(argv[1], "list") == 0)) {
		list();
		return;
	}
	if (shell_number64(argv[1], DISKS_MAX, &number))
		first = 2;
	for (size_t i = 0; first < argc && i < VERBS; i++) {
		if (strcmp(argv[first], verbs[i].name) != 0)
			continue;
		if (disk_find(number, &d))
			verbs[i].run(&d, argc - first - 1, argv + first + 1);
		else
			complain("blk: there is no disk %" PRIu64 "; `blk` lists them\n", number);
		return;
	}
	use(first < argc ? argv[first] : "");
}

extern const struct command command_blk;
const struct command command_blk = {
	.name = "blk",
	.args = "[VERB ...]",
	.help = "disks: the list of them, or read, write, flush, ...; `blk help`",
	.least = 0,
	.most = 5,
	.words = "list info read hexdump write flush discard zeroes erase cache help",
	.run = run,
};
