/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of 9P whose numbers and bytes have any value: calls of take() and take_bytes() go to the
 * functions here. */
#ifndef P9_STATE_H
#define P9_STATE_H

#include "tests/proof/bytes.h"

#define memmove(to, from, n) copied(to, from, n)

#include "drivers/p9/p9_message.c"
#include "drivers/p9/p9_reply.c"

#include <stdlib.h>

static uint64_t latest; /* number that was read */

/* For take_bytes(): the bytes of `to` were not set, so they have any value. */
bool any_bytes(struct reader *m, void *to, uint32_t n)
{
	m->bad |= n > m->left;
	if (m->bad)
		return false;
	claim_that(__CPROVER_r_ok(m->p, n), "no byte behind the message is read");
	claim_that(__CPROVER_w_ok(to, n), "bytes have room");
	m->p += n;
	m->left -= n;
	return true;
}

/* For take(). */
uint64_t any_number(struct reader *m, unsigned bytes)
{
	const uint64_t v = nondet_u64();

	claim_that(bytes <= 8, "a number has 64 bits at most");
	assume(bytes >= 8 || v >> 8 * bytes == 0);
	latest = any_bytes(m, (uint8_t[8]){ 0 }, bytes) ? v : 0;
	return latest;
}

#endif
