/* SPDX-License-Identifier: BSD-2-Clause */
/* Several requests on one connection of the firmware's server (RFC 9112, 9.3). After each test
 * every pool of lwIP is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tcpip_serve.h"

#define HOST	 " HTTP/1.1\r\nHost: x\r\n"
#define BYTES(n) "GET /bytes/" n HOST "\r\n"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The bytes that the peer has received, without zeros. */
static const char *text_of(struct peer *q)
{
	for (size_t i = 0; i < q->got && i < TEXT_KEPT; i++) {
		if (q->text[i] == '\0')
			q->text[i] = '.';
	}
	return q->text;
}

static unsigned answers(struct peer *q)
{
	unsigned n = 0;

	for (const char *at = text_of(q); (at = strstr(at, "HTTP/1.1 ")); at++)
		n++;
	return n;
}

static void ask(struct peer *q, const char *text)
{
	peer_say(q, PSH, text);
	peers_run(SECOND / 10);
}

static void test_one_request_after_the_other(void **state)
{
	const struct server_counters before = *server_counters();

	(void)state;
	peer_open(&p[0], 80);
	for (unsigned i = 1; i <= 20; i++) {
		ask(&p[0], i % 2 ? BYTES("4") : "HEAD /" HOST "\r\n");
		assert_int_equal(answers(&p[0]), i);
		assert_false(p[0].fin || p[0].reset);
		pass((SERVER_ASKING_S - 2) * SECOND);
	}
	assert_null(strstr(p[0].text, "Connection: close"));
	ask(&p[0], "GET /x" HOST "\r\n");
	assert_non_null(strstr(p[0].text, " 404 "));
	assert_false(p[0].fin);
	peer_say(&p[0], FIN, "");
	peers_run(SECOND / 10);
	assert_true(p[0].fin);
	assert_false(p[0].reset);
	assert_int_equal(server_counters()->connections, before.connections + 1);
	assert_int_equal(server_counters()->answers, before.answers + 21);
	assert_int_equal(server_counters()->given_up, before.given_up);
}

static void expect_four(struct peer *q)
{
	static const char *const lengths[] = { ": 1\r", ": 2\r", ": 3000\r", ": 4\r" };
	const char *at = text_of(q);

	assert_int_equal(answers(q), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_non_null(at = strstr(at, lengths[i]));
	assert_int_equal(strlen(strstr(at, "\r\n\r\n")), 4 + 4);
	assert_false(q->reset);
}

/* In one segment, byte by byte, or with the end of what the client sends: the answers come in the
 * order of the requests. */
static void test_requests_come_before_the_answers(void **state)
{
	static const char several[] = BYTES("1") BYTES("2") "\r\n" BYTES("3000") BYTES("4");

	(void)state;
	peer_open(&p[0], 80);
	ask(&p[0], several);
	peer_open(&p[1], 80);
	for (const char *c = several; *c != '\0'; c++)
		peer_say(&p[1], PSH, (const char[]){ *c, '\0' });
	peer_say(peer_open(&p[2], 80), PSH | FIN, several);
	peers_run(SECOND);
	for (unsigned i = 0; i < 3; i++)
		expect_four(&p[i]);
	assert_false(p[0].fin || p[1].fin);
	assert_true(p[2].fin);
}

static void test_the_last_answer_says_that_it_is(void **state)
{
	static const struct {
		const char *request;
		bool keeps;
	} table[] = {
		{ BYTES("4"), true },
		{ "GET /nothing" HOST "\r\n", true },
		{ "GET /" HOST "Connection: close\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false },
		{ "GET /" HOST "Content-Length: 3\r\n\r\nabc", false },
		{ "POST /" HOST "\r\n", false },
		{ "nonsense\r\n\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		memset(&p[0], 0, sizeof(p[0]));
		peer_open(&p[0], 80);
		ask(&p[0], table[i].request);
		ask(&p[0], BYTES("8"));
		peers_run(SECOND);
		const bool says = strstr(text_of(&p[0]), "Connection: close\r\n");
		if (says == table[i].keeps || p[0].fin == table[i].keeps ||
		    answers(&p[0]) != (table[i].keeps ? 2 : 1))
			fail_msg("request %zu: %s", i, p[0].text);
		peer_say(&p[0], FIN, "");
		peers_run(SECOND / 10);
	}
}

/* Silent, or a byte now and then: the time for a request is that of the first one. */
static void test_a_further_request_has_its_time(void **state)
{
	const uint32_t before = server_counters()->given_up;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		peer_open(&p[i], 80);
		ask(&p[i], BYTES("4"));
	}
	for (unsigned s = 0; s < SERVER_ASKING_S - 1; s++) {
		ask(&p[1], "G");
		peers_run(SECOND);
	}
	assert_false(p[0].fin || p[1].fin);
	peers_run(4 * SECOND);
	assert_true(p[0].fin && p[1].fin);
	assert_false(p[0].reset || p[1].reset);
	assert_int_equal(server_counters()->given_up, before + 1);
}

/* Other connections are busy, and none of them is ended. */
static void test_an_idle_connection_makes_room_at_once(void **state)
{
	const struct server_counters before = *server_counters();

	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
		peer_open(&p[i], 80);
		ask(&p[i], BYTES("4"));
	}
	for (unsigned i = 1; i < SERVER_CONNECTIONS; i++)
		peer_say(&p[i], PSH, GET_MANY);
	expect_served();
	peers_run(SECOND / 10);
	assert_true(p[0].fin);
	for (unsigned i = 1; i < SERVER_CONNECTIONS; i++)
		assert_false(p[i].fin || p[i].reset);
	assert_int_equal(server_counters()->turned_away, before.turned_away);
	assert_int_equal(server_counters()->given_up, before.given_up);
}

/* The peer takes no answer and sends further requests. Later it takes all answers. */
static void test_a_flood_of_requests_costs_no_memory(void **state)
{
	enum { FLOOD = 100 };
	uint8_t f[VIO_NET_FRAME_MAX];
	static const char one[] = BYTES("4");

	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
		peer_open(&p[i], 80);
		p[i].mute = true;
		for (unsigned k = 0; k < FLOOD; k++)
			peer_say(&p[i], PSH, one);
	}
	assert_true(lwip_stats.memp[MEMP_PBUF_POOL]->used <= pools_before[MEMP_PBUF_POOL]);
	echo(f, sizeof(f));
	wire.frames = 0;
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 1);
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
		p[i].mute = false;
	for (unsigned i = 0; i < 40; i++)
		peers_run(SECOND / 2);
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
		assert_true(p[i].fin);
		assert_false(p[i].reset);
		assert_int_equal(answers(&p[i]), 1 + SERVER_AHEAD / strlen(one));
	}
}

/* Bytes that follow dropped ones are not read as a request. */
static void test_nothing_is_read_behind_a_gap(void **state)
{
	char much[SERVER_AHEAD + 2];

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	peer_open(&p[0], 80);
	peer_say(&p[0], PSH, BYTES("4"));
	peer_say(&p[0], PSH, much);
	peer_say(&p[0], PSH, BYTES("8"));
	peers_run(SECOND);
	assert_int_equal(answers(&p[0]), 1);
	assert_true(p[0].fin);
	assert_false(p[0].reset);
}

/* Who has ended a connection: the peer, before it had its answer, or the server. */
static void test_each_end_is_counted_once(void **state)
{
	static const struct {
		const char *text;
		uint8_t flags; /* 0: the peer stays, and is silent */
		unsigned left_early, given_up;
	} table[] = {
		{ "", FIN, 1, 0 },	   { "", RST, 1, 0 },	      { "", 0, 0, 1 },
		{ "GET / HT", FIN, 1, 0 }, { "GET / HT", RST, 1, 0 }, { "GET / HT", 0, 0, 1 },
		{ GET_MANY, RST, 1, 0 },   { BYTES("4"), FIN, 0, 0 }, { BYTES("4"), RST, 0, 0 },
		{ BYTES("4"), 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct server_counters before = *server_counters();

		peer_open(&p[i], 80);
		if (table[i].text[0] != '\0')
			ask(&p[i], table[i].text);
		if (table[i].flags)
			peer_say(&p[i], table[i].flags, "");
		peers_run((SERVER_ASKING_S + 2) * SECOND);
		if (server_counters()->left_early - before.left_early != table[i].left_early ||
		    server_counters()->given_up - before.given_up != table[i].given_up)
			fail_msg("row %zu: %u left early, %u given up", i,
				 server_counters()->left_early - before.left_early,
				 server_counters()->given_up - before.given_up);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, serve, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_one_request_after_the_other),
		T(test_requests_come_before_the_answers),
		T(test_the_last_answer_says_that_it_is),
		T(test_a_further_request_has_its_time),
		T(test_an_idle_connection_makes_room_at_once),
		T(test_a_flood_of_requests_costs_no_memory),
		T(test_nothing_is_read_behind_a_gap),
		T(test_each_end_is_counted_once),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
