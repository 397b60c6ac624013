/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_config_read(): the configuration of the device changes at any time, on both versions. */
#include "tests/proof/registers_state.h"

enum { MOST_READS = TRIES * (TRIES + 1) };

static uint64_t before, now; /* the latest two values */

static int any_value(struct vio_transport *t, size_t off, void *dst, size_t len)
{
	(void)t;
	(void)off;
	(void)len;
	if (nondet_bool())
		return VIO_ERANGE;
	reads++;
	before = now;
	now = nondet_u64();
	*(uint64_t *)dst = now;
	return VIO_OK;
}

static uint32_t any_generation(struct vio_transport *t)
{
	return t->legacy ? 0 : nondet_u32();
}

static void it_was_read(uint64_t value)
{
	place();
	claim_that(value == now && reads > 0, "the value is the latest one");
	claim_that(!m.base.legacy || (reads > 1 && before == now), "version 1: two reads agree");
}

static void it_was_refused(uint64_t value)
{
	place();
	claim_that(value == 0, "nothing has changed");
}

int main(void)
{
	const struct vio_transport_ops ops = { .config_read = any_value,
					       .generation = any_generation };
	uint64_t value = 0;

	any_window();
	m.base.ops = &ops;
	const int rc = vio_config_read(&m.base, 0, &value, sizeof(value));
	if (rc == VIO_OK)
		it_was_read(value);
	else
		it_was_refused(value);
	claim_that(rc == VIO_OK || rc == VIO_ERANGE || rc == VIO_EDEVICE, "one of three results");
	claim_that(reads <= MOST_READS, "the number of reads has a limit");
	return 0;
}
