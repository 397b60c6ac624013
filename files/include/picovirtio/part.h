/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables: GPT (UEFI 2.10, 5.3), and MBR with logical partitions. Both checksums of a GPT
 * are verified. If the first copy of a GPT is damaged, the backup is used. Entries that do not fit
 * the disk are counted and left out.
 */
#ifndef VIO_FILES_PART_H
#define VIO_FILES_PART_H

#include <picovirtio/disk.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_PART_MAX = 32,
	VIO_PART_NAME = 36 * 3 + 1,
	VIO_PART_GUID_BYTES = 16,
};

enum vio_part_scheme { VIO_PART_NONE, VIO_PART_MBR, VIO_PART_GPT, VIO_PART_GPT_BACKUP };

struct vio_part {
	unsigned number;       /* as in Linux: logical partitions of an MBR start at 5 */
	uint64_t first, bytes; /* in bytes, within the disk */
	uint8_t type;	       /* MBR only */
	uint8_t guid[VIO_PART_GUID_BYTES]; /* GPT only: the type GUID, as it is on the disk */
	char name[VIO_PART_NAME];	   /* GPT only, UTF-8 */
};

struct vio_part_table {
	enum vio_part_scheme scheme;
	unsigned n;
	unsigned bad; /* entries that reach beyond the disk, or broken chains of an MBR */
	bool more;    /* the table has more than VIO_PART_MAX partitions; the rest is left out */
	struct vio_part part[VIO_PART_MAX];
};

/*
 * Read the partition table of `d`. VIO_OK: `t` is filled; if there is no table, its `scheme` is
 * VIO_PART_NONE. VIO_EFORMAT: the disk should have a GPT, but both copies are damaged. Otherwise
 * the error of the disk's read().
 */
int vio_part_read(const struct vio_files_disk *d, struct vio_part_table *t);

/* The partition with this number, or NULL. */
const struct vio_part *vio_part_find(const struct vio_part_table *t, unsigned number);

/* Private to the library. */
void vio_part_add(const struct vio_files_disk *d, struct vio_part_table *t,
		  const struct vio_part *p);
int vio_part_gpt(const struct vio_files_disk *d, struct vio_part_table *t);

#ifdef __cplusplus
}
#endif
#endif
