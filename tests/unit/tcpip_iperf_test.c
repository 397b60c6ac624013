/* SPDX-License-Identifier: BSD-2-Clause */
/* The speed of TCP, both ways, with the whole of lwIP below; after each test every pool is as it
 * was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/iperf.h"
#include "tcpip_serve.h"

enum { HOST = 0x0a000202 };

static int begin(void **state)
{
	serve(state);
	assert_int_equal(iperf_start(&net), VIO_OK);
	return 0;
}

static int done(void **state)
{
	wire.each_turn = NULL;
	assert_true(iperf_stop());
	return all_gone(state);
}

static void test_what_comes_is_counted(void **state)
{
	char data[1001];

	(void)state;
	memset(data, 'x', 1000);
	data[1000] = '\0';
	peer_open(&p[0], IPERF_PORT);
	for (unsigned i = 0; i < 20; i++) {
		peer_say(&p[0], PSH, data);
		peers_run(SECOND / 10);
	}
	assert_int_equal(iperf_open(), 1);
	peer_say(&p[0], FIN, "");
	peers_run(SECOND);
	assert_true(p[0].fin);
	assert_int_equal(iperf_open(), 0);
	assert_int_equal(iperf_latest()->peer, HOST);
	assert_int_equal(iperf_latest()->bytes, 20000);
	assert_in_range(iperf_latest()->ns, SECOND, 10 * SECOND);
	expect_served();
}

static void test_silent_ones_make_room_and_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < IPERF_CONNECTIONS; i++)
		peer_say(peer_open(&p[i], IPERF_PORT), PSH, "a start");
	peer_open(&p[2], IPERF_PORT);
	peers_run(SECOND / 10);
	assert_true(p[2].reset); /* the others have only just begun */
	peers_run(2 * SECOND);
	peer_say(peer_open(&p[3], IPERF_PORT), PSH, "a start");
	peers_run(SECOND / 10);
	assert_false(p[3].reset);
	assert_true(p[0].reset || p[1].reset);
	peers_run((IPERF_SILENCE_S + 2) * SECOND);
	assert_true(p[0].reset && p[1].reset && p[3].reset);
	assert_int_equal(iperf_open(), 0);
}

static void test_it_starts_once_and_again(void **state)
{
	(void)state;
	assert_int_equal(iperf_start(&net), VIO_EBUSY);
	peer_say(peer_open(&p[0], IPERF_PORT), PSH, "a start");
	assert_true(iperf_stop());
	assert_false(iperf_stop());
	assert_int_equal(iperf_start(&net), VIO_OK);
	peers_run(SECOND / 10);
	assert_true(p[0].reset);
}

static void take(void)
{
	peers_take();
}

static struct peer *listen_to_us(void)
{
	static struct peer sink;

	memset(&sink, 0, sizeof(sink));
	sink.port = IPERF_PORT;
	sink.seq = 7000;
	sink.window = 0x7fff;
	sink.listens = true;
	peers.list[0] = &sink;
	peers.count = 1;
	wire.each_turn = take;
	return &sink;
}

static void test_a_server_gets_what_is_measured(void **state)
{
	struct iperf_result r;

	(void)state;
	struct peer *sink = listen_to_us();
	assert_null(iperf_send(&net, HOST, 3, &r));
	assert_in_range(r.bytes, 10000, sink->got);
	assert_in_range(r.ns, 3 * SECOND, 4 * SECOND);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(sink->text[i], 0);
	peers_run(SECOND);
	assert_true(sink->fin);
}

static void test_a_server_that_goes_or_is_none(void **state)
{
	struct iperf_result r;

	(void)state;
	assert_non_null(iperf_send(&net, HOST, 3, &r));
	assert_int_equal(r.bytes, 0);
	assert_non_null(strstr(iperf_send(&net, 0x0b000001, 3, &r), "no route"));
	struct peer *sink = listen_to_us();
	sink->mute = true; /* resets: it answers no SYN */
	loop.interrupted = true;
	assert_string_equal(iperf_send(&net, HOST, 3, &r), "stopped");
	loop.interrupted = false;
}

static void take_and_close(void)
{
	peers_take();
	if (peers.list[0]->got > 0) {
		peer_say(peers.list[0], FIN, "no more");
		wire.each_turn = take;
	}
}

/* What it says first is discarded. lwIP must not free the connection behind our back: it would be
 * freed twice, and the pools would show it. */
static void test_a_server_that_closes(void **state)
{
	struct iperf_result r;

	(void)state;
	struct peer *sink = listen_to_us();
	wire.each_turn = take_and_close;
	assert_non_null(strstr(iperf_send(&net, HOST, 3, &r), "closed too early"));
	assert_in_range(r.ns, 0, SECOND);
	peers_run(SECOND);
	assert_true(sink->reset);
}

/* A loop that is never idle takes time, too. */
static void spend(void)
{
	wire.now += SECOND / 10000;
}

/* Over no wire, from one end of the firmware to the other. */
static void test_to_ourselves(void **state)
{
	struct iperf_result r;

	(void)state;
	wire.each_turn = spend;
	assert_null(iperf_send(&net, 0x7f000001, 2, &r));
	pass(SECOND);
	assert_in_range(r.bytes, 10000, iperf_latest()->bytes);
	assert_int_equal(iperf_open(), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, done)
	const struct CMUnitTest tests[] = {
		T(test_what_comes_is_counted),
		T(test_silent_ones_make_room_and_end),
		T(test_it_starts_once_and_again),
		T(test_a_server_gets_what_is_measured),
		T(test_a_server_that_goes_or_is_none),
		T(test_a_server_that_closes),
		T(test_to_ourselves),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
