/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_fat_name_piece(): any entry of a directory, after any pieces before it. */
#include "tests/proof/device.h"

#include "files/fat_name.c"

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

/* A name that is valid has room for all its pieces. */
static bool name_holds(const struct fat_name *f)
{
	return !f->valid || (f->units <= FAT_LONG_PIECES * FAT_PIECE_UNITS &&
			     f->next * FAT_PIECE_UNITS <= f->units && f->next <= FAT_LONG_PIECES);
}

static void it_fits(const struct fat_name *before, const struct fat_name *f, const uint8_t *raw)
{
	place();
	claim_that(raw[0] & LAST || (before->valid && f->next == before->next - 1),
		   "it is the first piece, or comes next");
	claim_that(f->sum == raw[AT_SUM], "it belongs to the same name");
}

static void it_does_not_fit(void)
{
	place();
}

int main(void)
{
	struct fat_name f = { .next = nondet_unsigned(),
			      .valid = nondet_bool(),
			      .sum = (uint8_t)nondet_u16(),
			      .units = nondet_unsigned() };
	uint8_t raw[FAT_ENTRY];

	assume(name_holds(&f));
	const struct fat_name before = f;
	vio_fat_name_piece(&f, raw);
	if (f.valid)
		it_fits(&before, &f, raw);
	else
		it_does_not_fit();
	claim_that(name_holds(&f), "the invariant holds again");
	return 0;
}
