/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of HTTP by RFC 9112 and RFC 9110, row by row; each row in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/http_request.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define HOST "Host: x\r\n"

static const struct {
	const char *text;
	unsigned status;
	bool head;
	const char *path;
} requests[] = {
	/* Targets: RFC 9112, 3.2. */
	{ "GET /bytes/17 HTTP/1.0\r\n\r\n", 200, false, "/bytes/17" },
	{ "GET / HTTP/1.1\r\n" HOST "\r\n", 200, false, "/" },
	{ "GET /?a=b HTTP/1.1\r\n" HOST "\r\n", 200, false, "/" },
	{ "GET /x?/y HTTP/1.1\r\n" HOST "\r\n", 200, false, "/x" },
	{ "GET http://x:80/y HTTP/1.1\r\n" HOST "\r\n", 200, false, "/y" },
	{ "GET HTTP://x HTTP/1.1\r\n" HOST "\r\n", 200, false, "/" },
	{ "GET http://x?q HTTP/1.1\r\n" HOST "\r\n", 200, false, "/" },
	{ "GET http:// HTTP/1.1\r\n" HOST "\r\n", 400, false, "" },
	{ "GET x HTTP/1.1\r\n" HOST "\r\n", 400, false, "" },
	{ "GET * HTTP/1.1\r\n" HOST "\r\n", 400, false, "" },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 405, false, "" },
	{ "CONNECT x:80 HTTP/1.1\r\n" HOST "\r\n", 405, false, "" },
	/* Methods: RFC 9110, 9. */
	{ "HEAD / HTTP/1.1\r\n" HOST "\r\n", 200, true, "/" },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 405, false, "" },
	{ "BREW / HTTP/1.1\r\n" HOST "\r\n", 501, false, "" },
	{ "get / HTTP/1.1\r\n" HOST "\r\n", 501, false, "" },
	{ "G<T / HTTP/1.1\r\n" HOST "\r\n", 400, false, "" },
	/* The line: RFC 9112, 2.2, 2.3 and 3. */
	{ "\r\n\r\nGET / HTTP/1.0\r\n\r\n", 200, false, "/" },
	{ "GET / HTTP/1.0\n\n", 200, false, "/" },
	{ "GET / HTTP/1.9\r\n" HOST "\r\n", 200, false, "/" },
	{ "GET / HTTP/2.0\r\n\r\n", 505, false, "" },
	{ "HEAD / HTTP/3.0\r\n\r\n", 505, true, "" },
	{ "GET / http/1.0\r\n\r\n", 400, false, "" },
	{ "GET / HTTP/1.10\r\n\r\n", 400, false, "" },
	{ "GET /\r\n\r\n", 400, false, "" },
	{ "GETS\r\n\r\n", 400, false, "" },
	{ " / HTTP/1.0\r\n\r\n", 400, false, "" },
	{ "GET  / HTTP/1.0\r\n\r\n", 400, false, "" },
	{ "GET / x HTTP/1.0\r\n\r\n", 400, false, "" },
	{ "GET /\rx HTTP/1.0\r\n\r\n", 400, false, "" },
	{ "\x16\x03\x01\x02\r\n\r\n", 400, false, "" },
	/* Host: RFC 9112, 3.2. */
	{ "GET / HTTP/1.1\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\nhOST:\tx:8080 \t\r\n\r\n", 200, false, "/" },
	{ "GET / HTTP/1.1\r\nhOST:\tx:8080\r\n\r\n", 200, false, "/" },
	{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n", 400, false, "/" },
	/* Headers, and how the body is framed: RFC 9112, 5 and 6. */
	{ "GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nConnection: keep-alive\r\n\r\n", 200,
	  false, "/" },
	{ "GET / HTTP/1.0\r\n \r\nX: y\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.0\r\nno colon\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.0\r\nX : y\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.0\r\nX: y\r\n folded\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.0\r\nX: \x1b[2J\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabc", 200, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400, false,
	  "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: x\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 200, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, false, "/" },
	{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400,
	  false, "/" },
	/* Not all of it. */
	{ "GET / HTTP/1.1\r\n" HOST, 0, false, "/" },
	{ "\r\n\r\n", 0, false, "" },
};

static void ask(struct http_request *r, const char *text, size_t n, size_t piece)
{
	memset(r, 0, sizeof(*r));
	for (size_t at = 0; at < n && !r->done; at += piece) {
		const size_t now = n - at < piece ? n - at : piece;
		uint8_t *copy = malloc(now);

		memcpy(copy, text + at, now);
		assert_in_range(http_request_take(r, copy, now), 1, now);
		free(copy);
	}
}

static void test_requests_are_judged_as_the_rfc_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++) {
		const size_t n = strlen(requests[i].text);

		for (size_t piece = 1; piece <= n; piece++) {
			struct http_request r;

			ask(&r, requests[i].text, n, piece);
			if (r.status != requests[i].status || r.head != requests[i].head ||
			    strcmp(r.path, requests[i].path) != 0)
				fail_msg("request %zu: status %u, head %d, path %s", i, r.status,
					 r.head, r.path);
		}
	}
}

static void test_a_request_says_whether_another_may_follow(void **state)
{
	static const struct {
		const char *text;
		bool keeps;
	} table[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", true },
		{ "HEAD / HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: closed, TE\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "X-Connection: close\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "connection: TE ,\tClose,x\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: close\r\nConnection: TE\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", false },
		{ "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", false },
		{ "POST / HTTP/1.1\r\n" HOST "\r\n", false },
		{ "GET / HTTP/1.1\r\n\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct http_request r;

		ask(&r, table[i].text, strlen(table[i].text), 5);
		assert_true(r.done);
		if (http_request_keeps(&r) != table[i].keeps)
			fail_msg("request %zu", i);
	}
}

static void test_requests_that_are_too_long(void **state)
{
	static char text[2 * HTTP_HEAD_MAX];
	struct http_request r;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "GET /", 5);
	ask(&r, text, sizeof(text), 99);
	assert_int_equal(r.status, 414);
	text[600] = '\n';
	ask(&r, text, sizeof(text), 99);
	assert_int_equal(r.status, 414);
	memcpy(text, "GET / HTTP/1.0\r\nX: ", 19);
	text[600] = 'x';
	ask(&r, text, sizeof(text), 99);
	assert_int_equal(r.status, 431);
	memcpy(text + 600, "\r\n\r\n", 4); /* a long line of no interest */
	ask(&r, text, sizeof(text), 99);
	assert_int_equal(r.status, 200);
	memset(text, '\n', sizeof(text));
	ask(&r, text, sizeof(text), 99);
	assert_int_equal(r.status, 414);
}

static void test_random_requests_do_no_harm(void **state)
{
	static const char words[] =
		"GET HEAD / HTTP/1.1\r\n\r\nhost: x\r\ncontent-length: 9\t :-\xff";
	char text[600];

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		struct http_request r;
		const size_t n = 1 + (unsigned)rand() % (sizeof(text) - 1);

		strcpy(text, i % 2 ? "GET / HTTP/1.1\r\n" : "");
		for (size_t k = strlen(text); k < n; k++)
			text[k] = words[(unsigned)rand() % sizeof(words)];
		ask(&r, text, n, 1 + (unsigned)rand() % 300);
		assert_non_null(memchr(r.path, 0, sizeof(r.path)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_are_judged_as_the_rfc_says),
		cmocka_unit_test(test_a_request_says_whether_another_may_follow),
		cmocka_unit_test(test_requests_that_are_too_long),
		cmocka_unit_test(test_random_requests_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
