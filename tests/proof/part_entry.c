/* SPDX-License-Identifier: BSD-2-Clause */
/* One entry of a partition table: an MBR's (also of its chain), or with GPT that of a GPT. Any
 * entry, any table, a disk of any length with blocks of BLOCK bytes. */
#include "tests/proof/device.h"

#include "files/disk.c"
#include "files/part.c"

#ifdef GPT
/* The text of a name does not matter here. */
#define vio_files_utf8(utf16, n, to, room)                                                         \
	claim_that(__CPROVER_r_ok(utf16, 2 * (n)) && (room) >= 3 * (n) + 1, "a name has room")
#include "files/gpt.c"
#else
#include "files/mbr.c"
#endif

static struct vio_part_table before, t;
static uint64_t first, last; /* blocks, as the entry has them */

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void it_was_added(const struct vio_files_disk *d)
{
	const struct vio_part *const p = &t.part[before.n];

	place();
	claim_that(before.n < VIO_PART_MAX && t.bad == before.bad, "there was room");
	claim_that(p->first <= d->bytes && p->bytes <= d->bytes - p->first, "it is in the disk");
	claim_that(p->first >> 9 == first, "it is where the entry says");
	claim_that(p->bytes != 0 && (p->bytes - 1) >> 9 == last - first,
		   "it has the blocks of its entry");
}

static void it_was_left_out(void)
{
	place();
	claim_that(t.n == before.n && (t.bad == before.bad + 1 || t.more), "the table says so");
}

int main(void)
{
	struct vio_files_disk d = { .first = nondet_u64(),
				    .bytes = nondet_u64(),
				    .block_bytes = BLOCK };

	t.n = nondet_unsigned();
	t.bad = nondet_unsigned();
	t.more = nondet_bool();
	assume(t.n <= VIO_PART_MAX && d.first <= UINT64_MAX - d.bytes);
	before = t;
#ifdef GPT
	uint8_t raw[ENTRY_BYTES];

	first = vio_files_64(raw + AT_FIRST);
	last = vio_files_64(raw + AT_LAST);
	add(&d, &t, raw, nondet_unsigned());
#else
	const struct entry e = { .type = (uint8_t)nondet_u16(),
				 .first = nondet_u32(),
				 .blocks = nondet_u32() };
	/* The place of a link: a start and a distance, both of 32 bits. */
	const uint64_t at = (uint64_t)nondet_u32() + nondet_u32();

	assume(e.blocks != 0); /* otherwise it is no entry */
	first = at + e.first;
	last = first + e.blocks - 1;
	add(&d, &t, &e, at, nondet_unsigned());
#endif
	if (t.n == before.n + 1)
		it_was_added(&d);
	else
		it_was_left_out();
	return 0;
}
