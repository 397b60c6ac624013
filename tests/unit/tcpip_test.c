/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's TCP/IP, lwIP and all, under the sanitizers: the test's own wire takes the place of
 * the network device, and the loop has the test's own clock. Each frame has an allocation of
 * exactly its size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/server.h"
#include "firmware/network/lwip/interface.h"
#include "tcpip_pools.h"
#include "tcpip_rig.h"

#include <lwip/dhcp.h>
#include <lwip/prot/dhcp.h>

enum { FLOOD = 200000 };

static size_t page(void *arg, char *to, size_t room)
{
	(void)arg;
	memset(to, 'x', room);
	return room;
}

/* ---- Tests ---- */

static void test_frames_of_every_size_are_answered_as_they_came(void **state)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	(void)state;
	introduce();
	for (size_t n = 42; n <= sizeof(f); n++) {
		echo(f, n);
		receive(f, n);
		assert_int_equal(wire.n, n < LEAST ? LEAST : n);
		assert_memory_equal(wire.bytes + 42, f + 42, n - 42);
		udp(f, n, 5000, 7);
		receive(f, n);
		assert_int_equal(wire.bytes[36] << 8 | wire.bytes[37], 5000);
		assert_int_equal(wire.n, n < LEAST ? LEAST : n);
	}
	assert_int_equal(wire.frames, 2 * (sizeof(f) - 41));
	udp(f, 100, 7, 7);
	receive(f, 100);
	assert_int_equal(wire.frames, 2 * (sizeof(f) - 41));
}

static void test_frames_for_others_are_not_answered(void **state)
{
	uint8_t f[100];

	(void)state;
	introduce();
	echo(f, sizeof(f));
	memcpy(f, theirs, 6); /* one that the device should have kept from us */
	receive(f, sizeof(f));
	memcpy(f, all, 6); /* RFC 1122: to all in its link header alone */
	receive(f, sizeof(f));
	memcpy(f, "\1\0\x5e\0\0\1", 6);
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 0);
	memcpy(f, ours, 6);
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 1);
}

static void test_a_device_that_takes_nothing_is_no_end(void **state)
{
	static const int answers[] = { VIO_EFULL, VIO_EDEVICE };
	uint8_t f[100];

	(void)state;
	introduce();
	for (unsigned i = 0; i < 2; i++) {
		wire.refuse = answers[i];
		echo(f, sizeof(f));
		receive(f, sizeof(f));
		pass(SECOND);
	}
	wire.refuse = VIO_OK;
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 1);
}

/* Checksums of UDP and TCP. The firmware always computes that of the IP header. */
static void test_checksums_are_the_devices_where_it_vouches_for_them(void **state)
{
	uint8_t f[100];

	(void)state;
	introduce();
	for (unsigned i = 0; i < 2; i++) {
		wire.checked = i == 1;
		udp(f, sizeof(f), 5000, 7);
		f[sizeof(f) - 1] ^= 1;
		receive(f, sizeof(f));
		assert_int_equal(wire.frames, i);
		tcp(f, sizeof(f), 2000, 2);
		f[sizeof(f) - 1] ^= 1;
		receive(f, sizeof(f)); /* to no listener: a reset is the answer */
		assert_int_equal(wire.frames, 2 * i);
		udp(f, sizeof(f), 5000, 7);
		f[24] ^= 1;
		receive(f, sizeof(f));
		assert_int_equal(wire.frames, 2 * i);
	}
}

/* The checksums of the frame that was sent are correct. `left`: the device computed them. */
static void expect_sealed(bool left)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	memcpy(f, wire.bytes, wire.n);
	seal(f, 14 + (size_t)(f[16] << 8 | f[17]));
	assert_memory_equal(f, wire.bytes, wire.n);
	assert_int_equal(wire.left, left);
}

static void test_checksums_are_left_to_the_device_that_makes_them(void **state)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	(void)state;
	introduce();
	for (unsigned i = 0; i < 2; i++) {
		card.device.features = i == 1 ? VIO_NET_F_CSUM : 0;
		net_service(&net);
		for (size_t n = LEAST; n <= sizeof(f); n += 7) {
			udp(f, n, 5000, 7);
			receive(f, n);
			expect_sealed(i == 1);
		}
		tcp(f, LEAST, 2000, 2);
		receive(f, LEAST);
		expect_sealed(i == 1);
		echo(f, sizeof(f));
		receive(f, sizeof(f));
		expect_sealed(false);
	}
}

/* A SYN for the server that is never followed up: lwIP's timer begins in the middle of a sleep. */
static void test_a_connection_that_comes_in_between_has_its_timer(void **state)
{
	uint8_t f[LEAST];
	unsigned tries;

	(void)state;
	introduce();
	assert_int_equal(server_start(80, page, NULL), VIO_OK);
	tcp(f, sizeof(f), 2000, 2);
	receive(f, sizeof(f));
	assert_int_equal(wire.frames, 1);
	for (tries = 0; tries < 40 && wire.frames < 2; tries++)
		pass(SECOND / 10);
	assert_in_range(wire.frames, 2, 2); /* SYN and ACK once more */
	assert_in_range(tries, 10, 36);
	assert_true(server_stop());
	pass(120 * SECOND);
}

static void test_ping_tells_nobody_from_no_answer(void **state)
{
	uint64_t took;

	(void)state;
	assert_int_equal(net_ping(&net, 0x0a000263, SECOND, &took), VIO_ENODEV);
	introduce();
	assert_int_equal(net_ping(&net, 0x0a000202, SECOND, &took), VIO_ETIMEDOUT);
	assert_int_equal(net_ping(&net, 0x0b000001, SECOND, &took), VIO_EADDR);
	card.device.state = VIO_FAILED;
	assert_int_equal(net_ping(&net, 0x0a000202, SECOND, &took), VIO_EDEVICE);
	card.device.state = VIO_LIVE;
}

static void test_names_without_a_server_and_without_an_answer(void **state)
{
	uint32_t address = 0;

	(void)state;
	net_lwip.set_dns(&net, 0);
	assert_int_equal(net_lwip.resolve(&net, "10.1.2.3", SECOND, &address), VIO_OK);
	assert_int_equal(address, 0x0a010203);
	assert_int_equal(net_lwip.resolve(&net, "a.test", SECOND, &address), VIO_ENOTSUP);
	assert_true(net_lwip.set_dns(&net, 0x0a000203));
	assert_int_equal(net_lwip.resolve(&net, "a.test", SECOND, &address), VIO_ETIMEDOUT);
	assert_int_equal(net_lwip.resolve(&net, "b.test", 60 * SECOND, &address), VIO_ENODEV);
}

static void test_dhcp_without_a_server_ends_in_time(void **state)
{
	struct net_address a;
	const uint64_t start_of_it = wire.now;

	(void)state;
	assert_int_equal(tcpip_dhcp(&net, 3 * SECOND), VIO_ETIMEDOUT);
	assert_in_range(wire.now - start_of_it, 3 * SECOND, 4 * SECOND);
	assert_in_range(wire.frames, 1, 10);
	net_lwip.get_address(&net, &a);
	assert_false(a.dhcp);
}

/* What lwIP does when a server leases this address. */
static void lease(uint32_t ip, uint32_t mask)
{
	const ip4_addr_t address = tcpip_address(ip), of_network = tcpip_address(mask);

	netif_dhcp_data(&tcpip_netif)->state = DHCP_STATE_BOUND;
	netif_set_addr(&tcpip_netif, &address, &of_network, IP4_ADDR_ANY4);
}

/* The address that the machine has after it asked for one, and was given this one. */
static struct net_address offered(uint32_t ip, uint32_t mask)
{
	struct net_address a;

	assert_int_equal(tcpip_dhcp(&net, 0), VIO_ETIMEDOUT);
	lease(ip, mask);
	net_lwip.service(&net);
	net_lwip.get_address(&net, &a);
	return a;
}

static void test_a_lease_that_no_station_can_have_is_refused(void **state)
{
	static const uint32_t wrong[][2] = {
		{ 0, 0xffffff00 },	    { 0x7f000001, 0xff000000 }, { 0xe00000fb, 0xffffff00 },
		{ 0xffffffff, 0xffffff00 }, { 0x0a0002ff, 0xffffff00 }, { 0x0a000200, 0xffffff00 },
		{ 0x0a00020f, 0xff00ff00 }, { 0x0a00020f, 0 },
	};
	static const uint32_t right[][2] = {
		{ 0x0a00020f, 0xffffff00 },
		{ 0x0a0002ff, 0xffffffff },
		{ 0x0a0002ff, 0xfffffffe },
	};
	struct net_address a;

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		a = offered(wrong[i][0], wrong[i][1]);
		assert_false(a.dhcp);
		assert_int_equal(a.ip, 0);
		assert_int_equal(tcpip_dhcp(&net, 0), VIO_ETIMEDOUT);
	}
	for (unsigned i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		a = offered(right[i][0], right[i][1]);
		assert_true(a.dhcp);
		assert_int_equal(a.ip, right[i][0]);
	}
}

/* A random frame of a kind that the firmware reads. */
static size_t any_frame(uint8_t *f)
{
	static const uint16_t from[] = { 53, 67, 69, 5000 }, to[] = { 7, 68, 49152, 65000 };
	const size_t n = LEAST + (unsigned)rand() % (VIO_NET_FRAME_MAX - LEAST + 1);

	switch (rand() % 5) {
	case 0: arp(f, (uint8_t)(1 + rand() % 2)); return LEAST;
	case 1: echo(f, n); return n;
	case 2: udp(f, n, from[rand() % 4], to[rand() % 4]); return n;
	default: tcp(f, n, (uint16_t)(2000 + rand() % 4), (uint8_t)rand()); return n;
	}
}

/* Damage that the checksums cover half of the time; and frames that end anywhere. */
static void damage_and_receive(uint8_t *f, size_t n)
{
	for (unsigned i = (unsigned)rand() % 4; i > 0; i--)
		f[14 + (unsigned)rand() % (unsigned)(rand() % 2 ? 50 : n - 14)] = (uint8_t)rand();
	if (rand() % 2 && f[12] == 8 && f[13] == 0)
		seal(f, n);
	if (rand() % 8 == 0)
		memcpy(f, all, 6);
	receive(f, rand() % 8 ? n : (unsigned)rand() % (n + 1));
}

/* Answers to a connection's own numbers are needed to come far in TCP: those of what was sent. */
static void go_on_with_tcp(uint8_t *f)
{
	const size_t n = LEAST + (unsigned)rand() % 200;

	if (wire.bytes[12] != 8 || wire.bytes[13] != 0 || wire.bytes[23] != 6)
		return;
	tcp(f, n, (uint16_t)(wire.bytes[36] << 8 | wire.bytes[37]), 0x10);
	memcpy(f + 38, wire.bytes + 42, 4);
	memcpy(f + 42, wire.bytes + 38, 4);
	for (unsigned i = 45; wire.bytes[47] & 3 && ++f[i] == 0; i--)
		;
	memcpy(f + 54, "GET /bytes/99999999 HTTP/1.0\r\n\r\n", n - 54 < 33 ? n - 54 : 33);
	seal(f, n);
	receive(f, n);
}

static void test_random_frames_do_no_harm(void **state)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	(void)state;
	srand(7);
	pass(300 * SECOND);
	pools_remember();
	introduce();
	assert_int_equal(server_start(80, page, NULL), VIO_OK);
	for (unsigned i = 0; i < FLOOD; i++) {
		damage_and_receive(f, any_frame(f));
		if (rand() % 4) {
			if (rand() % 8 == 0) {
				tcp(f, LEAST - 6, (uint16_t)rand(), 2);
				receive(f, LEAST - 6);
			}
			go_on_with_tcp(f);
		}
		if (i % 64 == 0)
			pass(SECOND / 4);
		wire.refuse = i % 1000 < 900 ? VIO_OK : VIO_EFULL;
	}
	wire.refuse = VIO_OK;
	assert_in_range(server_counters()->answers, 10, FLOOD);
	assert_true(server_stop());
	pass(300 * SECOND);
	introduce();
	echo(f, 100);
	receive(f, 100);
	assert_int_equal(wire.frames, 1);
	pools_check();
	/* No frame is lost between the layers. */
	assert_int_equal(lwip_stats.link.recv,
			 lwip_stats.ip.recv + lwip_stats.etharp.recv + lwip_stats.etharp.proterr +
				 lwip_stats.etharp.lenerr + lwip_stats.link.proterr +
				 lwip_stats.link.lenerr);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_frames_of_every_size_are_answered_as_they_came),
		T(test_frames_for_others_are_not_answered),
		T(test_a_device_that_takes_nothing_is_no_end),
		T(test_checksums_are_the_devices_where_it_vouches_for_them),
		T(test_checksums_are_left_to_the_device_that_makes_them),
		T(test_a_connection_that_comes_in_between_has_its_timer),
		T(test_ping_tells_nobody_from_no_answer),
		T(test_names_without_a_server_and_without_an_answer),
		T(test_dhcp_without_a_server_ends_in_time),
		T(test_random_frames_do_no_harm),
		T(test_a_lease_that_no_station_can_have_is_refused),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
