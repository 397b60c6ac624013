/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_blk_done(): any status byte, any length, any request of any operation, and a disk of one or
 * two queues with any others in flight. */
#include "tests/proof/bytes.h"

#include "drivers/blk/blk.c"

static struct vio_blk b;
static struct vio_queue queues[2];
static struct vio_blk_slot slot, other;
static uint8_t shared[BLK_AT_TABLE];
static unsigned calls, forgets;

void vio_blk_forget(struct vio_blk *disk)
{
	claim_that(disk == &b, "this disk");
	forgets++;
}

void vio_device_excuse(struct vio_device *d)
{
	claim_that(d == &b.device && b.id_refused, "only an identity that was refused is excused");
}

static void done(struct vio_blk *disk, struct vio_blk_request *r)
{
	calls++;
	claim_that(disk == &b && r == slot.request && !r->busy, "the request is its owner's again");
	claim_that(b.free == &slot && slot.next == &other, "its slot is free");
}

static void it_went_well(const struct vio_blk *before, uint32_t written)
{
	place();
	claim_that(shared[BLK_AT_STATUS] == 0 && written >= slot.least, "the device says so");
	claim_that(b.errors == before->errors && b.short_reads == before->short_reads,
		   "nothing is counted");
	claim_that(b.id_refused == before->id_refused, "no identity was refused");
}

static void the_device_refused(const struct vio_blk *before, int err, uint32_t written)
{
	const bool is_short = shared[BLK_AT_STATUS] == 0 && written < slot.least;

	place();
	claim_that(shared[BLK_AT_STATUS] != 0 || is_short, "the device says so");
	claim_that((err == VIO_ENOTSUP) == (shared[BLK_AT_STATUS] == 2) &&
			   (err == VIO_ENOTSUP || err == VIO_EIO),
		   "the error is that of the status");
	claim_that(b.errors == before->errors + 1 &&
			   b.short_reads == before->short_reads + is_short,
		   "it is counted");
}

static void it_came_back_by_a_reset(const struct vio_blk *before, int err)
{
	place();
	claim_that(slot.request->err == err && b.errors == before->errors,
		   "the error is that of the reset");
}

int main(void)
{
	struct vio_blk_request r = { .op = (enum vio_blk_op)nondet_unsigned(),
				     .done = nondet_bool() ? done : NULL,
				     .busy = true };
	const int err = nondet_bool() ? VIO_OK : VIO_EDEVICE;
	const uint32_t written = nondet_u32();

	shared[BLK_AT_STATUS] = (uint8_t)nondet_u16();
	slot = (struct vio_blk_slot){ .request = &r, .least = nondet_u32(), .shared = shared };
	b.queue = queues;
	b.nqueue = nondet_bool() ? 1 : 2;
	b.ids = nondet_unsigned();
	assume(r.op != VIO_BLK_GET_ID || b.ids > 0); /* it is one of them */
	b.free = &other;
	b.id_refused = nondet_bool();
	b.errors = nondet_u32();
	b.short_reads = nondet_u32();
	b.device.state = nondet_bool() ? VIO_LIVE : VIO_DOWN;
	queues[0].dev = &b.device;
	const struct vio_blk before = b;
	vio_blk_done(&queues[0], &slot.device, err, written);

	claim_that(calls == (r.done ? 1 : 0) && !r.busy && b.free == &slot, "it ends once");
	claim_that(r.status == shared[BLK_AT_STATUS], "the status is that of the device");
	claim_that(b.ids == before.ids - (r.op == VIO_BLK_GET_ID), "identities are counted");
	claim_that(forgets == (before.ids != 0), "nothing is kept beside an identity");
	claim_that(b.id_refused == (before.id_refused || (r.op == VIO_BLK_GET_ID && r.err &&
							  b.device.state != VIO_DOWN)),
		   "an identity that failed is not asked for again");
	if (err != VIO_OK)
		it_came_back_by_a_reset(&before, err);
	else if (r.err != VIO_OK)
		the_device_refused(&before, r.err, written);
	else
		it_went_well(&before, written);
	return 0;
}
