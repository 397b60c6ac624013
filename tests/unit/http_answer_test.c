/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of HTTP by RFC 9112 and RFC 9110, row by row; each row in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/http_answer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct got {
	size_t n;
	char text[64];
};

static void keep(void *arg, const uint8_t *p, size_t n)
{
	struct got *g = arg;

	for (size_t i = 0; i < n; i++, g->n++) {
		if (g->n < sizeof(g->text) - 1)
			g->text[g->n] = (char)p[i];
	}
}

/* In pieces of `piece` bytes, each in memory of its exact size. */
static void feed(struct http_answer *a, struct got *g, const char *text, size_t n, size_t piece)
{
	memset(g, 0, sizeof(*g));
	for (size_t at = 0; at < n; at += piece) {
		const size_t now = n - at < piece ? n - at : piece;
		uint8_t *copy = malloc(now);

		memcpy(copy, text + at, now);
		http_answer_take(a, copy, now, keep, g);
		free(copy);
	}
}

#define LENGTH(n) "HTTP/1.1 200 OK\r\nContent-Length: " n "\r\n\r\n"
#define CHUNKED	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

enum { OPEN, CLOSED }; /* does the server close the connection? */
enum { NOT_DONE, DONE };

static const struct row {
	const char *text;
	unsigned closed, done, status;
	enum http_fault fault;
	const char *body;
} rows[] = {
	/* The status line: RFC 9112, 4. */
	{ LENGTH("4") "body", OPEN, DONE, 200, HTTP_NO_FAULT, "body" },
	{ "HTTP/1.0 200\r\nContent-Length: 3\r\n\r\nok\n", OPEN, DONE, 200, HTTP_NO_FAULT, "ok\n" },
	{ "HTTP/1.1 200 OK\nContent-Length: 3\n\nlf\n", OPEN, DONE, 200, HTTP_NO_FAULT, "lf\n" },
	{ "\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "HTTP/2.0 200 OK\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "HTTP/1.0\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "HTTP/1.0 20\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "HTTP/1.0 x00 OK\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "HTTP/1.0 1000 OK\r\n\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", OPEN, NOT_DONE, 0, HTTP_NOT_HTTP, "" },
	/* Answers before the answer: RFC 9110, 15.2. */
	{ "HTTP/1.1 100 Continue\r\n\r\n" LENGTH("4") "body", OPEN, DONE, 200, HTTP_NO_FAULT,
	  "body" },
	{ "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\nContent-Length: 9\r\n\r\n" LENGTH("2") "hi",
	  OPEN, DONE, 200, HTTP_NO_FAULT, "hi" },
	{ "HTTP/1.1 101 Switching Protocols\r\n\r\n", OPEN, DONE, 101, HTTP_NO_FAULT, "" },
	/* No body: RFC 9112, 6.3, 1. */
	{ "HTTP/1.1 204 No Content\r\n\r\n", OPEN, DONE, 204, HTTP_NO_FAULT, "" },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", OPEN, DONE, 304, HTTP_NO_FAULT,
	  "" },
	{ LENGTH("0"), OPEN, DONE, 200, HTTP_NO_FAULT, "" },
	/* Lengths: RFC 9112, 6.3, 5 to 7. */
	{ "HTTP/1.1 200 OK\r\ncontent-LENGTH:4 \t\r\n\r\nbody and more", OPEN, DONE, 200,
	  HTTP_NO_FAULT, "body" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody", OPEN, DONE, 200,
	  HTTP_NO_FAULT, "body" },
	{ LENGTH("4, 4") "body", OPEN, DONE, 200, HTTP_NO_FAULT, "body" },
	{ LENGTH("4, 5") "body", OPEN, NOT_DONE, 200, HTTP_BAD_LENGTH, "" },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", OPEN, NOT_DONE, 200,
	  HTTP_BAD_LENGTH, "" },
	{ LENGTH("-1"), OPEN, NOT_DONE, 200, HTTP_BAD_LENGTH, "" },
	{ LENGTH("4x"), OPEN, NOT_DONE, 200, HTTP_BAD_LENGTH, "" },
	{ LENGTH(""), OPEN, NOT_DONE, 200, HTTP_BAD_LENGTH, "" },
	{ LENGTH("99999999999999999999"), OPEN, NOT_DONE, 200, HTTP_BAD_LENGTH, "" },
	{ LENGTH("10") "short", CLOSED, NOT_DONE, 200, HTTP_NO_FAULT, "short" },
	{ "HTTP/1.0 200 OK\r\n\r\nto the end", OPEN, NOT_DONE, 200, HTTP_NO_FAULT, "to the end" },
	{ "HTTP/1.0 200 OK\r\n\r\nto the end", CLOSED, DONE, 200, HTTP_NO_FAULT, "to the end" },
	{ "HTTP/1.0 200 OK\r\nServer: x", CLOSED, NOT_DONE, 200, HTTP_NO_FAULT, "" },
	{ "", CLOSED, NOT_DONE, 0, HTTP_NO_FAULT, "" },
	/* Chunks: RFC 9112, 7.1. A length beside them is overridden (6.3, 3). */
	{ CHUNKED "5\r\nhello\r\n0\r\n\r\n", OPEN, DONE, 200, HTTP_NO_FAULT, "hello" },
	{ CHUNKED "0\r\n\r\n", OPEN, DONE, 200, HTTP_NO_FAULT, "" },
	{ CHUNKED "A;x=\"y\"\r\n0123456789\r\n03 \r\nabc\r\n0\r\nTrailer: x\r\n\r\n", OPEN, DONE,
	  200, HTTP_NO_FAULT, "0123456789abc" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
	  "5\nhello\n0\n\n",
	  OPEN, DONE, 200, HTTP_NO_FAULT, "hello" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nzip", CLOSED, DONE, 200, HTTP_NO_FAULT,
	  "zip" },
	{ CHUNKED "5\r\nhello\r\n", CLOSED, NOT_DONE, 200, HTTP_NO_FAULT, "hello" },
	{ CHUNKED "\r\n", OPEN, NOT_DONE, 200, HTTP_BAD_CHUNK, "" },
	{ CHUNKED "x\r\n", OPEN, NOT_DONE, 200, HTTP_BAD_CHUNK, "" },
	{ CHUNKED "-1\r\n", OPEN, NOT_DONE, 200, HTTP_BAD_CHUNK, "" },
	{ CHUNKED "2\r\nhello", OPEN, NOT_DONE, 200, HTTP_BAD_CHUNK, "he" },
	{ CHUNKED "ffffffffffffffff\r\nabc", OPEN, NOT_DONE, 200, HTTP_BAD_CHUNK, "" },
	/* Headers: RFC 9112, 5. */
	{ "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", OPEN, NOT_DONE, 200, HTTP_BAD_HEADER, "" },
	{ "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", OPEN, NOT_DONE, 200, HTTP_BAD_HEADER, "" },
	{ "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\nContent-Length: 0\r\n\r\n", OPEN, DONE, 200,
	  HTTP_NO_FAULT, "" },
};

static void test_answers_are_framed_as_the_rfc_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const size_t n = strlen(rows[i].text);

		for (size_t piece = 1; piece <= n + 1; piece++) {
			struct http_answer a = { 0 };
			struct got g;

			feed(&a, &g, rows[i].text, n, piece);
			if (rows[i].closed)
				http_answer_end(&a);
			if (a.fault != rows[i].fault || a.done != rows[i].done ||
			    a.status != rows[i].status || strcmp(g.text, rows[i].body) != 0)
				fail_msg("row %zu: fault %d, done %d, status %u, body %s", i,
					 a.fault, a.done, a.status, g.text);
		}
	}
}

static void test_an_answer_to_head_has_no_body(void **state)
{
	struct http_answer a = { .to_head = true };
	struct got g;

	(void)state;
	feed(&a, &g, LENGTH("5"), strlen(LENGTH("5")), 7);
	assert_true(a.done);
	assert_int_equal(a.length, 5);
}

static void test_encodings_are_told(void **state)
{
	static const struct {
		const char *header;
		bool coded;
	} table[] = {
		{ "Content-Encoding: gzip", true },
		{ "Content-Encoding: identity", false },
		{ "Transfer-Encoding: chunked", false },
		{ "Transfer-Encoding: gzip, chunked", true },
		{ "Transfer-Encoding: gzip", true },
		{ "X-Content-Encoding: gzip", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct http_answer a = { 0 };
		char text[100] = "HTTP/1.1 200 OK\r\n";
		struct got g;

		strcat(strcat(text, table[i].header), "\r\n\r\n");
		feed(&a, &g, text, strlen(text), 3);
		assert_true(a.head_done);
		assert_int_equal(a.coded, table[i].coded);
	}
}

static void location(struct http_answer *a, size_t bytes)
{
	static char text[HTTP_HEAD_MAX];
	struct got g;

	strcpy(text, "HTTP/1.1 302 Found\r\nLocation: ");
	const size_t at = strlen(text);
	memset(text + at, 'x', bytes);
	strcpy(text + at + bytes, "\r\n\r\n");
	memset(a, 0, sizeof(*a));
	feed(a, &g, text, strlen(text), 100);
	assert_true(a->head_done);
	assert_true(http_answer_leads_on(a));
}

static void test_a_location_is_whole_or_known_to_be_cut(void **state)
{
	enum { NAME = sizeof("Location: ") - 1 };
	struct http_answer a;

	(void)state;
	location(&a, HTTP_LINE_MAX - NAME);
	assert_false(a.location_cut);
	assert_int_equal(strlen(a.location), HTTP_LINE_MAX - NAME);
	location(&a, HTTP_LINE_MAX - NAME + 1);
	assert_true(a.location_cut);
	assert_int_equal(strlen(a.location), HTTP_LINE_MAX - NAME);
}

/* Without an end: a head, a line, 1xx answers, an extension, a trailer. */
static void test_what_has_no_end_ends(void **state)
{
	static const struct {
		const char *start, *again;
		enum http_fault fault;
	} table[] = {
		{ "HTTP/1.1 200 OK\r\n", "X: y\r\n", HTTP_HEAD_LONG },
		{ "HTTP/1.1 200 OK\r\nX: ", "y", HTTP_HEAD_LONG },
		{ "HTTP/1.1 ", "2", HTTP_NOT_HTTP },
		{ "", "HTTP/1.1 100 Continue\r\n\r\n", HTTP_TOO_MANY },
		{ CHUNKED "1;", "x", HTTP_BAD_CHUNK },
		{ CHUNKED, "0", HTTP_BAD_CHUNK },
		{ CHUNKED "0\r\n", "X: y\r\n", HTTP_HEAD_LONG },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct http_answer a = { 0 };
		struct got g;

		feed(&a, &g, table[i].start, strlen(table[i].start), 10);
		for (unsigned k = 0; k < 2 * HTTP_HEAD_MAX && a.fault == HTTP_NO_FAULT; k++)
			feed(&a, &g, table[i].again, strlen(table[i].again), 100);
		assert_int_equal(a.fault, table[i].fault);
	}
}

static void test_random_heads_do_no_harm(void **state)
{
	static const char words[] = "HTTP/1.1 200 GET /\r\n\r\ncontent-length: 9location:\t :-\xff"
				    "transfer-encoding: chunked\r\n";
	char text[600];

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		struct http_answer a = { 0 };
		struct got g;
		const size_t n = (unsigned)rand() % sizeof(text);

		strcpy(text, i % 3 ? CHUNKED : "");
		for (size_t k = strlen(text); k < n; k++)
			text[k] = words[(unsigned)rand() % (sizeof(words))];
		feed(&a, &g, text, n, 1 + (unsigned)rand() % 300);
		assert_non_null(memchr(a.location, 0, sizeof(a.location)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_are_framed_as_the_rfc_says),
		cmocka_unit_test(test_an_answer_to_head_has_no_body),
		cmocka_unit_test(test_encodings_are_told),
		cmocka_unit_test(test_a_location_is_whole_or_known_to_be_cut),
		cmocka_unit_test(test_what_has_no_end_ends),
		cmocka_unit_test(test_random_heads_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
