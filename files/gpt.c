/* SPDX-License-Identifier: BSD-2-Clause */
/* The GUID partition table (UEFI 2.10, 5.3.2 and 5.3.3). */
#include <picovirtio/part.h>

#include <string.h>

/* Offsets and values of the header. */
enum {
	AT_REVISION = 8,
	AT_HEADER_BYTES = 12,
	AT_HEADER_CRC = 16,
	AT_SELF = 24,
	AT_ENTRIES = 72,
	AT_COUNT = 80,
	AT_ENTRY_BYTES = 84,
	AT_ENTRIES_CRC = 88,
	HEADER_BYTES = 92,
	REVISION = 0x10000,
};

/* Offsets and values of an entry. */
enum {
	AT_TYPE = 0,
	AT_FIRST = 32,
	AT_LAST = 40,
	AT_NAME = 56,
	NAME_UNITS = 36,
	ENTRY_BYTES = 128,
};

/* Limits for what the header says, since the whole table is read for its checksum. */
enum { COUNT_MAX = 1024, ENTRY_BYTES_MAX = 1024 };

struct header {
	uint64_t entries; /* in bytes from the start of the disk */
	uint32_t count, entry_bytes, crc;
};

/* Continue the checksum over `n` bytes at `at`. */
static int checksum(const struct vio_files_disk *d, uint64_t at, uint32_t n, uint32_t *crc)
{
	uint8_t piece[128];

	while (n > 0) {
		const uint32_t len = n < sizeof(piece) ? n : (uint32_t)sizeof(piece);
		const int rc = vio_files_get(d, at, piece, len);

		if (rc < 0)
			return rc;
		*crc = vio_files_crc(*crc, piece, len);
		at += len;
		n -= len;
	}
	return VIO_OK;
}

static int read_header(const struct vio_files_disk *d, uint64_t block, struct header *h)
{
	uint8_t raw[HEADER_BYTES];
	const uint64_t at = block * d->block_bytes;
	int rc = vio_files_get(d, at, raw, sizeof(raw));

	if (rc < 0)
		return rc;
	uint32_t len = vio_files_32(raw + AT_HEADER_BYTES);
	uint32_t want = vio_files_32(raw + AT_HEADER_CRC);
	if (memcmp(raw, "EFI PART", 8) != 0 || vio_files_32(raw + AT_REVISION) != REVISION ||
	    len < HEADER_BYTES || len > d->block_bytes || vio_files_64(raw + AT_SELF) != block)
		return VIO_EFORMAT;
	/* The checksum is computed with its own field set to zero. */
	memset(raw + AT_HEADER_CRC, 0, 4);
	uint32_t crc = vio_files_crc(0, raw, sizeof(raw));
	rc = checksum(d, at + HEADER_BYTES, len - HEADER_BYTES, &crc);
	if (rc < 0 || crc != want)
		return rc < 0 ? rc : VIO_EFORMAT;
	h->count = vio_files_32(raw + AT_COUNT);
	h->entry_bytes = vio_files_32(raw + AT_ENTRY_BYTES);
	h->crc = vio_files_32(raw + AT_ENTRIES_CRC);
	if (h->count > COUNT_MAX || h->entry_bytes < ENTRY_BYTES ||
	    h->entry_bytes > ENTRY_BYTES_MAX ||
	    vio_files_64(raw + AT_ENTRIES) > d->bytes / d->block_bytes)
		return VIO_EFORMAT;
	h->entries = vio_files_64(raw + AT_ENTRIES) * d->block_bytes;
	crc = 0;
	rc = checksum(d, h->entries, h->count * h->entry_bytes, &crc);
	return rc == VIO_OK && crc != h->crc ? VIO_EFORMAT : rc;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && p[i] == 0; i++)
		;
	return i == n;
}

static void add(const struct vio_files_disk *d, struct vio_part_table *t, const uint8_t *raw,
		unsigned number)
{
	const uint64_t first = vio_files_64(raw + AT_FIRST), last = vio_files_64(raw + AT_LAST);
	struct vio_part p = { .number = number };

	if (last < first || last >= d->bytes / d->block_bytes) {
		t->bad++;
		return;
	}
	p.first = first * d->block_bytes;
	p.bytes = (last - first + 1) * d->block_bytes;
	memcpy(p.guid, raw + AT_TYPE, sizeof(p.guid));
	vio_files_utf8(raw + AT_NAME, NAME_UNITS, p.name, sizeof(p.name));
	vio_part_add(d, t, &p);
}

int vio_part_gpt(const struct vio_files_disk *d, struct vio_part_table *t)
{
	struct header h = { 0 };
	int rc = read_header(d, 1, &h);

	t->scheme = VIO_PART_GPT;
	if (rc == VIO_EFORMAT) {
		t->scheme = VIO_PART_GPT_BACKUP;
		rc = read_header(d, d->bytes / d->block_bytes - 1, &h);
	}
	for (uint32_t i = 0; i < h.count && rc == VIO_OK; i++) {
		uint8_t raw[ENTRY_BYTES];

		rc = vio_files_get(d, h.entries + (uint64_t)i * h.entry_bytes, raw, sizeof(raw));
		if (rc == VIO_OK && !is_zero(raw + AT_TYPE, VIO_PART_GUID_BYTES))
			add(d, t, raw, i + 1);
	}
	return rc;
}
