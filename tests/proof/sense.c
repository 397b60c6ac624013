/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_scsi_decode(): sense data of any length and content. */
#include "tests/proof/device.h"

#include "drivers/scsi/scsi_sense.c"

#include <stdlib.h>

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void decoded(struct vio_scsi_sense s, const uint8_t *p, uint32_t n)
{
	place();
	claim_that(s.key <= 0xf, "the key has four bits");
	claim_that(n != 0 || (s.key == 0 && s.asc == 0 && s.ascq == 0), "without a byte all is 0");
	claim_that(s.asc == 0 || (n > 12 && s.asc == p[12]) || (n > 2 && s.asc == p[2]),
		   "the code is one of the bytes");
}

int main(void)
{
	const uint32_t n = nondet_u32();
	assume(n <= SCSI_SENSE_BYTES);
	const uint8_t *const p = malloc(n);
	assume(p);

	decoded(vio_scsi_decode(p, n), p, n);
	return 0;
}
