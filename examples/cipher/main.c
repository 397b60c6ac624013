/* SPDX-License-Identifier: BSD-2-Clause */
/* Encrypts a block with AES-128-CBC in the device, and decrypts it again. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/crypto.h>

#include <stdio.h>
#include <string.h>

enum { BLOCK = 16 };
#define TIMEOUT UINT64_C(10000000000)
static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_crypto_driver, NULL } };
static struct vio_app app = { .classes = classes, .nclasses = 2 };

static bool session_is_idle(void *arg)
{
	return !((struct vio_crypto_session *)arg)->busy;
}

static bool request_is_idle(void *arg)
{
	return !((struct vio_crypto_request *)arg)->busy;
}

/* One block. What is in flight must stay in place, so it is static. */
static int convert(struct vio_crypto *c, bool decrypt, const uint8_t *src, uint8_t *dst)
{
	static const uint8_t key[BLOCK] = "a key of 16 byte", iv[BLOCK];
	static struct vio_crypto_session sessions[2], *s;
	static struct vio_crypto_request r;

	s = &sessions[decrypt];
	*s = (struct vio_crypto_session){ .service = VIO_CRYPTO_CIPHER,
					  .algorithm = VIO_CRYPTO_AES_CBC,
					  .decrypt = decrypt,
					  .key = key,
					  .key_len = sizeof(key) };
	int rc = vio_crypto_open(c, s);
	if (rc != VIO_OK || !vio_loop_wait(&app.loop, session_is_idle, s, TIMEOUT))
		return rc != VIO_OK ? rc : VIO_ETIMEDOUT;
	r = (struct vio_crypto_request){ .session = s,
					 .iv = iv,
					 .iv_len = BLOCK,
					 .src = src,
					 .src_len = BLOCK,
					 .dst = dst,
					 .dst_len = BLOCK };
	rc = s->err == VIO_OK ? vio_crypto_submit(c, &r) : s->err;
	vio_crypto_kick(c);
	if (rc != VIO_OK || !vio_loop_wait(&app.loop, request_is_idle, &r, TIMEOUT))
		return rc != VIO_OK ? rc : VIO_ETIMEDOUT;
	return r.err; /* a session that is kept may serve many requests */
}

int main(void)
{
	static uint8_t text[BLOCK] = "hello, cipher", secret[BLOCK], back[BLOCK];

	vio_app_start(&app);
	struct vio_crypto *c = vio_crypto_of(vio_probe_first(&app.probe, &vio_crypto_driver));
	int rc = c ? convert(c, false, text, secret) : VIO_ENODEV;
	if (rc == VIO_OK)
		rc = convert(c, true, secret, back);
	printf("AES-CBC: %s\n", vio_strerror(rc));
	printf("%02x %02x ... -> %s\n", secret[0], secret[1], (const char *)back);
	vio_terminal_finish(&app.terminal);
	return rc == VIO_OK && memcmp(text, back, BLOCK) == 0 ? 0 : 1;
}
