/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT with clusters of CLUSTER bytes on a disk of any length. LAY_OUT: lay_out(), any first sector,
 * with clusters of any length. CHAIN: after(), any entry of the table. Without these: fat_map(),
 * any place in any file or directory, with any chain. */
#include "tests/proof/bytes.h"

#include "files/fat.c"

static struct vio_files v;
static struct vio_files_node node;

/* What mount() leaves. */
static bool fat_holds(void)
{
	const struct vio_fat *f = &v.fat;

	return (f->bits == 12 || f->bits == 16 || f->bits == 32) && f->cluster_bytes >= 512 &&
	       f->cluster_bytes <= 128 * 4096 && f->cluster_bytes % 512 == 0 &&
	       f->clusters <= 0x0ffffff5 && f->root_bytes <= 65535 * FAT_ENTRY &&
	       f->root_at <= v.disk.bytes && f->root_bytes <= v.disk.bytes - f->root_at &&
	       f->data_at <= v.disk.bytes &&
	       f->clusters * (uint64_t)f->cluster_bytes <= v.disk.bytes - f->data_at;
}

int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	claim_that(d == &v.disk && __CPROVER_w_ok(to, n), "bytes of this disk have room");
	(void)at;
	/* The bytes were set, so they have any value from here on. */
	for (uint32_t i = 0; i < n; i++)
		((uint8_t *)to)[i] = (uint8_t)nondet_u16();
	return nondet_bool() ? VIO_EIO : VIO_OK;
}

int vio_files_run_read(struct vio_files *files, struct vio_files_node *n, uint64_t at, void *p,
		       uint32_t len)
{
	(void)files;
	(void)n;
	(void)at;
	(void)p;
	(void)len;
	return VIO_EIO;
}

void vio_fat_name_piece(struct fat_name *f, const uint8_t *raw)
{
	(void)f;
	(void)raw;
}

void vio_fat_name_end(const struct fat_name *f, const uint8_t *raw, struct vio_files_entry *e)
{
	(void)f;
	(void)raw;
	(void)e;
}

#if defined(LAY_OUT)
static void it_was_mounted(void)
{
	place();
	claim_that(v.fat.bits != 0 && fat_holds(), "tables, root and clusters lie on the disk");
	claim_that(v.fat.bits != 32 || is_cluster(&v.fat, v.fat.root_cluster),
		   "the root is a cluster");
}

static void run(void)
{
	uint8_t raw[VIO_FILES_SECTOR]; /* not set, so any */

	v.disk.bytes = nondet_u64();
	if (lay_out(&v, raw) == VIO_OK)
		it_was_mounted();
}

#else
static void any_fat(void)
{
	v.disk.bytes = nondet_u64();
	v.fat.bits = nondet_bool() ? 12 : nondet_bool() ? 16 : 32;
	v.fat.cluster_bytes = CLUSTER;
	v.fat.clusters = nondet_u32();
	v.fat.root_bytes = nondet_u32();
	v.fat.table_at = nondet_u64();
	v.fat.root_at = nondet_u64();
	v.fat.data_at = nondet_u64();
	assume(fat_holds());
}

#if defined(CHAIN)
static void there_is_a_next(uint32_t next)
{
	place();
	claim_that(is_cluster(&v.fat, next), "the next cluster lies on the disk");
}

static void run(void)
{
	const uint32_t c = nondet_u32();
	uint32_t next;

	any_fat();
	assume(is_cluster(&v.fat, c));
	if (after(&v, c, &next) == 1)
		there_is_a_next(next);
}

#else
/* For after(). */
int any_next(struct vio_files *files, uint32_t c, uint32_t *next)
{
	claim_that(files == &v && is_cluster(&v.fat, c), "a cluster of this disk");
	*next = nondet_u32();
	assume(is_cluster(&v.fat, *next));
	return nondet_bool() ? 1 : nondet_bool() ? 0 : VIO_EFORMAT;
}

static void it_was_mapped(const struct vio_files_run *r)
{
	place();
	claim_that(r->bytes > 0 && r->at <= v.disk.bytes && r->bytes <= v.disk.bytes - r->at,
		   "the run lies on the disk");
}

/* The loops over a chain begin at any cluster, so that their first turns stand for all. */
static void run(void)
{
	struct vio_files_run r;

	any_fat();
	node.kind = nondet_bool() ? VIO_FILES_DIRECTORY : VIO_FILES_FILE;
	node.id = nondet_u32();
	node.cluster = nondet_u32();
	assume(node.cluster == 0 || is_cluster(&v.fat, node.cluster));
	node.mark = nondet_u32();
	node.index = nondet_u32();
	node.mark_index = nondet_u32();
	if (fat_map(&v, &node, nondet_u64(), nondet_u32(), &r) == 1)
		it_was_mapped(&r);
}
#endif
#endif

int main(void)
{
	run();
	return 0;
}
