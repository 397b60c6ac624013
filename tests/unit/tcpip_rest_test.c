/* SPDX-License-Identifier: BSD-2-Clause */
/* While lwIP waits for nothing the machine sleeps, and its ticks are made up for later. What waits
 * for an answer has its time all the same, and what is kept grows as old as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/server.h"
#include "tcpip_rig.h"

enum { HOST = 0x0a000202, NOBODY = 0x0a000263, MOST = 64, LEASE_S = 300 };

enum { DISCOVER = 1, OFFER, REQUEST, ACK = 5 };

/* What was sent, by kind, and when. */
static struct times {
	unsigned n;
	uint64_t at[MOST];
} arp_questions, echoes, dns_questions, discovers, requests, too_late, reports, probes, synacks;

static struct {
	bool leases;
	uint32_t dns_ttl; /* 0: questions are not answered */
} server;

static void note(struct times *t)
{
	assert_in_range(t->n, 0, MOST - 1);
	t->at[t->n++] = wire.now;
}

/* ---- The station at 10.0.2.2 ---- */

static void answer_from(uint16_t port, uint16_t to, const uint8_t *data, size_t n)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	udp(f, 42 + n, port, to);
	memcpy(f + 42, data, n);
	seal(f, 42 + n);
	receive(f, 42 + n);
}

/* The message type comes first in the options that lwIP sends. */
static void dhcp(const uint8_t *asked)
{
	static const uint8_t head[] = { 2, 1, 6, 0 };
	static const uint8_t options[] = { 0x63,
					   0x82,
					   0x53,
					   0x63,
					   53,
					   1,
					   OFFER,
					   54,
					   4,
					   10,
					   0,
					   2,
					   2,
					   1,
					   4,
					   255,
					   255,
					   255,
					   0,
					   51,
					   4,
					   0,
					   0,
					   LEASE_S >> 8,
					   LEASE_S & 255,
					   255 };
	uint8_t answer[236 + sizeof(options)] = { 0 };
	const bool discovers_it = asked[242] == DISCOVER;

	note(discovers_it ? &discovers : &requests);
	if (!server.leases)
		return;
	memcpy(answer, head, sizeof(head));
	memcpy(answer + 4, asked + 4, 4);
	memcpy(answer + 16, "\x0a\0\2\x0f", 4);
	memcpy(answer + 28, ours, sizeof(ours));
	memcpy(answer + 236, options, sizeof(options));
	answer[242] = discovers_it ? OFFER : ACK;
	answer_from(67, 68, answer, sizeof(answer));
}

static void dns(const uint8_t *asked, size_t n, uint16_t port)
{
	uint8_t answer[512] = { 0 };

	note(&dns_questions);
	if (server.dns_ttl == 0)
		return;
	memcpy(answer, asked, n);
	answer[2] = 0x81;
	answer[3] = 0x80;
	answer[7] = 1;
	memcpy(answer + n, "\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x0a\0\2\2", 16);
	answer[n + 9] = (uint8_t)server.dns_ttl;
	answer_from(53, port, answer, n + 16);
}

static void take_udp(const uint8_t *f)
{
	const size_t n = (size_t)(f[38] << 8 | f[39]) - 8;

	switch (f[36] << 8 | f[37]) {
	case 67: dhcp(f + 42); break;
	case 5353: note(&probes); break;
	case 53: dns(f + 42, n, (uint16_t)(f[34] << 8 | f[35])); break;
	default: break;
	}
}

static void take(const uint8_t *f)
{
	if (f[13] == 6 && f[21] == 1)
		note(&arp_questions);
	else if (f[13] != 0)
		return;
	else if (f[23] == 17)
		take_udp(f);
	else if (f[23] == 6 && f[47] == 0x12)
		note(&synacks);
	else if (f[23] == 2)
		note(&reports);
	else if (f[34] == 8)
		note(&echoes);
	else if (f[34] == 11)
		note(&too_late);
}

static void each_turn(void)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	while (wire.queued > 0) {
		memcpy(f, wire.queue[wire.first], sizeof(f));
		wire.first = (wire.first + 1) % WIRE_QUEUE;
		wire.queued--;
		take(f);
	}
}

/* ---- Rest ---- */

static void forget(void)
{
	static struct times *const all_of_them[] = { &arp_questions, &echoes,	&dns_questions,
						     &discovers,     &requests, &too_late,
						     &reports };

	for (size_t i = 0; i < sizeof(all_of_them) / sizeof(all_of_them[0]); i++)
		all_of_them[i]->n = 0;
}

/* The machine sleeps for a minute, as often as lwIP wakes it, and once more at the end. */
static void expect_rest(unsigned minutes)
{
	const unsigned before = wire.sleeps;

	pass(minutes * 60 * SECOND);
	assert_in_range(wire.sleeps - before, minutes, minutes + 1);
}

static int begin(void **state)
{
	setup(state);
	net_lwip.set_dns(&net, HOST);
	introduce();
	server.leases = false;
	server.dns_ttl = 0;
	wire.each_turn = each_turn;
	pass(90 * SECOND + SECOND / 3);
	forget();
	return 0;
}

/* Sent `n` times, each so many milliseconds after the one before, or late by half a second. */
static void expect_times(const struct times *t, unsigned n, const uint32_t *after_ms)
{
	assert_int_equal(t->n, n);
	for (unsigned i = 1; i < n; i++)
		assert_in_range((t->at[i] - t->at[i - 1]) * 1000 / SECOND, after_ms[i - 1] - 500,
				after_ms[i - 1] + 501);
}

static void test_a_machine_at_rest_wakes_once_a_minute(void **state)
{
	(void)state;
	expect_rest(30);
	server.leases = true;
	assert_int_equal(tcpip_dhcp(&net, 10 * SECOND), VIO_OK);
	pass(10 * SECOND);
	expect_rest(2);
}

static void test_a_station_that_is_not_there_is_asked_for(void **state)
{
	static const uint32_t after_ms[] = { 1000, 1000, 1000, 1000 };
	uint64_t took;

	(void)state;
	assert_int_equal(net_ping(&net, NOBODY, SECOND / 10, &took), VIO_ENODEV);
	pass(60 * SECOND);
	expect_times(&arp_questions, 5, after_ms);
	assert_int_equal(echoes.n, 0);
	expect_rest(1);
}

static void test_a_question_without_an_answer_is_asked_again(void **state)
{
	static const uint32_t after_ms[] = { 1000, 1000 };
	uint32_t address;

	(void)state;
	assert_int_equal(net_lwip.resolve(&net, "none.test", SECOND / 10, &address), VIO_ETIMEDOUT);
	assert_true(tcpip_resolves());
	pass(6 * SECOND);
	expect_times(&dns_questions, 3, after_ms);
	assert_false(tcpip_resolves());
	expect_rest(1);
}

/* The sender of half a datagram hears so when its time is over (RFC 1122, 3.3.2). It arrives in the
 * middle of a rest, whose ticks are not its own. */
static void test_half_a_datagram_has_its_time(void **state)
{
	uint8_t f[100];

	(void)state;
	wire.now += 15 * SECOND;
	echo(f, sizeof(f));
	f[20] = 0x20;
	f[17] = 20 + 64;
	seal(f, sizeof(f));
	receive(f, 34 + 64);
	const uint64_t since = wire.now;
	pass(60 * SECOND);
	assert_int_equal(too_late.n, 1);
	assert_in_range(too_late.at[0] - since, 15 * SECOND, 17 * SECOND);
	expect_rest(1);
}

static void test_a_group_is_reported_in_time(void **state)
{
	uint8_t f[LEAST];

	(void)state;
	ip(f, sizeof(f), 2);
	memcpy(f, "\1\0\x5e\0\0\1", 6);
	f[17] = 28;
	memcpy(f + 30, "\xe0\0\0\1", 4);
	f[34] = 0x11;
	f[35] = 50; /* tenths of a second */
	put_sum(f + 36, add(0, f + 34, 8));
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	const uint64_t since = wire.now;
	pass(60 * SECOND);
	assert_int_equal(reports.n, 1);
	assert_in_range(reports.at[0] - since, 0, 5 * SECOND + SECOND / 2);
	expect_rest(1);
}

/* A link that comes back: the name is asked for three times, which are 0.25 s apart. Without an
 * address nothing can be asked. */
static void test_the_name_is_probed_in_time(void **state)
{
	const struct net_address none = { 0 }, some = { .ip = 0x0a00020f, .mask = 0xffffff00 };

	(void)state;
	wire.up = false;
	net_lwip.set_address(&net, &none);
	pass(60 * SECOND);
	wire.up = true;
	expect_rest(2);
	forget();
	net_lwip.set_address(&net, &some);
	pass(4 * SECOND);
	assert_in_range(probes.n, 3, MOST);
	pass(60 * SECOND);
	expect_rest(1);
}

static size_t page(void *arg, char *to, size_t room)
{
	(void)arg;
	(void)room;
	to[0] = 'x';
	return 1;
}

/* A connection is never at rest: ticks that come too late are lost, and do not come all at once. */
static void test_a_connection_keeps_its_timer(void **state)
{
	static const uint32_t after_ms[] = { 10500, 6000 };
	uint8_t f[LEAST];

	(void)state;
	assert_int_equal(server_start(80, page, NULL), VIO_OK);
	tcp(f, sizeof(f), 2000, 2);
	receive(f, sizeof(f));
	pass(SECOND / 4);
	wire.now += 8 * SECOND;
	echo(f, sizeof(f));
	receive(f, sizeof(f));
	pass(11 * SECOND);
	expect_times(&synacks, 3, after_ms);
	assert_true(server_stop());
	pass(180 * SECOND);
	expect_rest(1);
}

/* ---- DHCP ---- */

static void test_dhcp_asks_again(void **state)
{
	static const uint32_t after_ms[] = { 2000, 4000, 8000, 16000, 32000, 60000 };

	(void)state;
	const unsigned before = wire.sleeps;
	assert_int_equal(tcpip_dhcp(&net, SECOND), VIO_ETIMEDOUT);
	pass(120 * SECOND);
	expect_times(&discovers, 6, after_ms);
	assert_in_range(wire.sleeps - before, 6, 30);
}

static void test_a_lease_is_renewed_and_ends(void **state)
{
	struct net_address a;

	(void)state;
	server.leases = true;
	introduce();
	assert_int_equal(tcpip_dhcp(&net, 10 * SECOND), VIO_OK);
	forget();
	const uint64_t since = wire.now;
	pass((LEASE_S / 2 + 31) * SECOND);
	assert_int_equal(requests.n, 1);
	assert_in_range(requests.at[0] - since, (LEASE_S / 2 - 61) * SECOND,
			(LEASE_S / 2 + 30) * SECOND);
	server.leases = false;
	pass((LEASE_S - 61) * SECOND);
	net_lwip.get_address(&net, &a);
	assert_true(a.dhcp);
	pass(62 * SECOND);
	net_lwip.get_address(&net, &a);
	assert_false(a.dhcp);
	assert_in_range(discovers.n, 1, MOST);
}

/* ---- Age ---- */

/* How often a station was asked for before the echo went out, or did not. */
static unsigned asked_for_host(void)
{
	uint64_t took;

	forget();
	net_ping(&net, HOST, SECOND / 10, &took);
	return arp_questions.n;
}

static void test_a_station_is_forgotten_in_its_time(void **state)
{
	(void)state;
	introduce();
	pass(250 * SECOND);
	assert_int_equal(asked_for_host(), 0);
	assert_int_equal(echoes.n, 1);
	pass(51 * SECOND);
	assert_in_range(asked_for_host(), 1, 5);
	assert_int_equal(echoes.n, 0);
}

static void test_a_name_is_forgotten_in_its_time(void **state)
{
	uint32_t address = 0;

	(void)state;
	server.dns_ttl = 100;
	assert_int_equal(net_lwip.resolve(&net, "some.test", SECOND, &address), VIO_OK);
	assert_int_equal(address, HOST);
	pass(98 * SECOND);
	assert_int_equal(net_lwip.resolve(&net, "some.test", SECOND, &address), VIO_OK);
	assert_int_equal(dns_questions.n, 1);
	pass(3 * SECOND);
	assert_int_equal(net_lwip.resolve(&net, "some.test", SECOND, &address), VIO_OK);
	assert_int_equal(dns_questions.n, 2);
}

/* A machine that stood still for a day makes up for a minute of it. */
static void test_a_standstill_costs_no_more_than_a_rest(void **state)
{
	uint8_t f[100];

	(void)state;
	pass(60 * SECOND);
	unsigned before = wire.looks;
	wire.now += 59 * SECOND;
	echo(f, sizeof(f));
	receive(f, sizeof(f));
	const unsigned rest = wire.looks - before;
	assert_in_range(rest, 600, 10000);
	pass(SECOND);
	introduce();
	before = wire.looks;
	wire.now += 86400 * SECOND;
	receive(f, sizeof(f));
	assert_in_range(wire.looks - before, 600, rest + 100);
	expect_rest(2);
}

/* lwIP compares 32 bits of milliseconds, and would take a tick of a month ago for one of the
 * future. */
static void test_the_ticks_go_on_after_a_month(void **state)
{
	static const uint32_t after_ms[] = { 1000, 1000, 1000, 1000 };
	uint64_t took;

	(void)state;
	wire.now += 30 * 86400 * SECOND;
	assert_int_equal(net_ping(&net, NOBODY, SECOND / 10, &took), VIO_ENODEV);
	pass(60 * SECOND);
	expect_times(&arp_questions, 5, after_ms);
	expect_rest(2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		T(test_a_machine_at_rest_wakes_once_a_minute),
		T(test_a_station_that_is_not_there_is_asked_for),
		T(test_a_question_without_an_answer_is_asked_again),
		T(test_half_a_datagram_has_its_time),
		T(test_a_group_is_reported_in_time),
		T(test_the_name_is_probed_in_time),
		T(test_a_connection_keeps_its_timer),
		T(test_dhcp_asks_again),
		T(test_a_lease_is_renewed_and_ends),
		T(test_a_station_is_forgotten_in_its_time),
		T(test_a_name_is_forgotten_in_its_time),
		T(test_a_standstill_costs_no_more_than_a_rest),
		T(test_the_ticks_go_on_after_a_month),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
