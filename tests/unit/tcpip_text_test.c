/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of HTTP and TFTP, the checksums, and what is shown of a page: the parts of TCP/IP that
 * know no network. */
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
#include "firmware/network/lwip/http.h"
#include "firmware/network/lwip/tftp.h"

static void test_addresses_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *host, *path;
		unsigned port;
	} good[] = {
		{ "http://10.0.2.2/", "10.0.2.2", "/", 80 },
		{ "http://a.test", "a.test", "", 80 },
		{ "a.test:8080/x?y=z", "a.test", "/x?y=z", 8080 },
		{ "http://h:65535/p:1/", "h", "/p:1/", 65535 },
	};
	static const char *const bad[] = { "",
					   "http://",
					   "/path",
					   "h:",
					   "h:/",
					   "h:0/",
					   "h:65536/",
					   "h:1x/",
					   "h:-1/",
					   "http://:80/",
					   "h:99999999999999999999/" };
	char longest[HTTP_HOST_MAX + 2];
	struct http_url url;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(http_url(good[i].text, &url));
		assert_string_equal(url.host, good[i].host);
		assert_string_equal(url.path, good[i].path);
		assert_int_equal(url.port, good[i].port);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(http_url(bad[i], &url));
	memset(longest, 'h', sizeof(longest));
	longest[HTTP_HOST_MAX] = '\0';
	assert_false(http_url(longest, &url));
	longest[HTTP_HOST_MAX - 1] = '\0';
	assert_true(http_url(longest, &url));
}

typedef size_t (*head_fn)(struct http_head *h, const uint8_t *p, size_t n);

/* In pieces of `piece` bytes, each in memory of its exact size. */
static size_t feed(struct http_head *h, head_fn fn, const char *text, size_t n, size_t piece)
{
	size_t at, used = 0;

	memset(h, 0, sizeof(*h));
	for (at = 0; at < n && !h->done && !h->bad; at += piece) {
		const size_t now = n - at < piece ? n - at : piece;
		uint8_t *copy = malloc(now);

		memcpy(copy, text + at, now);
		used += fn(h, copy, now);
		free(copy);
	}
	return used;
}

static void test_an_answer_is_read_in_pieces_of_any_size(void **state)
{
	static const char text[] = "HTTP/1.1 301 Moved\r\nServer: x\r\ncontent-LENGTH:  1234\r\n"
				   "Location: http://b.test/ \r\n\r\nbody";
	struct http_head h;

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		assert_int_equal(feed(&h, http_answer, text, sizeof(text) - 1, piece),
				 sizeof(text) - 5);
		assert_true(h.done && !h.bad && h.has_length && !h.encoded);
		assert_int_equal(h.status, 301);
		assert_int_equal(h.length, 1234);
		assert_string_equal(h.location, "http://b.test/");
	}
}

static void expect_bad(const char *text)
{
	struct http_head h;

	feed(&h, http_answer, text, strlen(text), 7);
	assert_true(h.bad);
}

static void test_answers_that_are_none_are_refused(void **state)
{
	static char endless[2 * HTTP_HEAD_MAX];
	struct http_head h;

	(void)state;
	expect_bad("\r\n\r\n");
	expect_bad("HTTP/2.0 200 OK\r\n\r\n");
	expect_bad("HTTP/1.0\r\n\r\n");
	expect_bad("HTTP/1.0 20\r\n\r\n");
	expect_bad("HTTP/1.0 x00 OK\r\n\r\n");
	expect_bad("HTTP/1.0 1000 OK\r\n\r\n");
	expect_bad("HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n");
	expect_bad("HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
	expect_bad("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n");
	memset(endless, 'x', sizeof(endless));
	memcpy(endless, "HTTP/1.0 200 OK\r\nX: ", 20);
	feed(&h, http_answer, endless, sizeof(endless), 1000);
	assert_true(h.bad);
	assert_true(h.bytes <= HTTP_HEAD_MAX + 1);
}

static void test_an_encoded_body_is_told_from_a_plain_one(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
	struct http_head h;

	(void)state;
	feed(&h, http_answer, text, sizeof(text) - 1, 3);
	assert_true(h.done && h.encoded && !h.has_length);
}

static void test_a_request_is_read(void **state)
{
	static const char get[] = "GET /bytes/17 HTTP/1.0\r\nHost: x\r\n\r\n";
	static const char post[] = "POST / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n";
	static const char bad[] = "GETS\r\n\r\n", other[] = "GET http://x/ HTTP/1.0\r\n\r\n";
	static char longest[1000];
	struct http_head h;

	(void)state;
	feed(&h, http_request, get, sizeof(get) - 1, 5);
	assert_true(h.done && !h.bad && h.get);
	assert_string_equal(h.path, "/bytes/17");
	feed(&h, http_request, post, sizeof(post) - 1, 5);
	assert_true(h.done && !h.bad && !h.get);
	feed(&h, http_request, bad, sizeof(bad) - 1, 5);
	assert_true(h.bad);
	feed(&h, http_request, other, sizeof(other) - 1, 5);
	assert_true(h.bad);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "GET /", 5);
	memcpy(longest + sizeof(longest) - 4, "\r\n\r\n", 4);
	feed(&h, http_request, longest, sizeof(longest), 99);
	assert_true(h.done && strlen(h.path) < HTTP_LINE_MAX);
}

static void test_random_heads_do_no_harm(void **state)
{
	static const char words[] = "HTTP/1.0 200 GET /\r\n\r\ncontent-length: 9location:\t :-\xff";
	char text[600];
	struct http_head h;

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		for (size_t n = 0; n < sizeof(text); n++)
			text[n] = words[(unsigned)rand() % (sizeof(words))];
		feed(&h, i % 2 ? http_answer : http_request, text, (unsigned)rand() % sizeof(text),
		     1 + (unsigned)rand() % 300);
		assert_true(memchr(h.path, 0, sizeof(h.path)) != NULL);
		assert_true(memchr(h.location, 0, sizeof(h.location)) != NULL);
	}
}

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
		cmocka_unit_test(test_addresses_are_taken_apart),
		cmocka_unit_test(test_an_answer_is_read_in_pieces_of_any_size),
		cmocka_unit_test(test_answers_that_are_none_are_refused),
		cmocka_unit_test(test_an_encoded_body_is_told_from_a_plain_one),
		cmocka_unit_test(test_a_request_is_read),
		cmocka_unit_test(test_random_heads_do_no_harm),
		cmocka_unit_test(test_a_body_is_shown_if_short_and_harmless),
		cmocka_unit_test(test_hashes_are_the_known_ones),
		cmocka_unit_test(test_tftp_asks_and_acknowledges),
		cmocka_unit_test(test_tftp_takes_the_next_block_alone),
		cmocka_unit_test(test_tftp_keeps_a_reason_that_can_be_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
