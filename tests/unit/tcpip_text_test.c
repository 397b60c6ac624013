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
	static const uint8_t want[] = { 0, 1, 'f', 0, 'o', 'c', 't', 'e', 't', 0 };
	struct tftp t = { .block = 0x1234 };
	uint8_t to[TFTP_PACKET_MAX];
	char longest[TFTP_NAME_MAX + 1];

	(void)state;
	assert_int_equal(tftp_request(to, sizeof(to), "f"), sizeof(want));
	assert_memory_equal(to, want, sizeof(want));
	memset(longest, 'x', sizeof(longest));
	longest[TFTP_NAME_MAX] = '\0';
	assert_int_equal(tftp_request(to, sizeof(to), longest), 0);
	assert_int_equal(tftp_request(to, 9, "f"), 0);
	assert_int_equal(tftp_acknowledge(&t, to), 4);
	assert_memory_equal(to, "\0\4\x12\x34", 4);
}

static enum tftp_event take(struct tftp *t, unsigned op, unsigned block, size_t data)
{
	uint8_t *p = calloc(1, 4 + data);

	p[0] = (uint8_t)(op >> 8);
	p[1] = (uint8_t)op;
	p[2] = (uint8_t)(block >> 8);
	p[3] = (uint8_t)block;
	enum tftp_event e = tftp_take(t, p, 4 + data);
	free(p);
	return e;
}

static void test_tftp_takes_the_next_block_alone(void **state)
{
	struct tftp t = { 0 };

	(void)state;
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
	assert_int_equal(tftp_take(&t, (const uint8_t *)"\0\3", 2), TFTP_NOTHING);
}

static void test_tftp_keeps_a_reason_that_can_be_printed(void **state)
{
	uint8_t p[TFTP_PACKET_MAX] = { 0, 5, 0, 1, 'n', 'o', 27, '[', 0, 'x' };
	struct tftp t = { 0 };

	(void)state;
	assert_int_equal(tftp_take(&t, p, 10), TFTP_ERROR);
	assert_string_equal(t.reason, "no?[");
	memset(p + 4, 'y', sizeof(p) - 4);
	assert_int_equal(tftp_take(&t, p, sizeof(p)), TFTP_ERROR);
	assert_int_equal(strlen(t.reason), TFTP_REASON_MAX - 1);
	assert_int_equal(tftp_take(&t, p, 4), TFTP_ERROR);
	assert_string_equal(t.reason, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_body_is_shown_if_short_and_harmless),
		cmocka_unit_test(test_hashes_are_the_known_ones),
		cmocka_unit_test(test_tftp_asks_and_acknowledges),
		cmocka_unit_test(test_tftp_takes_the_next_block_alone),
		cmocka_unit_test(test_tftp_keeps_a_reason_that_can_be_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
