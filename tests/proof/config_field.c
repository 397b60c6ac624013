/* SPDX-License-Identifier: BSD-2-Clause */
/* A field of LEN bytes in the config space of any device, which has any length. */
#include "tests/proof/registers_state.h"

static void it_was_read(size_t off)
{
	place();
	claim_that(LEN == 1 || LEN == 2 || LEN == 4 || LEN == 8, "a field has such a width");
	claim_that(off <= m.len - R_CONFIG - LEN, "it lies in config space");
}

static void it_was_refused(uint64_t value)
{
	place();
	claim_that(value == 0 && reads == 0, "nothing was read");
}

int main(void)
{
	static const enum vio_config_access widths[] = { VIO_CONFIG_NATURAL, VIO_CONFIG_BYTES,
							 VIO_CONFIG_WORDS };
	const size_t off = nondet_u32();
	uint64_t value = 0;

	any_window();
	m.config_access = widths[nondet_unsigned() % 3];
	const int rc = m.base.ops->config_read(&m.base, off, &value, LEN);
	if (rc == VIO_OK)
		it_was_read(off);
	else
		it_was_refused(value);
	claim_that(rc == VIO_OK || rc == VIO_EINVAL || rc == VIO_ERANGE, "one of three results");
	claim_that(writes == 0, "nothing is written");
	claim_that(LEN == 8 || value >> 8 * (LEN % 8) == 0, "no more than the field has changed");
	return 0;
}
