/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole of the firmware's TCP/IP, with peers that follow TCP and with peers that do not. After
 * each test every pool of lwIP is as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/watch.h"
#include "tcpip_serve.h"

/* ---- The end of a connection ---- */

/* The segment that acknowledges the whole answer brings more data. */
static void test_data_with_the_last_acknowledgement_is_not_kept(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * PBUF_POOL_SIZE; i++) {
		struct peer *q = &p[i % PEERS];

		memset(q, 0, sizeof(*q));
		peer_open(q, 80);
		peer_say(q, PSH, GET_FOUR);
		while (wire.queued > 0) {
			const uint8_t *f = wire.queue[wire.first];

			q->ack = get_be(f + 38, 4) + get_be(f + 16, 2) - 40;
			wire.first = (wire.first + 1) % WIRE_QUEUE;
			wire.queued--;
		}
		peer_say(q, PSH, "more data");
		pass(SECOND / 10);
	}
	expect_served();
}

static void test_a_fin_that_is_never_acknowledged_costs_no_place(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * MEMP_NUM_TCP_PCB; i++) {
		struct peer *q = &p[i % PEERS];

		memset(q, 0, sizeof(*q));
		q->keeps_fin = true;
		peer_open(q, 80);
		assert_true(q->open);
		peer_say(q, PSH, GET_FOUR);
		peers_run(SECOND / 10);
		assert_true(q->fin);
	}
	expect_served();
	peers_run((WATCH_S + 3) * SECOND);
	assert_null(tcp_active_pcbs);
}

/* The peer acknowledges the FIN and never sends its own. */
static void test_a_half_closed_connection_ends(void **state)
{
	(void)state;
	peer_open(&p[0], 80);
	peer_say(&p[0], PSH, GET_FOUR);
	peers_run(SECOND);
	assert_true(p[0].fin);
	assert_non_null(tcp_active_pcbs);
	peers_run((WATCH_S + 3) * SECOND);
	assert_null(tcp_active_pcbs);
	assert_true(p[0].reset);
}

static void test_both_ends_close_in_any_order(void **state)
{
	(void)state;
	for (unsigned how = 0; how < 4; how++) {
		struct peer *q = peer_open(&p[how], 80);

		switch (how) {
		case 0: /* the peer first, with its request */
			peer_say(q, PSH | FIN, GET_FOUR);
			break;
		case 1: /* both at once: its FIN does not acknowledge ours */
			peer_say(q, PSH, GET_FOUR);
			q->keeps_fin = true;
			peers_take();
			peer_say(q, FIN, "");
			break;
		case 2: /* before it asks for anything */ peer_say(q, FIN, ""); break;
		default: /* after us */
			peer_say(q, PSH, GET_FOUR);
			peers_run(SECOND / 10);
			peer_say(q, FIN, "");
		}
		peers_run(SECOND);
		assert_true(q->fin);
		assert_int_equal(q->got > FOUR_BYTES, how != 2);
	}
	expect_served();
}

/* ---- Holders ---- */

/* And not one that was accepted. */
static void test_half_open_connections_make_room(void **state)
{
	static struct peer reader;

	(void)state;
	memset(&reader, 0, sizeof(reader));
	peer_say(peer_open(&reader, 80), PSH, GET_MANY);
	peers_take();
	reader.mute = true;
	pass(2 * SECOND);
	for (unsigned i = 0; i < 10 * MEMP_NUM_TCP_PCB; i++) {
		struct peer *q = &p[i % PEERS];

		memset(q, 0, sizeof(*q));
		q->mute = true;
		peer_open(q, 80);
		assert_true(q->open);
	}
	expect_served();
	assert_false(reader.reset);
}

static void test_a_byte_now_and_then_does_not_hold_a_place(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
		peer_say(peer_open(&p[i], 80), PSH, "GET /");
	peers_run(2 * SECOND);
	expect_served();
	assert_true(p[0].reset || p[1].reset || p[2].reset);
	for (unsigned s = 0; s < SERVER_ASKING_S; s++) {
		for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
			peer_say(&p[i], PSH, "x");
		peers_run(SECOND);
	}
	assert_true(p[0].reset && p[1].reset && p[2].reset);
}

/* Nor is one that takes a small segment now and then. */
static void test_a_reader_of_nothing_is_given_up(void **state)
{
	enum { SMALL = 64 };

	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
		p[i].mute = true;
		p[i].window = i == 0 ? 100 : 5000;
		p[i].mss = i == 2 ? SMALL : 0;
		peer_open(&p[i], 80);
		segment(&p[i], ACK, NULL, 0);
		peer_say(&p[i], PSH, GET_MANY);
	}
	peers_run(SECOND);
	for (unsigned s = 0; s < SERVER_SILENCE_S + 2; s++) {
		for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
			p[i].ack += i == 2 && s % 4 == 0 ? SMALL : 0;
			segment(&p[i], ACK, NULL, 0);
		}
		peers_run(SECOND);
		if (s == 2)
			expect_served();
	}
	assert_true(p[0].reset && p[1].reset && p[2].reset);
}

static void test_a_busy_server_turns_a_newcomer_away(void **state)
{
	const uint32_t before = server_counters()->turned_away;

	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
		peer_say(peer_open(&p[i], 80), PSH, GET_MANY);
	for (unsigned i = 0; i < 20; i++)
		peers_run(SECOND / 10);
	peer_open(&p[3], 80);
	peers_run(SECOND / 10);
	assert_true(p[3].reset);
	assert_false(p[0].reset || p[1].reset || p[2].reset);
	assert_int_equal(server_counters()->turned_away, before + 1);
}

/* Segments of one byte use no more of lwIP's memory than long ones. */
static void test_tiny_segments_leave_memory_to_others(void **state)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	(void)state;
	for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
		p[i].mss = 1;
		p[i].mute = true;
		peer_open(&p[i], 80);
		segment(&p[i], ACK, NULL, 0);
		peer_say(&p[i], PSH, i == 0 ? "GET / HTTP/1.0\r\n\r\n" : GET_MANY);
	}
	peers_run(SECOND);
	echo(f, sizeof(f));
	wire.frames = 0;
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 1);
	assert_int_equal(wire.n, sizeof(f));
}

/* ---- The server ---- */

static void test_the_server_starts_again_at_once(void **state)
{
	(void)state;
	expect_served();
	assert_non_null(tcp_tw_pcbs);
	peer_open(&p[0], 80); /* one in its middle */
	peer_say(&p[0], PSH, GET_MANY);
	assert_true(server_stop());
	assert_false(server_stop());
	assert_int_equal(server_start(80, page, NULL), VIO_OK);
	assert_int_equal(server_start(80, page, NULL), VIO_EBUSY);
	peers_run(SECOND / 10);
	assert_true(p[0].reset);
	expect_served();
}

static void test_a_page_comes_whole(void **state)
{
	(void)state;
	peer_open(&p[0], 80);
	peer_say(&p[0], PSH, "GET / HTTP/1.0\r\n\r\n");
	peers_run(SECOND);
	const char *body = strstr(p[0].text, "\r\n\r\n");
	assert_non_null(body);
	assert_int_equal(strlen(body + 4), PAGE);
	assert_int_equal(strspn(body + 4, "x"), PAGE);
	assert_true(p[0].fin);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, serve, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_data_with_the_last_acknowledgement_is_not_kept),
		T(test_a_fin_that_is_never_acknowledged_costs_no_place),
		T(test_a_half_closed_connection_ends),
		T(test_both_ends_close_in_any_order),
		T(test_half_open_connections_make_room),
		T(test_a_byte_now_and_then_does_not_hold_a_place),
		T(test_a_reader_of_nothing_is_given_up),
		T(test_a_busy_server_turns_a_newcomer_away),
		T(test_tiny_segments_leave_memory_to_others),
		T(test_the_server_starts_again_at_once),
		T(test_a_page_comes_whole),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
