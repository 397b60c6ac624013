/* SPDX-License-Identifier: BSD-2-Clause */
/* The MBR. A GPT has one too, so vio_part_read() begins here. Its sector numbers count device
 * blocks. */
#include <picovirtio/part.h>

#include <string.h>

enum {
	AT_TABLE = 446,
	ENTRIES = 4,
	ENTRY_BYTES = 16,
	AT_MAGIC = 510,
	MAGIC = 0xaa55,
	TYPE_GPT = 0xee,
	FIRST_LOGICAL = 5,
	CHAIN_MAX = 128, /* most logical partitions; a longer chain runs in a circle */
};

struct entry {
	uint8_t flag, type;
	uint64_t first, blocks;
};

struct sector {
	bool valid; /* it has the signature of a table, and valid flags */
	struct entry e[ENTRIES];
};

static bool is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

static int read_sector(const struct vio_files_disk *d, uint64_t block, struct sector *s)
{
	uint8_t raw[VIO_FILES_SECTOR];

	s->valid = false;
	if (block > d->bytes / d->block_bytes)
		return VIO_OK;
	int rc = vio_files_get(d, block * d->block_bytes, raw, sizeof(raw));
	if (rc == VIO_EFORMAT) /* there is no such sector */
		return VIO_OK;
	if (rc < 0)
		return rc;
	s->valid = vio_files_16(raw + AT_MAGIC) == MAGIC;
	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint8_t *p = raw + AT_TABLE + i * ENTRY_BYTES;

		s->e[i] = (struct entry){ p[0], p[4], vio_files_32(p + 8), vio_files_32(p + 12) };
		s->valid = s->valid && (p[0] & 0x7f) == 0;
	}
	return VIO_OK;
}

static void add(const struct vio_files_disk *d, struct vio_part_table *t, const struct entry *e,
		uint64_t base, unsigned number)
{
	const struct vio_part p = { .number = number,
				    .first = (base + e->first) * d->block_bytes,
				    .bytes = e->blocks * d->block_bytes,
				    .type = e->type };

	vio_part_add(d, t, &p);
}

/* Each link of the chain has a partition, whose place counts from the link, and the place of the
 * next link, which counts from the start of the chain. */
static int read_chain(const struct vio_files_disk *d, struct vio_part_table *t,
		      const struct entry *whole)
{
	uint64_t at = whole->first;

	for (unsigned i = 0; i < CHAIN_MAX; i++) {
		struct sector s;
		const int rc = read_sector(d, at, &s);

		if (rc < 0)
			return rc;
		if (!s.valid)
			break;
		if (s.e[0].type != 0 && s.e[0].blocks != 0)
			add(d, t, &s.e[0], at, FIRST_LOGICAL + i);
		if (!is_extended(s.e[1].type) || s.e[1].first == 0)
			return VIO_OK;
		if (s.e[1].first >= whole->blocks)
			break;
		at = whole->first + s.e[1].first;
	}
	t->bad++;
	return VIO_OK;
}

static int read_mbr(const struct vio_files_disk *d, struct vio_part_table *t,
		    const struct sector *s)
{
	int rc = VIO_OK;

	for (unsigned i = 0; i < ENTRIES; i++) {
		const struct entry *e = &s->e[i];

		if (e->type != 0 && e->blocks != 0 && !is_extended(e->type))
			add(d, t, e, 0, i + 1);
	}
	for (unsigned i = 0; i < ENTRIES && rc == VIO_OK; i++) {
		if (is_extended(s->e[i].type))
			rc = read_chain(d, t, &s->e[i]);
	}
	/* A boot sector without partitions belongs to a file system. */
	t->scheme = t->n > 0 || t->bad > 0 ? VIO_PART_MBR : VIO_PART_NONE;
	return rc;
}

int vio_part_read(const struct vio_files_disk *d, struct vio_part_table *t)
{
	struct sector s;

	memset(t, 0, sizeof(*t));
	int rc = read_sector(d, 0, &s);
	if (rc < 0 || !s.valid)
		return rc;
	for (unsigned i = 0; i < ENTRIES; i++) {
		if (s.e[i].type == TYPE_GPT)
			return vio_part_gpt(d, t);
	}
	return read_mbr(d, t, &s);
}
