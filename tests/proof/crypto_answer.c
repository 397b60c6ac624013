/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of virtio-crypto, any bytes of any length. SESSION: vio_crypto_session_done(). Without
 * it: vio_crypto_request_done(). */
#include "tests/proof/bytes.h"

#define memset(to, value, n) cleared(to, value, n)

static unsigned clears;

static void cleared(void *to, int value, size_t n)
{
	claim_that(value == 0 && (n == 0 || __CPROVER_w_ok(to, n)), "a result has room");
	clears++;
}

#include "drivers/crypto/crypto_slot.c"
#ifdef SESSION
#include "drivers/crypto/crypto_session.c"
#else
#include "drivers/crypto/crypto_request.c"
#endif

#include <stdlib.h>

enum { SLOTS = 2 };

static struct vio_crypto c;
static struct vio_queue q = { .dev = &c.device };

static void it_ended(int err, uint32_t status, uint32_t written, uint32_t least)
{
	place();
	claim_that(err != VIO_OK || (written >= least && status == VIO_CRYPTO_OK),
		   "it went well if the device says so");
	claim_that(err == VIO_OK || err == VIO_EIO || err == VIO_EDEVICE,
		   "the result is one of three");
	claim_that(c.errors == (err != VIO_OK) && c.nfree == 1, "it is counted, its slot is free");
}

#ifdef SESSION
static void run(int err, uint32_t written)
{
	struct vio_crypto_session s = {
		.slot = nondet_bool(), .closing = nondet_bool(), .open = nondet_bool(), .busy = true
	};

	vio_crypto_session_done(&q, &s.request, err, written);
	it_ended(s.err, s.status, written, s.closing ? DESTROY_BYTES : VIO_CRYPTO_ANSWER_BYTES);
	claim_that(s.open == (s.err == VIO_OK && !s.closing) && !s.busy,
		   "a session is open that the device has opened");
}
#else
static void run(int err, uint32_t written)
{
	struct vio_crypto_session s = { .users = 1 };
	struct vio_crypto_request r = {
		.session = &s, .slot = nondet_bool(), .dst_len = nondet_u32(), .busy = true
	};

	assume(r.dst_len < UINT32_MAX);
	r.dst = malloc(r.dst_len);
	vio_crypto_request_done(&q, &r.request, err, written);
	it_ended(r.err, r.status, written, r.dst_len + STATUS_BYTES);
	claim_that(s.users == 0 && !r.busy, "the request is its owner's again");
	claim_that(clears == (r.err != VIO_OK), "a result that is none is cleared");
}
#endif

int main(void)
{
	c.answer = malloc(SLOTS * sizeof(*c.answer));
	c.free = malloc(SLOTS * sizeof(*c.free));
	run(nondet_bool() ? VIO_OK : VIO_EDEVICE, nondet_u32());
	return 0;
}
