/* SPDX-License-Identifier: BSD-2-Clause */
/* The time of day, from correct and from wrong servers, over the whole of lwIP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/clock.h"
#include "firmware/network/lwip/sntp.h"
#include "tcpip_serve.h"
#include "tcpip_udp.h"

enum { HOST = 0x0a000202 };

/* 2026-11-28 08:53:17.5 UTC, in NTP's seconds and ours. */
#define NTP_NOW	 UINT32_C(4004844797)
#define UNIX_NOW UINT64_C(1795855997)

static struct {
	uint8_t first, stratum; /* leap, version and mode; and the distance to a real clock */
	uint32_t seconds;
	bool forged; /* does not know the request */
	bool silent;
	unsigned port, answers;
} server;

static size_t tell_time(const uint8_t *request, size_t n, uint16_t to, uint16_t *from,
			uint8_t *answer, size_t room)
{
	if (to != SNTP_PORT || n != SNTP_BYTES || server.silent || room < SNTP_BYTES)
		return 0;
	assert_int_equal(request[0], 4 << 3 | 3);
	memset(answer, 0, SNTP_BYTES);
	answer[0] = server.first;
	answer[1] = server.stratum;
	memcpy(answer + 24, request + 40, 8);
	answer[24] ^= server.forged;
	put_be(answer + 40, server.seconds, 4);
	put_be(answer + 44, 0x80000000, 4);
	*from = (uint16_t)server.port;
	server.answers++;
	return SNTP_BYTES;
}

static int begin(void **state)
{
	serve(state);
	memset(&server, 0, sizeof(server));
	server.first = 4 << 3 | 4;
	server.stratum = 2;
	server.port = SNTP_PORT;
	server.seconds = NTP_NOW;
	udp_answers = tell_time;
	wire.each_turn = udp_turn;
	wire.later = SECOND / 2;
	return 0;
}

static int done(void **state)
{
	wire.each_turn = NULL;
	wire.later = 0;
	return all_gone(state);
}

/* Before any test has set it. */
static void test_bad_answers_are_not_believed(void **state)
{
	uint64_t ns;

	(void)state;
	server.stratum = 0;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_REFUSED);
	server.stratum = 16;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNSYNCHRONIZED);
	server.stratum = 2;
	server.first |= 3 << 6;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNSYNCHRONIZED);
	server.first = 4 << 3 | 4;
	server.seconds = 0;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNSYNCHRONIZED);
	server.seconds = NTP_NOW;
	server.answers = 0;
	server.forged = true;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNHEARD);
	assert_int_equal(server.answers, CLOCK_TRIES);
	server.forged = false;
	server.port = 124;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNHEARD);
	server.port = SNTP_PORT;
	server.first = 4 << 3 | 5; /* a broadcast */
	assert_int_equal(clock_ask(&net, HOST), CLOCK_UNHEARD);
	loop.interrupted = true;
	assert_int_equal(clock_ask(&net, HOST), CLOCK_STOPPED);
	loop.interrupted = false;
	assert_false(clock_now(&ns));
}

static void test_the_time_is_told_and_goes_on(void **state)
{
	uint64_t ns, ago;
	uint32_t from;
	char line[CLOCK_HTTP_MAX];

	(void)state;
	clock_http_line(line);
	assert_string_equal(line, "");
	assert_int_equal(clock_ask(&net, HOST), CLOCK_SET);
	assert_true(clock_now(&ns));
	assert_in_range(ns - UNIX_NOW * SECOND, SECOND / 2, SECOND);
	clock_source(&from, &ago);
	assert_int_equal(from, HOST);
	assert_int_equal(ago, 0);
	pass(100 * SECOND);
	assert_true(clock_now(&ns));
	assert_in_range(ns - UNIX_NOW * SECOND, 100 * SECOND + SECOND / 2, 101 * SECOND);
	clock_http_line(line);
	assert_int_equal(strncmp(line, "Date: Sat, 28 Nov 2026 08:54:5", 30), 0);
	assert_string_equal(line + 31, " GMT\r\n");
}

/* RFC 9110, 6.6.1: a server that has a clock says when it answered. */
static void test_the_server_says_when_it_answered(void **state)
{
	(void)state;
	wire.each_turn = NULL;
	peer_say(peer_open(&p[0], 80), PSH, GET_FOUR);
	peers_run(SECOND / 10);
	assert_non_null(strstr(p[0].text, "\r\nDate: Sat, 28 Nov 2026 "));
	expect_served();
}

/* DHCP and its option 42 are lwIP's; it calls this. */
static void test_a_lease_names_a_server(void **state)
{
	const ip4_addr_t servers[] = { { PP_HTONL(0x0a000263) } };
	void dhcp_set_ntp_servers(u8_t count, const ip4_addr_t *list);

	(void)state;
	assert_int_equal(clock_leased_server(), 0);
	dhcp_set_ntp_servers(1, servers);
	assert_int_equal(clock_leased_server(), 0x0a000263);
	dhcp_set_ntp_servers(0, servers);
	assert_int_equal(clock_leased_server(), 0);
}

static void test_the_calendar(void **state)
{
	static const struct {
		uint64_t s;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01 00:00:00 4" },		  { 68169599, "1972-02-28 23:59:59 1" },
		{ 68169600, "1972-02-29 00:00:00 2" },	  { 951782400, "2000-02-29 00:00:00 2" },
		{ 978307199, "2000-12-31 23:59:59 0" },	  { UNIX_NOW, "2026-11-28 08:53:17 6" },
		{ 2085978496, "2036-02-07 06:28:16 4" },  { 4107542400, "2100-03-01 00:00:00 1" },
		{ 18446744073, "2554-07-21 23:34:33 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sntp_date d;
		char text[100];

		sntp_date(rows[i].s * SECOND, &d);
		snprintf(text, sizeof(text), "%04u-%02u-%02u %02u:%02u:%02u %u", d.year, d.month,
			 d.day, d.hour, d.minute, d.second, d.weekday);
		assert_string_equal(text, rows[i].text);
	}
}

/* NTP counts 32 bits of seconds: those of a small number are after 2036 (RFC 5905, 6). */
static void test_the_second_era(void **state)
{
	uint8_t answer[SNTP_BYTES] = { 4 << 3 | 4, 1 };
	uint64_t ns;

	(void)state;
	put_be(answer + 40, 16, 4);
	assert_int_equal(sntp_take(answer, SNTP_BYTES, 0, &ns), SNTP_TIME);
	assert_int_equal(ns / SECOND, 2085978496 + 16);
	assert_int_equal(sntp_take(answer, SNTP_BYTES - 1, 0, &ns), SNTP_NOT_OURS);
	assert_int_equal(sntp_take(answer, SNTP_BYTES, 1, &ns), SNTP_NOT_OURS);
	assert_int_equal(sntp_take(answer, SNTP_BYTES, UINT64_C(1) << 32, &ns), SNTP_NOT_OURS);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, done)
	const struct CMUnitTest tests[] = {
		T(test_bad_answers_are_not_believed),
		T(test_the_time_is_told_and_goes_on),
		T(test_the_server_says_when_it_answered),
		T(test_a_lease_names_a_server),
		T(test_the_calendar),
		T(test_the_second_era),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
