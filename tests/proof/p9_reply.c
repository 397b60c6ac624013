/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_p9_judge(): any reply of any length to any request. With NUMBER: take() and take_bytes() do
 * what p9_state.h has in their place. */
#include "tests/proof/p9_state.h"

static struct vio_p9 device;
static struct vio_p9_request r;
static struct vio_p9_slot slot;

static bool has_count(enum vio_p9_op op)
{
	return op == VIO_P9_READ || op == VIO_P9_WRITE || op == VIO_P9_READDIR ||
	       op == VIO_P9_READLINK;
}

static void it_is_good(uint32_t written)
{
	place();
	const enum vio_p9_op op = slot.op;

	claim_that(written >= vio_p9_kinds[op].reply, "it has its length");
	claim_that(op == VIO_P9_WALK || vio_p9_kinds[op].data == P9_WRITES ||
			   written == vio_p9_kinds[op].reply,
		   "it has no more");
	claim_that(op != VIO_P9_WALK || written == P9_HEADER + 2u + P9_QID * slot.names,
		   "a walk has all its names");
	claim_that(!has_count(op) || r.n <= slot.len, "no more was moved than was asked");
	claim_that(!has_count(op) || op == VIO_P9_WRITE || r.n == written - vio_p9_kinds[op].reply,
		   "what was read came");
	claim_that(op != VIO_P9_GETATTR || r.attr.bytes <= INT64_MAX, "a file has a length");
	claim_that(op != VIO_P9_VERSION ||
			   (device.msize >= VIO_P9_MSIZE_MIN && device.msize <= device.want_msize),
		   "messages are in their limits");
}

static void it_failed_at_the_host(void)
{
	place();
	claim_that(r.err == VIO_EIO && r.host_error != 0, "there is an error");
}

static void it_is_wrong(enum vio_p9_protocol_error error)
{
	place();
	claim_that(error >= VIO_P9_BAD_SIZE && error <= VIO_P9_BAD_REPLY, "it says what is wrong");
}

static void judge(void)
{
	const uint32_t written = nondet_u32();

	device.slot = &slot;
	device.want_msize = nondet_u32();
	assume(device.want_msize >= VIO_P9_MSIZE_MIN);
	slot.r = &r;
	slot.op = (enum vio_p9_op)nondet_unsigned();
	assume(slot.op >= 0 && slot.op <= VIO_P9_VERSION);
	slot.in = malloc(VIO_P9_IN_BYTES);
	slot.len = nondet_u32();
	slot.names = nondet_u16();
	assume(slot.names <= VIO_P9_WALK_MAX);
	r.data = malloc(slot.len);
	const enum vio_p9_protocol_error error = vio_p9_judge(&device, &slot, written);

	if (error != 0)
		it_is_wrong(error);
	else if (r.err == VIO_OK)
		it_is_good(written);
	else
		it_failed_at_the_host();
}

static void number(void)
{
	const uint32_t left = nondet_u32();
	const unsigned bytes = nondet_unsigned();
	assume(bytes <= 8);
	const uint8_t *const p = malloc(left);
	struct reader m = { p, left, nondet_bool() };
	const bool bad = m.bad || bytes > left;
	const uint64_t v = take(&m, bytes);
	const unsigned i = nondet_unsigned() % 8;

	claim_that(m.bad == bad && m.left == left - (bad ? 0 : bytes), "it is read as a whole");
	claim_that(m.p == p + (bad ? 0 : bytes), "the next byte follows");
	claim_that((v >> 8 * i & 0xff) == (!bad && i < bytes ? p[i] : 0), "little-endian");
}

int main(void)
{
#ifdef NUMBER
	number();
#else
	judge();
#endif
	return 0;
}
