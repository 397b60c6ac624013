/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_scsi_read_luns(): any list of the units of a target, of any length. */
#include "tests/proof/bytes.h"

#include "drivers/scsi/scsi_answer.c"

#include <stdlib.h>

static struct vio_scsi s;

/* For copy() and lun_of(): any eight bytes, and any unit. */
const uint8_t *any_eight(uint8_t *to, const volatile uint8_t *from)
{
	claim_that(__CPROVER_r_ok(from, LUN_BYTES), "no byte behind the list is read");
	to[0] = (uint8_t)nondet_u16();
	return to;
}

static unsigned before; /* units in the list so far */

/* That there are no more units than that is shown here, and is all that is known afterwards. */
int any_lun(const uint8_t *p)
{
	claim_that(__CPROVER_r_ok(p, LUN_BYTES), "a unit has eight bytes");
	claim_that(s.scan.nluns <= before, "each unit is in the list");
	claim_that(before != 1 || s.scan.nluns == 0 || s.scan.luns[0] <= s.config.max_lun,
		   "the first unit is in its limit");
	s.scan.nluns = nondet_unsigned();
	assume(s.scan.nluns <= before);
	before++;
	return nondet_bool() ? -1 : nondet_u16();
}

static void a_list_was_read(uint32_t n)
{
	place();
	claim_that(s.scan.nluns <= VIO_SCSI_LUNS, "the units have room");
	claim_that(s.scan.nluns <= before && (before == 0 || n >= LUNS_HEADER + LUN_BYTES * before),
		   "each unit is in the list");
}

int main(void)
{
	const uint32_t n = nondet_u32();
	assume(n <= VIO_SCSI_ANSWER_BYTES);

	s.config.max_lun = nondet_u32();
	vio_scsi_read_luns(&s, malloc(n), n);
	a_list_was_read(n);
	return 0;
}
