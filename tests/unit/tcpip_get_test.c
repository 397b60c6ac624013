/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages that the firmware fetches, from correct and from wrong servers, over the whole of lwIP.
 * After each test every pool of lwIP is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/fetch.h"
#include "firmware/network/lwip/interface.h"
#include "tcpip_serve.h"

/* What the server does once it has the request. */
static const struct script {
	const char *text;
	uint8_t flags;	/* with the last of it */
	unsigned every; /* seconds between two bytes; 0: all at once */
	enum fetch_end end;
	unsigned status;
	uint64_t bytes;
} scripts[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 0, 0, FETCH_COMPLETE, 200, 4 },
	{ "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n", 0, 0, FETCH_COMPLETE, 204,
	  0 },
	{ "HTTP/1.1 304 Not Modified\r\n\r\n", 0, 0, FETCH_COMPLETE, 304, 0 },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 0, 0,
	  FETCH_COMPLETE, 200, 2 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 0, 0,
	  FETCH_COMPLETE, 200, 5 },
	{ "HTTP/1.0 200 OK\r\n\r\nto the end", FIN, 0, FETCH_COMPLETE, 200, 10 },
	{ "HTTP/1.0 200 OK\r\n\r\nno end", 0, 0, FETCH_SILENT, 200, 6 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", FIN, 0, FETCH_EARLY, 200, 5 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", RST, 0, FETCH_FAILED, 200, 5 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", RST, 0, FETCH_COMPLETE, 200, 4 },
	{ "SSH-2.0-OpenSSH_9.2\r\n", 0, 0, FETCH_FAULT, 0, 0 },
	{ "", FIN, 0, FETCH_EARLY, 0, 0 },
	{ "", RST, 0, FETCH_FAILED, 0, 0 },
	{ "", 0, 0, FETCH_SILENT, 0, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nA byte now, a byte then; there is no end "
	  "in sight.",
	  0, 3, FETCH_SLOW, 0, 0 },
};

static struct peer host;
static const struct script *script;
static size_t said;
static uint64_t last;

static void answer_request(void)
{
	const size_t n = strlen(script->text);

	peers_take();
	host.text[host.got < TEXT_KEPT ? host.got : TEXT_KEPT] = '\0';
	if (!strstr(host.text, "\r\n\r\n") || said > n ||
	    (script->every != 0 && wire.now - last < script->every * SECOND))
		return;
	char piece[200];
	const size_t now = script->every != 0 ? 1 : n;
	memcpy(piece, script->text + said, now);
	piece[now] = '\0';
	last = wire.now;
	said += now + (said + now >= n);
	if (script->flags & RST) {
		peer_say(&host, PSH, piece);
		segment(&host, RST | ACK, NULL, 0);
	} else {
		peer_say(&host, PSH | script->flags, piece);
	}
}

static const struct fetch *fetch(const struct script *s)
{
	struct http_url url;

	memset(&host, 0, sizeof(host));
	host.port = 8080;
	host.seq = 5000;
	host.window = 0x7fff;
	host.listens = true;
	peers.list[0] = &host;
	peers.count = 1;
	script = s;
	said = 0;
	last = wire.now;
	wire.each_turn = answer_request;
	assert_int_equal(http_url("http://10.0.2.2:8080/x?y#z", &url), HTTP_URL_OK);
	const struct fetch *f = fetch_page(&net, 0x0a000202, &url);
	peers_run(SECOND);
	wire.each_turn = NULL;
	return f;
}

static void test_pages_and_failures_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		const struct script *s = &scripts[i];
		const struct fetch *f = fetch(s);

		if (f->end != s->end || f->answer.status != s->status || f->body.bytes != s->bytes)
			fail_msg("script %zu: end %d, status %u, %u bytes", i, f->end,
				 f->answer.status, (unsigned)f->body.bytes);
		assert_non_null(fetch_why(f));
	}
	expect_served();
}

static void test_the_request_is_what_the_rfc_wants(void **state)
{
	(void)state;
	fetch(&scripts[0]);
	assert_string_equal(host.text, "GET /x?y HTTP/1.1\r\nHost: 10.0.2.2:8080\r\n"
				       "User-Agent: picovirtio\r\nAccept: */*\r\n"
				       "Connection: close\r\n\r\n");
	assert_true(host.fin);
}

static void test_a_server_that_never_answers(void **state)
{
	struct http_url url;
	const uint64_t before = wire.now;

	(void)state;
	http_url("http://10.0.2.2/", &url);
	const struct fetch *f = fetch_page(&net, 0x0a000202, &url);
	assert_int_equal(f->end, FETCH_UNHEARD);
	assert_in_range(wire.now - before, FETCH_CONNECT_S * SECOND,
			(FETCH_CONNECT_S + 1) * SECOND);
	f = fetch_page(&net, 0x0b000001, &url);
	assert_int_equal(f->end, FETCH_FAILED);
	assert_int_equal(f->err, ERR_RTE);
}

static void test_ctrl_c_ends_it(void **state)
{
	(void)state;
	loop.interrupted = true;
	assert_int_equal(fetch(&scripts[13])->end, FETCH_STOPPED);
	loop.interrupted = false;
}

/* Its own server's page, over no wire. */
static void test_a_page_of_our_own(void **state)
{
	struct http_url url;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		card.device.features = i == 1 ? VIO_NET_F_CSUM : 0;
		net_service(&net);
		http_url(i == 0 ? "http://10.0.2.15/" : "http://127.0.0.1/bytes/100000", &url);
		wire.frames = 0;
		const struct fetch *f = fetch_page(&net, i == 0 ? 0x0a00020f : 0x7f000001, &url);
		assert_int_equal(f->end, FETCH_COMPLETE);
		assert_int_equal(f->answer.status, 200);
		assert_int_equal(f->body.bytes, i == 0 ? PAGE : 100000);
		assert_int_equal(wire.frames, 0);
		pass(SECOND);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, serve, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_pages_and_failures_are_told_apart),
		T(test_the_request_is_what_the_rfc_wants),
		T(test_a_server_that_never_answers),
		T(test_ctrl_c_ends_it),
		T(test_a_page_of_our_own),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
