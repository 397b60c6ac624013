/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/place.h"

#include "firmware/console/number.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where relative paths begin. */
static struct {
	uint64_t disk;
	uint32_t part;
	char path[PLACE_PATH]; /* "" is the root, else "/dir" */
} here;

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

/* Mount the partition that was named. If none was named, mount the whole disk, or the first
 * partition that can be read. */
static int mount(struct place *p, uint32_t number)
{
	struct vio_part_table *const table = disk_table();

	if (p->d.class->mount)
		return number == 0 ? p->d.class->mount(&p->d, &p->v) : VIO_ENODEV;
	int rc = disk_window(&p->d, &p->whole);
	p->v.disk = p->whole;
	if (rc == VIO_OK)
		rc = number == 0 ? vio_files_mount(&p->v, &p->whole) : VIO_ENODEV;
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

	if (p->d.class->mount)
		return "a folder of the host has no partitions";
	if (p->asked != 0 && p->part == 0)
		return "there is no such partition; `part` lists them";
	const char *foreign = vio_files_foreign(&p->v.disk);
	if (!foreign)
		return "no FAT, ext2, ext3, ext4 or ISO 9660 there; `part` shows what is";
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

/* Of a place whose disk is named before it. */
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

const char *place_why(const struct place *p, int rc)
{
	const bool of_disk = rc == VIO_EDEVICE || rc == VIO_ETIMEDOUT ||
			     (rc == VIO_EBUSY && p->d.slot->device->state != VIO_LIVE);

	return of_disk && !disk_is_stopped() ? device_error(p->d.label, p->d.slot->device, rc)
					     : why(p, rc);
}

/* The words in front of the path, or what `cd` has set. False: the path is too long. */
static bool parse_place(int argc, char **argv, struct place *p, uint64_t *disk, uint32_t *part)
{
	static char full[PLACE_PATH];
	const bool named = argc > 0 && parse_volume(argv[0], disk, part);
	const char *const word = argc > named ? join(argc - named, argv + named) : "";
	const bool relative = !named && word[0] != '/';

	if (!named) {
		*disk = here.disk;
		*part = here.part;
	}
	const int n = snprintf(full, sizeof(full), "%s%s%s", relative ? here.path : "",
			       word[0] != '/' ? "/" : "", word);
	p->full = full;
	p->path = word[0] != '\0' ? word : full;
	return n >= 0 && (size_t)n < sizeof(full);
}

static int find(int argc, char **argv, struct place *p, uint64_t *disk, bool *mounted)
{
	*mounted = false;
	p->asked = 0;
	p->part = 0;
	p->fits = parse_place(argc, argv, p, disk, &p->asked);
	if (!p->fits || !disk_find(*disk, &p->d))
		return VIO_ERANGE;
	const int rc = mount(p, p->asked);
	*mounted = rc == VIO_OK;
	return *mounted ? vio_files_find(&p->v, p->full, &p->node) : rc;
}

void place_end(const struct place *p)
{
	disk_close(&p->d);
}

/* Print why the place was not found; false. */
static bool say_why(const char *name, const struct place *p, uint64_t disk, bool mounted, int rc)
{
	if (!p->fits)
		complain("%s: the path is too long\n", name);
	else if (!p->d.class)
		complain("%s: there is no disk %" PRIu64 "; `files` and `blk` list them\n", name,
			 disk);
	else if (!mounted)
		complain("%s: %s: %s\n", name, p->d.label,
			 rc == VIO_ENODEV ? no_files(p) : why(p, rc));
	else
		complain("%s: %s: %s\n", name, p->path, place_why(p, rc));
	place_end(p);
	return false;
}

bool place_find(const char *name, int argc, char **argv, struct place *p)
{
	uint64_t disk = 0;
	bool mounted;

	p->d = (struct disk){ 0 };
	const int rc = find(argc, argv, p, &disk, &mounted);
	return rc == VIO_OK || say_why(name, p, disk, mounted, rc);
}

int place_words(int argc, char **argv)
{
	uint64_t disk;
	uint32_t part;

	return argc > 0 && parse_volume(argv[0], &disk, &part) ? 2 : 1;
}

/* The directory that a new file goes to. `*name` is what follows it in the path. */
static int find_parent(struct place *p, const char **name)
{
	static char parent[PLACE_PATH];
	const char *const last = strrchr(p->full, '/');

	snprintf(parent, sizeof(parent), "%.*s", (int)(last + 1 - p->full), p->full);
	*name = last + 1;
	return vio_files_find(&p->v, parent, &p->node);
}

bool place_find_new(const char *command, int argc, char **argv, const char *source, struct place *p,
		    const char **name)
{
	uint64_t disk = 0;
	bool mounted;

	p->d = (struct disk){ 0 };
	int rc = find(argc, argv, p, &disk, &mounted);
	*name = source;
	if (mounted && (rc == VIO_ENODEV || (rc == VIO_OK && p->node.kind != VIO_FILES_DIRECTORY)))
		rc = find_parent(p, name);
	return rc == VIO_OK || say_why(command, p, disk, mounted, rc);
}

/* ---- cd and files ---- */

/* Append a name to the path. ".." removes the last name. */
static void enter(char *path, const char *name, size_t n)
{
	const size_t len = strlen(path);
	char *const last = strrchr(path, '/');

	if (n == 2 && memcmp(name, "..", 2) == 0) {
		if (last)
			*last = '\0';
	} else if (n > 0 && !(n == 1 && name[0] == '.') && len + n + 1 < PLACE_PATH) {
		path[len] = '/';
		memcpy(path + len + 1, name, n);
		path[len + 1 + n] = '\0';
	}
}

void place_enter(const struct place *p)
{
	here.disk = p->d.number;
	here.part = p->part;
	here.path[0] = '\0';
	for (const char *s = p->full; *s != '\0';) {
		const size_t n = strcspn(s, "/");

		enter(here.path, s, n);
		s += n + (s[n] == '/');
	}
}

static void print_here(uint64_t disk, uint32_t part, const char *path)
{
	printf("%" PRIu64, disk);
	if (part > 0)
		printf(":%" PRIu32, part);
	printf(" %s\n", path[0] != '\0' ? path : "/");
}

void place_print(void)
{
	print_here(here.disk, here.part, here.path);
}

static const char *mark(const struct place *p)
{
	return here.disk == p->d.number && here.part == p->part ? "  <- cd" : "";
}

static void print_volume(const struct place *p)
{
	char name[24];

	snprintf(name, sizeof(name), p->part > 0 ? "%u:%u" : "%u", p->d.number, p->part);
	printf("  %-6s %-6s %8" PRIu64 " MiB%s\n", name, p->v.name, p->v.disk.bytes >> 20, mark(p));
}

static void print_folder(const struct place *p, int rc)
{
	printf("  %-6u %-6s ", p->d.number, p->v.name);
	print_outside(p->d.class->title(&p->d));
	printf("%s%s%s\n", rc < 0 ? ": " : "", rc < 0 ? place_why(p, rc) : "", mark(p));
}

/* A partition without a file system is not an error. */
static void print_why_not(const struct place *p, int rc)
{
	if (rc == VIO_ENODEV)
		return;
	complain("files: %s", p->d.label);
	if (p->part > 0)
		printf(", partition %u", p->part);
	printf(": %s\n", why(p, rc));
}

static unsigned print_parts(struct place *p, const struct vio_part_table *table)
{
	unsigned n = 0;

	for (unsigned i = 0; i < table->n && !disk_is_stopped(); i++) {
		const int rc = mount_part(p, &table->part[i]);

		if (rc == VIO_OK)
			print_volume(p);
		else
			print_why_not(p, rc);
		n += rc == VIO_OK;
	}
	return n;
}

unsigned place_print_all(unsigned number)
{
	struct vio_part_table *const table = disk_table();
	struct place p = { .part = 0 };

	if (!disk_find(number, &p.d))
		return 0;
	if (p.d.class->mount) {
		print_folder(&p, p.d.class->mount(&p.d, &p.v));
		place_end(&p);
		return 1;
	}
	int rc = disk_window(&p.d, &p.whole);
	p.v.disk = p.whole;
	if (rc == VIO_OK)
		rc = vio_files_mount(&p.v, &p.whole);
	if (rc == VIO_OK) {
		print_volume(&p);
		return 1;
	}
	if (rc == VIO_ENODEV)
		rc = vio_part_read(&p.whole, table);
	if (rc == VIO_OK)
		return print_parts(&p, table);
	print_why_not(&p, rc);
	return 0;
}

/* ---- TAB ---- */

static void offer_entries(struct place *p, struct completion *out, const char *folder)
{
	struct vio_files_entry e;
	char name[PLACE_PATH + VIO_FILES_NAME + 2];
	uint64_t at = 0;

	while (vio_files_next(&p->v, &p->node, &at, &e) == 1 && !completion_is_over(out)) {
		const bool down = !e.damaged && e.node.kind == VIO_FILES_DIRECTORY;

		snprintf(name, sizeof(name), "%s%s%s", folder, e.name, down ? "/" : "");
		completion_offer_outside(out, name, !down);
	}
}

void place_complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	const char *const slash = strrchr(out->word, '/');
	char folder[PLACE_PATH];
	char *words[3] = { argc > 1 ? argv[1] : folder, folder, NULL };
	struct place p;
	uint64_t disk = 0;
	bool mounted;

	(void)c;
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash + 1 - out->word) : 0,
		 out->word);
	p.d = (struct disk){ 0 };
	if (argc > 2)
		return;
	if (find(argc - (slash || argc > 1 ? 0 : 1), words, &p, &disk, &mounted) == VIO_OK &&
	    p.node.kind == VIO_FILES_DIRECTORY)
		offer_entries(&p, out, folder);
	place_end(&p);
}
