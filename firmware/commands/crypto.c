/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/crypto.h"

#include <picovirtio/crypto.h>
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/devices/lack.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"

#include <picovirtio/board.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT_NS UINT64_C(30000000000)

enum {
	DEPTH = 8,	    /* requests of the benchmark that are in flight */
	BLOCK_BYTES = 4096, /* each */
	MIB = 1 << 20,
	MIB_DEFAULT = 4,
	MIB_MAX = 4096,
};

/* Static, since a request in flight may outlive the command. */
static struct vio_crypto_session session;
static struct vio_crypto_request requests[DEPTH];
static struct crypto_known known;
static uint8_t result[CRYPTO_BYTES];
static uint8_t *blocks; /* of the benchmark, from the arena, when it runs first */

static struct {
	uint64_t left; /* requests to be sent */
	int err;
} bench;

static bool is_idle(void *arg)
{
	bool busy = session.busy;

	(void)arg;
	for (unsigned i = 0; i < DEPTH; i++)
		busy |= requests[i].busy;
	return !busy;
}

static int settle(const struct command_context *c)
{
	return wait_result(c->loop, is_idle, NULL, TIMEOUT_NS);
}

/* ---- Known answers ---- */

static int open_session(const struct command_context *c, struct vio_crypto *dev, bool decrypt)
{
	session = (struct vio_crypto_session){ .service = known.row->service,
					       .algorithm = known.row->algorithm,
					       .decrypt = decrypt,
					       .key = known.key_len ? known.key : NULL,
					       .key_len = known.key_len,
					       .result_len = known.row->result_len };
	int rc = vio_crypto_open(dev, &session);

	if (rc == VIO_OK)
		rc = settle(c);
	return rc == VIO_OK ? session.err : rc;
}

static int compute(const struct command_context *c, struct vio_crypto *dev, const uint8_t *src,
		   uint32_t src_len, uint32_t dst_len)
{
	struct vio_crypto_request *r = &requests[0];

	*r = (struct vio_crypto_request){ .session = &session,
					  .iv = known.iv,
					  .iv_len = known.iv_len,
					  .src = src,
					  .src_len = src_len,
					  .dst = result,
					  .dst_len = dst_len };
	int rc = vio_crypto_submit(dev, r);

	vio_crypto_kick(dev);
	if (rc == VIO_OK)
		rc = settle(c);
	return rc == VIO_OK ? r->err : rc;
}

/* One direction: VIO_OK, an error, or 1: another answer than the known one. */
static int try(const struct command_context *c, struct vio_crypto *dev, bool decrypt)
{
	const uint8_t *src = decrypt ? known.want : known.text;
	const uint8_t *want = decrypt ? known.text : known.want;
	const uint32_t src_len = decrypt ? known.want_len : known.text_len;
	const uint32_t want_len = decrypt ? known.text_len : known.want_len;
	int rc = open_session(c, dev, decrypt);

	if (rc == VIO_OK)
		rc = compute(c, dev, src, src_len, want_len);
	if (rc == VIO_OK && memcmp(result, want, want_len) != 0)
		rc = 1;
	if (session.open && vio_crypto_close(dev, &session) == VIO_OK)
		settle(c);
	return rc;
}

static const char *why(const struct command_context *c, const struct vio_crypto *dev, int rc)
{
	return device_error(probe_slot_of(c->probe, &dev->device)->label, &dev->device, rc);
}

static void say(const struct command_context *c, const struct vio_crypto *dev,
		const struct crypto_row *row, int rc)
{
	printf("  %-16s ", row->name);
	if (rc == VIO_OK)
		printf("ok\n");
	else if (rc == 1)
		complain("WRONG: the device computes something else\n");
	else if (rc == VIO_ENOTSUP)
		printf("not offered\n");
	else if (rc == VIO_EIO)
		printf("offered, and refused by the device with status %" PRIu32 "\n",
		       session.status);
	else
		complain("%s\n", why(c, dev, rc));
}

static void test(const struct command_context *c, struct vio_crypto *dev)
{
	for (const struct crypto_row *row = crypto_rows; row->name && !c->loop->interrupted;
	     row++) {
		crypto_decode(row, &known);
		const bool both =
			row->service == VIO_CRYPTO_CIPHER || row->service == VIO_CRYPTO_AEAD;
		int rc = try(c, dev, false);

		if (rc == VIO_OK && both)
			rc = try(c, dev, true);
		say(c, dev, row, rc);
		if (!is_idle(NULL) || dev->device.state != VIO_LIVE)
			return;
	}
}

/* ---- The benchmark ---- */

static void send_next(struct vio_crypto *dev, struct vio_crypto_request *r)
{
	if (bench.left == 0 || bench.err != VIO_OK)
		return;
	const int rc = vio_crypto_submit(dev, r);

	if (rc != VIO_OK)
		bench.err = rc;
	else
		bench.left--;
}

static void sent(struct vio_crypto *dev, struct vio_crypto_request *r)
{
	if (r->err != VIO_OK)
		bench.err = r->err;
	else
		send_next(dev, r);
}

static bool have_blocks(void)
{
	const struct vio_platform *p = &vio_board.platform;

	if (!blocks)
		blocks = p->memory(p->ctx, (size_t)2 * DEPTH * BLOCK_BYTES, BLOCK_BYTES);
	return blocks;
}

static void measure(const struct command_context *c, struct vio_crypto *dev, uint64_t mib)
{
	const uint64_t start = vio_loop_now(c->loop);

	bench.left = mib * MIB / BLOCK_BYTES;
	bench.err = VIO_OK;
	for (unsigned i = 0; i < DEPTH; i++) {
		uint8_t *src = blocks + (size_t)2 * i * BLOCK_BYTES;

		requests[i] = (struct vio_crypto_request){ .session = &session,
							   .iv = known.iv,
							   .iv_len = known.iv_len,
							   .src = src,
							   .src_len = BLOCK_BYTES,
							   .dst = src + BLOCK_BYTES,
							   .dst_len = BLOCK_BYTES,
							   .done = sent };
		send_next(dev, &requests[i]);
	}
	vio_crypto_kick(dev);
	int rc = wait_result(c->loop, is_idle, NULL, mib * TIMEOUT_NS);
	const uint64_t us = (vio_loop_now(c->loop) - start) / 1000 + 1;
	if (rc == VIO_OK)
		rc = bench.err;
	if (rc != VIO_OK)
		complain("crypto: %s\n", why(c, dev, rc));
	else
		printf("%s, %u requests of %u bytes in flight: %" PRIu64 " MiB in %" PRIu64
		       " ms, %" PRIu64 " KiB/s\n",
		       known.row->name, DEPTH, BLOCK_BYTES, mib, us / 1000,
		       mib * 1024 * 1000000 / us);
}

static void run_bench(const struct command_context *c, struct vio_crypto *dev, uint64_t mib)
{
	crypto_decode(&crypto_rows[0], &known);
	if (!have_blocks()) {
		complain("crypto: no memory left for the blocks\n");
		return;
	}
	const int rc = open_session(c, dev, false);
	if (rc != VIO_OK) {
		say(c, dev, known.row, rc);
		complain_silently();
		return;
	}
	measure(c, dev, mib);
	bench.left = 0;
	if (vio_crypto_close(dev, &session) == VIO_OK)
		settle(c);
}

/* ---- The command ---- */

static void print_device(const struct slot *s, const struct vio_crypto *dev)
{
	static const char *const services[] = { "ciphers", "hashes", "MACs", "AEAD" };

	printf("%s  %s\n", s->label, dev->ready ? "ready" : "not ready: its backend is missing");
	for (unsigned i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if ((dev->info.services >> i & 1) != 0)
			printf("    %-10s 0x%" PRIx64 "\n", services[i], dev->info.algorithms[i]);
	}
	printf("    keys       of ciphers up to %" PRIu32 " bytes, of MACs up to %" PRIu32 "\n",
	       dev->info.cipher_key_max, dev->info.auth_key_max);
	printf("    counted    %" PRIu32 " requests, %" PRIu32 " errors\n", dev->requests,
	       dev->errors);
}

/* The first live crypto device. NULL: it cannot be used, and the reason is printed. */
static struct vio_crypto *find(const struct command_context *c)
{
	const struct slot *s = c->probe->slots;

	while (s && (!vio_crypto_of(s->device) || s->device->state != VIO_LIVE))
		s = s->next;
	if (!s) {
		device_lacks(c->probe, &vio_crypto_driver, "crypto", "crypto device",
			     "-object cryptodev-backend-builtin,id=b -device "
			     "virtio-crypto-device,cryptodev=b");
		return NULL;
	}
	print_device(s, vio_crypto_of(s->device));
	return vio_crypto_of(s->device);
}

enum { SHOW = -1, TEST };

static const char verbs[] = "test bench";

static void run(const struct command_context *c, int argc, char **argv)
{
	const int verb = argc > 1 ? verb_choice("crypto", argv[1], verbs) : SHOW;
	uint64_t mib = MIB_DEFAULT;

	if ((argc > 1 && verb < 0) ||
	    (verb == TEST && !shell_is_use("crypto test", "", 0, 0, argc - 1, argv + 1)))
		return;
	if (argc == 3 && !shell_number_word("crypto", argv[2], 1, MIB_MAX, &mib))
		return;
	struct vio_crypto *dev = find(c);
	if (!dev || argc == 1)
		return;
	const int rc = settle(c); /* with an earlier command */
	if (rc != VIO_OK)
		complain("crypto: %s\n", why(c, dev, rc));
	else if (!dev->ready)
		complain_silently(); /* it is printed above */
	else if (verb == TEST)
		test(c, dev);
	else
		run_bench(c, dev, mib);
}

extern const struct command command_crypto;
const struct command command_crypto = {
	.name = "crypto",
	.args = "[test | bench [MIB]]",
	.help = "the crypto device; known answers, and how fast it is",
	.most = 2,
	.words = verbs,
	.run = run,
};
