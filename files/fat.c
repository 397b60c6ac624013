/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT12, FAT16 and FAT32, as in Microsoft's FAT specification 1.03. */
#include "files/cache.h"
#include "files/fat_name.h"

#include <string.h>

/* Offsets in the first sector. */
enum {
	AT_SECTOR_BYTES = 11,
	AT_CLUSTER_SECTORS = 13,
	AT_RESERVED = 14,
	AT_TABLES = 16,
	AT_ROOT_ENTRIES = 17,
	AT_SECTORS_16 = 19,
	AT_MEDIA = 21,
	AT_TABLE_SECTORS_16 = 22,
	AT_SECTORS_32 = 32,
	AT_TABLE_SECTORS_32 = 36,
	AT_FLAGS_32 = 40,
	AT_VERSION_32 = 42,
	AT_ROOT_32 = 44,
	AT_MAGIC = 510,
	MAGIC = 0xaa55,
	/* A flag: only one table is kept up to date; its number is in the lower bits. */
	ONE_TABLE = 0x80,
	FIRST_CLUSTER = 2,
	LEAST_16 = 4085,
	LEAST_32 = 65525,
};

/* Offsets in a directory entry. */
enum {
	AT_FIRST_HIGH = 20,
	AT_FIRST_LOW = 26,
	AT_BYTES = 28,
	FREE = 0xe5,
	IS_LABEL = 0x08,
	IS_DIRECTORY = 0x10,
	DIRECTORY_MAX = 65536 * FAT_ENTRY, /* the limit of the specification */
};

/* The numbers of the first sector. */
struct numbers {
	uint32_t sector, cluster, reserved, tables, root, table;
	uint64_t sectors;
};

static bool is_power(uint32_t v, uint32_t least, uint32_t most)
{
	return v >= least && v <= most && (v & (v - 1)) == 0;
}

/* Returns false if this is not a FAT. */
static bool read_numbers(const uint8_t *raw, struct numbers *b)
{
	b->sector = vio_files_16(raw + AT_SECTOR_BYTES);
	b->cluster = raw[AT_CLUSTER_SECTORS];
	b->reserved = vio_files_16(raw + AT_RESERVED);
	b->tables = raw[AT_TABLES];
	b->root = vio_files_16(raw + AT_ROOT_ENTRIES);
	b->sectors = vio_files_16(raw + AT_SECTORS_16);
	if (b->sectors == 0)
		b->sectors = vio_files_32(raw + AT_SECTORS_32);
	b->table = vio_files_16(raw + AT_TABLE_SECTORS_16);
	return is_power(b->sector, 512, 4096) && is_power(b->cluster, 1, 128) && b->reserved > 0 &&
	       b->tables > 0 && b->tables <= 4 && raw[AT_MEDIA] >= 0xf0 && b->sectors > 0;
}

static int set_32(struct vio_fat *f, const uint8_t *raw, struct numbers *b)
{
	const uint32_t flags = vio_files_16(raw + AT_FLAGS_32);
	const uint32_t number = flags & ONE_TABLE ? flags & 15 : 0;

	f->bits = 32;
	b->table = vio_files_32(raw + AT_TABLE_SECTORS_32);
	f->root_cluster = vio_files_32(raw + AT_ROOT_32);
	if (vio_files_16(raw + AT_VERSION_32) != 0)
		return VIO_ENOTSUP;
	if (b->root != 0 || number >= b->tables)
		return VIO_EFORMAT;
	f->table_at = ((uint64_t)b->reserved + (uint64_t)number * b->table) * b->sector;
	return VIO_OK;
}

static bool is_cluster(const struct vio_fat *f, uint32_t c)
{
	return c >= FIRST_CLUSTER && c - FIRST_CLUSTER < f->clusters;
}

/* Checks that everything lies on the disk, and that the table has an entry for each cluster. */
static int check(const struct vio_files *v, const struct numbers *b)
{
	const struct vio_fat *f = &v->fat;
	const uint64_t table_bits = (uint64_t)b->table * b->sector * 8;

	if (b->sectors * b->sector > v->disk.bytes ||
	    ((uint64_t)f->clusters + FIRST_CLUSTER) * f->bits > table_bits)
		return VIO_EFORMAT;
	if (f->bits == 16 && f->clusters >= LEAST_32)
		return VIO_EFORMAT;
	if (f->bits == 32 && (f->clusters > 0x0ffffff5 || !is_cluster(f, f->root_cluster)))
		return VIO_EFORMAT;
	return VIO_OK;
}

static int lay_out(struct vio_files *v, const uint8_t *raw)
{
	struct vio_fat *f = &v->fat;
	struct numbers b;
	int rc = VIO_OK;

	if (!read_numbers(raw, &b))
		return VIO_ENODEV;
	f->table_at = (uint64_t)b.reserved * b.sector;
	if (b.table == 0)
		rc = set_32(f, raw, &b);
	f->root_bytes = b.root * FAT_ENTRY;
	f->root_at = ((uint64_t)b.reserved + (uint64_t)b.tables * b.table) * b.sector;
	f->data_at = f->root_at + (f->root_bytes + b.sector - 1) / b.sector * b.sector;
	f->cluster_bytes = b.cluster * b.sector;
	uint64_t system = f->data_at / b.sector;
	if (rc < 0 || system >= b.sectors)
		return rc < 0 ? rc : VIO_EFORMAT;
	f->clusters = (uint32_t)((b.sectors - system) / b.cluster);
	if (f->bits != 32)
		f->bits = f->clusters < LEAST_16 ? 12 : 16;
	v->name = f->bits == 12 ? "FAT12" : f->bits == 16 ? "FAT16" : "FAT32";
	return check(v, &b);
}

/* A FAT without its signature is read too, as Linux does. But then a wrong number means that the
 * sector does not belong to a FAT. */
static int mount(struct vio_files *v)
{
	uint8_t raw[VIO_FILES_SECTOR];
	int rc = vio_files_get(&v->disk, 0, raw, sizeof(raw));

	if (rc < 0)
		return rc == VIO_EFORMAT ? VIO_ENODEV : rc;
	rc = lay_out(v, raw);
	if (rc == VIO_ENOTSUP)
		v->lacks = "a version of FAT32 that is not 0";
	return rc < 0 && vio_files_16(raw + AT_MAGIC) != MAGIC ? VIO_ENODEV : rc;
}

/* ---- Chains ---- */

/* Read the table's entry of cluster `c`. Returns 1 and the next cluster, or 0 at the end of the
 * chain. */
static int after(struct vio_files *v, uint32_t c, uint32_t *next)
{
	const struct vio_fat *f = &v->fat;
	const unsigned bytes = f->bits == 32 ? 4 : 2;
	const uint32_t end = f->bits == 32 ? 0x0ffffff8 : f->bits == 16 ? 0xfff8 : 0xff8;
	const uint64_t at = f->bits == 12 ? c + c / 2 : (uint64_t)c * bytes;
	uint8_t raw[4] = { 0 };
	const int rc = vio_files_get(&v->disk, f->table_at + at, raw, bytes);

	if (rc < 0)
		return rc;
	*next = f->bits == 32 ? vio_files_32(raw) & 0x0fffffff : vio_files_16(raw);
	if (f->bits == 12)
		*next = c & 1 ? *next >> 4 : *next & 0xfff;
	if (*next >= end)
		return 0;
	return is_cluster(f, *next) ? 1 : VIO_EFORMAT;
}

static void rewind_to(struct vio_files_node *n, uint32_t first)
{
	n->cluster = n->mark = first;
	n->index = 0;
	n->mark_index = 1;
}

/* Move `n->cluster` to the next one of the chain. Returns 1, or 0 at the end. A chain that runs in
 * a circle meets the mark, which moves forward at doubling distances (Brent, 1980). */
static int follow(struct vio_files *v, struct vio_files_node *n)
{
	uint32_t next;
	const int rc = after(v, n->cluster, &next);

	if (rc <= 0)
		return rc;
	if (next == n->mark)
		return VIO_EFORMAT;
	n->cluster = next;
	n->index++;
	if (n->index == n->mark_index) {
		n->mark = next;
		n->mark_index *= 2;
	}
	return 1;
}

/* Move `n->cluster` to the cluster number `index` of the chain. Returns 1, or 0 if the chain ends
 * before. */
static int seek(struct vio_files *v, struct vio_files_node *n, uint32_t index)
{
	int rc = 1;

	if (!is_cluster(&v->fat, n->id))
		return VIO_EFORMAT;
	if (n->cluster == 0 || index < n->index)
		rewind_to(n, n->id);
	while (n->index < index && rc > 0)
		rc = follow(v, n);
	return rc;
}

static int map_root(const struct vio_fat *f, uint64_t at, struct vio_files_run *r)
{
	if (at >= f->root_bytes)
		return 0;
	*r = (struct vio_files_run){ .at = f->root_at + at, .bytes = f->root_bytes - at };
	return 1;
}

/* Find a cluster, and those after it that also follow it on the disk. */
static int fat_map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
		   struct vio_files_run *r)
{
	const struct vio_fat *f = &v->fat;
	const uint32_t bytes = f->cluster_bytes, within = (uint32_t)(at % bytes);

	if (n->kind == VIO_FILES_DIRECTORY && n->id == 0)
		return map_root(f, at, r);
	if (at / bytes >= f->clusters) /* a chain cannot be that long */
		return VIO_EFORMAT;
	int rc = seek(v, n, (uint32_t)(at / bytes));
	if (rc <= 0)
		return rc;
	uint32_t last = n->cluster;
	*r = (struct vio_files_run){
		.at = f->data_at + (uint64_t)(last - FIRST_CLUSTER) * bytes + within,
		.bytes = bytes - within,
	};
	/* If the next cluster is wrong, that is reported when it is read. */
	while (r->bytes < most && follow(v, n) > 0 && n->cluster == last + 1) {
		last++;
		r->bytes += bytes;
	}
	return 1;
}

/* ---- Directories ---- */

static int fat_root(struct vio_files *v, struct vio_files_node *n)
{
	*n = (struct vio_files_node){ .kind = VIO_FILES_DIRECTORY,
				      .bytes = DIRECTORY_MAX,
				      .id = v->fat.bits == 32 ? v->fat.root_cluster : 0 };
	return VIO_OK;
}

static void set_node(struct vio_files *v, const uint8_t *raw, struct vio_files_entry *e)
{
	struct vio_files_node *n = &e->node;
	const bool dir = raw[FAT_ATTRIBUTE] & IS_DIRECTORY;
	uint32_t first = vio_files_16(raw + AT_FIRST_LOW);

	if (v->fat.bits == 32)
		first |= vio_files_16(raw + AT_FIRST_HIGH) << 16;
	if (dir && first == 0) { /* ".." of a directory in the root directory */
		fat_root(v, n);
		return;
	}
	*n = (struct vio_files_node){ .kind = dir ? VIO_FILES_DIRECTORY : VIO_FILES_FILE,
				      .bytes = dir ? DIRECTORY_MAX : vio_files_32(raw + AT_BYTES),
				      .id = first };
	e->damaged = n->bytes > 0 &&
		     (!is_cluster(&v->fat, first) ||
		      (!dir && n->bytes > (uint64_t)v->fat.clusters * v->fat.cluster_bytes));
}

static int fat_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e)
{
	struct fat_name name = { 0 };
	uint8_t raw[FAT_ENTRY];

	/* No entry straddles two clusters, since a cluster's size is a multiple of an entry's. */
	for (; *at < DIRECTORY_MAX; *at += FAT_ENTRY) {
		const int rc = vio_files_run_read(v, dir, *at, raw, sizeof(raw));

		if (rc <= 0)
			return rc;
		if (raw[0] == 0)
			return 0;
		if (raw[0] != FREE && (raw[FAT_ATTRIBUTE] & 0x3f) == FAT_LONG) {
			vio_fat_name_piece(&name, raw);
		} else if (raw[0] != FREE && !(raw[FAT_ATTRIBUTE] & IS_LABEL)) {
			*at += FAT_ENTRY;
			e->damaged = false;
			vio_fat_name_end(&name, raw, e);
			set_node(v, raw, e);
			return 1;
		} else {
			name.valid = false;
		}
	}
	return 0;
}

const struct vio_files_format vio_files_fat = {
	.fold = true,
	.mount = mount,
	.root = fat_root,
	.next = fat_next,
	.map = fat_map,
};
