/* SPDX-License-Identifier: BSD-2-Clause */
/* read_header() of a GPT: any bytes, in any block of a disk of any length with blocks of 512 bytes.
 * A disk fails at the latest when READS pieces were read. */
#include "tests/proof/bytes.h"

#include "files/gpt.c"

enum { READS = 6 };

static unsigned reads;
static uint32_t sum, want; /* the checksum of any bytes, and the one in the header */

int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	claim_that(__CPROVER_w_ok(to, n), "a piece has room");
	if (n > d->bytes || at > d->bytes - n)
		return VIO_EFORMAT;
	if (reads == READS || nondet_bool())
		return VIO_EIO;
	/* The bytes were not set, so they are any. */
	if (reads++ == 0)
		want = vio_files_32((uint8_t *)to + AT_HEADER_CRC);
	return VIO_OK;
}

uint32_t vio_files_crc(uint32_t crc, const void *p, size_t n)
{
	(void)crc;
	claim_that(__CPROVER_r_ok(p, n), "the sum is over bytes that were read");
	return sum;
}

void vio_files_utf8(const uint8_t *utf16, unsigned n, char *to, size_t room)
{
	(void)utf16;
	(void)n;
	(void)to;
	(void)room;
}

void vio_part_add(const struct vio_files_disk *d, struct vio_part_table *t,
		  const struct vio_part *p)
{
	(void)d;
	(void)t;
	(void)p;
}

static void it_is_valid(const struct vio_files_disk *d, const struct header *h)
{
	const uint32_t bytes = h->count * h->entry_bytes;

	place();
	claim_that(h->count <= COUNT_MAX, "entries in their limit");
	claim_that(h->entry_bytes >= ENTRY_BYTES && h->entry_bytes <= ENTRY_BYTES_MAX,
		   "an entry has its fields");
	claim_that(h->entries <= d->bytes, "the entries are on the disk");
	claim_that(want == sum && h->crc == (bytes ? sum : 0), "both checksums are right");
}

static void it_was_refused(int rc)
{
	place();
	claim_that(rc == VIO_EFORMAT || rc == VIO_EIO, "the result is one of two errors");
}

int main(void)
{
	const struct vio_files_disk d = { .bytes = nondet_u64(), .block_bytes = 512 };
	struct header h = { 0 };

	sum = nondet_u32();
	const int rc = read_header(&d, nondet_u64(), &h);
	if (rc == VIO_OK)
		it_is_valid(&d, &h);
	else
		it_was_refused(rc);
	return 0;
}
