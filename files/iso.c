/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 9660 (ECMA-119), with the names of Rock Ridge, or else of Joliet. */
#include "files/cache.h"
#include "files/iso.h"

#include <string.h>

/* Offsets in a volume descriptor. */
enum {
	FIRST = 16, /* the block of the first descriptor */
	DESCRIPTORS_MAX = 64,
	DESCRIPTOR_BYTES = 190, /* as far as it is read */
	PRIMARY = 1,
	SUPPLEMENTARY = 2,
	END = 255,
	AT_ESCAPE = 88,
	AT_BLOCK_BYTES = 128,
	AT_ROOT = 156,
};

/* Offsets in a directory record. */
enum {
	AT_EXTRA = 1, /* blocks of extended attributes before the data */
	AT_EXTENT = 2,
	AT_BYTES = 10,
	AT_FLAGS = 25,
	AT_UNIT = 26,
	AT_GAP = 27,
	AT_NAME_BYTES = 32,
	AT_NAME = 33,
	RECORD_MAX = 255,
	IS_DIRECTORY = 2,
	IS_ASSOCIATED = 4, /* belongs to the file of the same name */
	GOES_ON = 0x80,	   /* the next record has more of the file */
	JOLIET_UNITS = 111,
};

_Static_assert(RECORD_MAX - AT_NAME <= 2 * JOLIET_UNITS, "the longest name of a record");

static const struct vio_files_format format_exact;

/* ---- Mount ---- */

static bool is_joliet(const uint8_t *raw)
{
	const uint8_t *e = raw + AT_ESCAPE;

	return raw[0] == SUPPLEMENTARY && e[0] == '%' && e[1] == '/' &&
	       (e[2] == '@' || e[2] == 'C' || e[2] == 'E');
}

static void set_root(struct vio_iso *x, const uint8_t *raw)
{
	x->root = vio_files_32(raw + AT_ROOT + AT_EXTENT);
	x->root_bytes = vio_files_32(raw + AT_ROOT + AT_BYTES);
}

/* Both roots, as far as there are any. */
static int read_descriptors(struct vio_files *v, struct vio_iso *primary, struct vio_iso *joliet)
{
	uint8_t raw[DESCRIPTOR_BYTES];

	for (unsigned i = 0; i < DESCRIPTORS_MAX; i++) {
		const int rc = vio_files_get(&v->disk, (FIRST + (uint64_t)i) * ISO_BLOCK, raw,
					     sizeof(raw));

		if (rc < 0)
			return rc == VIO_EFORMAT && i == 0 ? VIO_ENODEV : rc;
		if (memcmp(raw + 1, "CD001", 5) != 0)
			return i == 0 ? VIO_ENODEV : VIO_EFORMAT;
		if (raw[0] == END)
			break;
		if ((raw[0] == PRIMARY || is_joliet(raw)) &&
		    vio_files_16(raw + AT_BLOCK_BYTES) != ISO_BLOCK) {
			v->lacks = "blocks that do not have 2048 bytes";
			return VIO_ENOTSUP;
		}
		if (raw[0] == PRIMARY)
			set_root(primary, raw);
		else if (is_joliet(raw))
			set_root(joliet, raw);
	}
	return primary->root != 0 ? VIO_OK : VIO_EFORMAT;
}

/* The first record of the root says whether there is Rock Ridge, and how many bytes of the system
 * use fields belong to others. */
static int find_rock(const struct vio_files *v, struct vio_iso *x)
{
	uint8_t raw[AT_NAME + 1 + 7];
	const uint8_t *p = raw + AT_NAME + 1;
	const int rc = vio_files_get(&v->disk, (uint64_t)x->root * ISO_BLOCK, raw, sizeof(raw));

	if (rc < 0)
		return rc;
	x->rock = raw[0] >= sizeof(raw) && raw[AT_NAME_BYTES] == 1 && p[0] == 'S' && p[1] == 'P' &&
		  p[4] == 0xbe && p[5] == 0xef;
	x->skip = p[6];
	return VIO_OK;
}

static int mount(struct vio_files *v)
{
	struct vio_iso primary = { 0 }, joliet = { .joliet = true };
	int rc = read_descriptors(v, &primary, &joliet);

	if (rc == VIO_OK)
		rc = find_rock(v, &primary);
	if (rc < 0)
		return rc;
	v->name = "ISO 9660";
	v->iso = primary.rock || joliet.root == 0 ? primary : joliet;
	if (v->iso.rock)
		v->format = &format_exact;
	return VIO_OK;
}

static int iso_root(struct vio_files *v, struct vio_files_node *n)
{
	*n = (struct vio_files_node){ .kind = VIO_FILES_DIRECTORY,
				      .bytes = v->iso.root_bytes,
				      .id = v->iso.root,
				      .at = (uint64_t)v->iso.root * ISO_BLOCK };
	return VIO_OK;
}

static int iso_map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
		   struct vio_files_run *r)
{
	(void)v;
	(void)most;
	if (at >= n->bytes)
		return 0;
	*r = (struct vio_files_run){ .at = n->at + at, .bytes = n->bytes - at };
	return 1;
}

/* ---- Names ---- */

/* Character `i` of a name whose characters have `width` bytes, big-endian. */
static unsigned character(const uint8_t *p, unsigned i, unsigned width)
{
	return width == 1 ? p[i] : (unsigned)p[2 * i] << 8 | p[2 * i + 1];
}

/* The characters of a name without a version such as ";1", and without a dot at the end. */
static unsigned strip(const uint8_t *p, unsigned n, unsigned width)
{
	unsigned at = n;

	while (at > 0 && character(p, at - 1, width) >= '0' && character(p, at - 1, width) <= '9')
		at--;
	if (at > 1 && at < n && character(p, at - 1, width) == ';')
		n = at - 1;
	return n > 1 && character(p, n - 1, width) == '.' ? n - 1 : n;
}

/* Joliet has UTF-16, big-endian. */
static void name_joliet(const uint8_t *p, unsigned n, char *name)
{
	uint8_t swapped[2 * JOLIET_UNITS];
	const unsigned units = strip(p, n / 2, 2);

	for (unsigned i = 0; i < units; i++) {
		swapped[2 * i] = p[2 * i + 1];
		swapped[2 * i + 1] = p[2 * i];
	}
	vio_files_utf8(swapped, units, name, VIO_FILES_NAME);
}

static void name_plain(const struct vio_files *v, const uint8_t *raw, char *name)
{
	const uint8_t *p = raw + AT_NAME;
	const unsigned n = raw[AT_NAME_BYTES];

	if (n == 1 && p[0] <= 1) { /* the directory itself and its parent */
		memcpy(name, "..", 3);
		name[p[0] + 1] = '\0';
	} else if (v->iso.joliet) {
		name_joliet(p, n, name);
	} else {
		memcpy(name, p, n);
		name[strip(p, n, 1)] = '\0';
	}
}

/* ---- Directories ---- */

static bool lies_within(const struct vio_files *v, uint64_t at, uint64_t n)
{
	return n == 0 || (n <= v->disk.bytes && at <= v->disk.bytes - n);
}

static void set_node(const struct vio_files *v, const uint8_t *raw, struct vio_files_entry *e)
{
	const bool in_a_row = raw[AT_UNIT] == 0 && raw[AT_GAP] == 0;
	struct vio_files_node *n = &e->node;

	*n = (struct vio_files_node){ .kind = VIO_FILES_OTHER,
				      .bytes = vio_files_32(raw + AT_BYTES),
				      .id = vio_files_32(raw + AT_EXTENT) };
	n->at = ((uint64_t)n->id + raw[AT_EXTRA]) * ISO_BLOCK;
	if (in_a_row)
		n->kind = raw[AT_FLAGS] & IS_DIRECTORY ? VIO_FILES_DIRECTORY : VIO_FILES_FILE;
	e->damaged = !lies_within(v, n->at, n->bytes);
}

/* A directory that was moved: its own first record says how long it is. */
static int set_moved(const struct vio_files *v, uint32_t child, struct vio_files_entry *e)
{
	uint8_t raw[AT_NAME];
	const int rc = vio_files_get(&v->disk, (uint64_t)child * ISO_BLOCK, raw, sizeof(raw));

	if (rc < 0)
		return rc;
	raw[AT_FLAGS] |= IS_DIRECTORY;
	set_node(v, raw, e);
	return VIO_OK;
}

static int set_rock(const struct vio_files *v, const uint8_t *raw, struct vio_files_entry *e,
		    bool *hidden)
{
	/* The fields begin at an even byte. */
	const uint32_t at = (AT_NAME + raw[AT_NAME_BYTES] + 1u) / 2 * 2 + v->iso.skip;
	const bool is_dots = raw[AT_NAME_BYTES] == 1 && raw[AT_NAME] <= 1;
	struct iso_rock k;

	if (is_dots || at >= raw[0])
		return VIO_OK;
	int rc = vio_iso_rock(v, raw + at, raw[0] - at, e->name, &k);
	if (rc == VIO_OK && k.is_moved)
		rc = set_moved(v, k.child, e);
	if (k.is_link)
		e->node.kind = VIO_FILES_OTHER;
	*hidden = k.is_hidden;
	return rc;
}

/* Read the record at `*at`: 1, or 0 at the end. No record straddles two blocks; the rest of a block
 * is zero. A record is as long as it says, so each call makes progress. */
static int read_record(struct vio_files *v, struct vio_files_node *dir, uint64_t *at, uint8_t *raw)
{
	for (uint32_t empty = 0; empty <= VIO_FILES_FREE_MAX; empty++) {
		const uint32_t left = ISO_BLOCK - (uint32_t)(*at % ISO_BLOCK);
		int rc = vio_files_run_read(v, dir, *at, raw, 1);

		if (rc <= 0)
			return rc;
		if (raw[0] == 0) {
			*at += left;
			continue;
		}
		if (raw[0] <= AT_NAME || raw[0] > left || *at + raw[0] > dir->bytes)
			return VIO_EFORMAT;
		rc = vio_files_run_read_whole(v, dir, *at + 1, raw + 1, raw[0] - 1U);
		*at += raw[0];
		return rc < 0 ? rc : AT_NAME + raw[AT_NAME_BYTES] <= raw[0] ? 1 : VIO_EFORMAT;
	}
	return VIO_ERANGE;
}

/* A large file has several records, whose data lie in a row. */
static int add_pieces(struct vio_files *v, struct vio_files_node *dir, uint64_t *at, uint8_t *raw,
		      struct vio_files_entry *e)
{
	while (raw[AT_FLAGS] & GOES_ON) {
		const int rc = read_record(v, dir, at, raw);
		const uint64_t end = e->node.at + e->node.bytes;

		if (rc <= 0)
			return rc < 0 ? rc : VIO_EFORMAT;
		e->damaged |= (uint64_t)vio_files_32(raw + AT_EXTENT) * ISO_BLOCK != end;
		e->node.bytes += vio_files_32(raw + AT_BYTES);
		e->damaged |= !lies_within(v, e->node.at, e->node.bytes);
	}
	return VIO_OK;
}

static int iso_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e)
{
	uint8_t raw[RECORD_MAX];

	for (uint32_t hidden = 0; hidden <= VIO_FILES_FREE_MAX; hidden++) {
		int rc = read_record(v, dir, at, raw);

		if (rc <= 0)
			return rc;
		e->alias[0] = '\0';
		name_plain(v, raw, e->name);
		set_node(v, raw, e);
		bool is_hidden = raw[AT_FLAGS] & IS_ASSOCIATED;
		if (v->iso.rock && !is_hidden)
			rc = set_rock(v, raw, e, &is_hidden);
		if (rc >= 0)
			rc = add_pieces(v, dir, at, raw, e);
		if (rc < 0 || !is_hidden)
			return rc < 0 ? rc : 1;
	}
	return VIO_ERANGE;
}

const struct vio_files_format vio_files_iso = {
	.fold = true,
	.mount = mount,
	.root = iso_root,
	.next = iso_next,
	.map = iso_map,
};

/* Names of Rock Ridge may differ by their case alone. */
static const struct vio_files_format format_exact = {
	.mount = mount,
	.root = iso_root,
	.next = iso_next,
	.map = iso_map,
};
