/* SPDX-License-Identifier: BSD-2-Clause */
/* A cipher over 256 bytes, in batches. */
#include <picovirtio/crypto.h>

#include "tests/bench/machine.h"
#include "tests/model/crypto.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, BYTES = 256, KEY = 16, QUEUE = 256 };

static struct bench_machine x;
static struct model_crypto host;
static struct vio_crypto c;
static struct vio_crypto_session s;
static struct vio_crypto_request request[DEPTH_MAX];
static uint8_t key[KEY], text[BYTES], out[DEPTH_MAX][BYTES];
static unsigned ended;

static void bench_ended(struct vio_crypto *of, struct vio_crypto_request *r)
{
	(void)of;
	ended += r->err == VIO_OK;
}

static void open(const struct bench_ring *ring)
{
	memset(&c, 0, sizeof(c));
	memset(&host, 0, sizeof(host));
	bench_open(&x);
	model_crypto_config(&x.cfg, &host, ring->version, ring->features, QUEUE, 1);
	bench_plug(&x);
	s = (struct vio_crypto_session){ .algorithm = VIO_CRYPTO_AES_CBC,
					 .key = key,
					 .key_len = KEY };
	if (vio_crypto_init(&c, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&c.device) != VIO_OK || vio_crypto_open(&c, &s) != VIO_OK)
		bench_fail("the crypto device does not start");
	model_run(&x.m);
	vio_device_poll(&c.device);
	for (unsigned i = 0; i < DEPTH_MAX; i++)
		request[i] = (struct vio_crypto_request){ .session = &s,
							  .iv = key,
							  .iv_len = KEY,
							  .src = text,
							  .src_len = BYTES,
							  .dst = out[i],
							  .dst_len = BYTES,
							  .done = bench_ended };
}

__attribute__((noinline)) static void driver_submit(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_crypto_submit(&c, &request[i]);
	vio_crypto_kick(&c);
}

void bench_crypto(void)
{
	const struct bench_class class = { .name = "crypto",
					   .what = "cipher 256",
					   .x = &x,
					   .device = &c.device,
					   .open = open,
					   .driver_submit = driver_submit,
					   .ended = &ended,
					   .first = DEPTH_MAX,
					   .registers = true };

	bench_rings(&class, BENCH_PACKED + 1, BATCHES, DEPTH_MAX);
}
