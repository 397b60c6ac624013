/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/files.h>
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/disks/disk.h"
#include "firmware/words/complain.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>

enum { MIB = 1 << 20 };

static const char *system_of(const struct vio_files_disk *d)
{
	static char text[96];
	struct vio_files v;
	const int rc = vio_files_mount(&v, d);
	const char *foreign = rc == VIO_ENODEV ? vio_files_foreign(d) : NULL;

	if (rc == VIO_OK)
		return v.name;
	if (rc == VIO_ENODEV)
		return foreign ? foreign : "-";
	if (rc != VIO_ENOTSUP)
		return disk_error(d->ctx, rc);
	snprintf(text, sizeof(text), "not read: %s", v.lacks);
	return text;
}

/* In the usual form, in which the first three fields are little-endian. */
static void print_guid(const uint8_t *g)
{
	printf("%08" PRIX32 "-%04" PRIX32 "-%04" PRIX32 "-%02X%02X-%02X%02X%02X%02X%02X%02X",
	       vio_files_32(g), vio_files_16(g + 4), vio_files_16(g + 6), g[8], g[9], g[10], g[11],
	       g[12], g[13], g[14], g[15]);
}

static void print_part(const struct disk *d, const struct vio_files_disk *whole,
		       const struct vio_part *p, bool mbr)
{
	struct vio_files_disk window;

	if (!vio_files_part(whole, p->first, p->bytes, &window))
		return;
	printf("    %u:%-3u %8" PRIu64 " %8" PRIu64 "  %-6s ", d->number, p->number, p->first / MIB,
	       p->bytes / MIB, system_of(&window));
	if (mbr)
		printf("%02X", p->type);
	else
		print_guid(p->guid);
	printf("  ");
	print_outside(p->name);
	printf("\n");
}

static void print_table(const struct disk *d, const struct vio_files_disk *whole,
			const struct vio_part_table *t)
{
	static const char *const names[] = { "no partition table", "MBR", "GPT",
					     "GPT (the first copy is damaged)" };

	printf("disk %u  %s  %s, file system on all of it: %s\n", d->number, d->label,
	       names[t->scheme], system_of(whole));
	if (t->n > 0)
		printf("    %-5s %8s %8s  %-6s type\n", "part", "at MiB", "MiB", "files");
	for (unsigned i = 0; i < t->n && !disk_is_stopped(); i++)
		print_part(d, whole, &t->part[i], t->scheme == VIO_PART_MBR);
	if (t->bad > 0)
		printf("    %u entries lie beyond the disk, or are empty\n", t->bad);
	if (t->more)
		printf("    and more partitions than the %d that can be shown\n", VIO_PART_MAX);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct vio_part_table *const table = disk_table();
	struct vio_files_disk whole;
	uint64_t number = 0;
	struct disk d;

	(void)c;
	if (argc > 1 && !shell_number_word("part", argv[1], 0, DISKS_MAX, &number))
		return;
	if (!disk_find_blocks(number, &d)) {
		complain("part: there is no disk %" PRIu64 "; `blk` lists them\n", number);
		return;
	}
	int rc = disk_window(&d, &whole);
	if (rc == VIO_OK)
		rc = vio_part_read(&whole, table);
	if (rc == VIO_OK)
		print_table(&d, &whole, table);
	else
		complain("part: %s: the partition table cannot be read: %s\n", d.label,
			 disk_error(&d, rc));
}

extern const struct command command_part;
const struct command command_part = {
	.name = "part",
	.args = "[DISK]",
	.help = "the partitions of a disk and what file systems are in them",
	.most = 1,
	.run = run,
};
