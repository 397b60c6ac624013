/* SPDX-License-Identifier: BSD-2-Clause */
/* For the proofs of the entries of a folder, which 9P and virtio-fs read from data in the same way.
 */
#ifndef PROOF_ENTRY_H
#define PROOF_ENTRY_H

#include "tests/proof/bytes.h"

#include <picovirtio/types.h>

static void it_was_refused(int rc, uint32_t before, uint32_t at, uint32_t n)
{
	place();
	claim_that((rc == 0 || rc == VIO_EDEVICE) && (rc == 0) == (before >= n),
		   "the end is no error");
	claim_that(at == before, "nothing is taken");
}

#endif
