/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables: GPT (UEFI 2.10, 5.3) with both its checksums, from the backup where the first
 * copy is damaged; MBR with logical partitions. Of a table, what does not fit the disk is counted
 * and left out.
 */
#ifndef FILES_PART_H
#define FILES_PART_H

#include "files/disk.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	PART_MAX = 32,
	PART_NAME = 36 * 3 + 1,
	PART_GUID_BYTES = 16,
};

enum part_scheme { PART_NONE, PART_MBR, PART_GPT, PART_GPT_BACKUP };

struct part {
	unsigned number;	       /* as Linux counts: logical ones of an MBR begin with 5 */
	uint64_t first, bytes;	       /* in bytes, within the disk */
	uint8_t type;		       /* MBR */
	uint8_t guid[PART_GUID_BYTES]; /* GPT: of the type, as it is on the disk */
	char name[PART_NAME];	       /* GPT, UTF-8 */
};

struct part_table {
	enum part_scheme scheme;
	unsigned n;
	unsigned bad; /* entries that reach beyond the disk, or chains that lead nowhere */
	bool more;    /* there are more than PART_MAX */
	struct part part[PART_MAX];
};

/*
 * VIO_OK with `scheme` PART_NONE and no partitions: there is no table. VIO_EFORMAT: there is to be
 * a GPT, and both copies are damaged. Else what the disk's read said.
 */
int part_read(const struct files_disk *d, struct part_table *t);

/* The partition of this number; NULL: none. */
const struct part *part_find(const struct part_table *t, unsigned number);

/* Private to part.c and gpt.c. */
void part_add(const struct files_disk *d, struct part_table *t, const struct part *p);
int part_gpt(const struct files_disk *d, struct part_table *t);

#ifdef __cplusplus
}
#endif
#endif
