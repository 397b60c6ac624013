/* SPDX-License-Identifier: BSD-2-Clause */
/* Rock Ridge: long names and directories in the system use fields of ISO 9660 (IEEE P1281, P1282).
 */
#include "files/cache.h"
#include "files/iso.h"

#include <string.h>

enum {
	FIELD = 4,	   /* two letters, length, version */
	AREA_MAX = 512,	   /* of a continuation, as much as is read */
	AREAS_MAX = 8,	   /* continuations that are followed */
	CONTINUATION = 28, /* bytes of the field that names one */
	CHILD = 12,	   /* bytes of the field of a moved directory */
	AT_FLAGS = 4,
	AT_NAME = 5,
	DOTS = 6, /* flags: "." and ".." */
};

/* The next area of fields, which a field names. */
struct area {
	uint32_t block, at, bytes;
};

static bool is(const uint8_t *p, const char *letters)
{
	return p[0] == (uint8_t)letters[0] && p[1] == (uint8_t)letters[1];
}

static void add_name(const uint8_t *p, uint32_t len, char *name, struct iso_rock *k)
{
	if (len <= AT_NAME || (p[AT_FLAGS] & DOTS) != 0)
		return;
	for (uint32_t i = AT_NAME; i < len && p[i] != 0 && k->n + 1 < VIO_FILES_NAME; i++)
		name[k->n++] = (char)p[i];
	name[k->n] = '\0';
}

static void take_field(const uint8_t *p, uint32_t len, char *name, struct iso_rock *k,
		       struct area *next)
{
	if (is(p, "NM"))
		add_name(p, len, name, k);
	k->is_link |= is(p, "SL");
	k->is_hidden |= is(p, "RE");
	if (is(p, "CL") && len >= CHILD) {
		k->is_moved = true;
		k->child = vio_files_32(p + 4);
	}
	if (is(p, "CE") && len >= CONTINUATION)
		*next = (struct area){ vio_files_32(p + 4), vio_files_32(p + 12),
				       vio_files_32(p + 20) };
}

/* A field is as long as it says, so each step makes progress. What does not fit is no field. */
static void take_area(const uint8_t *p, uint32_t n, char *name, struct iso_rock *k,
		      struct area *next)
{
	for (uint32_t at = 0, len; n - at >= FIELD; at += len) {
		len = p[at + 2];
		if (len < FIELD || len > n - at || is(p + at, "ST"))
			return;
		take_field(p + at, len, name, k, next);
	}
}

int vio_iso_rock(const struct vio_files *v, const uint8_t *p, uint32_t n, char *name,
		 struct iso_rock *k)
{
	uint8_t raw[AREA_MAX];
	struct area next = { 0, 0, 0 };

	*k = (struct iso_rock){ 0 };
	take_area(p, n, name, k, &next);
	for (unsigned i = 0; i < AREAS_MAX && next.bytes > 0; i++) {
		const struct area a = next;
		const uint32_t bytes = a.bytes < AREA_MAX ? a.bytes : AREA_MAX;
		const int rc =
			vio_files_get(&v->disk, (uint64_t)a.block * ISO_BLOCK + a.at, raw, bytes);

		if (rc < 0)
			return rc;
		next.bytes = 0;
		take_area(raw, bytes, name, k, &next);
	}
	return VIO_OK;
}
