/* SPDX-License-Identifier: BSD-2-Clause */
/* Known answers, for the self-test of a crypto device. */
#ifndef FIRMWARE_COMMANDS_CRYPTO_H
#define FIRMWARE_COMMANDS_CRYPTO_H

#include <picovirtio/crypto.h>

enum { CRYPTO_BYTES = 64 }; /* most in a part of a row */

/* The parts are in hexadecimal digits. */
struct crypto_row {
	const char *name; /* NULL: the end */
	enum vio_crypto_service service;
	uint32_t algorithm;
	uint32_t result_len;
	const char *key, *iv, *text, *want;
};

/* The first row is a cipher. */
extern const struct crypto_row crypto_rows[];

/* A row as bytes. */
struct crypto_known {
	const struct crypto_row *row;
	uint8_t key[CRYPTO_BYTES], iv[CRYPTO_BYTES], text[CRYPTO_BYTES], want[CRYPTO_BYTES];
	uint32_t key_len, iv_len, text_len, want_len;
};

void crypto_decode(const struct crypto_row *row, struct crypto_known *k);

#endif
