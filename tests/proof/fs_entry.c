/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_fs_next_entry(): any entry at any place of data of any length. Its numbers and its name have
 * any value. */
#include "tests/proof/entry.h"

#define memcpy(to, from, n) copied(to, from, n)

#include "drivers/fs/fs_message.c"
#include "drivers/fs/fs_reply.c"

#include <stdlib.h>

static uint64_t latest[4]; /* numbers that were read */
static unsigned numbers;

/* For take(). */
uint64_t any_number(struct reader *m, unsigned bytes)
{
	const uint64_t v = nondet_u64();

	assume(bytes >= 8 || v >> 8 * bytes == 0);
	claim_that(__CPROVER_r_ok(m->p, bytes), "no byte behind the data is read");
	m->p += bytes;
	claim_that(numbers < 4, "an entry has four numbers");
	latest[numbers++] = v;
	return v;
}

static void it_was_taken(const struct vio_fs_entry *e, uint32_t before, uint32_t at, uint32_t n)
{
	const uint64_t len = latest[2];

	place();
	claim_that(len <= VIO_FS_NAME_MAX && at <= n && at % 8 == before % 8 &&
			   at - before >= DIRENT + len && at - before < DIRENT + len + 8,
		   "the next entry is behind this one");
	claim_that(e->inode == latest[0] && e->offset == latest[1] && e->type == latest[3],
		   "the numbers are those of the entry");
	for (unsigned i = 0; i < len; i++)
		claim_that(e->name[i] != '\0' && e->name[i] != '/', "a name is one name");
	claim_that(e->name[len] == '\0', "a name ends");
}

int main(void)
{
	const uint32_t n = nondet_u32(), before = nondet_u32();
	uint32_t at = before;
	struct vio_fs_entry e; /* its bytes were not set, so they are any */
	const uint8_t *const data = malloc(n);
	const int rc = vio_fs_next_entry(data, n, &at, &e);

	if (rc == 1)
		it_was_taken(&e, before, at, n);
	else
		it_was_refused(rc, before, at, n);
	return 0;
}
