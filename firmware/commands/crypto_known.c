/* SPDX-License-Identifier: BSD-2-Clause */
/* The answers of NIST SP 800-38A (AES), FIPS 180-2 (SHA), RFC 2202 and 4231 (HMAC), and of the
 * specification of GCM. */
#include "firmware/commands/crypto.h"

#define KEY128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define IV128  "000102030405060708090a0b0c0d0e0f"
#define TEXT   "6bc1bee22e409f96e93d7e117393172a"
#define ABC    "616263"
#define JEFE   "4a656665"
#define WANT   "7768617420646f2079612077616e7420666f72206e6f7468696e673f"
#define ZERO   "00000000000000000000000000000000"

const struct crypto_row crypto_rows[] = {
	{ "AES-128-CBC", VIO_CRYPTO_CIPHER, VIO_CRYPTO_AES_CBC, 0, KEY128, IV128, TEXT,
	  "7649abac8119b246cee98e9b12e9197d" },
	{ "AES-256-CBC", VIO_CRYPTO_CIPHER, VIO_CRYPTO_AES_CBC, 0, KEY256, IV128, TEXT,
	  "f58c4c04d6e5f1ba779eabfb5f7bfbd6" },
	{ "AES-128-ECB", VIO_CRYPTO_CIPHER, VIO_CRYPTO_AES_ECB, 0, KEY128, "", TEXT,
	  "3ad77bb40d7a3660a89ecaf32466ef97" },
	{ "AES-128-CTR", VIO_CRYPTO_CIPHER, VIO_CRYPTO_AES_CTR, 0, KEY128,
	  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", TEXT, "874d6191b620e3261bef6864990db6ce" },
	{ "SHA-1", VIO_CRYPTO_HASH, VIO_CRYPTO_SHA1, 20, "", "", ABC,
	  "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "SHA-256", VIO_CRYPTO_HASH, VIO_CRYPTO_SHA256, 32, "", "", ABC,
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "HMAC-SHA-1", VIO_CRYPTO_MAC, VIO_CRYPTO_HMAC_SHA1, 20, JEFE, "", WANT,
	  "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ "HMAC-SHA-256", VIO_CRYPTO_MAC, VIO_CRYPTO_HMAC_SHA256, 32, JEFE, "", WANT,
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ "AES-128-GCM", VIO_CRYPTO_AEAD, VIO_CRYPTO_GCM, 16, ZERO, "000000000000000000000000",
	  ZERO, "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf" },
	{ NULL, VIO_CRYPTO_CIPHER, 0, 0, "", "", "", "" },
};

static uint8_t digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static uint32_t bytes(const char *digits, uint8_t *to)
{
	uint32_t n;

	for (n = 0; digits[2 * n] != '\0' && n < CRYPTO_BYTES; n++)
		to[n] = (uint8_t)(digit(digits[2 * n]) << 4 | digit(digits[2 * n + 1]));
	return n;
}

void crypto_decode(const struct crypto_row *row, struct crypto_known *k)
{
	k->row = row;
	k->key_len = bytes(row->key, k->key);
	k->iv_len = bytes(row->iv, k->iv);
	k->text_len = bytes(row->text, k->text);
	k->want_len = bytes(row->want, k->want);
}
