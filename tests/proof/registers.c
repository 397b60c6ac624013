/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of any device: probe, status, events, the size of a queue, shared memory. */
#include "tests/proof/registers_state.h"

static struct vio_transport *const t = &m.base;

static void probed(void)
{
	struct vio_mmio found;
	const size_t len = nondet_u32();
	const uintptr_t at = base;

	m.len = len;
	const int rc = vio_mmio_probe(&found, at, len);
	place();
	claim_that(rc == VIO_OK || rc == VIO_ERANGE || rc == VIO_ENODEV || rc == VIO_ENOTSUP,
		   "the result of a probe is one of four");
	claim_that(reads <= 4 && writes == 0, "a probe reads four registers at most");
	claim_that(rc != VIO_OK ||
			   (found.base.device_type != 0 && found.regs == at && found.len == len &&
			    (found.version == 1 || found.version == 2) &&
			    found.base.legacy == (found.version == 1)),
		   "what is found is a device");
}

static void asked_for_its_status(void)
{
	const uint8_t s = t->ops->status(t);

	place();
	claim_that((s & ~STATUS_BITS) == 0 && reads == 1, "a status has known bits only");
}

static void asked_for_events(void)
{
	const unsigned e = t->ops->events(t);

	place();
	claim_that((e & ~(unsigned)EVENT_BITS) == 0 && reads == 1, "an event has known bits only");
	claim_that(acknowledged == e, "what is reported is acknowledged, and nothing else");
}

static void asked_for_a_size(void)
{
	const int n = t->ops->queue_max(t, nondet_u16());

	place();
	claim_that(n == VIO_EBUSY || (n >= 0 && n <= QUEUE_SIZE_LIMIT), "a size has a limit");
}

static void set_up(void)
{
	const struct vio_queue_areas at = { { nondet_u64() }, { nondet_u64() }, { nondet_u64() } };
	const int rc = t->ops->queue_set(t, nondet_u16(), &at);

	place();
	claim_that(rc == VIO_OK || rc == VIO_EDEVICE || rc == VIO_EADDR,
		   "the result of a set-up is one of three");
	claim_that(rc != VIO_OK || latest == (t->legacy ? at.desc.addr / VIO_MMIO_PAGE : 1),
		   "the device said so");
}

static void asked_for_a_region(void)
{
	const struct vio_span taken = { .base = nondet_u64(), .bytes = nondet_u64() };
	struct vio_span r = { 0 };
	const int rc = vio_shm_find(t, (uint8_t)nondet_u16(), &taken, 1, &r);

	place();
	if (rc != VIO_OK)
		return;
	claim_that(r.bytes != 0 && r.base + (r.bytes - 1) >= r.base, "a region does not wrap");
}

int main(void)
{
	any_window();
	switch (nondet_unsigned() % 6) {
	case 0: probed(); break;
	case 1: asked_for_its_status(); break;
	case 2: asked_for_events(); break;
	case 3: asked_for_a_size(); break;
	case 4: set_up(); break;
	default: asked_for_a_region();
	}
	return 0;
}
