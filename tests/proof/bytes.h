/* SPDX-License-Identifier: BSD-2-Clause */
/* For the proofs of readers of bytes, which load nothing from a ring. */
#ifndef PROOF_BYTES_H
#define PROOF_BYTES_H

#include "tests/proof/device.h"

#include <string.h>

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

/* For memcpy() and memmove(), where it does not matter what is copied, only from where and to
 * where. */
static void copied(void *to, const void *from, size_t n)
{
	claim_that(n == 0 || __CPROVER_w_ok(to, n), "a copy has room");
	claim_that(n == 0 || __CPROVER_r_ok(from, n), "a copy is of bytes that are there");
}

#endif
