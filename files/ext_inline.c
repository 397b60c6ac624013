/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories within their inode ("Inline Data" in the documentation of ext4). */
#include "files/ext.h"

#include <string.h>

enum {
	AT_MAP = 40,	/* in the inode */
	AT_EXTRA = 128, /* number of bytes from here to the attributes */
	MAGIC_BYTES = 4,
	NAME_INDEX = 7, /* "system." */
	ENTRY_BYTES = 16,
	ENTRIES_MAX = 64,
};

#define MAGIC UINT32_C(0xea020000) /* of the attributes */

/* Offsets in the entry of an attribute. */
enum { AT_LENGTH = 0, AT_INDEX = 1, AT_OFFSET = 2, AT_INUM = 4, AT_VALUE_BYTES = 8, AT_NAME = 16 };

static const char name[] = { 'd', 'a', 't', 'a' };

/* Is this the entry of the attribute with the data? `e` is followed by a name of that length. */
static bool is_data(const uint8_t *e)
{
	return e[AT_LENGTH] == sizeof(name) && e[AT_INDEX] == NAME_INDEX &&
	       vio_files_32(e + AT_INUM) == 0 && memcmp(e + AT_NAME, name, sizeof(name)) == 0;
}

/* Search the attributes between `first` and `end` for the one of the data. */
static int find_value(struct vio_files *v, uint64_t first, uint64_t end, struct vio_files_run *r)
{
	uint8_t e[ENTRY_BYTES + sizeof(name)];
	uint64_t at = first;

	for (unsigned i = 0; i < ENTRIES_MAX && at + sizeof(e) <= end; i++) {
		const int rc = vio_files_get(&v->disk, at, e, sizeof(e));

		if (rc < 0)
			return rc;
		if (vio_files_32(e) == 0)
			break;
		if (is_data(e)) {
			r->at = first + vio_files_16(e + AT_OFFSET);
			r->bytes = vio_files_32(e + AT_VALUE_BYTES);
			return r->at <= end && r->bytes <= end - r->at ? VIO_OK : VIO_EFORMAT;
		}
		at += ENTRY_BYTES + ((uint64_t)e[AT_LENGTH] + 3) / 4 * 4;
	}
	return VIO_EFORMAT;
}

static int map_value(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		     struct vio_files_run *r)
{
	const uint64_t inode = n->at - AT_MAP, end = inode + v->ext.inode_bytes;
	uint8_t raw[MAGIC_BYTES];

	if (v->ext.inode_bytes <= AT_EXTRA)
		return VIO_EFORMAT;
	int rc = vio_files_get(&v->disk, inode + AT_EXTRA, raw, 2);
	if (rc < 0)
		return rc;
	const uint64_t head = inode + AT_EXTRA + vio_files_16(raw);
	if (head + MAGIC_BYTES > end)
		return VIO_EFORMAT;
	rc = vio_files_get(&v->disk, head, raw, MAGIC_BYTES);
	if (rc == VIO_OK && vio_files_32(raw) != MAGIC)
		return VIO_EFORMAT;
	if (rc == VIO_OK)
		rc = find_value(v, head + MAGIC_BYTES, end, r);
	if (rc < 0)
		return rc;
	if (at >= r->bytes)
		return 0;
	r->at += at;
	r->bytes -= at;
	return 1;
}

int vio_ext_inline(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		   struct vio_files_run *r)
{
	*r = (struct vio_files_run){ .at = n->at + at, .bytes = VIO_FILES_MAP - at };
	return at < VIO_FILES_MAP ? 1 : map_value(v, n, at - VIO_FILES_MAP, r);
}
