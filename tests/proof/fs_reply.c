/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_fs_judge(): any reply of any length to any request. */
#include "tests/proof/bytes.h"

#include "drivers/fs/fs_message.c"
#include "drivers/fs/fs_reply.c"

#include <stdlib.h>

enum { FILES = 3 };

static struct vio_fs f;
static struct vio_fs_node file[FILES];
static struct vio_fs_request r;
static struct vio_fs_slot s;

static void it_is_good(uint32_t written, enum vio_fs_op op)
{
	const struct fs_kind *const k = &vio_fs_kinds[op];
	const bool makes = k->makes && r.err == VIO_OK;

	place();
	claim_that(written >= FS_IN_HEADER, "it has a header");
	claim_that(r.err != VIO_OK || k->data == FS_WRITES ||
			   written == (uint32_t)FS_IN_HEADER + k->reply,
		   "it has its length");
	claim_that(!makes || file[1].node != 0, "a file that was made has a node");
	claim_that(!makes || s.dots || file[1].node != FS_ROOT, "only dots lead to the root");
	claim_that(op != VIO_FS_WRITE || r.err != VIO_OK || r.n <= s.len,
		   "no more was written than was asked");
	claim_that(op != VIO_FS_GETATTR || r.err != VIO_OK || r.attr.bytes <= INT64_MAX,
		   "a file has a length");
	claim_that(op != VIO_FS_INIT ||
			   (f.max_data >= VIO_FS_DATA_MIN && f.max_data <= f.want_data),
		   "transfers are in their limits");
}

static void it_failed_at_the_host(void)
{
	place();
	claim_that(r.err == VIO_EIO && r.host_error >= 1 && r.host_error <= 511,
		   "the error is one of Linux");
}

static void it_is_wrong(enum vio_fs_protocol_error error)
{
	place();
	claim_that(error >= VIO_FS_BAD_SIZE && error <= VIO_FS_BAD_NODE, "it says what is wrong");
}

int main(void)
{
	const uint32_t written = nondet_u32();

	f.file = file;
	f.nfiles = FILES;
	f.want_data = nondet_u32();
	f.starts = 1;
	assume(f.want_data >= VIO_FS_DATA_MIN);
	s.r = &r;
	s.op = (enum vio_fs_op)nondet_unsigned();
	assume(s.op >= 0 && s.op < VIO_FS_FORGET);
	s.in = malloc(VIO_FS_IN_BYTES);
	s.unique = nondet_u64();
	s.len = nondet_u32();
	s.dots = nondet_bool();
	s.file.number = 2u << 16;
	s.made.number = 2u << 16 | 1;
	const enum vio_fs_protocol_error error = vio_fs_judge(&f, &s, written);

	if (error != 0)
		it_is_wrong(error);
	else if (r.err == VIO_OK)
		it_is_good(written, s.op);
	else
		it_failed_at_the_host();
	claim_that(file[0].node == 0 && file[2].node == 0 && file[2].open == 0,
		   "no other file changes");
	return 0;
}
