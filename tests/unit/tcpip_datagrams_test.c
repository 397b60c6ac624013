/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams to ourselves, forged ones, and fragments. After each test every pool of lwIP is as it
 * was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/counters.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/watch.h"
#include "tcpip_serve.h"

/* ---- Ourselves ---- */

static void test_this_machine_answers_itself(void **state)
{
	uint32_t address = 0;
	uint64_t took;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		card.device.features = i == 1 ? VIO_NET_F_CSUM : 0;
		wire.frames = 0;
		assert_int_equal(net_ping(&net, 0x0a00020f, SECOND, &took), VIO_OK);
		assert_int_equal(net_ping(&net, 0x7f000001, SECOND, &took), VIO_OK);
		assert_int_equal(wire.frames, 0);
	}
	net_lwip.set_dns(&net, 0);
	assert_int_equal(net_lwip.resolve(&net, "localhost", SECOND, &address), VIO_OK);
	assert_int_equal(address, 0x7f000001);
	assert_int_equal(net_lwip.resolve(&net, "127.1.2.3", SECOND, &address), VIO_OK);
	assert_int_equal(address, 0x7f010203);
}

/* A checksum that is left to the device is made by none on this way. */
static void test_connections_to_ourselves_need_no_device(void **state)
{
	const ip_addr_t us = tcpip_address(0x0a00020f);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct tcp_pcb *pcb = tcp_new();

		card.device.features = i == 1 ? VIO_NET_F_CSUM : 0;
		net_service(&net);
		assert_int_equal(tcp_connect(pcb, &us, 80, NULL), ERR_OK);
		pass(SECOND);
		assert_int_equal(pcb->state, ESTABLISHED);
		watch_reset(pcb);
	}
}

/* A datagram with our own address as its source would make us answer ourselves. */
static void test_forged_addresses_are_not_answered(void **state)
{
	static const struct {
		uint8_t from[4], to[4];
	} forged[] = {
		{ { 10, 0, 2, 15 }, { 10, 0, 2, 15 } },
		{ { 127, 0, 0, 1 }, { 10, 0, 2, 15 } },
		{ { 10, 0, 2, 2 }, { 127, 0, 0, 1 } },
	};
	uint8_t f[100];

	(void)state;
	for (unsigned i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
		const uint32_t before = lwip_stats.ip.recv;

		echo(f, sizeof(f));
		memcpy(f + 26, forged[i].from, 4);
		memcpy(f + 30, forged[i].to, 4);
		seal(f, sizeof(f));
		receive(f, sizeof(f));
		pass(SECOND);
		assert_int_equal(lwip_stats.ip.recv, before);
	}
}

/* ---- Fragments ---- */

/* The part from `at` on, a multiple of 8, of the datagram in a frame that is longer than frames
 * are. */
static void receive_part(const uint8_t *whole, size_t end, size_t at, size_t n, uint16_t number)
{
	uint8_t f[VIO_NET_FRAME_MAX];
	const bool more = 34 + at + n < end;

	ip(f, 34 + n, 1);
	memcpy(f + 34, whole + 34 + at, n);
	put_be(f + 18, number, 2);
	put_be(f + 20, (uint32_t)(at / 8) | (more ? 0x2000 : 0), 2);
	f[24] = f[25] = 0;
	put_sum(f + 24, add(0, f + 14, 20));
	receive(f, 34 + n);
}

/* The fragments that the firmware sent, and their number. */
static unsigned join_parts(uint8_t *whole, size_t most)
{
	unsigned parts = 0;

	for (; wire.queued > 0; wire.queued--, wire.first = (wire.first + 1) % WIRE_QUEUE) {
		const uint8_t *f = wire.queue[wire.first];
		const size_t at = 34 + (get_be(f + 20, 2) & 0x1fff) * 8, n = get_be(f + 16, 2) - 20;

		if ((get_be(f + 20, 2) & 0x3fff) == 0)
			continue; /* word of a datagram that was given up */
		assert_true(at + n <= most);
		memcpy(whole + at, f + 34, n);
		parts++;
	}
	return parts;
}

static void test_an_echo_in_fragments_is_answered(void **state)
{
	enum { BYTES = 2000, FIRST = 1480 };
	uint8_t whole[42 + BYTES], back[42 + BYTES] = { 0 };

	(void)state;
	echo(whole, sizeof(whole));
	for (unsigned order = 0; order < 2; order++) {
		const uint32_t before = lwip_stats.icmp.recv;

		wire.queued = 0;
		receive_part(whole, sizeof(whole), order ? FIRST : 0,
			     order ? BYTES + 8 - FIRST : FIRST, (uint16_t)(70 + order));
		assert_int_equal(lwip_stats.icmp.recv, before);
		receive_part(whole, sizeof(whole), order ? 0 : FIRST,
			     order ? FIRST : BYTES + 8 - FIRST, (uint16_t)(70 + order));
		assert_int_equal(lwip_stats.icmp.recv, before + 1);
		assert_int_equal(join_parts(back, sizeof(back)), 2);
		assert_int_equal(back[34], 0);
		assert_memory_equal(back + 42, whole + 42, BYTES);
	}
}

static void test_fragments_without_an_end_hold_nothing_up(void **state)
{
	uint8_t whole[3000];

	(void)state;
	echo(whole, sizeof(whole));
	for (unsigned i = 0; i < 1000; i++)
		receive_part(whole, sizeof(whole), i % 3 * 8, 8, (uint16_t)i);
	expect_served();
	test_an_echo_in_fragments_is_answered(state);
}

/* ---- Counters ---- */

static void test_what_is_dropped_has_a_reason(void **state)
{
	static const struct stats_proto both = { .drop = 9, .chkerr = 1, .lenerr = 2, .memerr = 3 },
					twice = { .drop = 1, .proterr = 4, .rterr = 1 };
	struct drops d;

	(void)state;
	counters_drops(&both, &d);
	assert_int_equal(d.all, 9);
	assert_int_equal(d.other, 3);
	assert_int_equal(d.checksum + d.length + d.memory + d.unwanted + d.other, d.all);
	counters_drops(&twice, &d);
	assert_int_equal(d.all, 5);
	assert_int_equal(d.unwanted, 4);
	assert_int_equal(d.other, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, serve, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_this_machine_answers_itself),
		T(test_connections_to_ourselves_need_no_device),
		T(test_forged_addresses_are_not_answered),
		T(test_an_echo_in_fragments_is_answered),
		T(test_fragments_without_an_end_hold_nothing_up),
		T(test_what_is_dropped_has_a_reason),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
