/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/blk.h"
#include "firmware/app.h"
#include "firmware/commands/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DUMP_SECTORS = 64, PER_LINE = 16, DISKS_MAX = 100 };

#define PATIENCE UINT64_C(10000000000)

/* Static: a request that the device still owns outlives the command that made it. */
static struct {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
	uint8_t bytes[VIO_BLK_BLOCK_MAX];
} job;

struct disk {
	struct app *a;
	const struct slot *slot;
	struct vio_blk *b;
};

static bool find(struct app *a, uint64_t number, struct disk *out)
{
	const struct slot *s;

	for (s = a->probe.slots; s != NULL; s = s->next) {
		struct vio_blk *b = vio_blk_of(s->device);

		if (b == NULL || s->device->state != VIO_LIVE || number-- > 0)
			continue;
		*out = (struct disk){ a, s, b };
		return true;
	}
	return false;
}

static bool is_done(void *arg)
{
	(void)arg;
	return !job.r.busy;
}

/* One request, waited for while the loop runs. The first `n` bytes of the buffer are its data. */
static int carry_out(const struct disk *d, struct vio_blk_request r, uint32_t n)
{
	int rc;

	if (job.r.busy)
		return VIO_EBUSY;
	job.seg = (struct vio_blk_seg){ job.bytes, n };
	job.r = r;
	job.r.seg = &job.seg;
	job.r.nseg = n > 0 ? 1 : 0;
	rc = vio_blk_submit(d->b, &job.r);
	if (rc != VIO_OK)
		return rc;
	vio_blk_kick(d->b);
	return loop_wait(&d->a->loop, is_done, NULL, PATIENCE) ? job.r.err : VIO_ETIMEDOUT;
}

static void say(const struct disk *d, const char *what, int rc)
{
	printf("blk: %s: %s: %s\n", d->slot->label, what, rc == VIO_OK ? "done" : vio_strerror(rc));
}

/* ---- list ---- */

static void print_id(const struct disk *d)
{
	unsigned i;

	if (carry_out(d, (struct vio_blk_request){ .op = VIO_BLK_GET_ID }, VIO_BLK_ID_BYTES) !=
		    VIO_OK ||
	    job.bytes[0] == '\0')
		return;
	printf("    serial     ");
	for (i = 0; i < VIO_BLK_ID_BYTES && job.bytes[i] != '\0'; i++)
		putchar(job.bytes[i] >= ' ' && job.bytes[i] <= '~' ? job.bytes[i] : '?');
	printf("\n");
}

static void print_most(const char *title, uint32_t sectors)
{
	if (sectors > 0)
		printf("    %-10s %" PRIu32 " sectors at once\n", title, sectors);
}

static void print_disk(const struct disk *d, unsigned number)
{
	const struct vio_blk_info *i = &d->b->info;

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
	       d->b->queue.requests, d->b->errors, d->b->resizes);
	print_id(d);
}

static void list(struct app *a)
{
	struct disk d;
	unsigned n;

	for (n = 0; find(a, n, &d); n++)
		print_disk(&d, n);
	if (n == 0)
		printf("blk: no disk; QEMU adds one with -drive if=none,id=d,format=raw,file=PATH\n"
		       "     -device virtio-blk-device,drive=d\n");
}

/* ---- read and write ---- */

static void dump_line(uint64_t at, const uint8_t *p)
{
	unsigned i;

	printf("%010" PRIx64 " ", at);
	for (i = 0; i < PER_LINE; i++)
		printf(i == PER_LINE / 2 ? "  %02x" : " %02x", p[i]);
	printf("  |");
	for (i = 0; i < PER_LINE; i++)
		putchar(p[i] >= ' ' && p[i] <= '~' ? p[i] : '.');
	printf("|\n");
}

/* The block that has this sector; *p: the sector in it. */
static int fetch(const struct disk *d, uint64_t sector, uint8_t **p)
{
	const uint32_t block = d->b->info.block_bytes;
	const uint64_t within = sector % (block / VIO_BLK_SECTOR);
	const struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = sector - within };

	*p = job.bytes + within * VIO_BLK_SECTOR;
	return carry_out(d, r, block);
}

static void read_sectors(const struct disk *d, int argc, char **argv)
{
	uint64_t sector, end, n = 1;
	uint8_t *p;

	if (argc < 1 || argc > 2 ||
	    !shell_number64(argv[0], UINT64_MAX / VIO_BLK_SECTOR, &sector) ||
	    (argc == 2 && !shell_number64(argv[1], DUMP_SECTORS, &n)) || n == 0) {
		printf("use: blk read SECTOR [N], N up to %d\n", DUMP_SECTORS);
		return;
	}
	for (end = sector + n; sector < end; sector++) {
		const int rc = fetch(d, sector, &p);
		unsigned i;

		if (rc != VIO_OK) {
			say(d, "read", rc);
			return;
		}
		for (i = 0; i < VIO_BLK_SECTOR; i += PER_LINE)
			dump_line(sector * VIO_BLK_SECTOR + i, p + i);
	}
}

static bool is_yes(const char *word)
{
	return strcmp(word, "--yes") == 0;
}

/* TEXT goes over the start of the sector; the rest of the block stays as it is. */
static void write_text(const struct disk *d, int argc, char **argv)
{
	const uint32_t block = d->b->info.block_bytes;
	uint64_t sector;
	uint8_t *p;
	int rc;

	if (argc != 3 || !is_yes(argv[2]) || strlen(argv[1]) > VIO_BLK_SECTOR ||
	    !shell_number64(argv[0], UINT64_MAX / VIO_BLK_SECTOR, &sector)) {
		printf("use: blk write SECTOR TEXT --yes (it changes the disk)\n");
		return;
	}
	rc = d->b->info.read_only ? VIO_EREADONLY : fetch(d, sector, &p);
	if (rc == VIO_OK) {
		memcpy(p, argv[1], strlen(argv[1]));
		rc = carry_out(d,
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
	say(d, "flush", carry_out(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0));
}

static void range(const struct disk *d, enum vio_blk_op op, const char *name, int argc, char **argv)
{
	struct vio_blk_request r = { .op = op };

	if (argc != 3 || !is_yes(argv[2]) ||
	    !shell_number64(argv[0], UINT64_MAX / VIO_BLK_SECTOR, &r.sector) ||
	    !shell_number(argv[1], UINT32_MAX, &r.sectors)) {
		printf("use: blk %s SECTOR N --yes (what was there is lost)\n", name);
		return;
	}
	say(d, name, carry_out(d, r, 0));
}

static void discard(const struct disk *d, int argc, char **argv)
{
	range(d, VIO_BLK_DISCARD, "discard", argc, argv);
}

static void zeroes(const struct disk *d, int argc, char **argv)
{
	range(d, VIO_BLK_WRITE_ZEROES, "zeroes", argc, argv);
}

static void cache(const struct disk *d, int argc, char **argv)
{
	const bool back = argc == 1 && strcmp(argv[0], "back") == 0;
	int rc = VIO_OK;

	if (!back && (argc != 1 || strcmp(argv[0], "through") != 0)) {
		printf("use: blk cache back|through\n");
		return;
	}
	if (!back && d->b->info.write_back) /* what was written so far is not durable by this */
		rc = carry_out(d, (struct vio_blk_request){ .op = VIO_BLK_FLUSH }, 0);
	if (rc == VIO_OK)
		rc = vio_blk_set_write_back(d->b, back);
	say(d, "cache", rc);
}

static const struct {
	const char *name;
	void (*run)(const struct disk *d, int argc, char **argv);
} verbs[] = {
	{ "read", read_sectors }, { "write", write_text }, { "flush", flush },
	{ "discard", discard },	  { "zeroes", zeroes },	   { "cache", cache },
};

static void run(struct app *a, int argc, char **argv)
{
	uint64_t number = 0;
	int first = 1;
	struct disk d;
	size_t i;

	if (argc == 1) {
		list(a);
		return;
	}
	if (shell_number64(argv[1], DISKS_MAX, &number))
		first = 2;
	for (i = 0; first < argc && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[first], verbs[i].name) != 0)
			continue;
		if (find(a, number, &d))
			verbs[i].run(&d, argc - first - 1, argv + first + 1);
		else
			printf("blk: there is no disk %" PRIu64 "; `blk` lists them\n", number);
		return;
	}
	printf("use: blk [DISK] VERB ..., with sectors of 512 bytes, and disk 0 if none is named\n"
	       "  read SECTOR [N]            show sectors\n"
	       "  write SECTOR TEXT --yes    TEXT over the start of a sector\n"
	       "  flush                      what was written lasts\n"
	       "  discard SECTOR N --yes     give sectors up\n"
	       "  zeroes SECTOR N --yes      fill sectors with zeroes\n"
	       "  cache back|through         when a write lasts: after a flush, or at once\n");
}

extern const struct command command_blk;
const struct command command_blk = {
	.name = "blk",
	.args = "[VERB ...]",
	.help = "disks: the list of them, or read, write, flush, ...; `blk help` tells how",
	.least = 0,
	.most = 5,
	.run = run,
};
