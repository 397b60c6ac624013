/* SPDX-License-Identifier: BSD-2-Clause */
/* Iperf over UDP, both ways, with the whole of lwIP below; after each test every pool is as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/byteorder.h"
#include "firmware/network/lwip/iperf_udp.h"
#include "tcpip_serve.h"
#include "tcpip_udp.h"

enum { STATION = 0x0a000202, SENDER = 40000, OTHER = 40001, SIZE = 500 };

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

/* ---- Streams ---- */

static void take(struct iperf_stream *s, uint32_t number, bool last, uint64_t sent, uint64_t came)
{
	uint8_t head[IPERF_HEAD_BYTES];

	iperf_head(head, number, last, sent);
	iperf_stream_take(s, head, SIZE, came);
}

static void test_losses_and_order(void **state)
{
	static const struct {
		uint32_t numbers[8], count; /* the last one is the end */
		uint32_t lost, disordered;
	} table[] = {
		{ { 0, 1, 2, 3 }, 4, 0, 0 },
		{ { 1, 2, 3, 4 }, 4, 0, 0 },
		{ { 0, 1, 3, 4 }, 4, 1, 0 },
		{ { 0, 2, 1, 3 }, 4, 0, 1 },
		{ { 0, 1, 1, 2 }, 4, 0, 1 },
		{ { 0, 1, 100 }, 3, 98, 0 },
		{ { 0, 0x7fffffff }, 2, 0x7ffffffe, 0 },
		{ { 5 }, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct iperf_stream s = { 0 };

		for (uint32_t k = 0; k < table[i].count; k++)
			take(&s, table[i].numbers[k], k + 1 == table[i].count, 0, 0);
		assert_int_equal(s.count, table[i].count);
		assert_int_equal(s.bytes, table[i].count * SIZE);
		assert_int_equal(s.lost, table[i].lost);
		assert_int_equal(s.disordered, table[i].disordered);
	}
}

/* Whatever the sender's clock says, and however far it is from ours. */
static void test_jitter(void **state)
{
	struct iperf_stream s = { 0 };
	uint8_t head[IPERF_HEAD_BYTES];

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		take(&s, i, false, 77 * SECOND + i * 1000000, i * 1000000);
	assert_int_equal(s.jitter, 0);
	for (uint32_t i = 0; i < 1000; i++)
		take(&s, 1000 + i, false, i * 1000000, i * 1000000 + i % 2 * 160000);
	assert_in_range(s.jitter / 16, 150, 170); /* microseconds */
	memset(head, 0xff, sizeof(head));
	iperf_stream_take(&s, head, SIZE, 0);
	memset(head, 0, sizeof(head));
	iperf_stream_take(&s, head, SIZE, UINT64_MAX);
}

static void test_a_report_is_read_as_it_was_written(void **state)
{
	const struct iperf_stream s = { .bytes = UINT64_C(5) << 32 | 7,
					.count = 90,
					.lost = 10,
					.disordered = 3,
					.jitter = 16 * 1234567 };
	uint8_t head[IPERF_HEAD_BYTES], report[IPERF_REPORT_BYTES];
	struct iperf_stream got;
	uint64_t ns;

	(void)state;
	for (unsigned old = 0; old < 2; old++) {
		iperf_head(head, 100, true, 9 * SECOND);
		if (old)
			put32(head + 12, 0);
		iperf_report(report, head, &s, 3 * SECOND + 4000);
		assert_int_equal(get32(report), (uint32_t)-100);
		assert_int_equal(get32(report + (old ? 12 : 16)), 0x80000000);
		assert_true(iperf_take_report(report, sizeof(report), &got, &ns));
		assert_int_equal(ns, 3 * SECOND + 4000);
		assert_int_equal(got.bytes, s.bytes);
		assert_int_equal(got.count, s.count);
		assert_int_equal(got.lost, s.lost);
		assert_int_equal(got.disordered, s.disordered);
		assert_int_equal(got.jitter, s.jitter);
		assert_false(iperf_take_report(report, old ? 51 : 55, &got, &ns));
	}
	assert_false(iperf_take_report(report, 3, &got, &ns));
	iperf_head(head, 100, true, 0);
	iperf_report(report, head, &s, SECOND);
	memset(report, 0, IPERF_HEAD_BYTES); /* iperf 2.1 answers so */
	assert_true(iperf_take_report(report, sizeof(report), &got, &ns));
	assert_int_equal(got.count, s.count);
	report[IPERF_HEAD_BYTES] = 0;
	assert_false(iperf_take_report(report, sizeof(report), &got, &ns));
}

/* ---- The server ---- */

static void say(uint16_t port, uint32_t number, bool last, size_t n)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	udp(f, 42 + n, port, IPERF_PORT);
	if (n >= IPERF_HEAD_BYTES)
		iperf_head(f + 42, number, last, wire.now);
	seal(f, 42 + n);
	wire.frames = 0;
	receive(f, 42 + n);
}

static void test_the_server_counts_and_reports(void **state)
{
	static const uint32_t numbers[] = { 0, 1, 3, 2, 5 };
	struct iperf_result r;
	struct iperf_stream s;
	uint64_t ns;

	(void)state;
	assert_false(iperf_udp_active() || iperf_udp_latest(&r));
	for (unsigned i = 0; i < 5; i++) {
		say(SENDER, numbers[i], false, SIZE);
		assert_int_equal(wire.frames, 0);
		pass(SECOND / 2);
	}
	assert_true(iperf_udp_active());
	say(SENDER, 6, true, SIZE);
	for (unsigned i = 0; i < 2; i++) { /* the first report may have been lost */
		assert_int_equal(wire.frames, 1);
		assert_int_equal(get16(wire.bytes + 36), SENDER);
		assert_true(iperf_take_report(wire.bytes + 42, wire.n - 42, &s, &ns));
		assert_int_equal(s.bytes, 6 * SIZE);
		assert_int_equal(s.count, 6);
		assert_int_equal(s.lost, 1);
		assert_int_equal(s.disordered, 1);
		assert_in_range(ns, 2 * SECOND, 4 * SECOND);
		say(SENDER, 6, true, SIZE);
	}
	assert_false(iperf_udp_active());
	assert_true(iperf_udp_latest(&r));
	assert_int_equal(r.peer, STATION);
	assert_int_equal(r.stream.lost, 1);
}

static void test_the_server_answers_only_what_it_should(void **state)
{
	struct iperf_result r;

	(void)state;
	say(SENDER, 1, true, SIZE); /* of no stream */
	assert_int_equal(wire.frames, 0);
	for (size_t n = 0; n < IPERF_HEAD_BYTES; n++)
		say(SENDER, 0, false, n);
	say(IPERF_PORT, 0, false, SIZE); /* another server */
	assert_false(iperf_udp_latest(&r));
	say(SENDER, 0, false, SIZE);
	say(OTHER, 1, true, SIZE);
	assert_int_equal(wire.frames, 0);
	say(SENDER, 1, true, IPERF_REPORT_BYTES - 1); /* the answer would be longer */
	assert_int_equal(wire.frames, 0);
	say(SENDER, 1, true, IPERF_REPORT_BYTES);
	assert_int_equal(wire.frames, 1);
	assert_in_range(wire.n, 42 + IPERF_REPORT_BYTES, 42 + IPERF_REPORT_BYTES);
}

static void test_a_silent_sender_makes_room(void **state)
{
	struct iperf_result r;

	(void)state;
	say(SENDER, 0, false, SIZE);
	say(OTHER, 0, false, 2 * SIZE);
	assert_true(iperf_udp_latest(&r));
	assert_int_equal(r.bytes, SIZE);
	pass(2 * SECOND);
	say(OTHER, 0, false, 2 * SIZE);
	assert_true(iperf_udp_latest(&r));
	assert_int_equal(r.bytes, 2 * SIZE);
	assert_true(iperf_udp_active());
	pass((IPERF_SILENCE_S + 1) * SECOND);
	assert_false(iperf_udp_active());
	expect_served();
}

/* ---- The sender ---- */

static struct {
	struct iperf_stream stream;
	uint64_t first, end;
	unsigned asked, deaf; /* last datagrams: so many came, and so many of them get no answer */
} station;

static size_t count(const uint8_t *data, size_t n, uint16_t to, uint16_t *from, uint8_t *answer,
		    size_t room)
{
	(void)room;
	if (to != IPERF_PORT)
		return 0;
	assert_int_equal(n, IPERF_DATAGRAM_BYTES);
	if (station.stream.count == 0)
		station.first = wire.now;
	if (!iperf_is_last(data) || station.asked == 0)
		iperf_stream_take(&station.stream, data, n, wire.now);
	if (station.asked == 0)
		station.end = wire.now;
	if (!iperf_is_last(data))
		return 0;
	if (station.asked++ < station.deaf) { /* somebody else answers, with nonsense */
		*from = OTHER;
		iperf_report(answer, data, &(struct iperf_stream){ .bytes = 1 }, 1);
		return IPERF_REPORT_BYTES;
	}
	iperf_report(answer, data, &station.stream, station.end - station.first);
	return IPERF_REPORT_BYTES;
}

static void test_a_sender_keeps_its_rate_and_asks_for_the_report(void **state)
{
	struct iperf_result r;

	(void)state;
	memset(&station, 0, sizeof(station));
	station.deaf = 3;
	udp_answers = count;
	wire.each_turn = udp_turn;
	assert_null(iperf_send_udp(&net, STATION, 3, 2, &r));
	assert_int_equal(station.asked, 4);
	assert_in_range(r.bytes, 700000, 760000); /* 3 s of 2 Mbit/s */
	assert_int_equal(r.bytes, station.stream.bytes);
	assert_int_equal(r.stream.lost, 0);
	assert_int_equal(r.stream.disordered, 0);
	assert_in_range(r.ns, 2900000000, 3100000000);
	assert_int_equal(r.stream.jitter, station.stream.jitter / 16 * 16);
}

static void refuse_now_and_then(void)
{
	static unsigned turns;

	wire.refuse = ++turns % 3 == 0 ? VIO_EFULL : VIO_OK;
	udp_turn();
}

static void test_a_full_device_is_no_loss(void **state)
{
	struct iperf_result r;

	(void)state;
	memset(&station, 0, sizeof(station));
	udp_answers = count;
	wire.each_turn = refuse_now_and_then;
	iperf_send_udp(&net, STATION, 2, 1, &r);
	wire.refuse = VIO_OK;
	assert_in_range(station.stream.count, 100, 180);
	assert_true(r.stream.jitter == IPERF_JITTER_UNKNOWN);
	assert_int_equal(station.stream.lost, 0);
}

static void test_no_report_no_way_and_ctrl_c(void **state)
{
	struct iperf_result r;

	(void)state;
	assert_non_null(strstr(iperf_send_udp(&net, STATION, 1, 1, &r), "no report"));
	assert_int_equal(r.bytes, 0);
	assert_non_null(strstr(iperf_send_udp(&net, 0x0b000001, 1, 1, &r), "no route"));
	loop.interrupted = true;
	assert_string_equal(iperf_send_udp(&net, STATION, 1, 1, &r), "stopped");
	loop.interrupted = false;
}

static void test_to_ourselves(void **state)
{
	struct iperf_result r, here;

	(void)state;
	assert_null(iperf_send_udp(&net, 0x7f000001, 1, 5, &r));
	assert_true(iperf_udp_latest(&here));
	assert_int_equal(r.bytes, here.bytes);
	assert_int_equal(r.stream.lost, 0);
	assert_in_range(r.bytes, 600000, 640000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, done)
	const struct CMUnitTest tests[] = {
		T(test_losses_and_order),
		T(test_jitter),
		T(test_a_report_is_read_as_it_was_written),
		T(test_the_server_counts_and_reports),
		T(test_the_server_answers_only_what_it_should),
		T(test_a_silent_sender_makes_room),
		T(test_a_sender_keeps_its_rate_and_asks_for_the_report),
		T(test_a_full_device_is_no_loss),
		T(test_no_report_no_way_and_ctrl_c),
		T(test_to_ourselves),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
