/* SPDX-License-Identifier: BSD-2-Clause */
/* vio_p9_next_entry(): any entry at any place of data of any length. */
#include "tests/proof/p9_state.h"
#include "tests/proof/entry.h"

enum { ENTRY_BYTES = P9_QID + 8 + 1 + 2 }; /* before the name */

static void it_was_taken(const struct vio_p9_entry *e, uint32_t before, uint32_t at, uint32_t n)
{
	place();
	claim_that(latest <= VIO_P9_NAME_MAX && at <= n && at - before == ENTRY_BYTES + latest,
		   "the next entry is behind this one");
	for (unsigned i = 0; i < latest; i++)
		claim_that(e->name[i] != '\0' && e->name[i] != '/', "a name is one name");
	claim_that(e->name[latest] == '\0', "a name ends");
}

int main(void)
{
	const uint32_t n = nondet_u32(), before = nondet_u32();
	uint32_t at = before;
	struct vio_p9_entry e; /* its bytes were not set, so they are any */
	const uint8_t *const data = malloc(n);
	const int rc = vio_p9_next_entry(data, n, &at, &e);

	if (rc == 1)
		it_was_taken(&e, before, at, n);
	else
		it_was_refused(rc, before, at, n);
	return 0;
}
