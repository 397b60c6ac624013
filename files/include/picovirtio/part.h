/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables: GPT (UEFI 2.10, 5.3) with both its checksums, from the backup where the first
 * copy is damaged; MBR with logical partitions. Of a table, what does not fit the disk is counted
 * and left out.
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
	unsigned number;       /* as Linux counts: logical ones of an MBR begin with 5 */
	uint64_t first, bytes; /* in bytes, within the disk */
	uint8_t type;	       /* MBR */
	uint8_t guid[VIO_PART_GUID_BYTES]; /* GPT: of the type, as it is on the disk */
	char name[VIO_PART_NAME];	   /* GPT, UTF-8 */
};

struct vio_part_table {
	enum vio_part_scheme scheme;
	unsigned n;
	unsigned bad; /* entries that reach beyond the disk, or chains that lead nowhere */
	bool more;    /* there are more than VIO_PART_MAX */
	struct vio_part part[VIO_PART_MAX];
};

/*
 * VIO_OK with `scheme` VIO_PART_NONE and no partitions: there is no table. VIO_EFORMAT: there is to
 * be a GPT, and both copies are damaged. Else what the disk's read said.
 */
int vio_part_read(const struct vio_files_disk *d, struct vio_part_table *t);

/* The partition of this number; NULL: none. */
const struct vio_part *vio_part_find(const struct vio_part_table *t, unsigned number);

/* Private to mbr.c, gpt.c and part.c, which call one another in this order. */
void vio_part_add(const struct vio_files_disk *d, struct vio_part_table *t,
		  const struct vio_part *p);
int vio_part_gpt(const struct vio_files_disk *d, struct vio_part_table *t);

#ifdef __cplusplus
}
#endif
#endif
