/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of TFTP, the checksums, and what is shown of a page: the parts of TCP/IP that know no
 * network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <picovirtio/disk.h>
#include "firmware/network/lwip/body.h"
#include "firmware/network/lwip/hash.h"
#include "firmware/network/lwip/tftp.h"

static bool is_shown(const char *text, size_t n)
{
	static struct body b;

	memset(&b, 0, sizeof(b));
	body_add(&b, text, n);
	assert_int_equal(b.bytes, n);
	return body_is_shown(&b);
}

static void test_a_body_is_shown_if_short_and_harmless(void **state)
{
	static struct body b;
	char many[BODY_SHOWN_MAX + 100];

	(void)state;
	assert_false(is_shown("", 0));
	assert_true(is_shown("text\t\r\n", 7));
	assert_true(is_shown("gr\xc3\xbc\xc3\x9f", 6));
	assert_false(is_shown("\x1b[2J", 4));
	assert_false(is_shown("a\x7f", 2));
	assert_false(is_shown("a\x9b"
			      "2J",
			      4));
	assert_false(is_shown("a\xc2\x9b"
			      "2J",
			      5));
	assert_false(is_shown("a\0", 2));
	memset(many, 'x', sizeof(many));
	assert_true(is_shown(many, BODY_SHOWN_MAX));
	assert_false(is_shown(many, BODY_SHOWN_MAX + 1));
	assert_false(is_shown(many, sizeof(many)));
	body_add(&b, many, 1);
	body_add(&b, many, BODY_SHOWN_MAX - 1);
	assert_true(body_is_shown(&b));
	body_add(&b, many, 1);
	assert_false(body_is_shown(&b));
	assert_int_equal(b.crc, vio_files_crc(0, many, BODY_SHOWN_MAX + 1));
}

/* SipHash-2-4 of the bytes 0 to 15 with the key 0 to 15, from the paper's table; and the check
 * value that every catalogue of CRCs has. */
static void test_hashes_are_the_known_ones(void **state)
{
	const uint64_t key[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };

	(void)state;
	assert_true(hash_keyed(key, key[0], key[1]) == UINT64_C(0x3f2acc7f57c29bdb));
	assert_int_equal(vio_files_crc(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(vio_files_crc(vio_files_crc(0, "1234", 4), "56789", 5), 0xcbf43926);
}

static void test_tftp_asks_and_acknowledges(void **state)
{
	static const char plain[] = "\0\1f\0octet", options[] = "\0\1f\0octet\0tsize\0"
								"0\0blksize\0"
								"1468";
	const struct tftp t = { .block = 0x1234 }, without = { .plain = true };
	uint8_t to[TFTP_PACKET_MAX];
	char longest[TFTP_NAME_MAX + 1];

	(void)state;
	assert_int_equal(tftp_request(&without, to, sizeof(to), "f"), sizeof(plain));
	assert_memory_equal(to, plain, sizeof(plain));
	assert_int_equal(tftp_request(&t, to, sizeof(to), "f"), sizeof(options));
	assert_memory_equal(to, options, sizeof(options));
	memset(longest, 'x', sizeof(longest));
	longest[TFTP_NAME_MAX] = '\0';
	assert_int_equal(tftp_request(&t, to, sizeof(to), longest), 0);
	longest[TFTP_NAME_MAX - 1] = '\0';
	assert_in_range(tftp_request(&t, to, sizeof(to), longest), TFTP_NAME_MAX, sizeof(to));
	for (size_t room = 0; room < sizeof(options); room++)
		assert_int_equal(tftp_request(&t, to, room, "f"), 0);
	assert_int_equal(tftp_acknowledge(&t, to), 4);
	assert_memory_equal(to, "\0\4\x12\x34", 4);
	assert_int_equal(tftp_goodbye(to, sizeof(to)), 12);
	assert_memory_equal(to, "\0\5\0\0stopped", 12);
}

static enum tftp_event take_bytes(struct tftp *t, const void *bytes, size_t n)
{
	uint8_t *p = malloc(n);

	memcpy(p, bytes, n);
	enum tftp_event e = tftp_take(t, p, n);
	free(p);
	return e;
}

static enum tftp_event take(struct tftp *t, unsigned op, unsigned block, size_t data)
{
	uint8_t p[4 + TFTP_PACKET_MAX] = { 0 };

	p[0] = (uint8_t)(op >> 8);
	p[1] = (uint8_t)op;
	p[2] = (uint8_t)(block >> 8);
	p[3] = (uint8_t)block;
	return take_bytes(t, p, 4 + data);
}

static void test_tftp_takes_the_next_block_alone(void **state)
{
	struct tftp t = { 0 };

	(void)state;
	assert_int_equal(take(&t, 3, 0, 512), TFTP_NOTHING);
	assert_int_equal(take(&t, 3, 2, 512), TFTP_NOTHING);
	assert_int_equal(take(&t, 3, 1, 512), TFTP_DATA);
	assert_int_equal(t.bytes, 512);
	assert_int_equal(take(&t, 3, 1, 512), TFTP_REPEATED);
	assert_int_equal(take(&t, 3, 2, 513), TFTP_NOTHING);
	assert_int_equal(take(&t, 4, 2, 0), TFTP_NOTHING);
	assert_int_equal(take(&t, 0x103, 2, 4), TFTP_NOTHING);
	t.block = 0xffff; /* a file of more than 32 MiB */
	assert_int_equal(take(&t, 3, 0, 512), TFTP_DATA);
	assert_int_equal(take(&t, 3, 1, 0), TFTP_LAST);
	assert_int_equal(t.bytes, 0);
	assert_int_equal(take_bytes(&t, "\0\3", 2), TFTP_NOTHING);
}

static void test_tftp_options_are_what_was_asked_for(void **state)
{
#define OACK(text) "\0\6" text, sizeof("\0\6" text)
	static const struct {
		const char *bytes;
		size_t n;
		enum tftp_event event;
		unsigned size;
		bool has_total;
		uint64_t total;
	} rows[] = {
		{ OACK("blksize\0"
		       "1428"),
		  TFTP_OPTIONS, 1428, false, 0 },
		{ OACK("TSIZE\0"
		       "8000000\0BlkSize\0"
		       "8"),
		  TFTP_OPTIONS, 8, true, 8000000 },
		{ OACK("tsize\0"
		       "18446744073709551615"),
		  TFTP_OPTIONS, 0, true, UINT64_MAX },
		{ "\0\6\0\0", 4, TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"
		       "1469"),
		  TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"
		       "7"),
		  TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"
		       "65544"),
		  TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"
		       "-1"),
		  TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"
		       "512x"),
		  TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize\0"), TFTP_BROKEN, 0, false, 0 },
		{ OACK("blksize"), TFTP_BROKEN, 0, false, 0 },
		{ OACK("timeout\0"
		       "1"),
		  TFTP_BROKEN, 0, false, 0 },
		{ "\0\6blksize\0"
		  "8",
		  11, TFTP_BROKEN, 0, false, 0 },
	};
#undef OACK

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp t = { 0 }, plain = { .plain = true };

		assert_int_equal(take_bytes(&t, rows[i].bytes, rows[i].n), rows[i].event);
		assert_int_equal(take_bytes(&plain, rows[i].bytes, rows[i].n), TFTP_BROKEN);
		if (rows[i].event != TFTP_OPTIONS)
			continue;
		assert_int_equal(t.size, rows[i].size);
		assert_int_equal(t.has_total, rows[i].has_total);
		assert_true(t.total == rows[i].total);
		assert_int_equal(take_bytes(&t, rows[i].bytes, rows[i].n), TFTP_REPEATED);
		const size_t size = t.size ? t.size : 512;
		assert_int_equal(take(&t, 3, 1, size + 1), TFTP_NOTHING);
		assert_int_equal(take(&t, 3, 1, size), TFTP_DATA);
		assert_int_equal(take_bytes(&t, rows[i].bytes, rows[i].n), TFTP_NOTHING);
		assert_int_equal(take(&t, 3, 2, size - 1), TFTP_LAST);
	}
}

static void test_tftp_keeps_the_reason(void **state)
{
	uint8_t p[TFTP_PACKET_MAX] = { 0, 5, 0, 1, 'n', 'o', ' ', 'f', 0, 'x' };
	struct tftp t = { 0 };

	(void)state;
	assert_int_equal(take_bytes(&t, p, 10), TFTP_REFUSED);
	assert_string_equal(t.reason, "no f");
	memset(p + 4, 'y', sizeof(p) - 4);
	assert_int_equal(take_bytes(&t, p, sizeof(p)), TFTP_REFUSED);
	assert_int_equal(strlen(t.reason), TFTP_REASON_MAX - 1);
	assert_int_equal(take_bytes(&t, p, 4), TFTP_REFUSED);
	assert_string_equal(t.reason, "");
	p[3] = 8; /* a server that knows no options, and one that says so too late */
	assert_int_equal(take_bytes(&t, p, 10), TFTP_PLAIN);
	t.plain = true;
	assert_int_equal(take_bytes(&t, p, 10), TFTP_REFUSED);
}

static void test_tftp_random_options_do_no_harm(void **state)
{
	static const char letters[] = "\0\0\0\6blksize\0tsize\0"
				      "123";

	(void)state;
	srand(3);
	for (unsigned i = 0; i < 50000; i++) {
		uint8_t p[40] = { 0, (uint8_t)(i % 7 ? 6 : 5) };
		const size_t n = (unsigned)rand() % sizeof(p);
		struct tftp t = { 0 };

		for (size_t k = 2; k < n; k++)
			p[k] = (uint8_t)letters[(unsigned)rand() % (sizeof(letters) - 1)];
		take_bytes(&t, p, n ? n : 1);
		assert_in_range(t.size, 0, 65535);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_body_is_shown_if_short_and_harmless),
		cmocka_unit_test(test_hashes_are_the_known_ones),
		cmocka_unit_test(test_tftp_asks_and_acknowledges),
		cmocka_unit_test(test_tftp_takes_the_next_block_alone),
		cmocka_unit_test(test_tftp_options_are_what_was_asked_for),
		cmocka_unit_test(test_tftp_keeps_the_reason),
		cmocka_unit_test(test_tftp_random_options_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
