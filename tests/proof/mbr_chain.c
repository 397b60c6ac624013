/* SPDX-License-Identifier: BSD-2-Clause */
/* read_chain() of an MBR: any links, an extended partition of any size and place, a disk of any
 * length with blocks of 512 bytes, which fails at the latest after LINKS links. */
#include "tests/proof/bytes.h"

#include "files/mbr.c"

enum { LINKS = 5 };

static struct entry whole;
static uint64_t link; /* the latest one */
static unsigned links;

int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	link = at / 512;
	claim_that(at % 512 == 0 && at / 512 <= d->bytes / 512 && __CPROVER_w_ok(to, n),
		   "a link is a block");
	claim_that(links == 0 ? link == whole.first
			      : link > whole.first && link - whole.first < whole.blocks,
		   "a link lies in the extended partition");
	links++;
	return links == LINKS || nondet_bool() ? VIO_EIO : nondet_bool() ? VIO_EFORMAT : VIO_OK;
}

void vio_part_add(const struct vio_files_disk *d, struct vio_part_table *t,
		  const struct vio_part *p)
{
	(void)d;
	(void)t;
	claim_that(p->number == FIRST_LOGICAL + links - 1, "each link has a number");
	claim_that(p->bytes != 0 && p->bytes % 512 == 0 && p->type != 0, "it is a partition");
	claim_that(p->first % 512 == 0 && p->first / 512 >= link &&
			   p->first / 512 - link <= UINT32_MAX,
		   "its place counts from the link");
}

int vio_part_gpt(const struct vio_files_disk *d, struct vio_part_table *t)
{
	(void)d;
	(void)t;
	return VIO_OK;
}

static void it_ended(void)
{
	place();
	claim_that(links >= 1, "the last link was read");
}

static void it_is_bad(void)
{
	place();
}

static void the_disk_failed(int rc)
{
	place();
	claim_that(rc == VIO_EIO, "the error is that of the disk");
}

int main(void)
{
	const struct vio_files_disk d = { .bytes = nondet_u64(), .block_bytes = 512 };
	struct vio_part_table t = { 0 };

	whole.first = nondet_u32();
	whole.blocks = nondet_u32();
	const int rc = read_chain(&d, &t, &whole);
	if (rc != VIO_OK)
		the_disk_failed(rc);
	else if (t.bad == 0)
		it_ended();
	else
		it_is_bad();
	return 0;
}
